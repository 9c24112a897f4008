"""What a person wrote in a commit message, without what tools, templates and bots put around it."""

import re
from collections.abc import Callable, Iterator

from llnotes_tui.release.squashed import with_listed_subjects

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_LONGEST_LINE = 2_000
_LIST_OF_MERGE = re.compile(r"^(?:\* [\w./-]+:(?: \(\d+ commits\))?|(?:# )?Conflicts:)\s*$")
_MERGED_BY_TOOL = re.compile(
    r"^\s*This PR was (?:merged into|squashed before being merged into|submitted for) .*\n(?:\s*Discussion\n-{4,}\n)?"
)
_TOOL_COMMITS = re.compile(r"^Commits\n-{4,}\n(?:.*\n?)*\Z", re.MULTILINE)
_TOOL_TABLE = re.compile(r"^\|.*\|?.*$\n?", re.MULTILINE)
_FENCE = re.compile(r"^\s{0,3}(`{3,}|~{3,})")

_DETAILS_OF_A_BOT = re.compile(
    r"release notes|changelog|commits|dependabot|renovate|sourced from|maintainer changes|compare view", re.IGNORECASE
)
_IMAGE = re.compile(
    r"\[!\[[^\]\[]{0,500}\]\([^()\s]{0,2000}\)\]\([^()\s]{0,2000}\)|!\[[^\]\[]{0,500}\](?:\([^()]{0,2000}\)|\[[^\]\[]{0,200}\])|<img\b[^<>]*>|<video\b[^<>]*>",
    re.IGNORECASE,
)
_HTML_TAG = re.compile(
    r"</?(?:a|abbr|b|big|blockquote|br|center|code|dd|del|details|div|dl|dt|em|figure|font|h[1-6]|hr|i|ins|kbd|li|mark|ol|p|picture|pre|q|s|samp|small|source|span|strike|strong|sub|summary|sup|table|tbody|td|tfoot|th|thead|tr|tt|u|ul|var)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"\s*<[\w.+%-]{1,64}(?:\[bot\])?@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}>|[ \t]?(?:mailto:)?\b[\w.+%-]{1,64}(?:\[bot\])?@[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}\.[a-z]{2,12}\b(?![:/])"
)

_TRAILER = re.compile(
    r"^\s*(?:[a-z][\w-]*-(?:by|id|ids|revid|url|sha|as|from)|cc|commit-queue|auto-submit|reviewed-on|depends-on|based-on|pull-request|merge-request|see-also|release-note[s]?"
    r"|on-behalf-of|x-[\w-]+|[a-z]+-?link|link|differential revision|reviewed by|reviewers|subscribers|maniphest tasks?|git-\w+(?:-\w+)*)\s*:.*$"
    r"|^\s*(?:changelog\s*:\s*[\w-]+|fixes\s*:\s*[0-9a-f]{7,64}\b.*)\s*$",
    re.IGNORECASE,
)
_GENERATED = re.compile(
    r"^\s*(?:\(?cherry[ -]picked from commit [0-9a-f]{7,64}\)?|(?:🤖\s*)?generated with \[?\w.*|see merge request \S+|\[//\]: # .*|merge branch .*|merge remote-tracking branch .*"
    r"|dependabot (?:will|compatibility)\b.*|\[?!\[dependabot.*|you can trigger .*dependabot.*|# conflicts:|#\t.*)\s*$",
    re.IGNORECASE,
)
_OWN_TRAILER = (
    r"^(?!(?:breaking|before|after|old|new|was|now|from|to|default|result|notes?|usage|example|warning)\b)"
    r"[A-Za-z][A-Za-z0-9-]*\s*:\s+"
)
_BLOCK_TRAILER = re.compile(rf"{_OWN_TRAILER}\S+\s*$", re.IGNORECASE)
"""A trailer of a project's own, such as `EE: true`: only at the end of a message, among its like."""
_BESIDE_TRAILER = re.compile(rf"{_OWN_TRAILER}\S|^[ \t]+\S", re.IGNORECASE)
"""The same with a value of several words, or a line that continues it: only beside trailers that everybody knows."""
_REVERTED = re.compile(
    r"^([ \t>]*)This reverts commits?\s+[0-9a-f]{7,64}(?:(?:\s*,\s*|\s+and\s+|\s*,\s*and\s+)[0-9a-f]{7,64})*(?:,?\s+reversing\s+changes\s+made\s+to\s+[0-9a-f]{7,64})?[ \t]*(?:[.,;]+[ \t]*|(?=\n|\Z))",
    re.MULTILINE,
)
_HASH_LINE = re.compile(r"^\s*(?:[-*+]\s+)?(?:commits?\s*:?\s+)?[0-9a-f]{40}(?:[0-9a-f]{24})?\s*[.,]?\s*$")
_FULL_HASH = re.compile(r"(?<!sha256[:-])\b([0-9a-f]{7})[0-9a-f]{33}(?:[0-9a-f]{24})?\b")
_ISSUE = (
    r"(?:(?:[\w.-]+/[\w.-]+)?#\d+|https?://\S+/(?:issues|pull|pulls|discussions|browse)/[\w#-]+|[A-Z][A-Z0-9]+-\d+)"
)
_ISSUES = rf"(?:{_ISSUE}[\s,;.&]*(?:and\s+|closes?\s+|fix(?:es)?\s+|resolves?\s+)*)+\s*$"
_LINKED_ISSUES = re.compile(
    r"^\s*(?:[-*+]\s+)?(?:closes?d?|fix(?:es|ed)?|resolves?d?|progress(?:es)?|(?:partially\s+)?addresse?s?|relate[sd]?(?:\s+to)?|part of|linked(?:\s+to)?"
    r"|see(?:\s+also)?|refs?|references?|follow(?:s|[- ]up)?(?:\s+(?:to|on|of))?|supersede[sd]?(?:\s+by)?|replaces|blocked by|depends on|stacked on|issues?|tickets?|jira|pr)"
    rf"\b\s*[:\s]\s*{_ISSUES}",
    re.IGNORECASE,
)
_BARE_ISSUES = re.compile(rf"^\s*(?:[-*+]\s+)?{_ISSUES}", re.IGNORECASE)
_RULE = re.compile(r"^\s*(?:-{3,}|={3,}|\*{3,}|_{3,}|…)\s*$")
_PLACEHOLDER = re.compile(
    r"^\s*(?:[-*+]\s*)?(?:(?:fix(?:es)?|closes?|resolves?)\s+#(?:issue)?\s*(?:number)?|n/?a|none|\.{2,}|tbd|todo:?|no-?tag|no-changelog|wip)\s*\.?\s*$",
    re.IGNORECASE,
)
_SQUASHED_TRIFLE = re.compile(
    r"^\s*[*-]\s+(?:(?:fixup|squash|amend)!.*|wip|fmt|format(?:ting)?|lint(?:ing|er)?(?: fix(?:es)?)?|fix(?:es|ed|ing)? (?:lint(?:ing)?|fmt|format(?:ting)?|tests?|unit tests?|ci|typos?|build|imports?)|typos?|nits?|cleanup|clean up"
    r"|(?:address(?:ed|ing)?|apply|applied) .*(?:comments?|feedback|review|suggestions?).*|(?:pr |code )?review(?: comments| fixes)?|merge .*|update(?:d)? (?:branch|tests?)|more tests?|rebase.*|\.+)\s*$",
    re.IGNORECASE,
)

_HEADING = re.compile(r"^\s{0,3}(#{1,6})\s*(.*?)\s*#*\s*$")
_BOLD_HEADING = re.compile(r"^\s*(?:\*\*|__)([^*_]{3,60})(?:\*\*|__)\s*:?\s*$")
_TEMPLATE_HEADING = re.compile(
    r"^(?:[^\w\s]+\s*)?(?:changes?|what(?:'s| is| was)?(?: (?:changed|this (?:pr|pull request) does|does this (?:pr|pull request|change) do))?|summary(?: of changes)?|description|overview|details?|context|background|motivation(?: and context)?"
    r"|why(?: .*)?|proposed changes|functionality|implementation(?: details)?|release notes?|notes?|problem|solution|fix|type of change|pull request|pr description|commits?|additional (?:context|notes|information))\??\s*:?$",
    re.IGNORECASE,
)
_IDLE_HEADING = re.compile(
    r"^(?:[^\w\s]+\s*)?(?:linked issues?|related (?:issues?|prs?|pull requests?|work)|issues?|fixes|tests?|tests? plan|testing(?: .*)?|how (?:has this been|was this|did you|to) test(?:ed)?.*|test(?:ed|ing)? (?:instructions|steps|notes|done|coverage|results?)|(?:pr |author |reviewer |author's |reviewer's )?check-?lists?.*"
    r"|screenshots?.*|before submitting.*|for reviewers?.*|notes? (?:for|to) reviewers?|reviewers?|todos?)\??\s*:?$",
    re.IGNORECASE,
)
_BOX = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+\[([ xX])\]\s*(.*)$")
_IDLE_BOX = re.compile(
    r"^(?:(?:manually |i have |i've )?test(?:ed|s)?\b.*|(?:added|add|modified|updated?|existing|new|wrote)\s+(?:and \w+\s+)?(?:(?:relevant|appropriate|new|existing|some|more|the|unit|integration|acceptance|regression)\s+)*(?:tests?|documentation|docs?|user documentation)\b[^`]*"
    r"|(?:unit|integration|acceptance|covered by|regression|manual)\b.*test.*|verified on .*|(?:docs?|documentation|changelog|tests?)\b.{0,40}(?:updated|added)\b.*|my (?:code|change).*|i (?:have|did|agree).*|this (?:pr|change|pull request) .{0,40}(?:tests?|documentation).*|not applicable|n/?a|none|yes|no)\s*(?:\(.*\))?\.?$",
    re.IGNORECASE,
)
_CONTINUES = re.compile(r"^(?:\s{2,}\S|[^\s#*+\->|`\d_][^:]*|`)")


def without_invisible(text: str) -> str:
    """Return text without characters that have no width (and carriage returns): they hide words from readers."""
    return _INVISIBLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n")


def without_markup_blocks(text: str) -> str:
    """Return text without HTML comments, bots' folded quotes, and fenced blocks: what remains was said, not shown."""
    text = _without_spans(text, "<!--", "-->", lambda _: True)
    text = _without_spans(text, "<details", "</details>", lambda span: _DETAILS_OF_A_BOT.search(span) is not None)
    return "\n".join(line for line, fenced in _with_fences(text) if not fenced)


def cleaned_body(body: str) -> str:
    """Return the body of a message without what tools, templates and bots put around a person's words."""
    text = without_lists_of_merges(with_listed_subjects(without_invisible(body)))
    text = _without_spans(text, "<!--", "-->", lambda _: True)
    text = _without_spans(text, "<details", "</details>", lambda span: _DETAILS_OF_A_BOT.search(span) is not None)
    text = abbreviated(_without_trailer_block(_REVERTED.sub(r"\1", text)))
    kept = _without_headings_of_nothing(list(_kept_lines(text)))
    return "\n".join(_without_blank_runs(kept)).strip("\n")


def without_lists_of_merges(text: str) -> str:
    """Drop what git and merge tools put into the message of a merge: lists of its commits and conflicts.

    These are git's `* branch:` with indented subjects, `Conflicts:` with indented paths, and the frame of Symfony's tool.
    """
    if _MERGED_BY_TOOL.match(text):
        text = _TOOL_COMMITS.sub("", _MERGED_BY_TOOL.sub("", text, count=1))
        text = _TOOL_TABLE.sub("", text)
    kept: list[str] = []
    listed = False
    for line in text.split("\n"):
        if _LIST_OF_MERGE.match(line):
            listed = True
        elif not (listed and (line[:1].isspace() or not line.strip())):
            listed = False
            kept.append(line)
    return "\n".join(kept)


def is_trifle(subject: str) -> bool:
    """Tell whether a subject in the list of a squash says nothing to anybody: `wip`, `fix lint`, `address review`."""
    return _SQUASHED_TRIFLE.match(f"* {subject}") is not None


def abbreviated(text: str) -> str:
    """Return text with each full commit hash cut to its first seven digits."""
    return _FULL_HASH.sub(r"\1", text)


def _without_trailer_block(text: str) -> str:
    """Drop lines that are nothing but a hash, and a last paragraph that is nothing but trailers."""
    lines = [line for line in text.rstrip().split("\n") if not _HASH_LINE.match(line)]
    start = len(lines)
    while start and lines[start - 1].strip():
        start -= 1
    block = lines[start:]
    is_known = [_TRAILER.match(line) is not None for line in block]
    own = _BESIDE_TRAILER if any(is_known) else _BLOCK_TRAILER
    if block and all(known or own.match(line) for known, line in zip(is_known, block, strict=True)):
        lines = lines[:start]
    return "\n".join(lines)


def _without_spans(text: str, begin: str, end: str, drop: Callable[[str], bool]) -> str:
    """Cut out `begin…end` where `drop` says so; one that is never closed goes on to the end of its paragraph."""
    parts: list[str] = []
    position = 0
    lowered = text.lower()
    if len(lowered) != len(text):  # a letter whose lower case is longer would shift every offset after it
        lowered = text
    while (start := lowered.find(begin, position)) >= 0:
        stop = lowered.find(end, start)
        if stop >= 0:
            stop += len(end)
        else:
            paragraph = text.find("\n\n", start)
            stop = paragraph if paragraph >= 0 else len(text)
        span = text[start:stop]
        parts.append(text[position:start])
        if not drop(span):
            parts.append(span)
        position = stop
    parts.append(text[position:])
    return "".join(parts)


def _with_fences(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each line with whether it belongs to a fenced block; a fence that is never closed is no fence."""
    lines = text.split("\n")
    closes = {"`": max((n for n, line in enumerate(lines) if line.strip().startswith("```")), default=-1),
              "~": max((n for n, line in enumerate(lines) if line.strip().startswith("~~~")), default=-1)}  # fmt: skip
    open_with = ""
    for position, line in enumerate(lines):
        fence = _FENCE.match(line)
        if open_with:
            yield line, True
            if fence and fence[1].startswith(open_with) and not line.strip().strip(open_with[0]):
                open_with = ""
        elif fence and closes[fence[1][0]] > position:
            open_with = fence[1]
            yield line, True
        else:
            yield line, False


def _kept_lines(text: str) -> Iterator[str]:
    """Yield the lines that a person wrote; headings stay, without their template's, for the next step to weigh."""
    idle_level = 0  # of the heading whose section is about tests, issues or boxes; 0: none
    dropping_item = False  # a dropped box goes on in the lines below it
    in_sentence = False  # a link alone on its line may end the sentence above it
    for line, fenced in _with_fences(text):
        if fenced:
            if not idle_level:
                yield _ADDRESS.sub("", line)
            continue
        if len(line) > _LONGEST_LINE:  # no template's: what a pattern would cost on it is not worth a look
            yield _ADDRESS.sub("", line)
            continue
        heading = _heading_of(line)
        if heading is not None:
            level, name = heading
            dropping_item = False
            if idle_level and level > idle_level:
                continue
            idle_level = level if _IDLE_HEADING.match(name) else 0
            if not idle_level and name:
                yield "" if _TEMPLATE_HEADING.match(name) else f"{'#' * level} {name}"
            continue
        if _RULE.match(line):
            idle_level, dropping_item = 0, False
            yield ""
            continue
        if idle_level or (dropping_item and _CONTINUES.match(line)):
            continue
        kept = None if _BARE_ISSUES.match(line) and not in_sentence else _kept_line(line)
        in_sentence = bool(kept and kept.strip())
        dropping_item = kept is None and _BOX.match(line) is not None
        if kept is not None:
            yield kept


def _heading_of(line: str) -> tuple[int, str] | None:
    heading = _HEADING.match(line)
    if heading is not None and (line.lstrip("# ") != line.lstrip("#") or not heading[2]):
        return len(heading[1]), _IMAGE.sub("", heading[2]).strip("*_: ")
    bold = _BOLD_HEADING.match(line)
    if bold is not None and (_TEMPLATE_HEADING.match(bold[1].strip()) or _IDLE_HEADING.match(bold[1].strip())):
        return 6, bold[1].strip()
    return None


def _kept_line(line: str) -> str | None:
    """Return what stays of a line, None where nothing does."""
    for boilerplate in (_TRAILER, _GENERATED, _LINKED_ISSUES, _PLACEHOLDER, _SQUASHED_TRIFLE):
        if boilerplate.match(line):
            return None
    box = _BOX.match(line)
    if box is not None:
        if box[1] == " " or _IDLE_BOX.match(box[2]) or not box[2].strip():
            return None
        line = f"- {box[2]}"
    plain = _ADDRESS.sub("", _IMAGE.sub("", line))
    plain = _HTML_TAG.sub("", plain)
    if plain != line and not plain.strip(" \t-*+>|.,:;()"):
        return None
    return plain.rstrip()


def _without_headings_of_nothing(lines: list[str]) -> list[str]:
    """Drop headings that no text follows any more."""
    kept: list[str] = []
    text_below = False
    for line in reversed(lines):
        if _HEADING.match(line) and line.startswith("#") and line.lstrip("#").startswith(" "):
            if text_below:
                kept.append(line)
            text_below = False
            continue
        text_below = text_below or bool(line.strip())
        kept.append(line)
    return kept[::-1]


def _without_blank_runs(lines: list[str]) -> Iterator[str]:
    blank = True
    for line in lines:
        if line.strip():
            yield line
        elif not blank:
            yield ""
        blank = not line.strip()
