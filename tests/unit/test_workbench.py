"""A release at work, over a real clone, with the engine that needs no model."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from llnotes_tui.release.ids import commit_note, file_note
from llnotes_tui.review.decisions import Exported
from llnotes_tui.review.store import ReviewError
from llnotes_tui.workbench.opening import open_release
from llnotes_tui.workbench.start import Target
from llnotes_tui.workbench.views import EntryView
from llnotes_tui.workbench.workbench import Workbench
from tests.repositories import Repo

SOON = 60.0
"""Seconds within which anything here is done, even on a busy machine."""


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo.create(tmp_path / "harbor", origin="https://github.com/acme/harbor.git")
    repo.commit("Begin", {"harbor.py": "def dock(): ...\n"})
    repo.tag("v1.0.0")
    repo.commit(
        "Add berths (#2)\n\nShips can now be assigned to berths.",
        {"berths.py": "def assign(ship): ...\n", "ships.py": "class Ship: ...\n"},
    )
    repo.commit("Fix docking (#3)", {"harbor.py": "def dock():\n    return True\n"})
    repo.commit("Add a linter to CI (#4)", {".github/workflows/lint.yml": "on: push\n"})
    return repo


@pytest.fixture
def bench(repo: Repo) -> Iterator[Workbench]:
    bench = opened(repo)
    yield bench
    bench.close()


def opened(repo: Repo) -> Workbench:
    """Open the release and wait until everything is drafted."""
    bench = open_release(Target(str(repo.root), flags={"engine": "extractive"}), lambda _: None, Event())
    bench.start_drafting()
    drafted(bench)
    return bench


def drafted(bench: Workbench) -> None:
    assert bench.drafting is not None
    assert bench.drafting.wait(SOON)
    bench.flush()


def entry(bench: Workbench, number: int) -> EntryView:
    return next(entry for entry in bench.view().entries if number in entry.pull_requests)


def test_every_entry_is_drafted_and_what_ships_nothing_waits_in_its_group(bench: Workbench) -> None:
    view = bench.view()
    assert [e.pull_requests for e in view.entries] == [(3,), (2,)]
    assert [e.state for e in view.entries] == ["drafted", "drafted"]
    assert "Ships can now be assigned to berths." in entry(bench, 2).text
    assert [e.title for e in view.internal] == ["Added a linter to CI"]
    assert (view.manifest.commits, view.manifest.entries, view.manifest.internal) == (3, 2, 1)


def test_a_decision_is_in_the_view_when_its_future_is_done(bench: Workbench) -> None:
    fixed = entry(bench, 3)
    bench.accept(fixed.note, fixed.text).result(SOON)
    assert entry(bench, 3).state == "accepted"
    assert bench.view().totals.reviewed == 1
    assert bench.undo().result(SOON).note == fixed.note
    assert entry(bench, 3).state == "drafted"
    bench.redo().result(SOON)
    assert entry(bench, 3).state == "accepted"


def test_a_text_that_was_not_on_screen_cannot_be_accepted(bench: Workbench) -> None:
    with pytest.raises(ReviewError, match="changed while you read"):
        bench.accept(entry(bench, 3).note, "Something else.").result(SOON)
    assert entry(bench, 3).state == "drafted"


def test_correcting_a_file_makes_its_entry_stale_and_asking_again_writes_from_the_corrected_facts(
    bench: Workbench, repo: Repo
) -> None:
    berths = entry(bench, 2)
    bench.accept(berths.note, berths.text).result(SOON)
    file = next(file for file in berths.files if file.path == "berths.py")
    bench.edit(file.note, "Berths are assigned by tonnage.").result(SOON)
    assert entry(bench, 2).state == "stale"
    assert entry(bench, 2).text == berths.text, "nothing replaces what a person accepted"
    assert bench.again(berths.note) == ""
    drafted(bench)
    assert any("tonnage" in variant.text for variant in bench.variants(berths.note))


def test_correcting_a_file_makes_a_draft_stale_that_nobody_has_read_yet(bench: Workbench) -> None:
    berths = entry(bench, 2)
    bench.edit(berths.files[0].note, "Berths are assigned by tonnage.").result(SOON)
    assert entry(bench, 2).state == "stale"


def test_without_a_model_asking_again_says_why_it_does_nothing(bench: Workbench) -> None:
    assert "same facts give the same text" in bench.again(entry(bench, 3).note)


def test_a_commit_of_a_group_becomes_an_entry_and_is_drafted(bench: Workbench) -> None:
    (internal,) = bench.view().internal
    bench.include(internal.note).result(SOON)
    drafted(bench)
    assert entry(bench, 4).state == "drafted"
    assert entry(bench, 4).text
    assert bench.view().internal == ()


def test_merging_gives_one_entry_with_the_texts_of_both_as_variants(bench: Workbench) -> None:
    fixed, berths = entry(bench, 3), entry(bench, 2)
    bench.accept(fixed.note, fixed.text).result(SOON)
    bench.merge(berths.note, (fixed.note,)).result(SOON)
    drafted(bench)
    (merged,) = bench.view().entries
    assert merged.pull_requests == (2, 3)
    texts = [variant.text for variant in bench.variants(merged.note)]
    assert fixed.text in texts
    assert berths.text in texts


def test_another_draft_of_a_persons_text_stands_last_among_the_variants(bench: Workbench) -> None:
    fixed = entry(bench, 3)
    bench.edit(fixed.note, "Docking tells whether it worked.").result(SOON)
    assert entry(bench, 3).text == "Docking tells whether it worked."
    assert [variant.engine for variant in bench.variants(fixed.note)] == ["extractive", "person"]


def test_new_commits_are_counted_and_taken_in_without_losing_a_decision(bench: Workbench, repo: Repo) -> None:
    fixed = entry(bench, 3)
    bench.accept(fixed.note, fixed.text).result(SOON)
    repo.commit("Add tides (#5)", {"tides.py": "def tide(): ...\n"})
    bench.look_for_commits().result(SOON)
    assert bench.view().new_commits == 1
    bench.take_in_new_commits()
    drafted(bench)
    assert [e.pull_requests for e in bench.view().entries] == [(5,), (3,), (2,)]
    assert entry(bench, 3).state == "accepted"
    assert entry(bench, 5).state == "drafted"
    assert bench.view().new_commits == 0


def test_an_amended_commit_keeps_its_edit(repo: Repo) -> None:
    repo.commit("Add lights", {"lights.py": "def shine(): ...\n"})
    first = opened(repo)
    note = commit_note(repo.head)
    first.edit(note, "The harbor is lit at night.").result(SOON)
    first.close()
    repo.git("commit", "-q", "--amend", "-m", "Add lights for the night")
    assert repo.head not in note
    again = opened(repo)
    (lights,) = [e for e in again.view().entries if e.note == commit_note(repo.head)]
    assert lights.text == "The harbor is lit at night."
    again.close()


def test_what_is_typed_is_kept_and_belongs_to_its_note(bench: Workbench, repo: Repo) -> None:
    fixed = entry(bench, 3)
    bench.keep_typing(fixed.note, "Half a sen")
    assert bench.open_edit(fixed.note) == "Half a sen"
    bench.edit(fixed.note, "Half a sentence.").result(SOON)
    assert bench.open_edit(fixed.note) is None


def test_answering_a_suspected_break_changes_the_suggested_version(tmp_path: Path) -> None:
    repo = Repo.create(tmp_path / "quay")
    repo.commit("Begin", {"a.py": "A = 1\n"})
    repo.tag("v1.2.3")
    repo.commit("Change the API (#7)\n\nBREAKING CHANGE: `A` is a string now.", {"a.py": "A = '1'\n"})
    bench = opened(repo)
    change = entry(bench, 7)
    assert (bench.view().version, change.breaking) == ("2.0.0", "suspected")
    bench.set_facts(change.note, breaking="denied").result(SOON)
    assert bench.view().version == "1.2.4"
    bench.close()


def test_a_file_note_has_a_name_of_its_own_only_beside_others(bench: Workbench) -> None:
    berths, fixed = entry(bench, 2), entry(bench, 3)
    sha = berths.commits[0].sha
    assert {file.note for file in berths.files} == {file_note(sha, b"berths.py"), file_note(sha, b"ships.py")}
    assert [file.note for file in fixed.files] == [fixed.note]


def test_a_review_is_archived_once_what_it_wrote_has_its_tag(bench: Workbench, repo: Repo) -> None:
    bench.exported(Exported("1.1.0", "digest", ("CHANGELOG.md",), "2026-11-23")).result(SOON)
    bench.look_for_commits().result(SOON)
    assert bench.review.archived == ""
    repo.tag("v1.1.0")
    bench.look_for_commits().result(SOON)
    bench.exclude(entry(bench, 3).note, "trivial").result(SOON)
    assert bench.review.archived == "v1.1.0"
