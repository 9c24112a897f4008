"""Every published entry of a real clone held against its commit: which flags, how many, how fast.

`python -m tests.bench.judge CLONE... [--releases N] [--skip N]` prints a table by kind, flags an entry and a release, and times;
`--show` prints each flag with the words around it and the lines that decide, to be read beside the diff; `--json` prints it all
as JSON.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from llnotes_tui.grounding.checks import findings
from llnotes_tui.grounding.evidence import Evidence, build_evidence
from llnotes_tui.grounding.note import Note
from llnotes_tui.grounding.trees import TreeIndex
from llnotes_tui.release.changelog import parse
from llnotes_tui.release.matching import matched, text_to_check
from llnotes_tui.release.message import message_of
from llnotes_tui.release.model import Commit, Finding
from llnotes_tui.release.written import read_notes
from llnotes_tui.sources.git import Clone
from llnotes_tui.sources.options import RangeOptions, SourceError
from llnotes_tui.storage.cache import AnswerCache
from llnotes_tui.workbench.checking import in_order

COUNTED = ("red", "amber")
AROUND = 90
"""Code points shown on each side of a flag."""


class Case(Struct, frozen=True):
    """One published entry with its evidence."""

    clone: str
    version: str
    text: str
    commits: tuple[Commit, ...]
    evidence: Evidence
    evidence_seconds: float


class Judged(Struct, frozen=True):
    """What was found in one entry."""

    case: Case
    findings: tuple[Finding, ...]
    seconds: float

    @property
    def counted(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.level in COUNTED]


def main(arguments: Sequence[str]) -> int:
    """Judge the clones, print what was counted, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.judge")
    parser.add_argument("clones", nargs="+", type=Path)
    parser.add_argument("--releases", type=int, default=1_000, help="the newest N of each clone")
    parser.add_argument("--skip", type=int, default=0, help="leave out so many of the newest")
    parser.add_argument("--kind", help="count and show this kind alone")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--json", action="store_true", dest="as_json")
    options = parser.parse_args(arguments)
    judged: list[Judged] = []
    indexed: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        answers = AnswerCache.open(Path(folder), 1 << 30)
        for path in options.clones:
            for case in cases(Clone.open(path), answers, options.releases, options.skip, indexed):
                judged.append(judge(case, options.kind))
                if options.show:
                    print("\n".join(shown(judged[-1])), flush=True)
        answers.close()
    report = report_of(judged, indexed)
    print(json.dumps(report, indent=2) if options.as_json else table(report))
    return 0 if judged else 1


def judge(case: Case, kind: str | None = None) -> Judged:
    """Check one entry, timed."""
    begun = time.perf_counter()
    found = findings(case.text, case.evidence)
    seconds = time.perf_counter() - begun
    return Judged(case, tuple(finding for finding in found if kind in (None, finding.kind)), seconds)


# -- what was published ------------------------------------------------------------------------------------------------


def cases(
    clone: Clone, answers: AnswerCache, releases: int, skip: int = 0, indexed: list[float] | None = None
) -> Iterator[Case]:
    """Yield the entries of the newest releases that have a tag, each with its evidence; `indexed` gets the seconds of a release."""
    tip = clone.range(RangeOptions()).until
    data = clone.file_at(tip, b"CHANGELOG.md") or b""
    tags = {tag.name.removeprefix("v"): tag.name for tag in clone.tags()}
    versions = [section.version for section in parse(data, clone.web_url).sections if section.version in tags]
    for version in versions[skip : skip + releases]:
        try:
            yield from _cases_of(clone, answers, data, version, tags[version], indexed)
        except SourceError as fault:
            print(f"{clone.name} {version}: {fault.sentence}", file=sys.stderr)


def _cases_of(
    clone: Clone, answers: AnswerCache, data: bytes, version: str, tag: str, indexed: list[float] | None
) -> Iterator[Case]:
    options = RangeOptions(until=f"refs/tags/{tag}", prereleases=True)
    commits = in_order(tuple(clone.commits(clone.range(options), options)))
    matches = [match for match in matched(read_notes(data, clone.web_url, version).entries, commits) if match.commits]
    begun = time.perf_counter()
    trees = TreeIndex.build(clone, commits, answers)
    if indexed is not None:
        indexed.append(time.perf_counter() - begun)
    for match in matches:
        begun = time.perf_counter()
        evidence = build_evidence(match.commits, clone.patch, trees, message_of)
        seconds = time.perf_counter() - begun
        text = text_to_check(match, clone.web_url)
        yield Case(clone.name, version, text, match.commits, evidence, seconds)


# -- what is told of it ------------------------------------------------------------------------------------------------


def report_of(judged: Sequence[Judged], indexed: Sequence[float]) -> dict[str, object]:
    """Return the counts and times as plain values."""
    counted = [finding for one in judged for finding in one.counted]
    releases = Counter({(one.case.clone, one.case.version): 0 for one in judged})
    for one in judged:
        releases[one.case.clone, one.case.version] += len(one.counted)
    a_release = sorted(releases.values()) or [0]
    kinds = Counter((finding.level, finding.kind) for one in judged for finding in one.findings)
    prose = sum(has_prose(one.case.text) for one in judged)
    return {
        "entries": len(judged),
        "entries_with_prose": prose,
        "releases": len(releases),
        "flags": len(counted),
        "flags_an_entry": round(len(counted) / max(len(judged), 1), 3),
        "flags_an_entry_with_prose": round(len(counted) / max(prose, 1), 3),
        "entries_flagged": sum(bool(one.counted) for one in judged),
        "flags_a_release": {"median": statistics.median(a_release), "p90": a_release[int(0.9 * (len(a_release) - 1))]},
        "kinds": {f"{level} {kind}": count for (level, kind), count in kinds.most_common()},
        "check_ms": {"median": _ms([one.seconds for one in judged]), "max": _most_ms([one.seconds for one in judged])},
        "evidence_ms": {
            "median": _ms([one.case.evidence_seconds for one in judged]),
            "max": _most_ms([one.case.evidence_seconds for one in judged]),
        },
        "index_s": {"all": round(sum(indexed), 2), "largest": round(max(indexed, default=0), 2)},
        "findings": [_row(one, finding) for one in judged for finding in one.counted],
    }


def has_prose(text: str) -> bool:
    """Say whether an entry says more than a title and a link: old releases, and lists of updates, do not."""
    return Note(text).prose_start < len(text.rstrip())


def _ms(seconds: Sequence[float]) -> float:
    return round(1_000 * statistics.median(seconds or [0]), 2)


def _most_ms(seconds: Sequence[float]) -> float:
    return round(1_000 * max(seconds, default=0), 2)


def _row(one: Judged, finding: Finding) -> dict[str, object]:
    plain: dict[str, object] = msgspec.to_builtins(finding)
    shas = [commit.sha for commit in one.case.commits]
    return {"repository": one.case.clone, "version": one.case.version, "commits": shas} | plain


def table(report: dict[str, object]) -> str:
    """Return the counts for people."""
    return "\n".join(f"{name:18} {value}" for name, value in report.items() if name != "findings")


def shown(one: Judged) -> Iterator[str]:
    """Yield the red and amber flags of an entry, to be read beside the diff."""
    text = one.case.text
    for finding in one.counted:
        before, after = text[max(0, finding.start - AROUND) : finding.start], text[finding.end : finding.end + AROUND]
        yield f"== {one.case.clone} {one.case.version} {one.case.commits[0].sha[:10]} {finding.level} {finding.kind} @{finding.start}"
        yield f"   {before}[[{finding.text}]]{after}".replace("\n", " ")
        yield f"   why: {finding.reason}   fix: {finding.fix!r}"
        yield from (f"   {line.side or 'msg'} {line.path}:{line.line}: {line.text}" for line in finding.evidence[:3])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
