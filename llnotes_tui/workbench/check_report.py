"""What `llnotes check` prints: lines that editors and CI understand, or JSON (schema 1, to which keys are only ever added)."""

import json
from collections.abc import Iterator
from typing import Any

from llnotes_tui.release.model import Finding, Level
from llnotes_tui.release.text import one_line
from llnotes_tui.workbench.checking import CheckedEntry, CheckedNotes

SCHEMA = 1
_ORDER: tuple[Level, ...] = ("grey", "amber", "red")
_MATCH_LEVEL: Level = "amber"
"""Of an entry that matches no commit, and of a change that no entry tells."""


def is_at_least(level: Level, least: Level) -> bool:
    """Say whether a level is `least` or above it."""
    return _ORDER.index(level) >= _ORDER.index(least)


def holds_release(checked: CheckedNotes, least: Level) -> bool:
    """Say whether something was found at or above a level: what ends the command with 1."""
    unmatched = bool(checked.missing or checked.unknown) and is_at_least(_MATCH_LEVEL, least)
    return unmatched or any(is_at_least(finding.level, least) for finding in _findings(checked))


def text_lines(checked: CheckedNotes, file: str, least: Level) -> Iterator[str]:
    """Yield `file:line:column: level kind: reason` in the order of the file, of what is at or above a level."""
    for entry in checked.entries:
        if not entry.known and is_at_least(_MATCH_LEVEL, least):
            yield f"{file}:{entry.entry.line}:1: {_MATCH_LEVEL} unknown: {_unknown_reason(entry, checked)}"
        for finding in entry.findings:
            if is_at_least(finding.level, least):
                line, column = checked.notes.line_and_column(entry.entry.place(finding.start))
                yield f"{file}:{line}:{column}: {finding.level} {finding.kind}: {one_line(finding.reason)}"
    if is_at_least(_MATCH_LEVEL, least):
        for untold in checked.missing:
            number = f" (#{untold.pull_request})" if untold.pull_request is not None else ""
            told = f"no entry tells of {untold.commit[:7]} {one_line(untold.title)}{number}"
            yield f"{file}:{checked.notes.line}:1: {_MATCH_LEVEL} missing: {told}"


def summary(checked: CheckedNotes, least: Level) -> str:
    """Return one sentence about what was checked, for people."""
    counts = dict.fromkeys(reversed(_ORDER), 0)
    for finding in _findings(checked):
        counts[finding.level] += 1
    where = f"{checked.range.name} {_span(checked)}"
    found = ", ".join(f"{count} {level}" for level, count in counts.items() if count) or "no automatic finding"
    hidden = sum(count for level, count in counts.items() if not is_at_least(level, least))
    rest = f" ({hidden} below {least} not shown)" if hidden else ""
    rest += f" ({checked.silenced} silenced by a glossary)" if checked.silenced else ""
    unmatched = f"; {len(checked.unknown)} unknown, {len(checked.missing)} missing"
    return f"{len(checked.entries)} entries against {where}: {found}{rest}{unmatched}."


def as_json(checked: CheckedNotes) -> str:
    """Return what was found as JSON."""
    return json.dumps(check_object(checked), indent=2, ensure_ascii=False)


def check_object(checked: CheckedNotes) -> dict[str, Any]:
    """Return what was found as plain JSON values; `start` and `end` are code points of the whole file as it is decoded."""
    return {
        "schema": SCHEMA,
        "range": {"since": checked.range.since, "until": checked.range.until},
        "entries": [_entry(entry, checked) for entry in checked.entries],
        "missing": [
            {"commit": untold.commit, "pull_request": untold.pull_request, "title": untold.title}
            for untold in checked.missing
        ],
        "unknown": [{"line": entry.line, "text": entry.text} for entry in checked.unknown],
    }


def _entry(checked: CheckedEntry, notes: CheckedNotes) -> dict[str, Any]:
    return {
        "line": checked.entry.line,
        "pull_requests": list(checked.entry.pull_requests),
        "commits": [commit.sha for commit in checked.commits],
        "findings": [_finding(finding, checked, notes) for finding in checked.findings],
    }


def _finding(finding: Finding, checked: CheckedEntry, notes: CheckedNotes) -> dict[str, Any]:
    start = checked.entry.place(finding.start)
    end = checked.entry.place(max(finding.end - 1, finding.start)) + 1 if finding.end > finding.start else start
    return {
        "kind": finding.kind,
        "level": finding.level,
        "start": start,
        "end": end,
        "text": notes.notes.text[start:end],
        "reason": finding.reason,
        "evidence": [
            {"path": line.path, "line": line.line, "side": line.side, "text": line.text} for line in finding.evidence
        ],
        "fix": finding.fix,
    }


def _findings(checked: CheckedNotes) -> Iterator[Finding]:
    return (finding for entry in checked.entries for finding in entry.findings)


def _unknown_reason(entry: CheckedEntry, checked: CheckedNotes) -> str:
    numbers = ", ".join(f"#{number}" for number in entry.entry.pull_requests)
    span = _span(checked)
    if numbers:
        return f"no commit of {span} is of {numbers}"
    named = ", ".join(sha[:7] for sha in entry.entry.linked)
    return f"{named} is not in {span}" if named else f"no commit of {span} is called like it"


def _span(checked: CheckedNotes) -> str:
    until = one_line(checked.range.branch).removeprefix("refs/tags/")
    return f"{checked.range.since_name}..{until if len(until) < 40 else until[:7]}"
