import json

from hypothesis import given
from hypothesis import strategies as st

from llnotes_tui.drafting.packing import packs, parsed_reply, pieces
from tests.unit.drafting_matter import part


def test_small_files_travel_together_and_large_ones_alone() -> None:
    assert packs([("a", 100), ("b", 10_000), ("c", 100), ("d", 100)], 200) == [("b",), ("a", "c", "d")]
    assert packs([("a", 100), ("b", 100)], 0) == [("a",), ("b",)]
    assert packs([], 100) == []


@given(st.lists(st.integers(0, 5_000), max_size=60), st.integers(0, 2_000))
def test_packs_hold_every_item_once_and_keep_to_the_budget(sizes: list[int], budget: int) -> None:
    groups = packs(list(enumerate(sizes)), budget)
    assert sorted(index for group in groups for index in group) == list(range(len(sizes)))
    for group in groups:
        assert len(group) == 1 or sum(sizes[index] for index in group) <= budget * 3.3


def test_a_packed_reply_is_read_with_or_without_its_wrapping() -> None:
    told = json.dumps({"file_1": "One.", "file_2": "Two."})
    for text in (told, f"```json\n{told}\n```", f"Here you are:\n{told}\nDone."):
        assert parsed_reply(text, 2) == {0: "One.", 1: "Two."}


def test_of_a_reply_that_is_not_whole_only_what_is_there_counts() -> None:
    assert parsed_reply('{"file_1": "One.", "file_2": 3, "file_3": " "}', 4) == {0: "One."}
    for broken in ("", "no json", '{"file_1": "On', "[1, 2]", "{" * 100_000 + "}", '["file_1"]'):
        assert parsed_reply(broken, 2) == {}


def hunk(number: int, lines: int) -> list[str]:
    return [f"@@ -{number},0 +{number},{lines} @@ def f{number}():", *[f"+line {number} {i}" for i in range(lines)]]


def test_a_diff_within_the_budget_stays_whole() -> None:
    diff = part("a.py", hunk(1, 3)).encode()
    assert pieces(diff, 1_000, 12).parts == (diff,)


def test_a_large_diff_is_cut_at_its_hunks_with_the_head_before_each_piece() -> None:
    diff = part("a.py", [line for number in range(40) for line in hunk(number + 1, 20)]).encode()
    cut = pieces(diff, 1_000, 12)
    assert cut.is_whole
    assert 1 < len(cut.parts) <= 12
    for piece in cut.parts:
        assert len(piece) <= 3_300
        assert piece.startswith(b"diff --git a/a.py b/a.py\n")
        assert piece.count(b"diff --git") == 1
    assert sum(piece.count(b"\n+line") for piece in cut.parts) == 800


def test_a_hunk_above_the_budget_is_cut_at_lines() -> None:
    diff = part("a.py", hunk(1, 500)).encode()
    cut = pieces(diff, 1_000, 12)
    assert cut.is_whole
    assert all(len(piece) <= 3_300 and b"@@ -1,0 +1,500 @@" in piece for piece in cut.parts)
    assert sum(piece.count(b"\n+line") for piece in cut.parts) == 500


def test_what_is_left_out_is_said() -> None:
    many = part("a.py", hunk(1, 5_000)).encode()
    cut = pieces(many, 1_000, 3)
    assert (len(cut.parts), cut.is_whole) == (3, False)
    long_line = part("a.py", ["@@ -1,0 +1,1 @@", "+" + "x" * 100_000]).encode()
    cut = pieces(long_line, 1_000, 3)
    assert not cut.is_whole
    assert all(len(piece) <= 3_300 for piece in cut.parts)
