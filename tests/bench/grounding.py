"""How long it takes to index a range cold, and to check an entry with the index warm."""

import random
import statistics
import tempfile
import time
from pathlib import Path

from msgspec import Struct

from llnotes_tui.grounding.checks import findings
from llnotes_tui.grounding.evidence import build_evidence
from llnotes_tui.grounding.trees import TreeIndex
from llnotes_tui.release.message import message_of
from llnotes_tui.sources.git import Clone
from llnotes_tui.sources.options import RangeOptions
from llnotes_tui.storage.cache import AnswerCache

COMMITS = 300
SENTENCES = (
    "The `work_{n}_0_3` function in `module0.py` has been updated to add {n} to its value.",
    "A new `work_{n}_1_5` function returns the value plus 5, and the `TableMigrator{n}` class now handles timeouts.",
    "Additionally, the Unified Catalog (UC) migration of issue #{n}77 has been enhanced, manually tested, and documented.",
    "This release introduces a new `retry_with_backoff` method, demonstrating our commitment to a robust and seamless tool.",
)


class Times(Struct, frozen=True):
    """Seconds."""

    cold: float
    """All trees and all evidence of the range, nothing cached."""
    again: float
    """The same with the blobs in the cache."""
    entry: float
    """One entry checked, median."""


def measure(root: Path) -> Times:
    """Index the range of a clone from nothing, then check a note of some 240 words on every commit."""
    clone = Clone.open(root)
    options = RangeOptions()
    commits = tuple(clone.commits(clone.range(options), options))
    with tempfile.TemporaryDirectory() as folder:
        answers = AnswerCache.open(Path(folder), 1 << 30)
        begun = time.perf_counter()
        trees = TreeIndex.build(clone, commits, answers)
        evidence = [build_evidence([commit], clone.patch, trees, message_of) for commit in commits]
        cold = time.perf_counter() - begun
        begun = time.perf_counter()
        TreeIndex.build(clone, commits, answers)
        again = time.perf_counter() - begun
        answers.close()
    entries, flagged = [], 0
    for number, one in zip(range(len(evidence), 0, -1), evidence, strict=True):
        text = note(number)
        begun = time.perf_counter()
        found = findings(text, one)
        entries.append(time.perf_counter() - begun)
        flagged += bool(found)
    assert flagged, "some of the notes are made to be flagged"
    return Times(cold, again, statistics.median(entries))


def note(number: int) -> str:
    """Return a note that is mostly true, as long as published ones."""
    chosen = random.Random(number).choices(SENTENCES, weights=(8, 2, 1, 1), k=12)
    return " ".join(sentence.format(n=number) for sentence in chosen)
