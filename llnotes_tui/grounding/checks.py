"""All checks of a text against its evidence.  Pure and quick; they may run while somebody types, off the UI thread."""

from collections.abc import Iterator, Sequence
from typing import Literal

from llnotes_tui.grounding.announcing import evidence_of_entries
from llnotes_tui.grounding.changes import not_new, not_removed
from llnotes_tui.grounding.denials import denied, miscounted
from llnotes_tui.grounding.evidence import Evidence, tokens_of
from llnotes_tui.grounding.expansions import expansions
from llnotes_tui.grounding.glossary import Glossary
from llnotes_tui.grounding.inventions import invented
from llnotes_tui.grounding.names import no_such_classes, no_such_methods, unknown_names
from llnotes_tui.grounding.note import Note
from llnotes_tui.grounding.numbers import unknown_numbers
from llnotes_tui.grounding.safety import unsafe
from llnotes_tui.grounding.style import style
from llnotes_tui.grounding.testing import denied_tests, other_tests, scope, tests
from llnotes_tui.grounding.touching import not_changed
from llnotes_tui.grounding.vocabulary import GENERAL
from llnotes_tui.grounding.whole import empty, partial, unmentioned, unsupported
from llnotes_tui.grounding.words import names_in
from llnotes_tui.release.model import EvidenceLine, Finding, NotesEntry

OFF_BY_DEFAULT: frozenset[str] = frozenset()
"""Kinds of which fewer than four of five were right on real notes; see tests/bench."""
_ORDER = {"red": 0, "amber": 1, "grey": 2}
_NO_GLOSSARY = Glossary()
_MOST_LINES = 8


def findings(
    text: str,
    evidence: Evidence,
    *,
    role: Literal["entry", "file"] = "entry",
    glossary: Glossary = _NO_GLOSSARY,
    badges: tuple[str, ...] = (),
    title: str = "",
    off: frozenset[str] = OFF_BY_DEFAULT,
) -> tuple[Finding, ...]:
    """Return what the evidence of a note does not support, by where it begins; spans count code points of `text`.

    `title` is published beside the text: what it says is not missing there.  Kinds in `off` are left out.
    """
    note = Note(text)
    found = [finding for finding in _all(note, evidence, role, badges, title) if finding.kind not in off]
    return _in_order(finding for finding in found if not glossary.silences(finding.kind, finding.text))


def _all(note: Note, evidence: Evidence, role: str, badges: Sequence[str], title: str) -> Iterator[Finding]:
    yield from no_such_classes(note, evidence)
    yield from no_such_methods(note, evidence)
    yield from unknown_names(note, evidence)
    yield from not_new(note, evidence)
    yield from not_removed(note, evidence)
    yield from not_changed(note, evidence)
    yield from denied(note, evidence)
    yield from unknown_numbers(note, evidence)
    yield from miscounted(note, evidence)
    yield from expansions(note, evidence)
    yield from tests(note, evidence)
    yield from other_tests(note, evidence)
    yield from denied_tests(note, evidence)
    yield from invented(note, evidence)
    yield from unsafe(note, evidence)
    yield from partial(note, evidence, badges)
    yield from style(note, evidence)
    if role == "entry":
        yield from empty(note, evidence)
        yield from unsupported(note, evidence)
        yield from scope(note, evidence)
        yield from unmentioned(note, evidence, title)


def _in_order(found: Iterator[Finding]) -> tuple[Finding, ...]:
    """Sort by place, and keep one finding a span: the first that was made, a class before a name."""
    kept: dict[tuple[int, int], Finding] = {}
    for finding in found:
        kept.setdefault((finding.start, finding.end), finding)
    return tuple(sorted(kept.values(), key=lambda finding: (finding.start, _ORDER[finding.level], finding.end)))


def announcement_findings(
    text: str, entries: Sequence[NotesEntry], *, glossary: Glossary = _NO_GLOSSARY, known: str = ""
) -> tuple[Finding, ...]:
    """Return what an announcement says that no entry it was made from says.

    `known` vouches too: the repository's name and page, versions, dependency updates.  The title line names the version.
    """
    note, evidence = Note(text), evidence_of_entries(entries, known)
    title_end = len(text) - len(text.lstrip()) + len(text.lstrip().partition("\n")[0])
    found = [
        *unknown_names(note, evidence),
        *(
            finding
            for finding in unknown_numbers(note, evidence)
            if finding.start >= title_end or "." not in finding.text
        ),
        *expansions(note, evidence),
        *unsafe(note, evidence),
    ]
    return _in_order(finding for finding in found if not glossary.silences(finding.kind, finding.text))


def evidence_of(text: str, offset: int, evidence: Evidence) -> tuple[EvidenceLine, ...]:
    """Return the lines that bear on the claim around an offset, the closest first; empty where nothing does."""
    note = Note(text)
    sentence = note.sentence_at(offset)
    if sentence is None:
        return ()
    names = [part for named in note.names_within(sentence.start, sentence.end) for part in names_in(named.text)]
    at = [named for named in note.names if named.outer_start <= offset <= named.outer_end]
    first = {part for named in at for part in names_in(named.text)}
    wanted = set(names) or {word for word in names_in(sentence.text) if word.lower() not in GENERAL and len(word) > 3}
    wanted |= {evidence.spelled(word) for word in wanted} - {""}
    scored: list[tuple[float, int, EvidenceLine]] = []
    for number, line in enumerate(evidence.lines):
        if not any(word in line.text for word in wanted):
            continue
        shared = tokens_of(line.text) & wanted
        if shared:
            weight = len(shared) + 2 * len(shared & first) + (0.5 if line.sign in "+-" else 0.0)
            scored.append((-weight, number, line.shown()))
    scored.sort(key=lambda row: row[:2])
    return tuple(line for _, _, line in scored[:_MOST_LINES]) or evidence.message_lines(wanted)
