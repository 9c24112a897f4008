"""What git writes between NULs, in chunks of any size, with paths of any bytes."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llnotes_tui.release.model import FileStatus
from llnotes_tui.sources.structure import BrokenStructure, metas, structures

SHA = "a" * 40
PATH = st.binary(min_size=1, max_size=20).map(lambda path: path.replace(b"\0", b"")).filter(bool)
COUNT = st.one_of(st.none(), st.integers(0, 10**7))
FILE = st.tuples(st.sampled_from("AMDTRC"), PATH, PATH, COUNT, COUNT)


def written(commits: list[list[tuple[str, bytes, bytes, int | None, int | None]]]) -> bytes:
    out = b""
    for number, files in enumerate(commits):
        out += f"{number:040x}".encode() + b"\0"
        for letter, path, old, _, _ in files:
            score = "087" if letter in "RC" else ""
            out += f":100644 100755 {'b' * 40} {'c' * 40} {letter}{score}".encode() + b"\0"
            out += (old + b"\0" if letter in "RC" else b"") + path + b"\0"
        for letter, path, old, added, removed in files:
            counts = b"\t".join(b"-" if count is None else str(count).encode() for count in (added, removed))
            out += counts + b"\t" + (b"\0" + old + b"\0" + path if letter in "RC" else path) + b"\0"
    return out


def chunked(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


@given(st.lists(st.lists(FILE, max_size=5), max_size=5), st.integers(1, 50))
def test_structure_is_read_whatever_the_paths_and_the_chunks(
    commits: list[list[tuple[str, bytes, bytes, int | None, int | None]]], size: int
) -> None:
    read = list(structures(chunked(written(commits), size)))
    assert [sha for sha, _ in read] == [f"{number:040x}" for number in range(len(commits))]
    for (sha, changes), files in zip(read, commits, strict=True):
        for position, (change, (letter, path, old, added, removed)) in enumerate(zip(changes, files, strict=True)):
            assert (change.commit, change.position, change.status) == (sha, position, FileStatus(letter))
            assert (change.path, change.old_path) == (path, old if letter in "RC" else None)
            assert (change.added, change.removed, change.old_mode, change.new_mode) == (
                added,
                removed,
                0o100644,
                0o100755,
            )


@given(st.binary(max_size=200))
def test_anything_else_is_refused_and_nothing_worse(data: bytes) -> None:
    for read in (metas, structures):
        try:
            list(read([data]))
        except BrokenStructure:
            continue


@pytest.mark.parametrize("cut", [60, 100, 130])
def test_structure_that_ends_within_a_commit_is_refused(cut: int) -> None:
    data = written([[("M", b"path", b"", 1, 2), ("R", b"new", b"old", 1, 2)]])
    with pytest.raises(BrokenStructure):
        list(structures([data[:cut]]))


def test_commits_are_read_with_empty_fields() -> None:
    fields = [SHA, "", "", "", "1", "2", "", "", ""]
    merge = ["b" * 40, f"{SHA} {'c' * 40}", "Ada", "a@b", "3", "4", "Subject", "Body\n\nmore\n", "d" * 40]
    data = "".join(field + "\0" for field in (*fields, *merge)).encode()
    first, second = metas(chunked(data, 7))
    assert (first.sha, first.parents, first.subject, first.body, first.first_parent) == (SHA, (), "", "", None)
    assert (second.first_parent, len(second.parents), second.body) == (SHA, 2, "Body\n\nmore")
    with pytest.raises(BrokenStructure):
        list(metas([data[:-50]]))
