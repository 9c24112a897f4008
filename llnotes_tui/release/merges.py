"""What the message of a merge says: which request it merges, under which title, and whether it only moves a branch.

Hosts and tools write merges in a dozen forms, and people use the same words for work ("Merge duplicate keys") and for
moving it ("Merge develop into main").  A title counts as moving only if all of it does: a wrong guess in the other
direction would split one change into its drafts.
"""

import re
from collections.abc import Iterator

from msgspec import Struct

_VERSION = r"v?\d+(?:\.\d+)+(?:[-.+_]?[0-9A-Za-z]+)*"
_VERSION_LINE = re.compile(
    r"(?:(?:v|release|releases|maint|stable|support|branch)[-/_ ]?)?v?\d+(?:\.\d+)*(?:\.(?:x|\*))?(?:[-_](?:stable|maint|lts|dev|release|branch|x))?",
    re.IGNORECASE,
)
"""`5.4`, `2.x`, `v8-stable`, `release-1.2`: branches from which versions are released."""
_LONG_LIVED = re.compile(
    r"(?:main|master|develop|dev|devel|development|trunk|mainline|stable|unstable|maint|next|edge|default|staging|production|prod|testing"
    r"|(?:release|releases|maint|stable|support)[-/_][\w./-]+)",
    re.IGNORECASE,
)
_REMOTES = frozenset({"origin", "upstream", "head"})

_PULL_REQUEST = re.compile(r"^Merge pull request #(?P<number>\d{1,9}) from (?P<head>\S+)")
_QUOTED_REQUEST = re.compile(
    r"^Merge pull request '(?P<title>.+)' \(#(?P<number>\d{1,9})\) from (?P<head>\S+)(?: into \S+)?\s*$"
)
"""As Gitea and Forgejo write it."""
_BITBUCKET = re.compile(r"^Merged in (?P<head>\S+) \(pull request #(?P<number>\d{1,9})\)\s*$")
_AZURE = re.compile(r"^Merged PR (?P<number>\d{1,9}):\s*(?P<title>.*)$")
_BORS = re.compile(r"^(?:Auto|Rollup) merge of #(?P<number>\d{1,9})\b(?: - (?P<head>[^\s,]+))?")
_BORS_NG = re.compile(r"^Merge (?P<numbers>#\d{1,9}(?:,? #\d{1,9})*)\s*$")
_BORS_NG_LINE = re.compile(r"^\s*(?P<number>\d{1,9}): (?P<title>.+?)(?: r=\S.*)?\s*$", re.MULTILINE)
_NAMED_REQUEST = re.compile(
    r"^Merge (?:PR |MR |pull request |pull-request )?(?:[\w.-]+/[\w.-]+)?[#!](?P<number>\d{1,9})\s*[:-]\s*(?P<title>\S.*)$"
)
_TYPED_REQUEST = re.compile(r"^[a-z]+ #(?P<number>\d{1,9}) (?P<title>.+?)(?: \([^()]*\))?\s*$")
_TYPED_BODY = re.compile(r"^\s*This PR was (?:merged into|squashed before being merged into|submitted for)\b")
"""The form of Symfony's merge tool: `bug #57984 [Validator] Add ... (login)`; only its body makes it one."""
_FROM_FORK = re.compile(r"^Merge (?:commit from fork|pull request from GHSA-[\w-]+)\s*$")
_BRANCH = re.compile(r"^Merge (?:remote-tracking )?(?:branch|branches|tag|tags|commit|commits) '(?P<head>[^']+)'")
"""As git itself writes it."""
_GITLAB_BRANCH = re.compile(r"^Merge branch '(?P<head>[^']+)'(?: into '?[^']+'?)?\s*$")
_TRAILER_NUMBER = re.compile(
    r"^\s*(?:See merge request \S*!(?P<gitlab>\d{1,9})"
    r"|(?:PR-URL|Pull-Request(?:-URL)?|Merge-Request(?:-URL)?|Reviewed-on)\s*:\s*\S+/(?:pull|pulls|merge_requests|pullrequest)/(?P<page>\d{1,9})/?"
    r"|(?:Pull-Request|Merge-Request|MR|PR)\s*:\s*[#!](?P<bare>\d{1,9}))\s*$",
    re.IGNORECASE,
)
_TRAILER_HINT = re.compile(r"request|PR-URL|\bPR:|\bMR:|reviewed-on", re.IGNORECASE)
_TRAILER_LINES = 12
"""Lines at the end of a message in which a trailer may be; further up a request is only talked about."""

_TRAILER = re.compile(
    r"^(?:[A-Za-z]+(?:-[A-Za-z]+)*-by|Reviewed-on|Change-Id|PR-URL|(?:Pull|Merge)-Request(?:-URL)?|Cc|git-svn-id)\s*:\s*\S|^See merge request ",
    re.IGNORECASE,
)
"""Known trailers; any other `Word: text` may be a title, such as `Docs: fix the link`."""
_LIKE_TRAILER = re.compile(r"^[A-Z][A-Za-z]*(?:-[A-Za-z]+)*\s*:\s+\S|^[A-Za-z]+(?:-[A-Za-z]+)+\s*:\s*\S")
_SHORTLOG_HEAD = re.compile(r"^\s*\*\s+\S.*:(?:\s+\(\d+ commits\))?\s*$")
_SHORTLOG_PEOPLE = re.compile(r"^(?:By|Via|# By|# Via)\s+\S")
_CONFLICTS = re.compile(r"^(?:#\s*)?Conflicts:?\s*$", re.IGNORECASE)
_CLOSES = re.compile(
    r"^(?:closes?d?|fix(?:es|ed)?|resolves?d?|refs?|see)\b[\s:]*(?:[\w./-]*[#!]\d+[\s,.]*)+$", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"(?<=[a-z0-9)`'\"][.!?])\s+(?=[A-Z`'\"])")

_MARKS = re.compile(
    r"^(?:\s*(?:\[[^\]]{1,40}\]|[a-z]+(?:\([^()]*\))?!?:(?=\s)|[^\w\s`'\"([{<#@*/.-]+|:\w+:))+\s*", re.IGNORECASE
)
_NUMBERS_AT_END = re.compile(r"(?:\s*\([^()]*[#!]\d+\))+\s*$")
_LONGEST_TITLE = 300
"""Characters; what moves work is said in fewer."""
_NOT_A_PRODUCT = (
    r"(?:a|an|and|as|at|before|after|by|for|from|in|into|of|on|or|that|the|this|to|until|when|with|notes?|locks?)\b"
)
_RELEASE = re.compile(
    rf"(?:(?:release|prepare|cut)(?:s|d|ed|ing|ting)?\s+(?:(?:for|the|new|version|release|of|to)\s+)*(?:(?!{_NOT_A_PRODUCT})[\w.@/-]+\s+){{0,3}}?{_VERSION}(?:\s+release)?"
    rf"|(?:version\s+|release\s+)?{_VERSION}(?:\s+release)?"
    r"|(?:new |next |prepare(?: the)?(?: new| next)? |cut(?: the)?(?: new| next)? )?release)",
    re.IGNORECASE,
)
_ARROW = re.compile(r"(?P<from>\S+)\s*(?:->|=>|→|⇒|>)\s*(?P<to>\S+)")
_ROLLUP = re.compile(r"roll-?up of \d+ (?:pull requests|prs|merge requests)", re.IGNORECASE)
_MOVES = re.compile(
    r"(?:merg(?:e|es|ed|ing)|sync(?:s|ed|ing|hroni[sz]e)?|(?:back|up|down|forward)[- ]?merg(?:e|es|ed|ing)|pull(?:s|ed|ing)?)(?=\s|:)[\s:]*",
    re.IGNORECASE,
)
_CONNECTING = frozenset(
    [
        "branch",
        "branches",
        "remote-tracking",
        "remote",
        "tag",
        "tags",
        "commit",
        "commits",
        "changes",
        "change",
        "latest",
        "current",
        "local",
        "and",
        "of",
        "from",
        "into",
        "in",
        "to",
        "with",
        "the",
        "onto",
        "by",
        "via",
        "back",
        "up",
    ]
)
_BEFORE_REF = frozenset(["from", "into", "in", "to", "with", "onto", "of", "branch", "branches", "tag", "and", "for"])
_AFTER_REF = frozenset(["from", "into", "in", "to", "with", "onto", "and", "branch", "branches", "at"])
_QUOTED = re.compile(r"'[^']+'|\"[^\"]+\"|`[^`]+`")
_ADDRESS = re.compile(r"(?:\w+://|git@)\S+|[\w.-]+\.[a-z]{2,}[:/]\S*")
_SHA = re.compile(r"[0-9a-f]{7,40}")


class MergedRequest(Struct, frozen=True):
    """A pull or merge request that a message names as what it merges."""

    number: int
    title: str = ""
    """Empty where the message does not hold it."""


def merged_requests(subject: str, body: str) -> tuple[MergedRequest, ...]:
    """Return the requests that a message merges, usually one; several where a merge queue took them in together.

    A number that ends the subject (`Title (#12)`) is not looked for here: see `message.pull_request_of`.
    """
    if "merge" in subject[:12].lower() and (found := tuple(_named_in_subject(subject, body))):
        return found
    if _TYPED_BODY.match(body) and (typed := _TYPED_REQUEST.match(subject)):
        return (MergedRequest(int(typed["number"]), typed["title"].strip()),)
    number = _number_in_trailers(body)
    if number is None:
        return ()
    return (MergedRequest(number, first_line_of(body) if _GITLAB_BRANCH.match(subject) else subject),)


def title_by_body(subject: str, body: str) -> str:
    """Return the title that a merge as git writes it has in its body: a person's sentence; else empty.

    A merge of a long-lived branch (`main`, `5.4`) is never titled by its body, which speaks of the merge itself.
    """
    if _FROM_FORK.match(subject):
        return first_line_of(body)
    match = _BRANCH.match(subject)
    return sentence_of(body) if match is not None and not is_long_lived(match["head"]) else ""


def merged_head(subject: str) -> str:
    """Return the branch that a subject in a form of git's or a host's takes in (`owner/branch` for a request); else empty."""
    for pattern in (_QUOTED_REQUEST, _PULL_REQUEST, _BITBUCKET, _BORS, _BRANCH):
        match = pattern.match(subject)
        if match is not None:
            return match["head"] or ""
    return ""


def moved_head(subject: str) -> str:
    """Return the branch that the subject of a merge takes in, in whatever words; empty if none.

    Only for commits with several parents: others use the same words for work.
    """
    head = merged_head(subject)
    match = _MOVES.match(subject) if not head and only_moves(subject) else None
    words = [word for word in _words(subject[match.end() :]) if word.lower() not in _CONNECTING] if match else []
    return head or (words[0].strip("'\"`") if words else "")


def only_moves(subject: str) -> bool:
    """Tell whether a merge's subject names nothing but branches, tags, commits and addresses."""
    match = _MOVES.match(subject) if len(subject) <= _LONGEST_TITLE else None
    if match is None:
        return False
    words = _words(subject[match.end() :])
    refs = 0
    for before, word in zip(["", *words], words, strict=False):
        is_name = re.search(r"[-_/.\d]", word) is not None  # "Merge tag handling" names no tag
        is_named = (before.lower() in {"branch", "tag", "commit"} and is_name) or (
            refs and before.lower() in {"into", "onto", "to"}
        )
        is_ref = bool(is_named) or _is_ref(word)
        if not is_ref and word.lower() not in _CONNECTING:
            return False
        refs += is_ref
    return refs > 0


def is_transport_title(title: str, head: str = "") -> bool:
    """Tell whether a title as a whole only says that work is moved: a version, a branch, `X -> Y`, "Merge main into X".

    `head` is the branch that is merged, whose name in other letters is no title either.
    """
    if len(title) > _LONGEST_TITLE:
        return False
    plain = _plain(title)
    if _RELEASE.fullmatch(plain) or _ROLLUP.fullmatch(plain) or is_long_lived(plain):
        return True
    branch = head.partition("/")[2] or head
    if branch and _letters(plain) in {_letters(branch), _letters(head)}:
        return True
    arrow = _ARROW.fullmatch(plain)
    return arrow is not None or only_moves(plain) or _moves_a_line(plain)


def is_long_lived(branch: str) -> bool:
    """Tell whether a branch is one that stays: `main`, `develop`, `release/...`, `5.4`, `2.x`."""
    return _LONG_LIVED.fullmatch(branch) is not None or _VERSION_LINE.fullmatch(branch) is not None


def is_long_lived_head(head: str, owner: str | None) -> bool:
    """Tell whether the head of a pull request (`owner/branch`) is a long-lived branch of the repository's own owner.

    An `owner` of None (a clone without a known host) is taken to be the head's.
    """
    login, slash, branch = head.partition("/")
    if not slash:
        return is_long_lived(head)
    is_own = owner is None or login.lower() == owner.lower()
    return (is_own and is_long_lived(branch)) or (is_long_lived(head) and login.lower() != (owner or "").lower())


def first_line_of(body: str) -> str:
    """Return the first line of a merge's body that can be a title: neither empty nor a trailer nor a list of conflicts."""
    for line in body.splitlines():
        if line.strip():
            plain = line.strip()
            machine = _TRAILER.match(plain) or _CONFLICTS.match(plain) or _SHORTLOG_HEAD.match(plain)
            return "" if machine else plain
    return ""


def sentence_of(body: str) -> str:
    """Return the first sentence that a person wrote into the body of a merge; empty where tools wrote all of it."""
    for paragraph in _paragraphs(body):
        if all(_LIKE_TRAILER.match(line.strip()) for line in paragraph) and paragraph[1:]:
            continue
        text = " ".join(" ".join(paragraph).split())
        if len(re.findall(r"[^\W\d_]{2,}", text)) >= 3 or (text.endswith(".") and " " in text):
            return _SENTENCE_END.split(text)[0]
    return ""


# -- parts of a message ------------------------------------------------------------------------------------------------


def _named_in_subject(subject: str, body: str) -> Iterator[MergedRequest]:
    for pattern in (_QUOTED_REQUEST, _PULL_REQUEST, _BITBUCKET, _BORS):
        match = pattern.match(subject)
        if match is not None:
            title = match["title"] if pattern is _QUOTED_REQUEST else first_line_of(body)
            yield MergedRequest(int(match["number"]), title)
            return
    named = _AZURE.match(subject) or _NAMED_REQUEST.match(subject)
    if named is not None:
        yield MergedRequest(int(named["number"]), named["title"].strip())
        return
    queued = _BORS_NG.match(subject)
    if queued is not None:
        titles = {int(line["number"]): line["title"] for line in _BORS_NG_LINE.finditer(body)}
        for number in dict.fromkeys(int(found) for found in re.findall(r"\d+", queued["numbers"])):
            yield MergedRequest(number, titles.get(number, ""))


def _number_in_trailers(body: str) -> int | None:
    if not _TRAILER_HINT.search(body):
        return None
    for line in reversed([line for line in body.splitlines() if line.strip()][-_TRAILER_LINES:]):
        match = _TRAILER_NUMBER.match(line)
        if match is not None:
            return int(match["gitlab"] or match["page"] or match["bare"])
    return None


def _paragraphs(body: str) -> Iterator[list[str]]:
    """Yield the lines of each paragraph that a person may have written: no list of commits, conflicts, or trailers."""
    paragraph: list[str] = []
    listed = False
    for line in [*body.splitlines(), ""]:
        is_machine = _is_machine_line(line, listed=listed)
        listed = (
            _SHORTLOG_HEAD.match(line) is not None
            or _CONFLICTS.match(line.strip()) is not None
            or (listed and (not line.strip() or line[:1].isspace()))
        )
        if line.strip() and not is_machine:
            paragraph.append(line)
        elif paragraph:
            yield paragraph
            paragraph = []


def _is_machine_line(line: str, *, listed: bool) -> bool:
    plain = line.strip()
    if line[:1].isspace() and listed:
        return True
    if plain.startswith("#") or plain[:2] in {"* ", "- ", "+ "}:
        return True
    is_path = " " not in plain and ("/" in plain or "." in plain)
    patterns = (_SHORTLOG_HEAD, _SHORTLOG_PEOPLE, _CONFLICTS, _TRAILER, _CLOSES)
    return is_path or only_moves(plain) or any(pattern.match(plain) for pattern in patterns)


# -- parts of a title --------------------------------------------------------------------------------------------------


def _plain(title: str) -> str:
    """Return a title without marks in front, numbers behind it, quotes and the full stop."""
    plain = _NUMBERS_AT_END.sub("", title.strip())
    plain = _MARKS.sub("", plain).replace("`", "").strip()
    return re.sub(r"[\s.!…]+$", "", plain).strip("'\"") or title.strip()


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()


def _words(text: str) -> list[str]:
    """Return the words of a title, what is quoted as one, without punctuation around them."""
    found = re.findall(r"'[^']+'|\"[^\"]+\"|`[^`]+`|[^\s,;&]+", text)
    return [word if _QUOTED.fullmatch(word) else word.rstrip(".:!)").lstrip("(") or word for word in found]


def _is_ref(word: str) -> bool:
    if _QUOTED.fullmatch(word) or _ADDRESS.fullmatch(word) or _SHA.fullmatch(word):
        return True
    return "/" in word or is_long_lived(word) or word.lower() in _REMOTES


def _moves_a_line(plain: str) -> bool:
    """Tell whether a title begins with a word for moving and names a long-lived branch as what is moved or where to."""
    match = _MOVES.match(plain)
    words = _words(plain[match.end() :]) if match is not None else []
    for position, word in enumerate(words):
        if not is_long_lived(word.strip("'\"`")):
            continue
        before = words[position - 1].lower() if position else ""
        after = words[position + 1].lower() if position + 1 < len(words) else ""
        if (not before or before in _BEFORE_REF or before in _CONNECTING) and (not after or after in _AFTER_REF):
            return True
    return False
