"""Numbers, versions, issues and pull requests that nothing vouches for."""

import re
from collections.abc import Iterator, Sequence

from llnotes_tui.grounding.evidence import ADDED, CONTEXT, Evidence, numbers_of
from llnotes_tui.grounding.note import Note
from llnotes_tui.release.model import EvidenceLine, Finding

_REFERENCE = re.compile(
    r"(?<![\w&])#(?P<number>\d{1,9}+)\b|/(?:issues|pull|pulls|merge_requests)/(?P<linked>\d{1,9}+)\b"
)
_VERSION = re.compile(r"(?<![\w.\-/#$])[vV]?(?P<number>\d++(?:\.\d++)++)(?![\w-]|\.\d)")
_COUNT = re.compile(
    r"(?<![\w.,\-/#$:@+^~*])(?P<number>\d{1,3}(?:,\d{3})++|\d{1,15}+)(?:(?P<ordinal>st|nd|rd|th)\b)?(?![\w.:/\-]|,\d)|(?<![\w.,\-/#$:@+^~*])(?P<ended>\d{1,15}+)(?=[.:](?:\s|$))"
)
_STANDARD = re.compile(
    r"(?:ISO|PEP|RFC|OAuth|SCIM|TLS|SSL|HTTP|UTF|SHA|Unicode|Gen|Log4j|Section|Windows|Ubuntu|IEEE|CVE|Type|Phase|Level|Part|Step|Tier)[ -]?$"
)
_LANGUAGE = re.compile(r"(?:Python|Java|Scala|Spark|Windows|Angular|Vue) $")
_PLATFORM = re.compile(r"(?:Python|Java|Scala|Spark|DBR|Runtime|Go|Node|Ruby|Rust|Unity|versions?)\b[^.;]{0,30}$")
_UNIT = re.compile(
    r"[ -]?(?:s|ms|secs?|seconds?|minutes?|mins?|hours?|days?|weeks?|months?|kB|KB|MB|GB|TB|bytes?|%|percent)\b|%"
)
_FACTORS = (60, 3600, 24, 7, 30, 100, 1000, 1024, 1_000_000, 1 << 20)
_STATUS = {
    "400": "BadRequest",
    "401": "Unauthenticated",
    "403": "PermissionDenied",
    "404": "NotFound",
    "409": "ResourceConflict",
    "429": "TooManyRequests",
    "500": "InternalError",
    "503": "TemporarilyUnavailable",
}


def unknown_numbers(note: Note, evidence: Evidence) -> Iterator[Finding]:
    """`unknown-number`: a version, number, issue or pull request that is in no evidence."""
    if not evidence.whole:
        return
    yield from _references(note, evidence)
    linked = _blank_links(note)
    for match in _VERSION.finditer(linked):
        number = match["number"]
        before = linked[max(0, match.start() - 40) : match.start()]
        if _PLATFORM.search(before) and any(tree.has(number) for tree in evidence.trees):
            continue
        if not _is_version_known(number, evidence) and not _STANDARD.search(
            linked[max(0, match.start() - 9) : match.start()]
        ):
            real = _real_version(number, evidence)
            reason = f"{match[0]} stands nowhere in the diff, the message or the repository."
            yield note.finding(
                "unknown-number", match.start("number"), match.end("number"), reason, real, _where(real, evidence)
            )
    for match in _COUNT.finditer(linked):
        group = "number" if match["number"] else "ended"
        number = match[group]
        if not _is_count_known(number, linked, match.start(group), match.end(group), evidence):
            reason = f"{number} stands nowhere in the diff or the message."
            yield note.finding(
                "unknown-number",
                match.start(group),
                match.end(group),
                reason,
                None,
                _where_near(linked, match.end(), evidence),
            )


def _references(note: Note, evidence: Evidence) -> Iterator[Finding]:
    own = [str(commit.pull_request) for commit in evidence.commits if commit.pull_request is not None]
    about = f"; this entry is #{own[0]}" if own else ""
    told = tuple(
        dict.fromkeys(found["number"] or found["linked"] for found in _REFERENCE.finditer(evidence.raw_message))
    )
    for match in _REFERENCE.finditer(note.text):
        group = "number" if match["number"] else "linked"
        number = match[group]
        if number in evidence.numbers or note.text[max(0, match.start() - 1) : match.start()].isalnum():
            continue
        reason = f"#{number} is named neither in the diff nor in the message{about}."
        fix = _real_reference(number, [one for one in told if one not in own], own)
        yield note.finding("unknown-number", match.start(group), match.end(group), reason, fix)


def _real_reference(number: str, told: Sequence[str], own: Sequence[str]) -> str | None:
    """Return the number of the message that a wrong one is a part of, else the only one that it names."""
    close = [one for one in told if one.startswith(number) or number.startswith(one)]
    if len(close) == 1:
        return close[0]
    return told[0] if len(told) == 1 and not any(one.startswith(number) for one in own) else None


def _is_version_known(number: str, evidence: Evidence) -> bool:
    if number in evidence.numbers:
        return True
    if number.count(".") == 1 and _is_derived(number, evidence):
        return True
    # 1.2 and 1.2.0 are one.
    short = number
    while short.endswith(".0"):
        short = short[:-2]
        if short in evidence.numbers and "." in short:
            return True
    return any(f"{number}{end}" in evidence.numbers for end in (".0", ".0.0", ".x"))


def _is_count_known(number: str, text: str, start: int, end: int, evidence: Evidence) -> bool:
    plain = number.replace(",", "")
    sides = evidence.numbers.get(plain, 0)
    if sides & ~CONTEXT or (sides and len(plain) > 1) or plain in ("0", "1") or evidence.sides(plain):
        return True
    before = text[max(0, start - 12) : start]
    if _STANDARD.search(before) or _LANGUAGE.search(before) or (plain in _STATUS and evidence.sides(_STATUS[plain])):
        return True
    if _UNIT.match(text, end) and _is_derived(plain, evidence):
        return True
    if len(plain) <= 2 and int(plain) in _countable(evidence):
        return True
    # An enumeration: `1. ... 2. ...` or `(2)`.
    return text[start - 1 : start] == "(" and text[end : end + 1] == ")"


def _is_derived(number: str, evidence: Evidence) -> bool:
    """Tell whether it is a number of the evidence in another unit: 2 minutes for 120."""
    value = float(number)
    for factor in _FACTORS:
        for other in (value * factor, value / factor):
            if other == int(other) and str(int(other)) in evidence.numbers:
                return True
            if f"{other:g}" in evidence.numbers:
                return True
    return False


def _countable(evidence: Evidence) -> set[int]:
    """Return what can be counted in a diff: files, definitions, tests."""
    counts = {len(evidence.files), len(evidence.commits)}
    for change in ("added", "removed", "changed"):
        counts.add(sum(1 for symbol in evidence.symbols if symbol.change == change))
        for kind in ("function", "method", "class", "test", "option", "command", "field", "constant", "key"):
            counts.add(sum(1 for symbol in evidence.symbols if symbol.change == change and symbol.kind == kind))
    for area in ("source", "test", "documentation", "workflow", "build", "data"):
        counts.add(sum(1 for file in evidence.files if file.area == area))
    return counts


def _real_version(number: str, evidence: Evidence) -> str | None:
    """Return the one version of the added lines, or the message, that is most like a wrong one."""
    shape = number.count(".")
    found = [one for one in evidence.numbers if one.count(".") == shape and one.replace(".", "").isdigit()]
    same = [one for one in found if one.split(".")[0] == number.split(".", maxsplit=1)[0]]
    added = [one for one in same if evidence.numbers[one] & ADDED] or same
    return added[0] if len(added) == 1 else None


def _where(number: str | None, evidence: Evidence) -> tuple[EvidenceLine, ...]:
    if number is None:
        return ()
    return tuple(line.shown() for line in evidence.lines if number in line.text and number in numbers_of(line.text))[:2]


def _where_near(text: str, end: int, evidence: Evidence) -> tuple[EvidenceLine, ...]:
    """Return lines with a number and the word that follows the wrong one."""
    word = re.match(r"\s*+([A-Za-z]{3,30}+)", text[end : end + 40])
    if word is None:
        return ()
    stem = word[1].lower().rstrip("s")
    lines = (line for line in evidence.lines if stem in line.text.lower() and any(sign.isdigit() for sign in line.text))
    return tuple(line.shown() for line, _ in zip(lines, range(2), strict=False))


def _blank_links(note: Note) -> str:
    signs = list(note.text)
    for start, end in note.links:
        signs[start:end] = " " * (end - start)
    return "".join(signs)
