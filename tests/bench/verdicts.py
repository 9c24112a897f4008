"""Flags that were read against their diffs by hand, and what the rules of today make of them.

`python -m tests.bench.verdicts CLONE...` judges the clones again, and prints by kind how many of the flags that still are
made were right, and which of the flags are gone.  Spans count code points of the entry's text, its credits blanked.
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from llnotes_tui.sources.git import Clone
from llnotes_tui.storage.cache import AnswerCache
from tests.bench.judge import cases, judge

FILE = Path(__file__).with_name("verdicts.jsonl")


class Verdict(Struct, frozen=True, forbid_unknown_fields=True):
    """One flag that a person read."""

    repository: str
    sha: str
    release: str
    kind: str
    level: Literal["red", "amber"]
    span: tuple[int, int]
    text: str
    verdict: Literal["right", "wrong"]
    held_out: bool
    """Of a release that nobody looked at while the rules were made."""
    line: str
    """What decides it: a line of the diff, of the message or of the tree."""


def read_verdicts() -> tuple[Verdict, ...]:
    """Return all verdicts."""
    return tuple(msgspec.json.decode(line, type=Verdict) for line in FILE.read_bytes().splitlines())


def main(arguments: Sequence[str]) -> int:
    """Judge the clones again and print how the verdicts stand; 1 where fewer than four of five are right."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.verdicts")
    parser.add_argument("clones", nargs="+", type=Path)
    made: set[tuple[str, str, str]] = set()
    with tempfile.TemporaryDirectory() as folder:
        answers = AnswerCache.open(Path(folder), 1 << 30)
        for path in parser.parse_args(arguments).clones:
            for case in cases(Clone.open(path), answers, 1_000):
                flags = judge(case).counted
                made |= {(case.commits[0].sha, finding.kind, finding.text[:120]) for finding in flags}
        answers.close()
    report = standing(made)
    print(json.dumps(report, indent=2))
    return 0 if float(str(report["precision"])) >= 0.8 else 1


def standing(made: set[tuple[str, str, str]]) -> dict[str, object]:
    """Return how many of the flags that are still made were right, by kind."""
    still = [verdict for verdict in read_verdicts() if (verdict.sha, verdict.kind, verdict.text) in made]
    right = Counter(verdict.kind for verdict in still if verdict.verdict == "right")
    kinds = Counter(verdict.kind for verdict in still)
    return {
        "precision": round(right.total() / max(1, kinds.total()), 3),
        "read": len(read_verdicts()),
        "still_made": kinds.total(),
        "kinds": {kind: f"{right[kind]} of {count}" for kind, count in kinds.most_common()},
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
