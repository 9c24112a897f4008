"""`Squashed commit of the following:` is read as the commits that it lists."""

from pathlib import Path

import pytest

from llnotes_tui.release.changelog import parse
from llnotes_tui.release.ids import commit_note
from llnotes_tui.release.message import cleaned, pull_request_of, title_of
from llnotes_tui.release.model import Commit, Plan
from llnotes_tui.release.people import contributors_of
from llnotes_tui.release.plan import PlanOptions, TakenOver, Told, make_plan, manifest
from llnotes_tui.release.squash_parts import squash_parts
from llnotes_tui.release.squashed import HEADER, ListedCommit, is_squash_subject, listed_commits, with_listed_subjects
from llnotes_tui.review.decisions import Merge
from llnotes_tui.review.desk import Desk
from llnotes_tui.sources.git import Clone, RangeOptions
from tests.repositories import Repo
from tests.unit.drafting_matter import History, OpenDesk, Scripted, usual_answer
from tests.unit.planning import a_range, commit, sha_of

ADA = "Ada <ada@example.com>"


def listing(*messages: str, merges: tuple[int, ...] = ()) -> str:
    """Return a list as `git merge --squash` writes it, newest first."""
    parts = []
    for at, message in enumerate(messages):
        indented = "\n".join(f"    {line}" for line in message.split("\n"))
        merge = "Merge: 1234567 7654321\n" if at in merges else ""
        parts.append(
            f"commit {sha_of(message)}\n{merge}Author: {ADA}\nDate:   Sat Nov 28 14:02:03 2026 +0000\n\n{indented}\n"
        )
    return "\n".join(parts)  # fmt: skip


def squash(*messages: str, merges: tuple[int, ...] = ()) -> Commit:
    return commit(HEADER, "src/x.py", body=listing(*messages, merges=merges))


def plan_of(*commits: Commit, told: Told | None = None) -> Plan:
    return make_plan(a_range(), commits, told or Told(), PlanOptions())


def titles(*commits: Commit) -> list[str]:
    return [entry.title for entry in plan_of(*commits).entries]


def test_listed_commits_are_parsed() -> None:
    body = listing("Add x (#2)\n\nIt does x.\n\n    code\n\n- item", "Merge branch 'u'", merges=(1,))
    assert listed_commits(HEADER, body) == (
        ListedCommit(
            sha_of("Add x (#2)\n\nIt does x.\n\n    code\n\n- item"),
            "Ada",
            "ada@example.com",
            "Add x (#2)",
            "It does x.\n\n    code\n\n- item",
        ),
        ListedCommit(sha_of("Merge branch 'u'"), "Ada", "ada@example.com", "Merge branch 'u'", "", is_merge=True),
    )


def test_a_listed_squash_is_replaced_by_its_own_list() -> None:
    inner = f"{HEADER}\n\n{listing('Add x', 'Add y')}".rstrip()
    assert [one.subject for one in listed_commits(HEADER, listing("Add z", inner))] == ["Add z", "Add x", "Add y"]


@pytest.mark.parametrize("body", ["", "Add x\nAdd y", "commit to the plan", "    commit 1234567"])
def test_other_messages_list_nothing(body: str) -> None:
    assert listed_commits(HEADER, body) == ()
    assert listed_commits("Add x", f"{HEADER}\n\n{body}") == ()
    assert title_of(HEADER, body) == HEADER
    assert [entry.title for entry in plan_of(commit(HEADER, "src/x.py", body=body)).entries] == [HEADER]


def test_the_list_ends_where_another_text_begins() -> None:
    body = f"Why.\n\n{HEADER}\n\n{listing('Add x', 'Add y')}\nSigned-off-by: {ADA}"
    assert [one.subject for one in listed_commits("Add both", body)] == ["Add x", "Add y"]
    assert with_listed_subjects(body) == f"Why.\n\n* Add x\n* Add y\n\nSigned-off-by: {ADA}"
    assert cleaned("Add both (#3)", body) == "Add both\n\nWhy.\n\n* Add x\n* Add y"


def test_a_title_of_the_authors_own_is_the_entry() -> None:
    own = commit("Add both (#3)", "src/x.py", body=f"{HEADER}\n\n{listing('Add x', 'Add y')}")
    [entry] = plan_of(own).entries
    assert (entry.title, entry.pull_requests, entry.commits, entry.messages) == ("Added both", (3,), (own,), ())


def test_a_squash_of_one_commit_has_its_message() -> None:
    body = listing("feat(x)!: add x (#2)\n\nIt does x.")
    assert (title_of(HEADER, body), pull_request_of(HEADER, body)) == ("feat(x)!: add x", 2)
    assert cleaned(HEADER, body) == "feat(x)!: add x\n\nIt does x."
    [entry] = plan_of(commit(HEADER, "src/x.py", body=body)).entries
    assert (entry.title, entry.pull_requests, entry.breaking, entry.messages) == ("Added x", (2,), "suspected", ())


def test_every_listed_change_is_an_entry_of_the_same_commit() -> None:
    squashed = squash("Add x (#2)\n\nIt does x.", "fix: handle an empty y", "feat!: drop z")
    plan = plan_of(squashed)
    assert [(entry.title, entry.section, entry.breaking, entry.pull_requests) for entry in plan.entries] == [
        ("Added x", "added", "no", (2,)),
        ("Added handling for an empty y", "fixed", "no", ()),
        ("Dropped z", "removed", "suspected", ()),
    ]
    assert [entry.messages for entry in plan.entries][:2] == [("Add x\n\nIt does x.",), ("fix: handle an empty y",)]
    assert {entry.commits for entry in plan.entries} == {(squashed,)}
    assert [entry.id for entry in plan.entries] == [
        commit_note(squashed.sha),
        f"entry:squashed-{sha_of('fix: handle an empty y')[:16]}",
        f"entry:squashed-{sha_of('feat!: drop z')[:16]}",
    ]
    assert (manifest(plan).commits, manifest(plan).entries) == (1, 1)


def test_merges_fixups_reverts_and_trifles_are_no_entries() -> None:
    messages = (
        "Merge branch 'main' into topic",
        "fixup! Add x",
        "wip",
        'Revert "Add y"',
        "Add y",
        "Merge remote-tracking branch 'origin/main'",
        "Add z",
        "Add x",
    )
    assert titles(squash(*messages, merges=(0,))) == ["Added x", "Added z"]


def listed(whole: Commit, number: int) -> dict[str, str]:
    """Return that a section lists the parts of a squash with a number."""
    return {part.sha: "0.4.0" for _, part in squash_parts(whole) if part.pull_request == number}


def test_one_request_is_one_entry() -> None:
    other = commit("Mend a (#2)", "src/a.py")
    plan = plan_of(squash("Tidy a (#2)", "Add b (#3)", "Add a (#2)"), other)
    squashed = plan.entries[0].commits[0]
    assert [(entry.title, entry.commits) for entry in plan.entries] == [
        ("Mend a", (squashed, other)),
        ("Added b", (squashed,)),
    ]
    assert (manifest(plan).commits, manifest(plan).entries) == (2, 2)


def test_parts_that_were_released_or_have_an_item_are_no_new_entries() -> None:
    items = parse(b"# Changelog\n\n## [Unreleased]\n\n- An x, by hand (#2)\n", None).unreleased
    whole = squash("Add x (#2)", "Add y (#3)", "Add z (#4)")
    told = Told(listed=listed(whole, 3), unreleased=tuple(map(TakenOver, items)))
    plan = plan_of(whole, told=told)
    assert [(entry.title, entry.origin) for entry in plan.entries] == [("An x, by hand", "changelog"), ("Added z", "drafted")]  # fmt: skip
    assert len({entry.id for entry in plan.entries}) == 2
    assert manifest(plan).entries == 1
    again = squash("Add y (#3)", "Mend y (#3)")
    released = plan_of(again, told=Told(listed=listed(again, 3)))
    assert [out.reason for out in released.left_out] == ["released in 0.4.0"]


def test_two_squashes_of_the_same_commits_have_entries_of_their_own() -> None:
    first, second = squash("Add x", "Add y"), squash("Add x", "Add y", "Add z")
    plan = plan_of(second, first)
    assert len({entry.id for entry in plan.entries}) == len(plan.entries) == 5
    assert manifest(plan).entries == 2


def test_an_internal_squash_stays_one_line() -> None:
    body = listing("Pin the actions", "Run CI twice")
    plan = plan_of(commit(HEADER, ".github/ci.yml", body=body))
    assert [internal.title for internal in plan.internal] == ["Pinned the actions"]


def test_merged_parts_say_what_both_said() -> None:
    squashed, other = squash("Add x\n\nIt does x.", "Add y"), commit("Add z", "src/z.py")
    plan = plan_of(squashed, other)
    desk = Desk(plan, {})
    desk.take(Merge(plan.entries[0].id, tuple(entry.id for entry in plan.entries[1:])))
    [entry] = desk.entries
    assert entry.commits == (squashed, other)
    assert entry.messages == ("Add x\n\nIt does x.", "Add y", "Add z")


def test_authors_of_listed_commits_take_part() -> None:
    squashed = squash("Add x", "Add y")
    assert [one.name for one in contributors_of([squashed], None)] == ["Ada"]
    body = listing("Add x").replace("Ada <ada@", "Grace <grace@")
    assert [one.name for one in contributors_of([commit(HEADER, body=body)], None)] == ["Ada", "Grace"]


def test_each_part_is_drafted_from_its_own_words(desk: OpenDesk) -> None:
    history = History()
    body = listing("Add x\n\nIt reads the x of every step.", "Add y\n\nIt writes the y of every step.")
    made = history.commit(HEADER, {"src/a.py": ["def x(): ..."], "src/b.py": ["def y(): ..."]}, body=body)
    entries = make_plan(a_range(), [made], Told(), PlanOptions()).entries
    engine = Scripted(usual_answer)
    at = desk(history, engine).draft(entries)
    asked = [
        "\n".join(message.content for message in one.messages) for one in engine.requests if one.purpose == "entry"
    ]
    assert sorted("reads the x" in text for text in asked) == [False, True]
    assert all(("reads the x" in text) != ("writes the y" in text) for text in asked)
    digests = {at.graph.input_digest(entry) for entry in entries}
    assert len(digests) == 2


def test_a_squash_in_a_real_clone_is_read_as_what_git_lists(tmp_path: Path) -> None:
    repo = Repo.create(tmp_path / "clone")
    repo.commit("Start", {"a": "1"})
    repo.tag("v1.0.0")
    repo.branch("topic")
    repo.commit("Add x (#2)", {"x": "1"}, body="It does x.")
    repo.commit("Add y", {"y": "1"})
    repo.checkout("main")
    repo.git("merge", "-q", "--squash", "topic")
    repo.git("commit", "-q", "--no-edit")
    clone = Clone.open(repo.root)
    span = clone.range(RangeOptions())
    commits = list(clone.commits(span, RangeOptions()))
    assert is_squash_subject(commits[0].subject)
    plan = make_plan(span, commits, Told(), PlanOptions())
    assert [(entry.title, entry.pull_requests) for entry in plan.entries] == [("Added y", ()), ("Added x", (2,))]
