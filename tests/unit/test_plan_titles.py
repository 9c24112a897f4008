"""Titles within a plan: told apart by scope, cut at 120 characters, and never part of what a note is about."""

import pytest
from msgspec import structs

from llnotes_tui.drafting.graph import NoteGraph
from llnotes_tui.release.changelog import parse
from llnotes_tui.release.entry_plans import entry_of_commit
from llnotes_tui.release.model import Commit, NoteId, Plan, PullRequest
from llnotes_tui.release.patch import Patch
from llnotes_tui.release.plan import PlanOptions, TakenOver, Told, make_plan
from llnotes_tui.release.titles import LONGEST_TITLE, cut_title, scope_of, scoped_title
from tests.unit.drafting_matter import History, OpenDesk, Scripted, entry
from tests.unit.planning import a_range, commit

LONG = "Add a loader of completions for " + ", ".join(f"command{number}" for number in range(20))


def plan_of(*commits: Commit) -> Plan:
    """Plan commits that are given newest first."""
    return make_plan(a_range(), commits, Told(), PlanOptions())


def titles(*subjects: str) -> list[str]:
    return [entry.title for entry in plan_of(*(commit(subject, "src/x.py") for subject in subjects)).entries]


@pytest.mark.parametrize(
    ("subjects", "expected"),
    [
        (
            ("feat(aws): add a loader (#1)", "feat(go): add a loader (#2)"),
            ["aws: added a loader", "go: added a loader"],
        ),
        (("fix(api): handle x", "fix: handle X"), ["api: added handling for x", "Added handling for X"]),
        (("fix(api): handle x", "feat(api): handle x"), ["Added handling for x", "Added handling for x"]),
        (("feat(aws): add a loader", "feat(go): add loaders"), ["Added a loader", "Added loaders"]),
        (("Add a loader", "Add a loader (#2)"), ["Added a loader", "Added a loader"]),
        (("✨ feat(a,b)!: API x", "feat(c): API x"), ["a,b: API x", "c: API x"]),
        (("- fix(a): Stop (a)", "fix(b): Stop (a)"), ["a: Stopped (a)", "b: Stopped (a)"]),
    ],
)
def test_a_scope_stays_where_titles_are_the_same_without_it(subjects: tuple[str, ...], expected: list[str]) -> None:
    assert titles(*subjects) == expected


def test_internal_commits_are_told_apart_by_scope_too() -> None:
    plan = plan_of(commit("ci(linux): pin x", ".github/a.yml"), commit("ci(macos): pin x", ".github/a.yml"))
    assert [internal.title for internal in plan.internal] == ["linux: pinned x", "macos: pinned x"]


def test_the_title_of_the_pull_request_gives_the_scope() -> None:
    pull = PullRequest(1, "feat(aws): add a loader", "")
    ours = structs.replace(commit("Add loader (#1)", "src/x.py"), pull_request=1, pull=pull)
    plan = plan_of(ours, commit("feat(go): add a loader (#2)", "src/x.py"))
    assert [entry.title for entry in plan.entries] == ["aws: added a loader", "go: added a loader"]


def test_words_of_a_person_are_neither_scoped_nor_cut() -> None:
    text = f"# Changelog\n\n## [Unreleased]\n\n- Added a loader (#1)\n- {LONG} (#2)\n".encode()
    told = Told(unreleased=tuple(TakenOver(item) for item in parse(text, None).unreleased))
    plan = make_plan(a_range(), [commit("feat(go): add a loader (#3)", "src/x.py")], told, PlanOptions())
    assert [entry.title for entry in plan.entries] == ["go: added a loader", "Added a loader", LONG]


@pytest.mark.parametrize(
    ("title", "cut"),
    [
        ("x" * 120, "x" * 120),
        ("x" * 121, "x" * 119 + "…"),
        ("x" * 118 + " yy", "x" * 118 + "…"),
        ("x" * 119 + " y", "x" * 119 + "…"),
        ("x" * 100 + " `some long code with spaces`", "x" * 100 + "…"),
        ("x" * 110 + ", and more than that", "x" * 110 + ", and…"),
        ("word, " * 30, ("word, " * 20)[:-2] + "…"),
    ],
)
def test_a_long_title_is_cut_between_words(title: str, cut: str) -> None:
    assert cut_title(title) == cut
    assert len(cut) <= LONGEST_TITLE


def test_scopes() -> None:
    assert [scope_of(title) for title in ("feat(a): x", "feat: x", "x (a)", ":bug: fix( a )!: x")] == ["a", "", "", "a"]
    assert scoped_title("feat: add x") == "Added x"


def test_the_text_begins_with_the_whole_line_where_the_title_is_cut(desk: OpenDesk) -> None:
    history = History()
    cut = entry_of_commit(history.commit(LONG, {"src/a.py": ["x"], "src/b.py": ["y"]}), NoteId("entry:cut"))
    single = entry_of_commit(history.commit(f"{LONG}.", {"src/a.py": ["x"]}), NoteId("entry:single"))
    by_rule = entry_of_commit(history.commit(f"{LONG}!", {}, diff="empty"), NoteId("entry:rule"))
    renamed = structs.replace(cut, id=NoteId("entry:renamed"), title="A person's title…")
    short = entry(history.commit("Add x", {"src/c.py": ["z"]}))
    at = desk(history, Scripted()).draft((cut, single, by_rule, renamed, short))
    whole = LONG.replace("Add", "Added", 1)
    assert len(cut.title) <= LONGEST_TITLE
    assert at.text(cut.id).startswith(f"{whole}. ")
    assert at.text(single.id).startswith(f"{whole}. ")
    assert at.text(by_rule.id) == f"{whole}!"
    assert not at.text(renamed.id).startswith(whole)
    assert not at.text(short.id).startswith("Added x")


def test_the_published_title_is_no_part_of_what_a_note_is_about() -> None:
    aws, go = commit("feat(aws): add a loader", diff="missing"), commit("feat(go): add a loader", diff="missing")
    alone, both = plan_of(aws), plan_of(aws, go)
    assert alone.entries[0].title != both.entries[0].title
    digests = [NoteGraph(plan, lambda _: Patch(b"")).input_digest(plan.entries[0].id) for plan in (alone, both)]
    assert digests[0] == digests[1]
