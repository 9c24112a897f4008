"""Real entries made wrong on purpose, one word at a time: how much of it is found?

`python -m tests.bench.mutations CLONE... [--releases N] [--json]` replaces in published entries a code name by a made-up one
of real parts, a number, "updated" by "new", added by removed, and an acronym's expansion, and counts by kind what is flagged
at the changed words that was not flagged before.  `--show` prints what was not caught.  The same words, the same mutations.
"""

import argparse
import json
import random
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from llnotes_tui.grounding.checks import findings
from llnotes_tui.release.model import Finding
from llnotes_tui.sources.git import Clone
from llnotes_tui.sources.process import GitFault
from llnotes_tui.storage.cache import AnswerCache
from tests.bench.judge import COUNTED, Case, cases

_CODE = re.compile(r"`([A-Za-z_][\w.]*)(?:\(\))?`")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_NUMBER = re.compile(r"(?<![\w.#/=<>~^-])\d+(?:\.\d+)*(?![\w/-]|\.\d)")
_NOUN = r"(?:class|function|method|command|module|property|parameter|option|attribute|workflow|dataclass|fixture)"
_UPDATED = re.compile(
    rf"\b(?:updated|modified|existing|enhanced|improved)(?= `(?P<before>[\w.]+)(?:\(\))?` {_NOUN}\b)"
    rf"|(?<=[Tt]he )(?=`(?P<bare>[\w.]+)(?:\(\))?` {_NOUN} (?:has been|is now|now) (?!\w+ly |also |added|introduced|renamed|removed|replaced|moved))"
)
_ADDED = re.compile(
    r"\b(?P<word>[Aa]dded|[Ii]ntroduced)(?= (?:the |a |an )?`(?P<name>[\w.]+)(?:\(\))?`)"
    rf"|(?<![Nn]ew )`(?P<subject>[\w.]+)(?:\(\))?` {_NOUN} has been (?P<passive>added|introduced)\b"
)
_EXPANDED = re.compile(r"\b(?P<words>[A-Z]\w+(?: [A-Z]\w+)+) \((?P<letters>[A-Z]{2,5})\)")
_ACRONYM = re.compile(r"(?<![\w`(./-])(?P<letters>[A-Z]{2,4})(?![\w`)./-])")
_WORDS = {
    letter: words.split()
    for letter, words in {
        "A": "Adaptive Ambient", "B": "Balanced Brokered", "C": "Central Collective", "D": "Dynamic Distributed",
        "E": "Elastic Extended", "F": "Flexible Federated", "G": "General Guided", "H": "Hybrid Hosted",
        "I": "Interface Iterative", "J": "Joint Judged", "K": "Keyed Kernel", "L": "Layered Linked",
        "M": "Managed Modular", "N": "Native Nested", "O": "Open Ordered", "P": "Parallel Portable",
        "Q": "Queued Quick", "R": "Rapid Routed", "S": "Shared Scalable", "T": "Tiered Typed",
        "U": "Uniform Upstream", "V": "Virtual Verified", "W": "Weighted Wide", "X": "Xenial Xeric",
        "Y": "Yielding Young", "Z": "Zonal Zipped",
    }.items()
}  # fmt: skip
ROLES = ("name", "number", "expansion", "new", "removed")


class Mutation(Struct, frozen=True):
    """An entry's text with one place made wrong."""

    kind: str
    text: str
    start: int
    end: int
    was: str

    @property
    def now(self) -> str:
        return self.text[self.start : self.end]


class Outcome(Struct, frozen=True):
    """What became of a mutation."""

    case: Case
    mutation: Mutation
    caught_as: str
    """Kind of the finding; empty where there was none."""


def main(arguments: Sequence[str]) -> int:
    """Mutate the entries of the clones, print what was caught, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.mutations")
    parser.add_argument("clones", nargs="+", type=Path)
    parser.add_argument("--releases", type=int, default=1_000)
    parser.add_argument("--skip", type=int, default=0)
    parser.add_argument("--show", action="store_true", help="print what was not caught")
    parser.add_argument("--json", action="store_true", dest="as_json")
    options = parser.parse_args(arguments)
    outcomes: list[Outcome] = []
    entries = flagged = 0
    with tempfile.TemporaryDirectory() as folder:
        answers = AnswerCache.open(Path(folder), 1 << 30)
        for path in options.clones:
            clone = Clone.open(path)
            for case in cases(clone, answers, options.releases, options.skip):
                before = findings(case.text, case.evidence)
                entries, flagged = entries + 1, flagged + sum(finding.level in COUNTED for finding in before)
                outcomes += tried(case, clone, before)
        answers.close()
    if options.show:
        print("\n".join(_missed(outcome) for outcome in outcomes if not outcome.caught_as))
    report = report_of(outcomes) | {"unmutated": {"entries": entries, "flags": flagged}}
    print(json.dumps(report, indent=2) if options.as_json else "\n".join(f"{k:12} {v}" for k, v in report.items()))
    return 0 if outcomes else 1


def tried(case: Case, clone: Clone, before: Sequence[Finding]) -> Iterator[Outcome]:
    """Make one mutation of each kind where the entry has a place for it, and look whether it is found."""
    for mutation in mutations(case, clone, before):
        after = findings(mutation.text, case.evidence)
        yield Outcome(case, mutation, _caught(mutation, before, after))


def _caught(mutation: Mutation, before: Sequence[Finding], after: Sequence[Finding]) -> str:
    """Return the kind of the finding that is new and points at the changed words or right behind them."""
    known = {(finding.kind, finding.text) for finding in before}
    reach = 60 if mutation.kind in ("new", "removed") else 0
    for finding in after:
        near = finding.start < mutation.end + reach and finding.end > mutation.start - reach
        if finding.level in COUNTED and near and (finding.kind, finding.text) not in known:
            return finding.kind
    return ""


def report_of(outcomes: Sequence[Outcome]) -> dict[str, object]:
    """Return what was caught by kind."""
    report: dict[str, object] = {}
    for kind in ROLES:
        of_kind = [outcome for outcome in outcomes if outcome.mutation.kind == kind]
        caught = sum(bool(outcome.caught_as) for outcome in of_kind)
        report[kind] = {"made": len(of_kind), "caught": caught, "share": round(caught / max(len(of_kind), 1), 3)}
    return report


def _missed(outcome: Outcome) -> str:
    text, at = outcome.mutation.text, outcome.mutation
    around = text[max(0, at.start - 60) : at.start] + f"[[{at.now}]]" + text[at.end : at.end + 60]
    sha = outcome.case.commits[0].sha[:10]
    return f"-- {at.kind} {outcome.case.clone} {outcome.case.version} {sha} was {at.was!r}: {around}".replace("\n", " ")


# -- the ways to make it wrong -----------------------------------------------------------------------------------------


def mutations(case: Case, clone: Clone, before: Sequence[Finding]) -> Iterator[Mutation]:
    """Yield at most one mutation of each kind; places that are flagged already are left alone."""
    chance = random.Random(case.commits[0].sha)
    ways: tuple[Callable[[Case, Clone, random.Random, _Free], Mutation | None], ...] = (
        _made_up_name,
        _other_number,
        _other_expansion,
        _sold_as_new,
        _said_removed,
    )
    flagged = [(finding.start, finding.end) for finding in before if finding.level in COUNTED]

    def free(start: int, end: int) -> bool:
        return all(end <= begin or start >= stop for begin, stop in flagged)

    for way in ways:
        mutation = way(case, clone, chance, free)
        if mutation is not None:
            yield mutation


_Free = Callable[[int, int], bool]


def _replaced(kind: str, text: str, start: int, end: int, by: str) -> Mutation:
    return Mutation(kind, text[:start] + by + text[end:], start, start + len(by), text[start:end])


def _made_up_name(case: Case, clone: Clone, chance: random.Random, free: _Free) -> Mutation | None:
    """Put the parts of two real names together to one that is nowhere."""
    places = [found for found in _CODE.finditer(case.text) if free(*found.span()) and len(_PART.findall(found[1])) > 1]
    donors = [part for found in _CODE.finditer(case.text) for part in _PART.findall(found[1]) if len(part) > 2]
    chance.shuffle(places)
    for place in places if donors else ():
        for _ in range(6):
            name = _with_part(place[1], chance.choice(donors), chance)
            if name != place[1] and not _stands(clone, case, name):
                return _replaced("name", case.text, *place.span(1), name)
    return None


def _with_part(name: str, part: str, chance: random.Random) -> str:
    """Return a name with one of its parts replaced by another name's, in the same case."""
    found = chance.choice(list(_PART.finditer(name)))
    cased = part.upper() if found[0].isupper() else part.capitalize() if found[0][0].isupper() else part.lower()
    return name[: found.start()] + cased + name[found.end() :]


def _other_number(case: Case, clone: Clone, chance: random.Random, free: _Free) -> Mutation | None:
    places = [found for found in _NUMBER.finditer(case.text) if free(*found.span()) and found[0] not in ("0", "1", "2")]
    if not places:
        return None
    place = chance.choice(places)
    parts = place[0].split(".")
    parts[-1] = str(int(parts[-1]) + chance.choice((3, 7, 13, 40)))
    return _replaced("number", case.text, *place.span(), ".".join(parts))


def _other_expansion(case: Case, clone: Clone, chance: random.Random, free: _Free) -> Mutation | None:
    """Spell an acronym out as nobody does; one that is not spelled out gets an expansion."""
    spelled = [
        found
        for found in _EXPANDED.finditer(case.text)
        if free(*found.span()) and "".join(word[0] for word in found["words"].split()) == found["letters"]
    ]
    if spelled:
        place = chance.choice(spelled)
        return _replaced("expansion", case.text, *place.span("words"), _invented(place["letters"], chance))
    bare = [found for found in _ACRONYM.finditer(case.text) if free(*found.span())]
    if not bare:
        return None
    place = chance.choice(bare)
    return _replaced(
        "expansion", case.text, *place.span(), f"{_invented(place['letters'], chance)} ({place['letters']})"
    )


def _invented(letters: str, chance: random.Random) -> str:
    return " ".join(chance.choice(_WORDS[letter]) for letter in letters)


def _sold_as_new(case: Case, clone: Clone, chance: random.Random, free: _Free) -> Mutation | None:
    """Call new what the parent has."""
    for place in _UPDATED.finditer(case.text):
        name = place["before"] or place["bare"]
        if free(*place.span()) and _defined(clone, case.commits[-1].sha + "^", name):
            return _replaced("new", case.text, *place.span(), "new" if place["before"] else "new ")
    return None


def _said_removed(case: Case, clone: Clone, chance: random.Random, free: _Free) -> Mutation | None:
    """Call removed what was added, and stands there."""
    for place in _ADDED.finditer(case.text):
        name, word = (place["name"], "word") if place["name"] else (place["subject"], "passive")
        if free(*place.span(word)) and _defined(clone, case.commits[0].sha, name):
            by = "Removed" if place[word][0].isupper() else "removed"
            return _replaced("removed", case.text, *place.span(word), by)
    return None


# -- what is really there, asked of git and not of what is measured ----------------------------------------------------


def _stands(clone: Clone, case: Case, name: str) -> bool:
    """Say whether a name stands in the tree before or after, in the messages or in the patch."""
    last = name.rpartition(".")[2]
    if any(last in commit.subject + commit.body for commit in case.commits):
        return True
    trees = (case.commits[0].sha, case.commits[-1].sha + "^")
    return any(_grepped(clone, tree, ["-F", "-i", last]) for tree in trees)


def _defined(clone: Clone, tree: str, name: str) -> bool:
    last = re.escape(name.rpartition(".")[2])
    return _grepped(clone, tree, ["-E", rf"(def|class) {last}\b|^ *{last} *[:=]"])


def _grepped(clone: Clone, tree: str, pattern: list[str]) -> bool:
    try:
        found = clone.git(["grep", "-l", *pattern[:-1], "-e", pattern[-1], tree])
    except GitFault:
        return False
    return any(not line.endswith(b":CHANGELOG.md") for line in found.splitlines())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
