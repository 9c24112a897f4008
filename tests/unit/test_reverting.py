from llnotes_tui.release.model import Commit
from llnotes_tui.release.reverting import cancelled
from tests.unit.planning import commit


def revert(target: Commit, *, name: str = "", title: str = "") -> Commit:
    return commit(
        title or f'Revert "{target.subject}"', "src/x.py", body=f"This reverts commit {target.sha}.", name=name
    )


def test_a_commit_and_its_revert_cancel_out() -> None:
    other, added = commit("Fix y (#2)", "src/y.py"), commit("Add x (#1)", "src/x.py")
    back = revert(added)
    assert cancelled([back, other, added]) == {
        added.sha: f"reverted by {back.sha[:7]}",
        back.sha: f"reverts {added.sha[:7]} (#1)",
    }


def test_a_revert_of_a_revert_brings_back() -> None:
    added = commit("Add x (#1)", "src/x.py")
    back = revert(added)
    again = revert(back)
    reasons = cancelled([again, back, added])
    assert set(reasons) == {back.sha, again.sha}
    assert reasons[again.sha] == f"brings back {added.sha[:7]} (#1), which {back.sha[:7]} had reverted"
    once_more = revert(again)
    assert set(cancelled([once_more, again, back, added])) == {once_more.sha, again.sha, back.sha, added.sha}


def test_pull_requests_that_revert_pull_requests() -> None:
    added = commit("Add x (#1)", "src/x.py")
    back = commit('Revert "Add x" (#2)', "src/x.py", body="Reverts octo/robot#1")
    again = commit('Revert "Revert "Add x"" (#3)', "src/x.py", body="Reverts octo/robot#2")
    assert set(cancelled([back, added])) == {added.sha, back.sha}
    assert set(cancelled([again, back, added])) == {back.sha, again.sha}


def test_a_title_finds_the_latest_that_still_counts() -> None:
    first = commit("Release v1.0.0 (#1)", "CHANGELOG.md", name="first")
    back = commit('Revert "Release v1.0.0" (#2)', "CHANGELOG.md")
    second = commit("Release v1.0.0 (#3)", "CHANGELOG.md", name="second")
    assert set(cancelled([second, back, first])) == {first.sha, back.sha}


def test_a_reapplied_title_finds_the_revert() -> None:
    added = commit("Add x", "src/x.py")
    back = commit('Revert "Add x"', "src/x.py")
    again = commit('Reapply "Add x"', "src/x.py")
    assert set(cancelled([again, back, added])) == {back.sha, again.sha}


def test_a_revert_of_something_released_is_news() -> None:
    assert cancelled([commit('Revert "Add x" (#9)', "src/x.py", body="Reverts octo/robot#1")]) == {}


def test_a_partial_revert_cancels_nothing() -> None:
    added = commit("Add x (#1)", "src/x.py")
    part = commit('Partial revert "Add x" (#2)', "src/x.py", body=f"This reverts commit {added.sha}.")
    assert cancelled([part, added]) == {}


def test_a_later_commit_is_not_what_was_reverted() -> None:
    back = commit('Revert "Add x"', "src/x.py")
    added = commit("Add x", "src/x.py")
    assert cancelled([added, back]) == {}
