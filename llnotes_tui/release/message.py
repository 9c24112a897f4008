"""What a commit message says about its commit: pull request, title, breaks, reverts, cherry-picks, releases.

`message_of` and its neighbours below it add what the pull request says, where its source was asked for it.

Nothing here fails: a message is text from outside, and one that follows no custom simply says less.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec import Struct

from llnotes_tui.release.cleaning import cleaned_body, without_invisible, without_markup_blocks
from llnotes_tui.release.merges import merged_head, merged_requests, title_by_body
from llnotes_tui.release.model import Commit, PullRequest
from llnotes_tui.release.squashed import HEADER, is_squash_subject, listed_commits

_PULL_REQUEST_AT_END = re.compile(r"\(#(\d{1,9})\)\s*$")
_PULL_REQUESTS_AT_END = re.compile(r"(?:\s*\(#\d{1,9}\)|\s*\(pull request #\d{1,9}\))+\s*$")
_LIST_MARKER = re.compile(
    r"^(?:(?:[-*+>\u2022\u2023]\s+(?:\[[ xX]\]\s+)?(?=\S))|(?:#{1,6}|\d{1,2}[.)])\s+(?=[^\W\d]|[`'\"(\[:]))+"
)
"""A list item, heading or quote that became a subject: `- Add a thing`, `## Add a thing`, `1. Add a thing`."""
_AUTOSQUASH = re.compile(r"^(?:(?:fixup|squash|amend)!\s+)+(?=\S)")
_CUT_SUBJECT = re.compile(r"^(?P<begun>.*)…(?P<number>(?:\s*\(#\d{1,9}\))?)$")
_BITBUCKET_AT_END = re.compile(r"\(pull request #(\d{1,9})\)\s*$")

_CONVENTIONAL_BREAK = re.compile(r"^[A-Za-z][\w-]*(?:\([^()]*\))?!:")
_BREAKING_TAG = re.compile(r"^(?:\[\s*breaking(?:[ -]changes?)?\s*\]|breaking(?:[ -]changes?)?\s*:)", re.IGNORECASE)
_LINE_LEAD = (
    r"^\s*(?:>\s*)*(?:[-*+]\s+|\d+[.)]\s+)?(?:\[[xX]\]\s*)?(?:#{1,6}\s+)?(?:[^\w\s`*_\[\]()#>-]+\s*|:\w+:\s*)?[*_]{0,3}"
)
_BREAKING_LINE = re.compile(
    _LINE_LEAD + r"BREAKING(?:[ -]CHANGES?)?\b[*_]{0,3}\s*(?:\([^()]*\)\s*)?[:!](?P<text>.*)$", re.IGNORECASE
)
_BREAKING_HEADING = re.compile(r"^\s*(?:#{1,6}\s+|[*_]{2})BREAKING[ -]CHANGES?[*_]{0,3}\s*$", re.IGNORECASE)
_BREAKING_BOX = re.compile(r"^\s*[-*+]\s+\[[xX]\].*\bbreaking change\b", re.IGNORECASE)
_NOTHING = re.compile(r"^[\s*_.-]*(?:none|no|nope|n/?a|not applicable|nothing|false)?\b[\s*_.!-]*$", re.IGNORECASE)

_REVERT_TITLE = re.compile(
    r'^(?:\w+(?:\([^()]*\))?:\s*)?Revert(?:s|ed)?:?\s+"(?P<title>.+)"\s*(?:\(#\d+\)\s*)*$', re.IGNORECASE
)
_REAPPLY_TITLE = re.compile(r'^Reapply\s+"(?P<title>.+)"\s*(?:\(#\d+\)\s*)*$', re.IGNORECASE)
_REVERT_NUMBER = re.compile(
    r"^Revert(?:s|ed)?\s+(?:PR\s+|pull request\s+)?#(?P<number>\d+)\s*(?:\(#\d+\)\s*)*$", re.IGNORECASE
)
_CONVENTIONAL_REVERT = re.compile(r"^revert(?:\([^()]*\))?!?:\s*(?P<title>.+?)\s*(?:\(#\d+\)\s*)*$", re.IGNORECASE)
_REVERTS_COMMIT = re.compile(r"^This reverts commits? ([0-9a-f]{7,64})\b", re.MULTILINE)
_REVERTS_PULL_REQUEST = re.compile(r"^Reverts (?:[\w.-]+/[\w.-]+)?#(\d+)\s*\.?\s*$", re.MULTILINE)

_LONGEST_LINE = 1_000
_LONGEST_END = 200
"""Characters in which the numbers behind a title are looked for."""
_CHERRY_PICK = re.compile(r"\(?cherry[ -]picked from commit ([0-9a-f]{7,64})\)?", re.IGNORECASE)

_VERSION = (
    r"(?P<version>[vV]?\d+(?:\.\d+){1,3}(?:[-.]?(?:a|b|c|rc|alpha|beta|dev|pre|preview|post)[-.]?\d*)*(?:\+[\w.]+)?)"
)
_NAMED_VERSION = rf"(?:[\w.@/-]*?[-@/ ])?{_VERSION}"
_CUTS = r"(?:prepare|prepared|preparing|cut|tag|publish)"
_RELEASES = tuple(
    re.compile(pattern + r"\s*[.!]?\s*$", re.IGNORECASE)
    for pattern in (
        rf"^(?:release|released|releasing)\s*:?\s+(?:the\s+|for\s+|new\s+|version\s+|of\s+)*{_NAMED_VERSION}(?:\s+release)?",
        rf"^{_CUTS}\s+(?:the\s+|for\s+|new\s+)*(?:release|version)\s+(?:the\s+|of\s+|for\s+)*{_NAMED_VERSION}(?:\s+release)?",
        rf"^{_CUTS}\s+(?:the\s+|for\s+|new\s+)*{_VERSION}(?:\s+release)?",
        rf"^{_CUTS}\s+(?:to|for)\s+(?:the\s+)?(?:release|releasing)\s+(?:of\s+)?{_NAMED_VERSION}",
        rf"^(?:\[maven-release-plugin\]\s+prepare release)\s+{_NAMED_VERSION}",
        rf"^(?:chore|build|ci|release)(?:\([^()]*\))?!?:\s+(?:release|prepare(?:\s+for)?(?:\s+release)?|bump(?:\s+the)?\s+version(?:\s+to)?|version)?\s*:?\s*{_NAMED_VERSION}(?:\s+release)?",
        rf"^(?:bump|bumped|update|updated|set|increment)(?:\s+the)?(?:\s+(?:package|project|library))?\s+version(?:\s+number)?:?\s+(?:from\s+\S+\s+)?(?:to\s+|→\s*|->\s*)?{_VERSION}",
        rf"^(?:bump|bumped)(?:\s+the)?\s+version:?\s+\S+\s+(?:to|→|->|=>)\s+{_VERSION}",
        rf"^(?:version\s+)?{_VERSION}(?:\s+release)?",
    )
)
_UNNUMBERED_RELEASE = re.compile(
    r"^(?:\w+(?:\([^()]*\))?:\s+)?(?:\[[\w-]+\]\s+)?(?:prepare(?:\s+for)?(?:\s+the)?(?:\s+(?:next|new))?\s+(?:release|development iteration)"
    r"|(?:bump|increment)(?:\s+the)?\s+version(?:\s+number)?|version bump|new release|back to development)\s*[.!]?\s*$",
    re.IGNORECASE,
)


class Reverts(Struct, frozen=True):
    """What a commit takes back, as far as its message says; `release.plan` finds the commit that is meant."""

    commits: tuple[str, ...]
    """SHAs, perhaps abbreviated."""
    pull_requests: tuple[int, ...]
    title: str
    """Subject of what is taken back, where the message quotes it; else empty."""


def pull_request_of(subject: str, body: str) -> int | None:
    """Return the number of the pull request that brought a commit, from `Title (#N)` or a merge's message."""
    subject, body = _whole_subject(subject, body)
    at_end = _PULL_REQUEST_AT_END.search(subject)
    if at_end is not None:
        return int(at_end[1])
    merged = merged_requests(subject, body)
    if merged:
        return merged[0].number
    at_end = _BITBUCKET_AT_END.search(subject)
    return int(at_end[1]) if at_end is not None else None


def title_of(subject: str, body: str) -> str:
    """Return what a commit is called, without request numbers; for a merge the title, else the sentence in its body.

    `fixup!` and its like, and the marker of a list item or heading, are no part of it.  A squash that only lists
    several commits is called what the newest of them is.
    """
    subject, body = _whole_subject(subject, body)
    if is_squash_subject(subject):
        subject = next((one.subject for one in listed_commits(subject, body) if not one.is_merge), subject)
    merged = merged_requests(subject, body)
    title = merged[0].title if merged else title_by_body(subject, without_invisible(body))
    subject = _LIST_MARKER.sub("", _AUTOSQUASH.sub("", title or subject))
    # Only the end is searched: a subject of dots and blanks would take time without bound.
    start, end = subject[:-_LONGEST_END], subject[-_LONGEST_END:]
    without_numbers = start + _PULL_REQUESTS_AT_END.sub("", end)
    return " ".join(without_numbers.split()) or subject.strip()


def autosquash_target_of(subject: str) -> str | None:
    """Return the subject (or SHA) that a `fixup!`, `squash!` or `amend!` commit names, None for any other commit."""
    marker = _AUTOSQUASH.match(without_invisible(subject).strip())
    return without_invisible(subject).strip()[marker.end() :] if marker is not None else None


def merged_branch_of(subject: str) -> str | None:
    """Return the branch that a merge took in, None for a subject that is no merge's."""
    head = merged_head(subject) if subject.startswith("Merge") else ""
    if not head:
        return None
    is_request = subject.startswith("Merge pull request")
    return (head.partition("/")[2] or head) if is_request else head


def breaking_line(subject: str, body: str) -> str | None:
    """Return the line of a message that makes a commit suspect of breaking its users, None where there is none.

    It is the union of what the parsers of conventional commits take, in any case, and what pull request templates use.
    """
    title = title_of(subject, body)
    if _CONVENTIONAL_BREAK.match(title) or _BREAKING_TAG.match(title):
        return title
    lines = without_markup_blocks(without_invisible(body)).splitlines()
    for position, line in enumerate(lines):
        found = _breaking_at(lines, position, line[:_LONGEST_LINE])
        if found is not None:
            return found
    return None


def _breaking_at(lines: list[str], position: int, line: str) -> str | None:
    named = _BREAKING_LINE.match(line)
    if named is not None:
        below = named["text"].strip(" *_") or _next_line(lines, position)
        return (
            None
            if _NOTHING.match(below)
            else " ".join((line.strip() if named["text"].strip(" *_") else f"{line.strip()} {below}").split())
        )
    if _BREAKING_HEADING.match(line):
        below = _next_line(lines, position)
        return None if _NOTHING.match(below) or below.startswith("#") else below
    return line.strip() if _BREAKING_BOX.match(line) else None


def _next_line(lines: list[str], position: int) -> str:
    return next((line.strip() for line in lines[position + 1 :] if line.strip()), "")


def reverts(subject: str, body: str) -> Reverts | None:
    """Return what a commit takes back, None for a commit that is no revert or only a partial one."""
    subject, body = _whole_subject(subject, body)
    if "partial" in subject.lower() or _AUTOSQUASH.match(subject):
        return None
    merged = merged_requests(subject, body)
    subject = (merged[0].title if merged else "") or subject
    reapplied = _REAPPLY_TITLE.match(subject)
    quoted = _REVERT_TITLE.match(subject) or _CONVENTIONAL_REVERT.match(subject)
    number = _REVERT_NUMBER.match(subject)
    commits = tuple(_REVERTS_COMMIT.findall(body))
    if not (quoted or reapplied or number or commits):
        return None
    numbers = tuple(int(found) for found in _REVERTS_PULL_REQUEST.findall(body))
    if number is not None:
        numbers = (int(number["number"]), *numbers)
    title = f'Revert "{reapplied["title"]}"' if reapplied else quoted["title"] if quoted else ""
    return Reverts(commits=commits, pull_requests=tuple(dict.fromkeys(numbers)), title=title)


def cherry_picked_from(body: str) -> tuple[str, ...]:
    """Return the SHAs that a message names as what the commit was picked from, in its order."""
    return tuple(dict.fromkeys(_CHERRY_PICK.findall(body)))


def release_version_of(subject: str) -> str | None:
    """Return the version that a release commit's subject names (`Release v1.2.3 (#4)` gives `v1.2.3`), else None."""
    title = title_of(subject, "")
    if autosquash_target_of(subject) is not None:
        return None
    for pattern in _RELEASES:
        match = pattern.match(title)
        if match is not None:
            return match["version"]
    return None


def is_release_subject(subject: str) -> bool:
    """Tell whether a subject is one of a release: with a version, or `Prepare release`, `Version bump` and the like."""
    if autosquash_target_of(subject) is not None:
        return False
    return release_version_of(subject) is not None or _UNNUMBERED_RELEASE.match(title_of(subject, "")) is not None


def cleaned(subject: str, body: str) -> str:
    """Return a message as prompts and engines get it: its title, a blank line, and of the body what a person wrote.

    Comments, trailers, template boxes and headings, images, addresses, invisible characters and bots' quotes are gone.
    """
    subject, body = _whole_subject(subject, body)
    title = title_of(subject, body)
    rest = cleaned_body(f"{HEADER}\n\n{body}" if is_squash_subject(subject) else body)
    if rest == title or rest.startswith(title + "\n"):
        rest = rest[len(title) :].strip("\n")
    return f"{title}\n\n{rest}" if rest else title


def _whole_subject(subject: str, body: str) -> tuple[str, str]:
    """Join a subject that GitHub cut with `…` to the rest of it, which the body then begins with.

    A squash whose message lists a single commit has the message of that commit.
    """
    subject = without_invisible(subject).strip()
    if is_squash_subject(subject):
        listed = listed_commits(subject, without_invisible(body))
        return (listed[0].subject, listed[0].body) if len(listed) == 1 else (subject, body)
    cut = _CUT_SUBJECT.match(subject) if body.startswith("…") else None
    if cut is None:
        return subject, body
    first, _, rest = body[1:].partition("\n")
    return f"{cut['begun']}{without_invisible(first).strip()}{cut['number']}", rest.lstrip("\n")


# -- with the pull request ---------------------------------------------------------------------------------------------


def message_of(commit: Commit) -> str:
    """Return what is said of a commit, as prompts and engines get it: its cleaned message, and what its pull request adds.

    Where the message is the pull request's (squashed, merged), the title is the one that it has by now.
    """
    own, pull = cleaned(commit.subject, commit.body), commit.pull
    if pull is None:
        return own
    told = _said_by(pull)
    if is_of_pull_request(commit):
        return _with_rest(told, own.partition("\n\n")[2])
    return _with_rest(own, told)


def messages_of(commits: Sequence[Commit]) -> tuple[str, ...]:
    """Return `message_of` for each commit of an entry; what a pull request says of several commits comes once, first."""
    return tuple(_messages(commits))


def raw_message_of(commit: Commit) -> str:
    """Return all that is said of a commit and its side as it was written: boxes, links and quotes vouch for words as well."""
    said = [(commit.subject, commit.body), *((side.subject, side.body) for side in commit.side)]
    own = "\n".join(f"{subject}\n{body}" for subject, body in said)
    return own if commit.pull is None else f"{own}\n{commit.pull.title}\n{commit.pull.body}"


def commit_title(commit: Commit) -> str:
    """Return what a commit is called: by its pull request as that is called by now, where the message is that one's."""
    pull = commit.pull
    edited = title_of(pull.title, "") if pull is not None and is_of_pull_request(commit) else ""
    return edited or commit.given_title or title_of(commit.subject, commit.body)


def breaking_line_of(commit: Commit) -> str | None:
    """Return the line that makes a commit suspect of breaking its users: of its message, its pull request, or its side."""
    said = [(commit.subject, commit.body)]
    said += [(commit.pull.title, commit.pull.body)] if commit.pull is not None else []
    said += [(side.subject, side.body) for side in commit.side]
    return next((line for subject, body in said if (line := breaking_line(subject, body)) is not None), None)


def is_of_pull_request(commit: Commit) -> bool:
    """Tell whether a commit is its pull request as a whole, as its message says: squashed, or merged."""
    pull = commit.pull
    is_merge = len(commit.parents) > 1 and commit.pull_request is not None
    number = commit.pull_request if is_merge else pull_request_of(commit.subject, commit.body)
    return pull is not None and number == pull.number


def _messages(commits: Sequence[Commit]) -> Iterator[str]:
    parts = Counter(commit.pull.number for commit in commits if commit.pull and not is_of_pull_request(commit))
    told: set[int] = set()
    for commit in commits:
        pull = commit.pull
        if pull is None or parts[pull.number] < 2 or is_of_pull_request(commit):
            if len(commits) == 1 or not _only_amends(commit):
                yield message_of(commit)
            continue
        if pull.number not in told:
            told.add(pull.number)
            yield _said_by(pull)
        yield cleaned(commit.subject, commit.body)


def _only_amends(commit: Commit) -> bool:
    """Tell whether a message is that of a `fixup!` commit and says nothing itself."""
    return autosquash_target_of(commit.subject) is not None and not cleaned_body(commit.body)


def _said_by(pull: PullRequest) -> str:
    return cleaned(pull.title, pull.body)


def _with_rest(text: str, more: str) -> str:
    """Return a text with those paragraphs of another one that do not stand in it."""
    known = _plain(text)
    rest = [paragraph for paragraph in _paragraphs(more) if _plain(paragraph) not in known]
    return "\n\n".join([text, *rest])


def _plain(text: str) -> str:
    return " ".join(text.lower().split())


def _paragraphs(text: str) -> Iterator[str]:
    """Yield what stands between empty lines; a fenced block is never cut."""
    lines: list[str] = []
    fenced = False
    for line in text.split("\n"):
        fenced ^= line.lstrip().startswith(("```", "~~~"))
        if line.strip() or fenced:
            lines.append(line)
        elif lines:
            yield "\n".join(lines)
            lines = []
    if lines:
        yield "\n".join(lines)
