"""A draft as JSON: schema 1, to which keys are only ever added."""

from typing import Any

from llnotes_tui.release.model import Finding
from llnotes_tui.workbench.views import EntryView, FileView, ReleaseView

SCHEMA = 1


def draft_object(view: ReleaseView) -> dict[str, Any]:
    """Return a release as plain JSON values.  Each commit of the range is in one of the four lists, as itself or as merged."""
    return {
        "schema": SCHEMA,
        "repository": view.range.repository,
        "since": view.range.since,
        "until": view.range.until,
        "base_from": view.range.base_from,
        "version": {"last": view.range.last_version, "suggested": view.suggested_version},
        "engine": view.engine,
        "calls": view.totals.calls,
        "cached": view.totals.cached,
        "tokens": {"input": view.totals.input_tokens, "output": view.totals.output_tokens},
        "pull_requests_from": view.pulls_from or None,
        "entries": [_entry(entry) for entry in view.entries],
        "dependency_updates": [_update(entry) for entry in view.dependency_updates],
        "internal": [_placed(entry) | {"reason": entry.why} for entry in view.internal],
        "left_out": [_left_out(entry) for entry in view.left_out],
        "manifest": {
            "commits": view.manifest.commits,
            "entries": view.manifest.entries,
            "folded": view.manifest.folded,
            "internal": view.manifest.internal,
            "cancelled": view.manifest.cancelled,
            "left_out": view.manifest.left_out,
        },
    }


def _entry(entry: EntryView) -> dict[str, Any]:
    return {
        "id": entry.note,
        "commits": [commit.sha for commit in entry.commits],
        "merged_commits": [side.sha for commit in entry.commits for side in commit.side],
        "pull_requests": list(entry.pull_requests),
        "origin": entry.origin,
        "title": entry.title,
        "text": entry.text,
        "section": entry.section,
        "breaking": entry.breaking,
        "engine": entry.engine,
        "state": entry.state,
        "badges": list(entry.badges),
        "findings": [_finding(finding) for finding in entry.findings],
        "input_digest": entry.input_digest,
        "files": [_file(file) for file in entry.files],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "level": finding.level,
        "start": finding.start,
        "end": finding.end,
        "text": finding.text,
        "reason": finding.reason,
        "fix": finding.fix,
        "evidence": [
            {"path": line.path, "line": line.line, "side": line.side, "text": line.text} for line in finding.evidence
        ],
    }


def _file(file: FileView) -> dict[str, Any]:
    return {
        "path": file.path,
        "commit": file.commit,
        "added": file.change.added,
        "removed": file.change.removed,
        "state": file.state,
        "text": file.text,
    }


def _placed(entry: EntryView) -> dict[str, Any]:
    return {
        "commit": entry.commits[0].sha,
        "merged_commits": [side.sha for commit in entry.commits for side in commit.side],
        "pull_request": entry.pull_requests[0] if entry.pull_requests else None,
        "title": entry.title,
    }


def _update(entry: EntryView) -> dict[str, Any]:
    """Return a dependency update; `commit` and `pull_request` are the last ones."""
    return _placed(entry) | {
        "commits": [commit.sha for commit in entry.commits],
        "pull_requests": list(entry.pull_requests),
    }


def _left_out(entry: EntryView) -> dict[str, Any]:
    commit = entry.commits[0]
    return {
        "commit": commit.sha,
        "merged_commits": [side.sha for side in commit.side],
        "title": entry.title,
        "reason": entry.why,
    }
