"""What the note pane says, in words and in lines."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len

from llnotes_tui.widgets.note_lines import badge_words, entry_content, file_content, laid_out, wrapped
from llnotes_tui.workbench.views import EntryView, Variant
from tests.ui import sample


def text_of(entry: EntryView, width: int = 60, **more: object) -> str:
    lines = laid_out(entry_content(entry, **more), width)  # type: ignore[arg-type]
    return "\n".join("".join(text for text, _ in line) for line in lines)


def test_an_entry_says_its_title_who_wrote_it_and_what_is_open() -> None:
    words = text_of(sample.ENTRIES[0])
    assert words.startswith("#4432 Removed the `limit` argument of `list_jobs`\ndrafted without a model · removed")
    assert "Does this break something for its users?" in words
    assert "def list_jobs(self, limit)" in words


def test_states_and_reasons_are_told_in_words() -> None:
    assert "failed" in text_of(sample.ENTRIES[8])
    assert "answered 429 six times" in text_of(sample.ENTRIES[8])
    assert "✓ accepted" in text_of(sample.ENTRIES[1])
    assert "stale" in text_of(replace(sample.ENTRIES[1], state="stale"))
    assert "drafted by llama" in text_of(replace(sample.ENTRIES[0], engine="databricks", model="llama"))
    assert "word for word" in text_of(replace(sample.ENTRIES[0], origin="changelog"))
    assert "2/3" in text_of(replace(sample.ENTRIES[0], variant=1, variants=3))


def test_badges_are_words() -> None:
    assert badge_words(("parts:3", "cut-off", "masked:1", "masked:2", "history-cut", "no-diff")) == [
        "3 parts",
        "cut off",
        "1 secret masked",
        "2 secrets masked",
        "history cut here",
        "no diff",
    ]


def test_what_is_typed_shows_instead_of_the_text_and_is_called_unfinished() -> None:
    words = text_of(sample.ENTRIES[0], open_edit="Half a sen")
    assert "Half a sen" in words
    assert "not finished" in words
    assert "JobsCrawler" not in words


def test_another_variant_stands_below_the_text() -> None:
    words = text_of(sample.ENTRIES[2], beside=Variant("Other words.", "databricks", "llama", "d1", "shorter"))
    assert words.index("several smaller jobs") < words.index("another variant · llama") < words.index("Other words.")
    assert "asked: shorter" in words


def test_a_file_says_which_entry_it_is_part_of() -> None:
    entry = sample.ENTRIES[1]
    lines = laid_out(file_content(entry, entry.files[1]), 60)
    words = "\n".join("".join(text for text, _ in line) for line in lines)
    assert "src/harbor/runtime.py" in words
    assert "+3 -2" in words
    assert "Part of #4431" in words


@given(st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs", "Mn", "Cf")), max_size=80), st.integers(2, 30))
def test_wrapping_keeps_every_character_and_the_width(text: str, width: int) -> None:
    lines = wrapped([(text, "a"), (text, "b")], width)
    assert "".join(piece for line in lines for piece, _ in line) == text * 2
    assert all(cell_len("".join(piece for piece, _ in line).rstrip(" ")) <= width for line in lines)
