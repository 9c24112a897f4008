"""`llnotes check`: notes that anybody wrote, held against the commits of their range.  No screen, no engine."""

from collections.abc import Sequence
from pathlib import Path
from threading import Event

import msgspec
from msgspec import Struct

from llnotes_tui import config
from llnotes_tui.grounding.checks import findings
from llnotes_tui.grounding.evidence import Evidence, build_evidence
from llnotes_tui.grounding.glossary import Glossary
from llnotes_tui.grounding.trees import TreeIndex
from llnotes_tui.release.changelog_files import unreadable
from llnotes_tui.release.matching import Match, matched, text_to_check
from llnotes_tui.release.message import message_of, release_version_of
from llnotes_tui.release.model import Commit, Finding, Plan, Range
from llnotes_tui.release.text import decode, one_line
from llnotes_tui.release.written import NoSuchSectionError, WrittenEntry, WrittenNotes, read_notes
from llnotes_tui.sources.git import Clone
from llnotes_tui.sources.process import GitFault
from llnotes_tui.sources.tag_series import tag_by_version, tag_prefixes
from llnotes_tui.storage.cache import AnswerCache
from llnotes_tui.workbench.start import Opened, Target, open_target, read_opened
from llnotes_tui.workbench.terms import read_glossary
from llnotes_tui.workbench.tools import plan_commits


class CheckError(Exception):
    """What was asked for cannot be checked; the sentence says why, and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class CheckedEntry(Struct, frozen=True):
    """One entry of the notes, and what its evidence does not support."""

    entry: WrittenEntry
    commits: tuple[Commit, ...]
    """What it is about; empty for prose that was held against the whole range."""
    findings: tuple[Finding, ...]
    """Spans are code points of the entry's text."""
    known: bool = True
    """False for an entry that matches no commit."""


class Untold(Struct, frozen=True):
    """A change of the range that no entry tells."""

    commit: str
    pull_request: int | None
    title: str


class CheckedNotes(Struct, frozen=True):
    """What `check` found out."""

    range: Range
    notes: WrittenNotes
    entries: tuple[CheckedEntry, ...]
    missing: tuple[Untold, ...]
    warnings: tuple[str, ...]
    """Sentences: what could not be checked, and why."""
    silenced: int = 0
    """Findings that a glossary vouches for."""

    @property
    def unknown(self) -> tuple[WrittenEntry, ...]:
        """The entries that match no commit."""
        return tuple(checked.entry for checked in self.entries if not checked.known)


def check_notes(target: Target, data: bytes, version: str = "", *, repository_terms: bool = True) -> CheckedNotes:
    """Hold the notes of one version against its range, which is found from the version where the target names none.

    With `repository_terms` the glossary that the repository ships may silence findings, beside the user's own.

    Raises:
        CheckError: the file has no such version, or the range cannot be told from it.
        SourceError, SettingsError: the clone cannot be read.
    """
    opened = open_target(target)
    notes = _notes(data, opened.clone, version)
    plan = _read(_with_range(opened, notes, version))
    answers = AnswerCache.open(config.cache_directory(), opened.settings.cache_size)
    try:
        terms = read_glossary(opened.clone, plan.range.until, repository=repository_terms)
        desk = _Desk(opened.clone, answers, plan_commits(plan), terms)
        matches = matched(notes.entries, in_order(plan_commits(plan)))
        desk.index(matches)
        entries = tuple(desk.checked(match) for match in matches)
        warnings = (*plan.range.warnings, *desk.not_checked)
        return CheckedNotes(plan.range, notes, entries, _missing(plan, matches), warnings, desk.silenced)
    finally:
        answers.close()


def in_order(commits: Sequence[Commit]) -> tuple[Commit, ...]:
    """Return commits newest first."""
    return tuple(sorted(commits, key=lambda commit: -commit.committed_at))


# -- which commits ---------------------------------------------------------------------------------------------------


def _notes(data: bytes, clone: Clone, version: str) -> WrittenNotes:
    reason = unreadable("The notes file", data)
    if reason:
        raise CheckError(reason)
    try:
        notes = read_notes(data, clone.web_url, version)
    except NoSuchSectionError as fault:
        known = ", ".join(fault.known[:5]) + (", ..." if len(fault.known) > 5 else "")
        raise CheckError(f"The notes have no section for {version} (there is: {known}); name one of them.") from fault
    if not notes.entries:
        where = f"The section {notes.version}" if notes.version else "The file"
        raise CheckError(f"{where} holds no entry to check; name another version by --version.")
    return notes


def _with_range(opened: Opened, notes: WrittenNotes, version: str) -> Opened:
    """Return the options with the end of the range that the version's heading asks for."""
    wanted = version or notes.version
    if opened.range_options.until is not None or not wanted:
        return opened
    until = _released_at(opened, wanted)
    if until is None and not notes.newest:
        raise CheckError(
            f"{opened.clone.name} has no tag and no release commit for {wanted}; name its range by --since and --until."
        )
    return msgspec.structs.replace(opened, range_options=msgspec.structs.replace(opened.range_options, until=until))


def _released_at(opened: Opened, version: str) -> str | None:
    """Return the tag of a version, else the commit that released it; None where it is not out yet."""
    number = version.removeprefix("v")
    options = opened.range_options
    for prefix in (*tag_prefixes(options), ""):
        tag = f"refs/tags/{prefix}{number}"
        if opened.clone.resolve(tag) is not None:
            return tag
    try:
        tagged = tag_by_version(options, opened.clone.tags(), opened.clone.name, number)
    except GitFault as fault:
        raise CheckError(fault.sentence) from fault
    if tagged is not None:
        return f"refs/tags/{tagged.name}"
    newest = opened.clone.range(msgspec.structs.replace(options, since=None))
    if newest.base_from == "release-commit" and (newest.last_version or "").removeprefix("v") == number:
        return newest.since
    return _release_commit(opened.clone, newest.until, number)


def _release_commit(clone: Clone, tip: str, number: str) -> str | None:
    """Return the newest commit that released a version: one of the branch itself, else one of a branch merged into it."""
    for shape in (["--first-parent"], []):
        try:
            log = decode(clone.git(["log", *shape, "--no-notes", "--format=%H %s", tip, "--"]))
        except GitFault as fault:
            raise CheckError(fault.sentence) from fault
        for line in log.splitlines():
            sha, _, subject = line.partition(" ")
            if (release_version_of(subject) or "").removeprefix("v") == number:
                return sha
    return None


def _read(opened: Opened) -> Plan:
    return read_opened(opened, Event())


def _missing(plan: Plan, matches: Sequence[Match]) -> tuple[Untold, ...]:
    """Return the entries of a plan that no entry of the notes tells; folded, internal and left out commits may be silent."""
    told = {commit.sha for match in matches for commit in match.commits}
    untold = [entry for entry in plan.entries if entry.commits and told.isdisjoint(c.sha for c in entry.commits)]
    return tuple(
        Untold(entry.commits[0].sha, next(iter(entry.pull_requests), None), one_line(entry.title)) for entry in untold
    )


# -- entry by entry --------------------------------------------------------------------------------------------------


class _Desk:
    """Evidence for the entries of one range."""

    def __init__(self, clone: Clone, answers: AnswerCache, commits: Sequence[Commit], terms: Glossary) -> None:
        self._clone = clone
        self._answers = answers
        self._commits = in_order(commits)
        self._trees = TreeIndex.empty()
        self._whole: Evidence | None = None
        self._terms = terms
        self.not_checked: dict[str, None] = {}
        self.silenced = 0

    def index(self, matches: Sequence[Match]) -> None:
        """Read the trees of all commits that are going to be asked."""
        whole = any(_against_whole(match) for match in matches)
        asked = {commit.sha for match in matches for commit in match.commits}
        commits = [commit for commit in self._commits if whole or commit.sha in asked]
        self._trees = TreeIndex.build(self._clone, commits, self._answers)

    def checked(self, match: Match) -> CheckedEntry:
        """Hold one entry against its commits; one that names none against the whole range."""
        known = bool(match.commits) or match.entry.paragraph
        if not match.commits and not _against_whole(match):
            return CheckedEntry(match.entry, (), (), known=known)
        evidence = self._evidence(match)
        self.not_checked |= dict.fromkeys(evidence.not_checked)
        found = findings(text_to_check(match, self._clone.web_url), evidence)
        shown = tuple(one for one in found if not self._terms.silences(one.kind, one.text))
        self.silenced += len(found) - len(shown)
        return CheckedEntry(match.entry, match.commits, shown, known=known)

    def _evidence(self, match: Match) -> Evidence:
        if match.commits:
            return self._built(match.commits)
        if self._whole is None:
            self._whole = self._built(self._commits)
        return self._whole

    def _built(self, commits: Sequence[Commit]) -> Evidence:
        return build_evidence(commits, self._clone.patch, self._trees, message_of)


def _against_whole(match: Match) -> bool:
    """Say whether an entry is held against all commits, since it does not say which it is about."""
    return not match.commits and not match.names_others


def read_file(name: str) -> bytes:
    """Return the bytes of a notes file.

    Raises:
        CheckError: it cannot be read.
    """
    try:
        return Path(name).expanduser().read_bytes()
    except OSError as fault:
        why = (fault.strerror or str(fault)).lower()
        raise CheckError(f"{one_line(name)} cannot be read ({why}); name a file with release notes.") from fault
