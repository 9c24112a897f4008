"""Which pull requests an item of a changelog is about: those of this repository, and not those its prose only mentions."""

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

_REFERENCE = re.compile(
    r"""\[(?P<label>(?:[\w.-]+/[\w.-]+)?(?:\#|!|GH-|PR\ ?\#?)?\d+)\]\((?P<url>[^()\s]*)(?:\s+"[^"]*")?\)
      | \[(?P<reference>(?:[\w.-]+/[\w.-]+)?(?:\#|GH-)\d+)\](?:\[\])?
      | (?P<page>https?://[^\s()<>\[\]]+/(?:pull|pulls|issues|merge_requests)/\d+)
      | (?<![\w&/])(?P<elsewhere>[\w.-]+/[\w.-]+)?\#(?P<bare>\d+)\b""",
    re.VERBOSE,
)
_PAGE = re.compile(
    r"(?P<repository>https?://[^?#]+?)/(?:-/)?(?:pull|pulls|issues|merge_requests)/(?P<number>\d+)/?(?:[?#].*)?$"
)
_NUMBER = re.compile(r"\d+$")
_BETWEEN = re.compile(r"(?:[\s,;&]*(?:and)?[\s,;&]*|\s*\)[\s,;]*\(\s*)$")
_CODE = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)


class Reference(Struct, frozen=True):
    """One mention of a pull request or issue: where it stands in the text, and whose it is."""

    start: int
    end: int
    number: int
    repository: str | None
    """Its web page, in lower case; None where the mention does not say, which means: this one."""


def references(text: str, definitions: Mapping[str, str]) -> tuple[Reference, ...]:
    """Return the mentions in an item's text outside code; `definitions` are the document's link labels (in lower case) and URLs."""
    blanked = _CODE.sub(lambda match: " " * len(match[0]), text)
    return tuple(_found(blanked, definitions))


def _found(text: str, definitions: Mapping[str, str]) -> Iterator[Reference]:
    for match in _REFERENCE.finditer(text):
        label = match["label"] or match["reference"] or ""
        url = match["url"] or match["page"] or definitions.get(label.lower())
        page = _PAGE.match(url) if url else None
        if page:
            yield Reference(match.start(), match.end(), int(page["number"]), page["repository"].lower())
        elif url is None and (match["bare"] or match["reference"]):
            number = int(match["bare"] or _numbered(label))
            owner = match["elsewhere"] or ("/" in label and label.partition("#")[0]) or None
            yield Reference(match.start(), match.end(), number, f"/{owner}".lower() if owner else None)


def _numbered(label: str) -> str:
    match = _NUMBER.search(label)
    return match[0] if match else "0"


def belongs(reference: Reference, web_url: str | None) -> bool:
    """Say whether a mention is of the repository at `web_url`; where that is unknown, only mentions that name none are."""
    if reference.repository is None:
        return True
    if web_url is None:
        return False
    mine = web_url.lower().rstrip("/")
    return reference.repository == mine or (
        reference.repository.startswith("/") and mine.endswith(reference.repository)
    )


def credited(text: str, mentions: tuple[Reference, ...]) -> tuple[Reference, ...]:
    """Return the mentions that say which change an item is: the group behind its title, else at the end of its first
    paragraph, else all; what stands inside the prose of an item that has such a group is only talked about."""
    if not mentions:
        return ()
    groups = _groups(text, mentions)
    for group in groups:
        if _stands_alone(text, group):
            return group
    return mentions


def _groups(text: str, mentions: tuple[Reference, ...]) -> list[tuple[Reference, ...]]:
    """Return the mentions in groups that nothing but commas and parentheses separates."""
    groups: list[list[Reference]] = []
    for mention in mentions:
        if groups and _BETWEEN.match(text[groups[-1][-1].end : mention.start]):
            groups[-1].append(mention)
        else:
            groups.append([mention])
    return [tuple(group) for group in groups]


def _stands_alone(text: str, group: tuple[Reference, ...]) -> bool:
    """Say whether a group is all there is in its parentheses, or all that follows on its line."""
    before, after = text[: group[0].start].rstrip(" \t"), text[group[-1].end :]
    in_parentheses = before.endswith("(") and after.lstrip(" \t").startswith(")")
    line = after.partition("\n")[0].strip()
    return in_parentheses or line in {"", ".", ")", ")."}
