"""Text is laid out in cells, so that columns stay straight with any text."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from llnotes_tui.widgets.cells import columns, fit, shorten, single_line


def test_tabs_go_to_stops_of_four_cells() -> None:
    assert columns("\tx\ty") == "    x   y"
    assert columns("全\tx") == "全  x"


def test_variation_selectors_and_joiners_are_dropped_because_terminals_disagree_on_them() -> None:
    assert columns("❤\ufe0f x") == "❤ x"
    assert columns("👩\u200d💻") == "👩💻"


def test_wide_characters_count_twice() -> None:
    assert fit("全角", 6) == "全角  "
    assert shorten("全角文字", 5) == "全角…"
    assert cell_len(shorten("全角文字", 4)) <= 4


def test_one_line_stays_one_line() -> None:
    assert single_line("a\nb\r\nc\u2028d") == "a b c d"


@given(st.text(max_size=40), st.integers(min_value=1, max_value=30))
def test_fitted_text_is_as_wide_as_asked(text: str, width: int) -> None:
    assert cell_len(fit(columns(single_line(text)), width)) == width
