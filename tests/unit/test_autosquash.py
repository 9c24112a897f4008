"""`fixup!` commits and other leftovers of tools in commit messages."""

import pytest

from llnotes_tui.release.autosquash import autosquash_targets
from llnotes_tui.release.message import breaking_line, cleaned, is_release_subject, messages_of, reverts, title_of
from llnotes_tui.release.model import Commit, Plan
from llnotes_tui.release.plan import PlanOptions, Told, make_plan, manifest
from llnotes_tui.release.titles import published_title
from tests.unit.planning import BOT, a_range, commit

SHA = "1234567890" * 4


def plan_of(*commits: Commit, options: PlanOptions | None = None) -> Plan:
    return make_plan(a_range(), commits, Told(), options or PlanOptions())


@pytest.mark.parametrize("marker", ["fixup! ", "squash! ", "amend! ", "fixup! fixup! "])
def test_an_autosquash_commit_belongs_to_the_entry_of_its_target(marker: str) -> None:
    target = commit("Add wheel (#4)", "src/a.py")
    fixup = commit(f"{marker}Add wheel (#4)", "src/a.py")
    other = commit("Fix brakes", "src/b.py")
    plan = plan_of(fixup, other, target)
    wheel, brakes = plan.entries
    assert (wheel.title, wheel.commits, wheel.pull_requests) == ("Added wheel", (fixup, target), (4,))
    assert brakes.commits == (other,)
    assert (manifest(plan).commits, manifest(plan).entries) == (3, 3)
    assert messages_of(wheel.commits) == ("Add wheel",)


def test_a_target_is_found_by_subject_title_sha_or_beginning() -> None:
    target = commit("feat: add wheel (#4)", "src/a.py")
    newer = commit("feat: add wheels", "src/a.py")
    for named in ("feat: add wheel (#4)", "feat: add wheel", target.sha[:9]):
        fixup = commit(f"fixup! {named}", "src/a.py")
        assert autosquash_targets([fixup, newer, target]) == {fixup.sha: target}
    fixup = commit("fixup! feat: add", "src/a.py")
    assert autosquash_targets([fixup, newer, target]) == {fixup.sha: newer}


def test_only_an_older_commit_is_a_target() -> None:
    target = commit("Add wheel", "src/a.py")
    fixup = commit("fixup! Add wheel", "src/a.py")
    assert autosquash_targets([target, fixup]) == {}
    assert [entry.title for entry in plan_of(fixup).entries] == ["Added wheel"]


def test_an_autosquash_commit_shares_the_place_of_a_target_that_is_no_entry() -> None:
    internal = commit("Run CI twice", ".github/workflows/ci.yml")
    bump = commit("Bump x from 1 to 2", "requirements.txt", author=BOT)
    fixups = [commit(f"fixup! {one.subject}", *(file.path.decode() for file in one.files)) for one in (internal, bump)]
    plan = plan_of(*fixups, internal, bump)
    assert not plan.entries
    assert [one.commit for one in plan.internal] == [fixups[0], internal]
    assert (manifest(plan).internal, manifest(plan).folded) == (2, 2)


def test_an_autosquash_commit_with_sources_of_an_internal_target_is_an_entry() -> None:
    internal = commit("Run CI twice", ".github/workflows/ci.yml")
    fixup = commit("fixup! Run CI twice", "src/a.py")
    plan = plan_of(fixup, internal)
    assert [entry.commits for entry in plan.entries] == [(fixup,)]
    assert [one.commit for one in plan.internal] == [internal]


def test_an_autosquash_commit_releases_and_reverts_nothing() -> None:
    assert not is_release_subject("fixup! Release v1.2.3")
    assert reverts('fixup! Revert "Add x"', f"This reverts commit {SHA}.") is None


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("- Add a thing (#15)", "Add a thing"),
        ("* Add a thing", "Add a thing"),
        ("## Add a thing", "Add a thing"),
        ("1. Add a thing", "Add a thing"),
        ("- [x] Add a thing", "Add a thing"),
        ("> - `x` is read", "`x` is read"),
        ("- 3 more rules", "3 more rules"),
        ("--verbose is back", "--verbose is back"),
        ("*args are read", "*args are read"),
        ("#12 is fixed", "#12 is fixed"),
        ("# 12 is fixed", "# 12 is fixed"),
        ("2.0 is here", "2.0 is here"),
        ("-", "-"),
        ("fixup! ", "fixup!"),
    ],
)
def test_list_markers_and_headings_are_no_part_of_a_title(subject: str, title: str) -> None:
    assert title_of(subject, "") == title


def test_a_break_is_found_behind_a_list_marker() -> None:
    assert breaking_line("- feat!: drop x", "") == "feat!: drop x"


@pytest.mark.parametrize(
    "trailers",
    [
        "Changelog: removed\nEE: true",
        "EE: true",
        "Changelog: fixed\nMR: https://gitlab.com/a/b/-/merge_requests/1",
        "Signed-off-by: A <a@b.cd>\nChange-Id: I123\nBug: 7",
        "Bug: 7\nTest: atest Foo and Bar\n  and Baz\nChange-Id: I123",
        "* fixup! Drop green",
        "git-svn-id: https://svn.x.org/trunk@12 aaaa-bbbb",
        "Fixes: 0123456789ab (\"x: y\")",
        "Differential Revision: https://reviews.x.org/D1",
        "Merged-by: A <a@b.cd>\nUpstream-id: 77",
        f"This reverts commit {SHA}.",
        f"This reverts commit {SHA}, reversing\nchanges made to {SHA}.",
        f"This reverts commits {SHA} and {SHA}",
        f"commit {SHA}",
    ],
)  # fmt: skip
def test_trailers_and_hashes_are_dropped(trailers: str) -> None:
    assert cleaned("Drop green", f"It was ugly.\n\n{trailers}") == "Drop green\n\nIt was ugly."
    assert cleaned("Drop green", trailers) == "Drop green"


@pytest.mark.parametrize(
    "prose",
    [
        "Note: green is gone for good.",
        "BREAKING-CHANGE: green",
        "Two colours are left:\nred: #f00 and\nblue: #00f or so",
        "Changelog: Green is gone for good.",
        "Note: green is gone.\nSee: the docs",
        "Before: 90ms\nAfter: 4ms",
    ],
)
def test_prose_with_a_colon_is_no_trailer(prose: str) -> None:
    assert cleaned("Drop green", prose) == f"Drop green\n\n{prose}"


def test_what_follows_the_hash_of_a_revert_stays() -> None:
    said = cleaned('Revert "Add x"', f"This reverts commit {SHA}. It broke y.\n\nSee {SHA} too.")
    assert said == 'Revert "Add x"\n\nIt broke y.\n\nSee 1234567 too.'


def test_a_title_has_no_full_hash() -> None:
    assert published_title(f"Update the submodule to {SHA}") == "Updated the submodule to 1234567"
    image = f"Pin the image to sha256:{SHA}{'0' * 24}"
    assert published_title(image) == image.replace("Pin", "Pinned")
