"""The last ten releases of real clones, planned and drafted without a model: does it hold on what people really committed?

`python -m tests.bench.releases CLONE...` prints a line a release, and exits 1 where a range cannot be read, or a commit
does not stand in its manifest exactly once, or a release tells again what an earlier section of its changelog told.
`--show` prints the plans and drafts as well; `--no-draft` leaves out the drafts; `--since A --until B` asks for one range.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from llnotes_tui.drafting.drafter import Drafting
from llnotes_tui.drafting.graph import NoteGraph
from llnotes_tui.drafting.limits import DraftLimits
from llnotes_tui.engines.extractive import Extractive
from llnotes_tui.release.changelog import parse, version_key
from llnotes_tui.release.message import cleaned
from llnotes_tui.release.model import EntryPlan, NoteId, Plan
from llnotes_tui.release.plan import PlanOptions, manifest
from llnotes_tui.release.symbols import area_of, changed_symbols, language_of
from llnotes_tui.release.text import decode, display_path
from llnotes_tui.release.versions import Tag, VersionScheme, newest_tag
from llnotes_tui.sources.git import Clone
from llnotes_tui.sources.options import RangeOptions, SourceError
from llnotes_tui.sources.reading import read_plan
from llnotes_tui.sources.tag_series import TagSeriesError, scheme_by_name, scheme_for
from llnotes_tui.storage.cache import AnswerCache

_CODE_SPAN = re.compile(r"`([^`\n]+)`")


class Quality(Struct, frozen=True):
    """How good the drafts of one release are."""

    drafted: int = 0
    with_code: int = 0
    """Entries that change a source file in a language that is known."""
    with_symbols: int = 0
    """Of these, the ones in which a symbol stands on an added or removed line."""
    naming: int = 0
    """Of these, the ones that name such a symbol."""
    foreign: tuple[str, ...] = ()
    """Names in code spans that stand neither in the diff nor in what the author wrote."""
    repeating: tuple[str, ...] = ()
    """Titles of entries whose text only says the title again."""
    with_definitions: int = 0
    """Counted narrowly: entries in which a definition's own name stands on an added or removed line."""
    naming_definitions: int = 0
    """Of these, the ones that name it."""


class Row(Struct, frozen=True):
    """One past range."""

    clone: str
    span: str
    fault: str
    seconds: float
    plan: Plan | None = None
    quality: Quality = Quality()


def main(arguments: Sequence[str]) -> int:
    """Measure the clones, print the table, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.releases")
    parser.add_argument("clones", nargs="+", type=Path)
    parser.add_argument("--releases", type=int, default=10)
    parser.add_argument("--since")
    parser.add_argument("--until")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--no-draft", action="store_true")
    options = parser.parse_args(arguments)
    rows: list[Row] = []
    print(
        f"{'clone':24} {'range':28} {'commits':>7} {'entries':>7} {'folded':>6} {'intern':>6} {'cancel':>6} {'left':>5} {'code':>5} {'symbol':>6} {'naming':>6} {'foreign':>7} {'repeat':>6} {'s':>5}"
    )
    for path in options.clones:
        clone = Clone.open(path)
        spans = (
            [(options.since, options.until)] if options.since or options.until else past_ranges(clone, options.releases)
        )
        for since, until in spans:
            row = measured(clone, RangeOptions(since=since, until=until), draft=not options.no_draft, show=options.show)
            rows.append(row)
            print(line_of(row))
    print(summary(rows))
    return 1 if any(row.fault for row in rows) else 0


def past_ranges(clone: Clone, count: int) -> list[tuple[str | None, str]]:
    """Return the last releases of a clone as pairs of tags, the newest first."""
    tags = clone.refs().tags
    scheme = release_scheme(clone, tags)
    versions = sorted(
        ((version.key, tag.name) for tag in tags if (version := scheme.version_of(tag.name)) is not None), reverse=True
    )
    names = [name for _, name in versions]
    return list(zip(names[1 : count + 1], names[:count], strict=False))


def release_scheme(clone: Clone, tags: tuple[Tag, ...]) -> VersionScheme:
    """Return how the versions of a clone are tagged; of several series the one without a prefix, else the first."""
    try:
        return scheme_for(RangeOptions(), tags, clone.name)
    except TagSeriesError:
        return scheme_by_name(RangeOptions(tag_prefix=""), tags, clone.name, None)


def measured(clone: Clone, options: RangeOptions, *, draft: bool, show: bool) -> Row:
    """Plan one range (and draft it), and check what must hold of every plan."""
    span = f"{options.since or 'base'}..{options.until or 'HEAD'}"
    begun = time.perf_counter()
    try:
        plan = read_plan(clone, options, PlanOptions())
        fault = fault_of(clone, plan)
        texts = drafted(clone, plan) if draft else {}
    except SourceError as error:
        return Row(clone.name, span, error.sentence, time.perf_counter() - begun)
    quality = quality_of(clone, plan, texts) if draft else Quality()
    if show:
        print("\n".join(shown(plan, texts)))
    return Row(clone.name, span, fault, time.perf_counter() - begun, plan, quality)


# -- what must hold ----------------------------------------------------------------------------------------------------


def fault_of(clone: Clone, plan: Plan) -> str:
    """Return what is wrong with a plan, empty where nothing is."""
    placed = Counter(sha for _, sha in dict.fromkeys(placements(plan)))
    reached = Counter(commits_of(clone, plan))
    if placed != reached:
        return f"{len(placed - reached)} commits too many and {len(reached - placed)} too few in the manifest"
    counted = manifest(plan)
    if counted.entries + counted.folded + counted.internal + counted.cancelled + counted.left_out != len(reached):
        return "the manifest's counts do not sum up"
    twice = told_twice(clone, plan)
    return f"told again: {', '.join(f'#{number}' for number in sorted(twice))}" if twice else ""


def placements(plan: Plan) -> Iterator[tuple[str, str]]:
    """Yield the list and SHA of every commit of a plan, those that merges brought too."""
    lists = {
        "entries": [commit for entry in plan.entries for commit in entry.commits],
        "dependency_updates": [commit for update in plan.dependency_updates for commit in update.commits],
        "internal": [internal.commit for internal in plan.internal],
        "left_out": [out.commit for out in plan.left_out],
    }
    for name, commits in lists.items():
        yield from ((name, sha) for commit in commits for sha in (commit.sha, *(side.sha for side in commit.side)))


def commits_of(clone: Clone, plan: Plan) -> list[str]:
    """Return the range as git lists it, by a command of its own."""
    span = [plan.range.until, *([f"^{plan.range.since}"] if plan.range.since else [])]
    out = subprocess.run(
        ["git", "-C", str(clone.root), "rev-list", *span, "--"],
        capture_output=True,
        text=True,
        check=True,
    )
    return out.stdout.split()


def told_twice(clone: Clone, plan: Plan) -> set[int]:
    """Return the pull requests of entries and lists that a section from the base to below the range's version lists."""
    data = clone.file_at(plan.range.until, b"CHANGELOG.md")
    if data is None:
        return set()
    at_until = [tag for tag in clone.refs().tags if tag.commit == plan.range.until]
    newest = newest_tag(at_until, release_scheme(clone, tuple(at_until))) if at_until else None
    told = {
        number
        for section in parse(data, plan.range.web_url).sections
        if (newest is None or version_key(section.version) < version_key(newest[1].spelled))
        and not version_key(section.version) < version_key((plan.range.last_version or "").removeprefix("v"))
        for item in section.items
        for number in item.pull_requests
    }
    bumps = (commit for update in plan.dependency_updates for commit in update.commits)
    folded = [*bumps, *(internal.commit for internal in plan.internal)]
    published = {number for entry in plan.entries for number in entry.pull_requests}
    published |= {commit.pull_request for commit in folded if commit.pull_request is not None}
    return told.intersection(published)


# -- how good the drafts are -------------------------------------------------------------------------------------------


def drafted(clone: Clone, plan: Plan) -> Mapping[NoteId, str]:
    """Return the texts that the engine without a model writes for a plan's entries."""
    with tempfile.TemporaryDirectory() as folder:
        answers = AnswerCache.open(Path(folder), 1 << 28)
        drafting: Drafting | None = None

        def effective() -> Mapping[NoteId, str]:
            return {note: draft.text for note, draft in drafting.drafts().items()} if drafting is not None else {}

        graph = NoteGraph(plan, clone.patch, answers)
        drafting = Drafting(graph, Extractive(), answers, DraftLimits(), lambda _: None, effective)
        try:
            drafting.draft(plan.entries)
            if not drafting.wait(600):
                raise SourceError("The drafts were not written within ten minutes.")
            return {note: draft.text for note, draft in drafting.drafts().items()}
        finally:
            drafting.close()
            answers.close()


def quality_of(clone: Clone, plan: Plan, texts: Mapping[NoteId, str]) -> Quality:
    """Hold each drafted entry against its own diff."""
    drafts = [entry for entry in plan.entries if entry.origin == "drafted"]
    with_code = with_symbols = naming = with_definitions = naming_definitions = 0
    foreign: list[str] = []
    repeating: list[str] = []
    for entry in drafts:
        text = texts.get(entry.id, "")
        symbols, definitions, evidence = evidence_of(clone, entry)
        with_code += changes_code(entry)
        with_symbols += bool(symbols)
        with_definitions += bool(definitions)
        naming += _names_any(text, symbols)
        naming_definitions += _names_any(text, definitions)
        foreign += [name for name in _CODE_SPAN.findall(text) if not _stands_in(name, evidence)]
        if changes_code(entry) and _plain(text) in ("", _plain(entry.title)):
            repeating.append(entry.title)
    return Quality(
        len(drafts),
        with_code,
        with_symbols,
        naming,
        tuple(foreign),
        tuple(repeating),
        with_definitions,
        naming_definitions,
    )


def _names_any(text: str, names: set[str]) -> bool:
    return any(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) for name in names)


def changes_code(entry: EntryPlan) -> bool:
    """Tell whether an entry changes a source file that is not noise."""
    paths = [display_path(change.path) for commit in entry.commits for change in commit.files if change.noise is None]
    return any(area_of(path) == "source" and language_of(path) is not None for path in paths)


def evidence_of(clone: Clone, entry: EntryPlan) -> tuple[set[str], set[str], str]:
    """Return what of sources stands on added or removed lines, and all that an honest note may quote.

    First every name that a changed symbol brings there (parameters, calls, exceptions and imports too), then its own alone.
    """
    symbols: set[str] = set()
    definitions: set[str] = set()
    evidence = [entry.title]
    for commit in entry.commits:
        evidence.append(cleaned(commit.subject, commit.body))
        try:
            patch = clone.patch(commit.sha)
        except SourceError:  # a partial or shallow clone: what it lacks is no evidence
            continue
        for change in commit.files:
            path = display_path(change.path)
            part = patch.part(change.position) if change.position < patch.parts else b""
            evidence += [path, display_path(change.old_path or b""), decode(part)]
            if change.noise is None and area_of(path) == "source":
                for symbol in changed_symbols(path, part):
                    symbols.update(symbol.names_on_changed_lines)
                    definitions.update((symbol.name,) if symbol.on_changed_line else ())
    return symbols, definitions, "\n".join(evidence)


def _stands_in(name: str, evidence: str) -> bool:
    """Tell whether a quoted name is in the evidence, word by word where the quote puts words together (`Class.method`)."""
    words = re.findall(r"[\w-]+", name)
    return name in evidence or all(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", evidence) for word in words)


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()


# -- what is printed ---------------------------------------------------------------------------------------------------


def line_of(row: Row) -> str:
    """Return a row of the table."""
    head = f"{row.clone[-24:]:24} {row.span[:28]:28}"
    if row.plan is None:
        return f"{head} {row.fault}"
    counted, quality = manifest(row.plan), row.quality
    numbers = (
        counted.commits,
        len(row.plan.entries),
        counted.folded,
        counted.internal,
        counted.cancelled,
        counted.left_out,
    )
    cells = " ".join(f"{number:{width}}" for number, width in zip(numbers, (7, 7, 6, 6, 6, 5), strict=True))
    drafts = f"{quality.with_code:5} {quality.with_symbols:6} {quality.naming:6} {len(quality.foreign):7} {len(quality.repeating):6}"
    return f"{head} {cells} {drafts} {row.seconds:5.1f}{f'  {row.fault}' if row.fault else ''}"


def summary(rows: Sequence[Row]) -> str:
    """Return what the table comes to."""
    code, symbols, naming, definitions, defined = (
        sum(getattr(row.quality, key) for row in rows)
        for key in ("with_code", "with_symbols", "naming", "with_definitions", "naming_definitions")
    )
    foreign = [name for row in rows for name in row.quality.foreign]
    repeating = [title for row in rows for title in row.quality.repeating]
    share = f"{naming / code:.0%} of all, {naming / max(symbols, 1):.0%} of those" if code else "none"
    lines = [
        f"{len(rows)} ranges, {sum(bool(row.fault) for row in rows)} with faults, {sum(row.seconds for row in rows):.1f} s",
        f"entries with code changes: {code} ({symbols} with a symbol on a changed line); of these name one: {naming} ({share}); names that are nowhere: {len(foreign)}; texts that repeat the title: {len(repeating)}",
        f"counting a definition's own name only: {definitions} have one on a changed line, {defined} name it ({defined / max(code, 1):.0%} of all)",
    ]
    lines += [f"  nowhere: `{name}`" for name in foreign] + [f"  only the title: {title}" for title in repeating]
    return "\n".join(lines)


def shown(plan: Plan, texts: Mapping[NoteId, str]) -> Iterator[str]:
    """Yield a plan for a person to read."""
    place = plan.range
    yield f"\n=== {place.name} {place.since_name}..{place.until[:7]}  {place.base_from} {place.base_note}  -> {plan.suggested_version}: {plan.version_reason}"
    yield from (f"  ! {warning}" for warning in (*place.warnings, *plan.warnings))
    for entry in plan.entries:
        numbers = " ".join(f"#{number}" for number in entry.pull_requests)
        breaking = f" BREAKING? {entry.breaking_line}" if entry.breaking != "no" else ""
        yield f"  * [{entry.section}] {entry.title} {numbers} ({len(entry.commits)}) {entry.origin}{breaking}"
        if texts.get(entry.id):
            yield f"        {texts[entry.id]}"
    for update in plan.dependency_updates:
        yield f"  + {update.title} #{update.commit.pull_request}"
    for internal in plan.internal:
        yield f"  i {internal.title} #{internal.commit.pull_request}: {internal.reason}"
    for out in plan.left_out:
        yield f"  - {out.title} #{out.commit.pull_request}: {out.reason}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
