"""A diff's rows: the right text with the right numbers, found when they are asked for."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llnotes_tui.release.patch import hunks
from llnotes_tui.widgets import diff_lines
from llnotes_tui.widgets.diff_colours import colour, lexer_for
from llnotes_tui.widgets.diff_lines import LINE_LIMIT, DiffDocument, DiffFile, Row

HEADER = b"diff --git a/x.py b/x.py\nindex 1..2 100644\n--- a/x.py\n+++ b/x.py\n"


def document(*parts: bytes, path: str = "x.py") -> DiffDocument:
    return DiffDocument([DiffFile(path, part) for part in parts])


def rows(found: DiffDocument) -> list[Row]:
    found.finish()
    return [found.row(index) for index in range(found.row_count)]


def test_lines_carry_the_numbers_of_both_sides() -> None:
    found = rows(document(HEADER + b"@@ -5,3 +7,3 @@ def f():\n a\n-b\n+c\n d\n"))
    assert [(row.kind, row.old, row.new, row.text) for row in found] == [
        ("hunk", None, None, "@@ def f():"),
        ("context", 5, 7, "a"),
        ("removed", 6, None, "b"),
        ("added", None, 8, "c"),
        ("context", 7, 9, "d"),
    ]


def test_several_files_get_a_header_each() -> None:
    part = HEADER + b"@@ -1 +1 @@\n-a\n+b\n"
    assert [row.kind for row in rows(document(part, part))] == ["file", "hunk", "removed", "added"] * 2


def test_a_part_with_no_hunk_says_why() -> None:
    binary = b"diff --git a/x b/x\nindex 1..2 100644\nBinary files a/x and b/x differ\n"
    renamed = b"diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n"
    mode = b"diff --git a/x b/x\nold mode 100644\nnew mode 100755\n"
    assert [row.text for row in rows(document(binary))] == ["binary"]
    assert [row.text for row in rows(document(renamed))] == ["renamed from x"]
    assert [row.text for row in rows(document(mode))] == ["mode was 100644", "mode is 100755"]


def test_badges_stand_above_the_hunks() -> None:
    found = DiffDocument([DiffFile("x", HEADER + b"@@ -1 +1 @@\n-a\n+b\n", badges=("lock file",))])
    assert [row.kind for row in rows(found)] == ["badge", "hunk", "removed", "added"]


def test_the_missing_newline_at_the_end_is_a_mark_and_no_line() -> None:
    found = rows(document(HEADER + b"@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n"))
    assert [(row.kind, row.old, row.new) for row in found][1:] == [
        ("removed", 1, None),
        ("mark", None, None),
        ("added", None, 1),
    ]


def test_the_two_diffs_of_a_change_of_type_are_not_read_as_lines() -> None:
    part = (
        b"diff --git a/x b/x\ndeleted file mode 100644\n--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-text\n"
        b"diff --git a/x b/x\nnew file mode 120000\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+target\n"
    )
    assert [(row.kind, row.text) for row in rows(document(part))] == [
        ("hunk", "@@ line 0"),
        ("removed", "text"),
        ("hunk", "@@ line 1"),
        ("added", "target"),
    ]


def test_control_and_bidi_characters_are_seen_and_do_nothing() -> None:
    part = HEADER + "@@ -1 +1 @@ \x1b[31mf\n+\x1b[2Jx\u202ey\u200bz\r middle\n-b\n".encode()
    found = rows(document(part))
    assert found[0].text == "@@ ␛[31mf"
    assert found[1].text == "␛[2Jx<U+202E>y<U+200B>z␍ middle"


def test_line_ends_of_windows_are_quiet_where_all_lines_have_them_and_seen_where_they_change() -> None:
    assert [row.text for row in rows(document(HEADER + b"@@ -1 +1 @@\n-a\r\n+b\r\n"))][1:] == ["a", "b"]
    assert [row.text for row in rows(document(HEADER + b"@@ -1 +1 @@\n-a\r\n+a\n"))][1:] == ["a␍", "a"]


def test_bytes_that_are_no_text_are_shown_all_the_same() -> None:
    assert rows(document(HEADER + b"@@ -1 +1 @@\n+caf\xe9\n"))[1].text == "café"


def test_a_very_long_line_is_cut_and_says_how_much_is_missing() -> None:
    found = rows(document(HEADER + b"@@ -1 +1 @@\n+" + b"x" * 50_000 + b"\n"))
    assert found[1].text.startswith("x" * LINE_LIMIT + "… and 47,000 more bytes")
    assert len(found[1].text) < LINE_LIMIT + 40


def test_a_large_diff_opens_with_its_first_rows_only_and_ends_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    part = HEADER + b"".join(b"@@ -%d,2 +%d,2 @@\n a\n-b\n+c\n" % (n * 10 + 1, n * 10 + 1) for n in range(5_000))
    found = document(part)
    assert found.row_count < 5_000 * 4
    found.finish()
    assert found.row_count == 5_000 * 4
    assert found.row(found.row_count - 1) == Row("added", "c", 0, None, 49_992)
    assert len(found.hunk_rows) == 5_000


@settings(max_examples=40, deadline=None)
@given(st.integers(min_value=0, max_value=10_000), st.integers(min_value=8, max_value=64))
def test_rows_agree_with_unidiff_wherever_hunks_are_cut(seed: int, chunk: int) -> None:
    """A hunk is laid out in pieces of some bytes; where the cuts fall must not show."""
    chance = random.Random(seed)
    part = bytearray(HEADER)
    old = new = 1
    for _ in range(chance.randint(1, 4)):
        lines = [chance.choice((b" same", b"-gone", b"+new", b" @@ -1 +1 @@", b"-- x", b"++ y")) for _ in range(30)]
        olds, news = (sum(line[:1] in signs for line in lines) for signs in (b" -", b" +"))
        part += b"@@ -%d,%d +%d,%d @@ f\n" % (old, olds, new, news) + b"\n".join(lines) + b"\n"
        old, new = old + olds + 10, new + news + 10
    whole = bytes(part)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(diff_lines, "_CHUNK", chunk)
        patch.setattr(diff_lines, "PAGE", 7)
        found = [row for row in rows(document(whole)) if row.kind in ("added", "removed", "context")]
    wanted = [line for hunk in hunks(whole) for line in hunk.lines]
    assert [(row.kind, row.old, row.new, row.text) for row in found] == [
        (line.kind, line.old, line.new, line.text) for line in wanted
    ]


def test_search_finds_every_place_and_heeds_capitals_only_where_there_are_some() -> None:
    found = document(HEADER + b"@@ -1 +1 @@ def Foo\n-foo Foo\n+\tfoo\n")
    assert found.search("foo") == [(0, 7, 10), (1, 0, 3), (1, 4, 7), (2, 4, 7)]
    assert found.search("Foo") == [(0, 7, 10), (1, 4, 7)]
    assert found.search("nowhere") == []
    assert found.search("ÄÖ") == []


def test_colours_are_told_by_the_path_and_by_each_side() -> None:
    found = document(HEADER + b'@@ -1 +1 @@\n def f():\n-    return "old"\n+    return 1\n')
    page = found.page_of(1)
    assert page is not None
    before = page.colours
    colour(page, "x.py")
    assert before is None
    assert page.colours is not None
    assert page.colours[0][0] == (0, 3, "code--keyword")
    assert any(name == "code--string" for _, _, name in page.colours[1])
    assert any(name == "code--number" for _, _, name in page.colours[2])


def test_an_unknown_language_has_no_colours() -> None:
    assert lexer_for("notes.unknown-thing") is None
    assert lexer_for("readme.txt") is None
    assert lexer_for("deep/Makefile") is not None
