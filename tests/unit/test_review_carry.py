"""Decisions follow commits that were amended, rebased or squashed; what follows none is kept and listed."""

from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from llnotes_tui.release.ids import ANNOUNCEMENT, commit_note, file_note
from llnotes_tui.release.model import Commit
from llnotes_tui.review.carry import carried, carried_note, commits_mentioned, fingerprint_of, left_behind, moves_of
from llnotes_tui.review.decisions import Edit, Loaded, Logged, Merge, TakeOut
from llnotes_tui.sources.git import Clone
from llnotes_tui.sources.options import RangeOptions
from tests.repositories import Repo
from tests.unit.review_cases import SECONDS, a_commit, note_of, opened, sha_of

ONE, TWO, THREE = (a_commit(number) for number in range(1, 4))


def moves(gone: Commit, *present: Commit) -> str | None:
    return moves_of([gone.sha], present, {gone.sha: fingerprint_of(gone)}, {}).get(gone.sha)


def unlike(commit: Commit, number: int, **same: object) -> Commit:
    """Return a commit that shares nothing with `commit` but what is named."""
    return replace(a_commit(number), **same)


def test_the_pull_request_decides_first_then_the_patch_then_author_date_and_subject() -> None:
    gone = replace(ONE, pull_request=7)
    by_number = unlike(gone, 4, pull_request=7)
    by_patch = unlike(gone, 5, patch_id=gone.patch_id)
    by_message = unlike(gone, 6, authored_at=gone.authored_at, subject=gone.subject)
    assert moves(gone, TWO, by_message, by_patch, by_number) == by_number.sha
    assert moves(gone, TWO, by_message, by_patch) == by_patch.sha
    assert moves(gone, TWO, by_message) == by_message.sha
    assert moves(gone, TWO, THREE) is None


def test_where_several_commits_share_a_trait_the_next_one_decides() -> None:
    gone = replace(ONE, pull_request=7)
    first, second = unlike(gone, 4, pull_request=7), unlike(gone, 5, pull_request=7, patch_id=gone.patch_id)
    assert moves(gone, first, second) == second.sha
    assert moves(gone, second, first) == second.sha


def test_the_entry_of_a_pull_request_that_lost_its_newest_commit_is_the_next_ones() -> None:
    gone = replace(ONE, pull_request=7)
    newer, older = unlike(gone, 5, pull_request=7), unlike(gone, 4, pull_request=7)
    assert moves(gone, THREE, newer, older) == newer.sha


def test_missing_traits_match_nothing() -> None:
    gone = replace(ONE, patch_id=None)
    assert moves(gone, replace(TWO, patch_id=None)) is None


def test_a_commit_that_is_in_the_range_stays_itself() -> None:
    assert moves(ONE, ONE, replace(TWO, patch_id=ONE.patch_id)) is None


def test_a_commit_that_was_replaced_twice_is_found_again() -> None:
    first = replace(ONE, pull_request=None)
    second = replace(a_commit(4), patch_id=first.patch_id)
    third = replace(a_commit(5), authored_at=second.authored_at, subject=second.subject)
    known = {commit.sha: fingerprint_of(commit) for commit in (first, second)}
    assert moves_of([first.sha], [TWO, third], known, {first.sha: second.sha}) == {first.sha: third.sha}


def test_every_name_in_a_decision_is_carried_along() -> None:
    to = {sha_of(1): sha_of(9)}
    assert carried_note(file_note(sha_of(1), b"a b/\xff"), to) == file_note(sha_of(9), b"a b/\xff")
    assert carried_note(ANNOUNCEMENT, to) == ANNOUNCEMENT

    def after(decision: Edit | Merge | TakeOut | Loaded) -> object:
        return carried(Logged(1.0, "Ada", decision), to).decision

    assert after(Edit(note_of(1), "t", "d")) == Edit(note_of(9), "t", "d")
    assert after(Merge(note_of(1), (note_of(2), note_of(1)))) == Merge(note_of(9), (note_of(2), note_of(9)))
    assert after(TakeOut(note_of(2), sha_of(1))) == TakeOut(note_of(2), sha_of(9))
    loaded = Loaded("Bob", (Logged(0.0, "Bob", Edit(note_of(1), "t", "d")),))
    assert after(loaded) == Loaded("Bob", (Logged(0.0, "Bob", Edit(note_of(9), "t", "d")),))
    assert commits_mentioned([Logged(1.0, "Ada", loaded), Logged(1.0, "Ada", TakeOut(note_of(2), sha_of(3)))]) == {
        sha_of(1),
        sha_of(2),
        sha_of(3),
    }


def test_a_file_that_is_no_longer_changed_is_left_behind() -> None:
    kept, gone = file_note(sha_of(1), b"src/a.py"), file_note(sha_of(1), b"src/b.py")
    assert left_behind([kept, gone, note_of(1), note_of(5), ANNOUNCEMENT], [ONE]) == (gone, note_of(5))


# -- on real repositories -------------------------------------------------------------------------------------------


def commits_since(repo: Repo, base: str) -> tuple[Commit, ...]:
    clone, options = Clone.open(repo.root), RangeOptions(since=base, until="HEAD")
    return tuple(clone.commits(clone.range(options), options))


def a_repository(tmp_path: Path) -> tuple[Repo, str]:
    repo = Repo.create(tmp_path / "repo")
    base = repo.commit("Begin", {"a.py": "a = 1\n", "b.py": "b = 1\n"})
    repo.commit("Change a", {"a.py": "a = 2\n"})
    repo.commit("Change b", {"b.py": "b = 2\n"})
    return repo, base


def decide_and_close(state: Path, commits: Sequence[Commit]) -> Commit:
    """Edit the oldest commit of a range and one of its files, and leave an open edit on the newest."""
    oldest, newest = commits[-1], commits[0]
    review = opened(state, commits)
    review.decide(Edit(commit_note(oldest.sha), "What a does now.", "d")).result(SECONDS)
    review.decide(Edit(file_note(oldest.sha, b"a.py"), "The file.", "d")).result(SECONDS)
    review.keep_typing(commit_note(newest.sha), "half a sen", "d")
    assert review.close() == ""
    return oldest


def test_an_amended_message_under_a_review_loses_no_edit(tmp_path: Path) -> None:
    repo, base = a_repository(tmp_path)
    newest = commits_since(repo, base)[0]
    review = opened(tmp_path / "state", commits_since(repo, base))
    review.decide(Edit(commit_note(newest.sha), "What b does now.", "d")).result(SECONDS)
    review.close()
    repo.clock += 60
    repo.git("commit", "-q", "--amend", "-m", "Say it better", "--reset-author")
    after = commits_since(repo, base)
    assert after[0].sha != newest.sha
    review = opened(tmp_path / "state", after)
    assert review.state.texts[commit_note(after[0].sha)].text == "What b does now."
    assert review.left_behind == ()
    review.close()


def test_an_amended_change_under_a_review_loses_no_edit(tmp_path: Path) -> None:
    repo, base = a_repository(tmp_path)
    newest = commits_since(repo, base)[0]
    review = opened(tmp_path / "state", commits_since(repo, base))
    review.decide(Edit(commit_note(newest.sha), "What b does now.", "d")).result(SECONDS)
    review.close()
    repo.write("b.py", "b = 3\n")
    repo.git("commit", "-q", "-a", "--amend", "--no-edit")
    after = commits_since(repo, base)
    assert (after[0].sha, after[0].patch_id) != (newest.sha, newest.patch_id)
    review = opened(tmp_path / "state", after)
    assert review.state.texts[commit_note(after[0].sha)].text == "What b does now."
    review.close()


def test_a_rebase_under_a_review_loses_nothing_and_every_later_decision_goes_on_from_there(tmp_path: Path) -> None:
    repo, base = a_repository(tmp_path)
    decide_and_close(tmp_path / "state", commits_since(repo, base))
    repo.git("checkout", "-q", "-b", "other", base)
    onto = repo.commit("Meanwhile", {"c.py": "c = 1\n"})
    repo.git("checkout", "-q", "main")
    repo.git("rebase", "-q", onto)
    newest, oldest = commits_since(repo, onto)
    review = opened(tmp_path / "state", (newest, oldest))
    note, file = commit_note(oldest.sha), file_note(oldest.sha, b"a.py")
    assert review.state.effective() == {note: "What a does now.", file: "The file."}
    assert {note: edit.text for note, edit in review.open_edits.items()} == {commit_note(newest.sha): "half a sen"}
    review.decide(Edit(note, "Again.", "d")).result(SECONDS)
    review.keep_typing(commit_note(newest.sha), "half a sentence", "d")
    assert review.undo().result(SECONDS).note == note
    assert review.state.texts[note].text == "What a does now."
    assert review.undo().result(SECONDS).note == file
    review.close()
    review = opened(tmp_path / "state", (newest, oldest))
    assert [edit.text for edit in review.open_edits.values()] == ["half a sentence"]
    review.close()


def test_a_commit_that_was_dropped_is_listed_and_comes_back_with_its_decisions(tmp_path: Path) -> None:
    repo, base = a_repository(tmp_path)
    before = commits_since(repo, base)
    oldest = decide_and_close(tmp_path / "state", before)
    repo.git("rebase", "-q", "--onto", base, oldest.sha)
    review = opened(tmp_path / "state", commits_since(repo, base))
    assert review.left_behind == (commit_note(oldest.sha), file_note(oldest.sha, b"a.py"))
    review.close()
    review = opened(tmp_path / "state", before)
    assert review.left_behind == ()
    assert review.state.texts[commit_note(oldest.sha)].text == "What a does now."
    review.close()


def test_new_commits_taken_in_lose_no_decision(tmp_path: Path) -> None:
    repo, base = a_repository(tmp_path)
    oldest = decide_and_close(tmp_path / "state", commits_since(repo, base))
    review = opened(tmp_path / "state", commits_since(repo, base))
    repo.commit("Change c", {"c.py": "c = 1\n"})
    repo.git("commit", "-q", "--amend", "-m", "Change c well")
    after = commits_since(repo, base)
    review.take_in(after)
    review.decide(Edit(commit_note(after[0].sha), "New.", "d")).result(SECONDS)
    assert len(review.state.texts) == 3
    assert review.state.texts[commit_note(oldest.sha)].text == "What a does now."
    assert review.left_behind == ()
    review.close()
