"""Text that nobody typed, made safe to stand in a published Markdown file.

What a model, a commit or a bot wrote may hold anything.  Published, it stays prose: one line that begins no block, shows no
image, calls nobody, and means its `<` as a character.  Code spans stay as they are, so `List<String>` in backticks does.
"""

import re
from collections.abc import Iterator

from llnotes_tui.release.text import visible

_LINE_ENDS = re.compile(r"[ \t]*[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+[ \t]*")
_BACKTICKS = re.compile(r"`+")
_ESCAPED_OR_TICK = re.compile(r"\\.|`")
_AT_SIGN = re.compile(r"(?P<backslash>\\\\)|\\@|\\?&(?:#0*64|#[xX]0*40|commat);")
_TAG = re.compile(r"<(?=[A-Za-z/!?])(?!https?://[^\s<>]*>)")
"""What begins a tag or comment; an address in angle brackets is a plain link."""
_PATH = r"(?:[^\s()<>]|\([^\s()<>]*\))*"
_ODD_LINK = re.compile(rf"\]\((?!(?:(?:https?|mailto):{_PATH}|[^\s()<>:&]*(?:[/?#]{_PATH})?)\))", re.IGNORECASE)
"""What begins a link whose target is no web page, or does not end; a script, say, or the rest of the line."""
_LINK_OR_MENTION = re.compile(
    r"(?P<kept>(?<!\\)\[[^\[\]]*\]\([^()\s]*\)|https?://[A-Za-z0-9./?#%&=+~:;,@-]+)|(?<![A-Za-z0-9])@[A-Za-z0-9](?:[\w@/.-]*[A-Za-z0-9])?"
)
_NAME_OR_EMPHASIS = re.compile(
    r"(?P<kept>\\.|(?<!\\)\[[^\[\]]*\]\([^()\s]*\)|<?https?://[^\s<>]+|(?<![\w*])(?P<stars>\*{1,3})(?=[\w`\"'(\[])[^*\n]*?(?<=[^\s*/])(?P=stars)(?![\w*.]\w))"
    r"|(?P<name>(?<![\w`/.\\-])[\w./-]*?(?:__[a-z0-9]+(?:_[a-z0-9]+)*__(?:[\w./-]*\w)?)(?:\(\))?(?![\w`*])"
    r"|(?<![\w`/.:\\-])_{1,2}[A-Za-z]\w*[A-Za-z0-9](?:\(\))?(?![\w`*])|(?<![\w`*/\\])\*{1,2}[A-Za-z_]\w*(?![\w*`]))|(?P<star>(?:(?<!\s)\*+|\*+(?!\s|$)))"
)
"""Emphasis and links, which stay; names such as `__init__` and `**kwargs`, which Markdown would take for it; other stars."""
_BLOCK_START = re.compile(
    r"(?:#{1,6}|[-+*])(?=\s|$)|>|~~~|={2,}|-{2,}|\*{3,}(?=\s*$)|_{3,}(?=\s*$)|\[(?=[^\]]*\]:|[ xX]\]\s)"
)
_NUMBERED = re.compile(r"(\d{1,9})([.)])(?=\s|$)")


def safe_line(text: str) -> str:
    """Return generated text as one line that holds no Markdown but code spans, emphasis and plain links."""
    line = _LINE_ENDS.sub(" ", visible(text).strip()).strip()
    return _no_block_start("".join(_safe_parts(line)))


def safe_title(title: str) -> str:
    """Return a generated title as `safe_line` does, without the full stop at its end."""
    return without_full_stop(safe_line(title))


def without_full_stop(title: str) -> str:
    """Drop the full stop at the end of a title, unless it is an ellipsis."""
    return title if title.endswith("..") else title.removesuffix(".").rstrip()


def code_spans(text: str) -> Iterator[tuple[bool, str]]:
    """Cut a paragraph into code spans (with their backticks) and what is between them."""
    start = at = 0
    while match := _BACKTICKS.search(text, at):
        escaped = len(text[: match.start()]) - len(text[: match.start()].rstrip("\\"))
        opening = match.start() + escaped % 2
        run = match.end() - opening
        closing = next((m for m in _BACKTICKS.finditer(text, match.end()) if len(m[0]) == run), None) if run else None
        if closing is None:
            at = match.end()
            continue
        if opening > start:
            yield False, text[start:opening]
        yield True, text[opening : closing.end()]
        start = at = closing.end()
    if start < len(text):
        yield False, text[start:]


def _safe_parts(line: str) -> Iterator[str]:
    """Yield the parts of a line with those outside code made safe; two code spans never touch, which would join them."""
    last = ""
    for is_code, part in code_spans(line):
        safe = part if is_code else _safe_prose(part)
        yield f" {safe}" if last.endswith("`") and safe.startswith("`") else safe
        last = safe


def _safe_prose(text: str) -> str:
    """Take the effect from Markdown outside code: tags, images, odd links, mentions, a backtick without a partner."""
    text = _AT_SIGN.sub(lambda match: match["backslash"] or "@", text)
    text = _TAG.sub("&lt;", text)
    text = text.replace("![", r"!\[")
    text = _ODD_LINK.sub(r"]\(", text)
    text = _ESCAPED_OR_TICK.sub(lambda match: match[0] if len(match[0]) > 1 else r"\`", text)
    text = _LINK_OR_MENTION.sub(lambda match: match[0] if match["kept"] else f"`{match[0]}`", text)
    return "".join(part if is_code else _NAME_OR_EMPHASIS.sub(_literal, part) for is_code, part in code_spans(text))


def _literal(match: re.Match[str]) -> str:
    """Return a name as a code span, and a star that emphasizes nothing as an escaped one."""
    if match["kept"]:
        return match[0]
    return f"`{match[0]}`" if match["name"] else "".join(rf"\{star}" for star in match["star"])


def _no_block_start(line: str) -> str:
    """Keep a line that stands first in a list item from opening a heading, a list, a rule or a link definition."""
    if _BLOCK_START.match(line):
        return "\\" + line
    return _NUMBERED.sub(r"\1\\\2", line, count=1) if _NUMBERED.match(line) else line
