"""The row that stands for a clone in a list, and finding clones in folders."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from llnotes_tui.release.patch import Patch
from llnotes_tui.sources.git import Clone, RangeOptions, find_clones
from llnotes_tui.sources.patches import PatchShelf
from llnotes_tui.sources.process import GitFault, Place, git_version, run, stream
from tests.repositories import Repo
from tests.waiting import Stopwatch


def test_a_row_says_what_is_unreleased_since_when_and_what_may_be_next(tmp_path: Path) -> None:
    repo = Repo.create(tmp_path / "clone", origin="https://github.com/octo/robot")
    repo.commit("Start", {"a": "1"})
    repo.tag("v0.3.1")
    repo.commit("Fix a fault (#2)", {"a": "2"})
    repo.stand_at_origin()
    row = Clone.open(repo.root).overview(RangeOptions())
    assert (row.name, row.branch, row.unreleased, row.last_version) == ("octo/robot", "main", 1, "v0.3.1")
    assert (row.last_released_at, row.suggested_version, row.tag_prefix) == (1_700_000_000, "0.3.2", "v")
    repo.commit("Add a thing (#3)", {"b": "2"})
    assert Clone.open(repo.root).overview(RangeOptions()).unreleased == 1
    repo.stand_at_origin()
    assert Clone.open(repo.root).overview(RangeOptions()).suggested_version == "0.4.0"


def test_a_row_agrees_with_the_range(tmp_path: Path) -> None:
    repo = Repo.create(tmp_path / "clone")
    repo.commit("Start", {"a": "1"})
    repo.commit("Release v0.2.0 (#1)", {"a": "2"})
    repo.commit("Next", {"a": "3"})
    clone = Clone.open(repo.root)
    row, span = clone.overview(RangeOptions()), clone.range(RangeOptions())
    assert (row.since, row.until, row.last_version, row.last_released_at) == (
        span.since,
        span.until,
        span.last_version,
        span.last_released_at,
    )
    assert row.warning == span.base_note
    assert row.unreleased == len(list(clone.commits(span, RangeOptions())))


def test_nothing_unreleased_suggests_nothing(tmp_path: Path) -> None:
    repo = Repo.create(tmp_path / "clone")
    repo.commit("Start", {"a": "1"})
    repo.tag("v1.0.0")
    row = Clone.open(repo.root).overview(RangeOptions())
    assert (row.unreleased, row.suggested_version) == (0, "")


def test_rows_are_read_side_by_side(tmp_path: Path) -> None:
    for number in range(6):
        repo = Repo.create(tmp_path / f"clone{number}")
        repo.commit("Start", {"a": "1"})
        repo.tag("v1.0.0")
        repo.history((f"c{step}", {"a": f"{step}\n".encode()}) for step in range(number))
    clones = find_clones(tmp_path)
    with ThreadPoolExecutor(4) as pool:
        rows = list(pool.map(lambda path: Clone.open(path).overview(RangeOptions()), clones))
    assert [row.unreleased for row in rows] == list(range(6))


def test_clones_are_found_below_a_folder_and_not_within_one_another(tmp_path: Path) -> None:
    for name in ("b", "a", "group/c", "host/owner/d", "too/deep/for/e", ".hidden/f", "node_modules/g", "a/inner"):
        Repo.create(tmp_path / name)
    Repo.create(tmp_path / "bare.git", bare=True)
    (tmp_path / "plain").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "a")
    assert [path.relative_to(tmp_path).as_posix() for path in find_clones(tmp_path)] == [
        "a",
        "b",
        "bare.git",
        "group/c",
        "host/owner/d",
    ]
    assert find_clones(tmp_path / "a") == [tmp_path / "a"]
    assert find_clones(tmp_path / "nowhere") == []


def test_the_shelf_keeps_what_was_used_last_up_to_its_bytes() -> None:
    shelf = PatchShelf(10)
    for name in ("a", "b"):
        shelf.put(name, Patch(b"12345"))
    assert shelf.get("a") is not None
    shelf.put("c", Patch(b"1234"))
    assert [name for name in ("a", "b", "c") if shelf.get(name) is not None] == ["a", "c"]
    shelf.put("large", Patch(b"x" * 11))
    assert shelf.get("large") is None
    assert shelf.size == 9


def test_a_command_that_fails_says_what_where_and_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(GitFault) as caught:
        run(["rev-parse", "HEAD"], Place(tmp_path))
    assert "rev-parse" in caught.value.sentence
    assert str(tmp_path) in caught.value.sentence
    assert caught.value.sentence.endswith(".")
    assert caught.value.status == 128
    with pytest.raises(GitFault, match="cannot be started"):
        run(["version"], Place(tmp_path / "nowhere"))


def test_git_that_is_not_installed_is_an_error_that_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert git_version().startswith("git version")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitFault, match="not found on PATH; install git"):
        git_version()


def test_a_cancelled_command_ends_at_once(tmp_path: Path) -> None:
    repo = Repo.create(tmp_path / "clone")
    repo.commit("Start", {"a": "1"})
    cancel = Event()
    cancel.set()
    watch = Stopwatch()
    commands = stream(["cat-file", "--batch"], Place(repo.root), stdin=[b"HEAD\n"] * 9, cancel=cancel)
    with commands as output, pytest.raises(GitFault, match="stopped"):
        list(output.chunks())
    assert watch.look() < 5


def test_a_cancelled_command_says_so_even_where_it_was_ended_before_it_wrote_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sleeper = tmp_path / "bin" / "git"
    sleeper.parent.mkdir()
    sleeper.write_text("#!/bin/sh\nexec sleep 600\n")
    sleeper.chmod(0o755)
    monkeypatch.setenv("PATH", f"{sleeper.parent}{os.pathsep}{os.environ['PATH']}")
    cancel = Event()
    cancel.set()
    with stream(["log"], Place(tmp_path), cancel=cancel) as output, pytest.raises(GitFault, match="stopped"):
        list(output.chunks())
    with stream(["log"], Place(tmp_path), timeout=0.1) as output, pytest.raises(GitFault, match="took too long"):
        list(output.chunks())


def test_a_stream_that_is_left_unread_can_be_finished(tmp_path: Path) -> None:
    repo = Repo.create(tmp_path / "clone")
    repo.commit("Start", {"a": "x\n" * 300_000})
    with stream(["cat-file", "blob", "HEAD:a"], Place(repo.root)) as output:
        output.finish()
