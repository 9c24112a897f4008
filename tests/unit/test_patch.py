"""Patches as bytes: parts, hunks on demand, pieces for large diffs, and what a digest sees of them."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llnotes_tui.release import patch as patch_module
from llnotes_tui.release.patch import Patch, body_digest_lines, hunks, split_hunks

PATCH = b"""\
diff --git a/a.py b/a.py
index 1111111..2222222 100644
--- a/a.py
+++ b/a.py
@@ -1,3 +1,3 @@ class Crawler:
 one
-two
+deux
 three
@@ -10 +10,2 @@ def list_jobs(self):
-ten
\\ No newline at end of file
+ten
+eleven
\\ No newline at end of file
diff --git a/bin b/bin
index 1111111..2222222 100644
Binary files a/bin and b/bin differ
diff --git a/t b/t
deleted file mode 100644
index 1111111..0000000
--- a/t
+++ /dev/null
@@ -1 +0,0 @@
-diff --git a/fake b/fake
diff --git a/t b/t
new file mode 120000
index 0000000..2222222
--- /dev/null
+++ b/t
@@ -0,0 +1 @@
+target
\\ No newline at end of file
diff --git "a/\\377" b/new
similarity index 100%
rename from "\\377"
rename to new
"""


def test_parts_are_found_by_their_headings_and_a_type_change_is_one() -> None:
    patch = Patch(PATCH)
    assert (patch.parts, patch.size) == (4, len(PATCH))
    assert b"".join(patch.part(position) for position in range(4)) == PATCH
    assert [patch.part_size(position) for position in range(4)] == [len(patch.part(position)) for position in range(4)]
    assert patch.part(3).startswith(b'diff --git "a/\\377" b/new\n')
    for position in (-1, 4):
        with pytest.raises(IndexError):
            patch.part(position)
    assert Patch(b"").parts == 0


def test_hunks_have_headings_and_lines_have_numbers() -> None:
    first, second = hunks(Patch(PATCH).part(0))
    assert (first.heading, first.old_start, first.old_lines, first.new_start, first.new_lines) == (
        "class Crawler:",
        1,
        3,
        1,
        3,
    )
    assert [(line.kind, line.old, line.new, line.text) for line in first.lines] == [
        ("context", 1, 1, "one"), ("removed", 2, None, "two"), ("added", None, 2, "deux"), ("context", 3, 3, "three"),
    ]  # fmt: skip
    assert [(line.kind, line.old, line.new) for line in second.lines] == [
        ("removed", 10, None), ("no-newline", None, None), ("added", None, 10), ("added", None, 11), ("no-newline", None, None),
    ]  # fmt: skip


def test_a_type_change_has_the_hunks_of_both_halves() -> None:
    assert [line.text for hunk in hunks(Patch(PATCH).part(2)) for line in hunk.lines if line.kind != "no-newline"] == [
        "diff --git a/fake b/fake", "target",
    ]  # fmt: skip


def test_what_has_no_content_has_no_hunks() -> None:
    assert hunks(Patch(PATCH).part(1)) == hunks(Patch(PATCH).part(3)) == hunks(b"") == ()


@pytest.mark.parametrize(
    "body",
    [
        b"@@ -1,9 +1,9 @@\n-cut",
        b"@@ -1 +1 @@\n?odd\n",
        b"@@ -1 +1 @@",
        b"@@ -1,2 +1 @@ f\n-a\n-b\n-c\n",
        b"@@ nothing @@\n+a\n",
    ],
)
def test_a_broken_part_is_read_as_far_as_it_goes(body: bytes) -> None:
    for hunk in hunks(b"diff --git a/x b/x\n--- a/x\n+++ b/x\n" + body):
        assert hunk.old_start == 1


def test_a_carriage_return_is_shown_only_where_line_ends_differ() -> None:
    same = hunks(b"@@ -1 +1 @@\n-a\r\n+b\r\n")[0]
    mixed = hunks(b"@@ -1 +1 @@\n-a\r\n+a\n")[0]
    assert [line.text for line in same.lines] == ["a", "b"]
    assert [line.text for line in mixed.lines] == ["a␍", "a"]


def test_lines_in_any_encoding_are_visible() -> None:
    [hunk] = hunks(b"@@ -1 +1,2 @@ d\x1bf\n-caf\n" + b"+caf\xe9\n" + "+日本\u200b\x1b[2J\x85\n".encode())
    assert (hunk.heading, [line.text for line in hunk.lines]) == ("d␛f", ["caf", "café", "日本<U+200B>␛[2J␤"])


def test_a_part_is_cut_at_its_hunks_and_nothing_is_lost() -> None:
    part = Patch(PATCH).part(0)
    first, second = split_hunks(part)
    header = part[: part.index(b"@@")]
    assert first.startswith(header)
    assert second.startswith(header)
    assert first + second.removeprefix(header) == part
    assert [len(hunks(piece)) for piece in (first, second)] == [1, 1]
    assert split_hunks(Patch(PATCH).part(1)) == (Patch(PATCH).part(1),)
    assert len(split_hunks(Patch(PATCH).part(2))) == 2


def test_a_digest_sees_content_and_not_where_it_stands() -> None:
    part = Patch(PATCH).part(0)
    moved = (
        part.replace(b"-1,3 +1,3 @@ class Crawler:", b"-101,3 +105,3 @@ class Other:")
        .replace(b"2222222", b"3333333")
        .replace(b"a.py", b"b.py")
    )
    assert body_digest_lines(moved) == body_digest_lines(part)
    assert body_digest_lines(part.replace(b"deux", b"zwei")) != body_digest_lines(part)
    assert body_digest_lines(Patch(PATCH).part(1)) == body_digest_lines(Patch(PATCH).part(1).replace(b"bin", b"other"))
    mode = b"diff --git a/m b/m\nold mode 100644\nnew mode 100755\n"
    assert body_digest_lines(mode) != body_digest_lines(b"diff --git a/m b/m\n")
    for sign in (b"---", b"+++", b"index"):
        inside = b"@@ -1 +1 @@\n-" + sign + b" x\n+y\n"
        assert sign in body_digest_lines(b"diff --git a/m b/m\n" + inside)


LINES = st.lists(
    st.sampled_from(
        [
            "a",
            "b",
            "",
            "--- x",
            "+++ y",
            "@@ -1 +1 @@",
            "diff --git a/x b/x",
            "\\ No newline",
            "c\r",
            "\x0c",
            "\x85",
            "é",
        ]
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(before=LINES, after=LINES, ends=st.booleans())
def test_real_diffs_are_read_the_same_by_unidiff_and_by_line(
    before: list[str], after: list[str], ends: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = _folder(tmp_path_factory)
    end = "\n" if ends else ""
    for name, lines in (("old", before), ("new", after)):
        (folder / name).write_bytes(("\n".join(lines) + end).encode())
    raw = subprocess.run(
        ["git", "diff", "--no-index", "--no-color", "old", "new"], cwd=folder, capture_output=True
    ).stdout
    start = patch_module._first_hunk(raw)
    assert Patch(raw).parts == (1 if raw else 0)
    if start < 0:
        return
    assert list(patch_module._by_unidiff(raw, start)) == list(patch_module._by_line(raw, start))
    old = [line.text for hunk in hunks(raw) for line in hunk.lines if line.kind in ("context", "removed")]
    assert len(old) <= len(before) + 1


def _folder(factory: pytest.TempPathFactory) -> Path:
    folder = factory.getbasetemp() / "diffs"
    folder.mkdir(exist_ok=True)
    return folder


@given(st.binary(max_size=300))
def test_any_bytes_are_a_patch(raw: bytes) -> None:
    patch = Patch(raw)
    for position in range(patch.parts):
        hunks(patch.part(position))
        split_hunks(patch.part(position))
    hunks(b"@@ -1 +1 @@\n" + raw)
    body_digest_lines(raw)
