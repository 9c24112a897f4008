"""The evidence of an entry: what its commits changed and said, and the trees around them."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from llnotes_tui.grounding.trees import Tree, TreeIndex
from llnotes_tui.grounding.words import LONGEST_LINE, names_in, plain
from llnotes_tui.release.message import raw_message_of
from llnotes_tui.release.model import Commit, EvidenceLine
from llnotes_tui.release.patch import Patch
from llnotes_tui.release.symbols import Area, Symbol, area_of, changed_symbols
from llnotes_tui.release.text import decoded, display_path, revealed
from llnotes_tui.sources.options import SourceError

ADDED, REMOVED, CONTEXT, HEADING, PATH, MESSAGE = 1, 2, 4, 8, 16, 32
DIFF = ADDED | REMOVED | CONTEXT | HEADING | PATH
_BIT = {"+": ADDED, "-": REMOVED, " ": CONTEXT, "@": HEADING}
_HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@ ?")
_DIGITS = re.compile(r"(?<![0-9A-Fa-f])\d++(?:[.,_]\d++)*+(?![0-9A-Fa-f]{6})")
_HEX = re.compile(r"\b(?=[0-9a-f]*[a-f])[0-9a-f]{7,64}\b")
_NO_DEFINITION = ("import", "requirement")
_LARGEST_PART = 4 << 20
"""Bytes of one file's diff that are read; beyond them it is data."""
_MOST_SHOWN = 2_000
"""Questions for lines whose answers are kept."""
_SHOWN = 300
"""Characters of a line that a finding shows."""
_WHY_LACKING = {
    "missing": "objects are missing",
    "history-cut": "history is cut here",
    "too-large": "GitHub does not show one of this size",
    "partial": "GitHub shows a part of it only",
}


class Line(NamedTuple):
    """A line of the diff."""

    sign: str
    """`+`, `-`, ` `, or `@` for what a hunk's heading names."""
    path: str
    number: int
    text: str

    def shown(self) -> EvidenceLine:
        """Return it as findings carry it."""
        return EvidenceLine(self.path, self.number, "old" if self.sign == "-" else "new", self.text.strip()[:_SHOWN])


class ChangedFile(NamedTuple):
    """A file that an entry's commits touch."""

    path: str
    old_path: str
    status: str
    area: Area
    added: int
    removed: int


class Evidence:
    """All that can vouch for a note's words; built once an entry, then only read, from any thread."""

    def __init__(self, commits: Sequence[Commit], before: Tree | None, after: Tree | None) -> None:
        self.commits = tuple(commits)
        self.before = before
        """The tree before the first of the commits; None where it cannot be had."""
        self.after = after
        self.lines: tuple[Line, ...] = ()
        self.files: tuple[ChangedFile, ...] = ()
        self.message = ""
        """Cleaned, of all commits and their pull requests."""
        self.raw_message = ""
        self.symbols: tuple[Symbol, ...] = ()
        self.whole = True
        """All of the diff was there."""
        self.not_checked: tuple[str, ...] = ()
        """Sentences for people: which checks could not be made, and why."""
        self._sides: dict[str, int] = {}
        self._alike: dict[str, int] = {}
        self._spelled: dict[str, str] = {}
        self._counts: dict[str, list[int]] = {}
        self.numbers: dict[str, int] = {}
        self._shown: dict[tuple[frozenset[str], str, int], tuple[EvidenceLine, ...]] = {}

    # -- asking -------------------------------------------------------------------------------------------------------

    def sides(self, word: str) -> int:
        """Return on which sides a whole word stands, as bits; 0 for nowhere."""
        return self._sides.get(word, 0)

    def sides_alike(self, word: str) -> int:
        """Return the same without regard to case and separators."""
        return self._alike.get(plain(word), 0)

    def spelled(self, word: str) -> str:
        """Return how the evidence spells a word that differs in case and separators only; empty where it does not."""
        return word if word in self._sides else self._spelled.get(plain(word), "")

    def counts(self, word: str) -> tuple[int, int]:
        """Return on how many added and on how many removed lines a whole word stands."""
        added, removed = self._counts.get(word, (0, 0))
        return added, removed

    def words(self) -> Iterable[str]:
        """Return every word of the evidence."""
        return self._sides.keys()

    @property
    def has_diff(self) -> bool:
        """Some line was added or removed, or a file moved."""
        return bool(self.files)

    @property
    def trees(self) -> tuple[Tree, ...]:
        """The trees that can be asked, the one after the change first."""
        return tuple(tree for tree in (self.after, self.before) if tree is not None)

    @property
    def has_trees(self) -> bool:
        """The trees before and after can be asked."""
        return self.before is not None and self.after is not None

    def lines_with(self, words: Iterable[str], signs: str = "+-@ ", most: int = 3) -> tuple[EvidenceLine, ...]:
        """Return the first lines on which one of the words stands as a whole word."""
        wanted = {word for word in words if word}
        if not wanted:
            return ()
        key = (frozenset(wanted), signs, most)
        if key not in self._shown:
            if len(self._shown) > _MOST_SHOWN:
                self._shown.clear()
            self._shown[key] = self._find(wanted, signs, most)
        return self._shown[key]

    def _find(self, wanted: set[str], signs: str, most: int) -> tuple[EvidenceLine, ...]:
        if not any(self._sides.get(word) for word in wanted):
            return ()
        found: list[EvidenceLine] = []
        for line in self.lines:
            if line.sign in signs and any(word in line.text for word in wanted) and wanted & tokens_of(line.text):
                found.append(line.shown())
                if len(found) >= most:
                    break
        return tuple(found)

    def lines_like(self, text: str, sign: str) -> tuple[EvidenceLine, ...]:
        """Return the first line of this sign that is this text but for white space around it."""
        wanted = text.strip()
        return next(((line.shown(),) for line in self.lines if line.sign == sign and line.text.strip() == wanted), ())

    def message_lines(self, words: Iterable[str], most: int = 1) -> tuple[EvidenceLine, ...]:
        """Return the lines of the message on which one of the words stands."""
        wanted = set(words)
        lines = (line for line in self.message.splitlines() if wanted & tokens_of(line))
        return tuple(
            EvidenceLine("", 0, "", line.strip()[:_SHOWN]) for line, _ in zip(lines, range(most), strict=False)
        )

    def defined(self, name: str, change: str) -> tuple[Symbol, ...]:
        """Return the definitions of a name that the diff adds, removes or changes."""
        return tuple(
            symbol
            for symbol in self.symbols
            if symbol.name == name and symbol.change == change and symbol.kind not in _NO_DEFINITION
        )

    # -- building -----------------------------------------------------------------------------------------------------

    def take_text(self, text: str) -> None:
        """Take a text as what was said: its words and numbers vouch, it changes nothing."""
        self.message = self.raw_message = text
        self._take(tokens_of(text), MESSAGE)
        self._take_numbers(text, MESSAGE)

    def _take(self, words: Iterable[str], bit: int) -> None:
        for word in words:
            self._sides[word] = self._sides.get(word, 0) | bit
            key = plain(word)
            if not self._alike.get(key):
                self._spelled[key] = word
            self._alike[key] = self._alike.get(key, 0) | bit

    def _take_line(self, line: Line) -> None:
        words = tokens_of(line.text)
        self._take(words, _BIT[line.sign])
        if line.sign in "+-":
            for word in words:
                self._counts.setdefault(word, [0, 0])[0 if line.sign == "+" else 1] += 1
        self._take_numbers(line.text, _BIT[line.sign])

    def _take_numbers(self, text: str, bit: int) -> None:
        for number in numbers_of(text):
            self.numbers[number] = self.numbers.get(number, 0) | bit


def build_evidence(
    commits: Sequence[Commit],
    patch: Callable[[str], Patch],
    trees: TreeIndex,
    message: Callable[[Commit], str],
) -> Evidence:
    """Return the evidence of an entry that stands for `commits` (newest first); slow for large diffs: a worker's work.

    `patch` may raise SourceError for a commit whose diff cannot be had; then the evidence says what is not checked.
    """
    commits = tuple(commits)
    oldest = commits[-1] if commits else None
    parent = oldest.parents[0] if oldest is not None and oldest.parents else ""
    before = trees.tree(parent) if parent and oldest is not None and oldest.diff != "history-cut" else None
    evidence = Evidence(commits, before, trees.tree(commits[0].sha) if commits else None)
    lines: list[Line] = []
    files: list[ChangedFile] = []
    symbols: list[Symbol] = []
    lacking: list[str] = [trees.fault] if trees.fault else []
    for commit in commits:
        if commit.diff in _WHY_LACKING:
            evidence.whole = False
            why = _WHY_LACKING[commit.diff]
            lacking.append(f"The diff of {commit.sha[:7]} cannot be had ({why}): only its message was checked against.")
            continue
        if not commit.files:
            continue
        try:
            _read_patch(commit, patch(commit.sha), lines, files, symbols)
        except SourceError as fault:
            evidence.whole = False
            lacking.append(f"{fault.sentence} Only the message was checked against.")
    for line in lines:
        evidence._take_line(line)
    evidence.lines, evidence.files, evidence.symbols = tuple(lines), tuple(files), tuple(symbols)
    for file in files:
        evidence._take(_path_words(file), PATH)
    _take_messages(evidence, message)
    evidence.not_checked = tuple(lacking)
    return evidence


def _take_messages(evidence: Evidence, message: Callable[[Commit], str]) -> None:
    evidence.message = "\n".join(message(commit) for commit in evidence.commits)
    evidence.raw_message = "\n".join(map(raw_message_of, evidence.commits))
    evidence._take(tokens_of(evidence.message), MESSAGE)
    # What stands in boxes, links and quotes vouches for numbers and names as well as the rest of a message does.
    evidence._take(tokens_of(evidence.raw_message), MESSAGE)
    evidence._take_numbers(evidence.raw_message, MESSAGE)
    for commit in evidence.commits:
        if commit.pull_request is not None:
            evidence.numbers[str(commit.pull_request)] = MESSAGE


def _path_words(file: ChangedFile) -> Iterator[str]:
    for path in (file.path, file.old_path):
        yield from names_in(path)
        yield path
        yield path.rpartition("/")[2]


def _read_patch(
    commit: Commit, patch: Patch, lines: list[Line], files: list[ChangedFile], symbols: list[Symbol]
) -> None:
    for change in commit.files:
        path = display_path(change.path)
        old_path = display_path(change.old_path) if change.old_path else ""
        files.append(
            ChangedFile(path, old_path, change.status.value, area_of(path), change.added or 0, change.removed or 0)
        )
        if change.position < patch.parts:
            part = patch.part(change.position)[:_LARGEST_PART]
            lines.extend(_lines_of(path, part))
            symbols.extend(changed_symbols(path, part))


def _lines_of(path: str, part: bytes) -> Iterator[Line]:
    old = new = 0
    inside = False
    for text in decoded(part).split("\n"):
        head = _HUNK.match(text) if text.startswith("@@ ") else None
        if head is not None:
            old, new, inside = int(head[1]), int(head[2]), True
            if head.end() < len(text):
                yield Line("@", path, new, revealed(text[head.end() :]))
        elif inside and text[:1] in ("+", "-", " "):
            sign = text[0]
            yield Line(sign, path, old if sign == "-" else new, revealed(text[1:].rstrip("\r")))
            old += sign != "+"
            new += sign != "-"


def tokens_of(text: str) -> set[str]:
    """Return the names of a line or a text, options with their dashes included."""
    return set(names_in_text(text))


def names_in_text(text: str) -> Iterator[str]:
    """Yield the names of a text of any length."""
    for line in text.splitlines() or (text,):
        yield from names_in(line)


def numbers_of(text: str) -> set[str]:
    """Return the numbers of a text, in each way that prose may write them."""
    found: set[str] = set()
    for line in text.splitlines():
        for number in _DIGITS.findall(_HEX.sub(" ", line[:LONGEST_LINE])):
            found.add(number)
            found.add(number.replace(",", "").replace("_", ""))
            found.update(number.replace("_", ",").split(","))
            pieces = number.split(".")
            if len(pieces) > 1 and all(len(piece) == 3 for piece in pieces[1:]):
                found.add("".join(pieces))
            found.update(".".join(pieces[:count]) for count in range(2, len(pieces)))
    return found
