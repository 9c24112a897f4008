"""Spans of findings: where they are drawn, and where they are once a text was changed under a person's hands."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from llnotes_tui.release.model import Finding
from llnotes_tui.release.text import visible
from llnotes_tui.widgets.cells import columns
from llnotes_tui.widgets.moved_spans import moved
from llnotes_tui.widgets.note_findings import Span, cut, in_columns, reasons_of, spans_of
from llnotes_tui.widgets.note_lines import Doubts, entry_content, laid_out, with_doubts
from tests.ui import sample


def finding(text: str, word: str, level: str = "red", fix: str | None = None) -> Finding:
    at = text.index(word)
    return Finding("kind", level, at, at + len(word), word, "why", fix)  # type: ignore[arg-type]


def drawn(text: str, findings: tuple[Finding, ...], width: int = 30) -> list[tuple[str, str]]:
    """Return what is drawn in a style of findings, pieces of one line and style joined."""
    entry = replace(sample.ENTRIES[0], text=text, breaking="no")
    content = with_doubts(entry_content(entry), text, Doubts(findings, checked=True))
    lines = laid_out(replace(content, found=(), verdict=()), width)
    return [(piece, name) for line in lines for piece, name in line if name in ("note--red", "note--amber")]


def test_exactly_the_span_is_underlined_also_over_line_ends_tabs_and_wide_characters() -> None:
    text = "The\tparser of 名前 reads\nberths and the `dock_all` function of the whole harbor at once"
    findings = (finding(text, "名前"), finding(text, "`dock_all` function of the whole harbor", "amber"))
    pieces = drawn(text, findings)
    assert "".join(piece for piece, name in pieces if name == "note--red") == "名前"
    assert (
        "".join(piece for piece, name in pieces if name == "note--amber") == "`dock_all` function of the whole harbor"
    )


def test_where_findings_overlap_the_grave_one_is_drawn() -> None:
    text = "a new method"
    spans = spans_of((finding(text, "new"), finding(text, "a new method", "amber")))
    assert cut(text, 0, spans, "plain") == [("a ", "note--amber"), ("new", "note--red"), (" method", "note--amber")]


def test_a_control_character_before_a_finding_does_not_shift_it() -> None:
    text = "a\x1b b wrong c"
    assert drawn(text, (finding(text, "wrong"),)) == [("wrong", "note--red")]
    assert visible(text) != text


def test_reasons_say_the_level_by_letter_and_what_the_fix_is() -> None:
    text = "a new method"
    reasons = reasons_of((finding(text, "new", fix="changed"), finding(text, "method", "grey", fix="")), current=1)
    assert [(one.quoted, one.fix, one.current) for one in reasons] == [
        ("new", "→ changed", False),
        ("method", "→ out", True),
    ]


def test_spans_move_with_what_is_typed_before_them_and_go_when_typed_in() -> None:
    before = "The parser reads 45 berths."
    span = Span(17, 19, "red")
    assert moved([span], before, "The new parser reads 45 berths.") == (Span(21, 23, "red"),)
    assert moved([span], before, "The parser reads 45 berths. So.") == (span,)
    assert moved([span], before, "The parser reads 455 berths.") == ()
    assert moved([span], before, "The parser reads 145 berths.") == ()
    assert moved([span], before, "The parser reads 4 berths.") == ()
    assert moved([span], before, "The parser reads 45, berths.") == (span,)


@given(st.text(max_size=60), st.text(max_size=60), st.integers(0, 60), st.integers(1, 20))
def test_a_span_that_is_kept_has_the_same_words(before: str, after: str, start: int, length: int) -> None:
    start = min(start, len(before))
    end = min(start + length, len(before))
    if start == end:
        return
    for span in moved([Span(start, end, "red")], before, after):
        assert after[span.start : span.end] == before[start:end]


@given(st.text(max_size=80), st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)), max_size=4))
def test_cutting_loses_no_character(text: str, places: list[tuple[int, int]]) -> None:
    spans = [Span(min(place), max(place), "red") for place in places]
    for paragraph in text.split("\n"):
        line = columns(paragraph)
        pieces = cut(line, 0, in_columns(paragraph, 0, spans), "plain")
        assert "".join(piece for piece, _ in pieces) == line


def test_a_note_says_which_checks_could_not_be_made() -> None:
    doubts = Doubts(checked=True, not_checked=("The tree is not here: nothing is said of names.",))
    lines = laid_out(with_doubts(entry_content(sample.ENTRIES[0]), sample.ENTRIES[0].text, doubts), 60)
    said = ["".join(text for text, _ in line) for line in lines]
    assert "No automatic finding." in said
    assert "The tree is not here: nothing is said of names." in said
