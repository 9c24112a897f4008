"""What to call an item of a changelog where one line has to do."""

import re

_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)|\[([^\[\]]*)\]\[[^\[\]]*\]")
_NUMBERS = re.compile(r"\s*\(?\[?#\d+\]?\)?(?=[\s.,;:)]|$)")
_LEAD = re.compile(r"^(?:\*\*|__)breaking(?: change)?:?(?:\*\*|__):?\s*", re.IGNORECASE)
_BOLD_TITLE = re.compile(r"^(?:\*\*|__)(.+?)(?:\*\*|__)")
_SENTENCE_END = re.compile(r"(?<!e\.g)(?<!i\.e)(?<!etc)(?<! vs)[.!?](?=\s+[^a-z]|$)")


def item_title(text: str) -> str:
    """Return the title of an item: its words up to the link or the end of its first sentence, without markup."""
    paragraph = " ".join(re.split(r"\n\s*\n", _LEAD.sub("", text.strip()), maxsplit=1)[0].split())
    bold = _BOLD_TITLE.match(paragraph)
    if bold is not None:
        paragraph = bold[1]
    link = re.search(r"\s*\(\[#\d+\]|\s*\(#\d+\)", paragraph)
    if link is not None and link.start() > 0:
        paragraph = paragraph[: link.start()]
    plain = _NUMBERS.sub("", _LINK.sub(lambda match: match[1] or match[2] or "", paragraph)).strip()
    end = _SENTENCE_END.search(plain)
    return (plain[: end.start()] if end is not None else plain).strip(" .:–—-") or text.strip().partition("\n")[0]
