from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from llnotes_tui.release.changelog import Item, parse
from llnotes_tui.release.items import item_title
from llnotes_tui.release.model import Commit, Manifest, NoiseKind, Plan
from llnotes_tui.release.plan import Copied, PlanOptions, TakenOver, Told, make_plan, manifest
from tests.unit.planning import BOT, a_range, change, commit

NOTHING = Told()


def plan_of(*commits: Commit, told: Told = NOTHING, options: PlanOptions | None = None) -> Plan:
    """Plan commits that are given newest first."""
    return make_plan(a_range(), commits, told, options or PlanOptions())


def shas(plan: Plan) -> list[str]:
    """Every commit of the four lists."""
    return [
        *(commit.sha for entry in plan.entries for commit in entry.commits),
        *(commit.sha for update in plan.dependency_updates for commit in update.commits),
        *(internal.commit.sha for internal in plan.internal),
        *(out.commit.sha for out in plan.left_out),
    ]


def without_further_items(plan: Plan) -> Plan:
    """Return a plan without the entries of items whose commits another item has as its own."""
    return replace(plan, entries=tuple(e for e in plan.entries if not (e.commits and e.id.startswith("entry:"))))


def items(text: str) -> tuple[Item, ...]:
    return parse(f"# Changelog\n\n## [Unreleased]\n\n{text}\n".encode(), "https://github.com/octo/robot").unreleased


def test_an_entry_is_a_pull_request_else_a_commit() -> None:
    fix, polish, add = (
        commit("Fix y", "src/y.py"),
        commit("Polish x (#1)", "src/x.py"),
        commit("Add x (#1)", "src/x.py"),
    )
    plan = plan_of(polish, fix, add)
    assert [(entry.title, entry.pull_requests, len(entry.commits)) for entry in plan.entries] == [
        ("Added x", (1,), 2),
        ("Fixed y", (), 1),
    ]
    assert [entry.id for entry in plan.entries] == [f"commit:{polish.sha}", f"commit:{fix.sha}"]
    assert [entry.section for entry in plan.entries] == ["added", "fixed"]


def test_a_merge_has_the_title_of_its_pull_request() -> None:
    merge = commit("Merge pull request #7 from octo/retries", "src/x.py", body="Add retries", parents=2)
    (entry,) = plan_of(merge).entries
    assert (entry.title, entry.pull_requests) == ("Added retries", (7,))


def test_a_suspected_break_is_shown_with_its_line() -> None:
    plan = plan_of(commit("Drop x (#3)", "src/x.py", body="BREAKING CHANGE: x is gone"))
    (entry,) = plan.entries
    assert (entry.breaking, entry.breaking_line) == ("suspected", "BREAKING CHANGE: x is gone")
    assert plan.suggested_version == "0.6.0"
    assert "#3 may break its users" in plan.version_reason


def test_the_version_names_what_it_rests_on() -> None:
    assert plan_of(commit("Fix x (#3)", "src/x.py")).suggested_version == "0.5.1"
    added = plan_of(commit("Fix x (#3)", "src/x.py"), commit("Add y (#4)", "src/y.py"))
    assert (added.suggested_version, "#4 adds something" in added.version_reason) == ("0.6.0", True)


def test_new_documents_are_no_new_feature() -> None:
    assert plan_of(commit("Add a guide (#3)", "docs/guide.md")).suggested_version == "0.5.1"


def test_what_was_reverted_counts_neither_as_entry_nor_for_the_version() -> None:
    added = commit("Add x (#1)", "src/x.py")
    back = commit('Revert "Add x (#1)" (#2)', "src/x.py", body=f"This reverts commit {added.sha}.")
    plan = plan_of(back, commit("Fix y", "src/y.py"), added)
    assert [entry.title for entry in plan.entries] == ["Fixed y"]
    assert [(out.kind, out.commit.sha) for out in plan.left_out] == [("reverted", back.sha), ("reverted", added.sha)]
    assert plan.suggested_version == "0.5.1"
    assert manifest(plan) == Manifest(3, entries=1, folded=0, internal=0, cancelled=2, left_out=0)


def test_bumps_fold_and_say_where_they_change_sources() -> None:
    lock = change("uv.lock", noise=NoiseKind.LOCK)
    plan = plan_of(
        commit("Bump ruff from 0.3.7 to 0.15.17 (#9)", "src/x.py", lock, author=BOT),
        commit("Bump pip from 26.1.1 to 26.1.2 (#8)", lock, author=BOT),
    )
    assert [update.title for update in plan.dependency_updates] == [
        "Bumped ruff from 0.3.7 to 0.15.17",
        "Bumped pip from 26.1.1 to 26.1.2",
    ]
    assert plan.warnings == ("A dependency update changes sources as well: #9.",)


def test_internal_commits_have_a_reason() -> None:
    plan = plan_of(commit("Pin actions (#5)", ".github/workflows/x.yml"), commit("Trigger CI"))
    assert [(internal.title, internal.reason) for internal in plan.internal] == [
        ("Pinned actions", "only CI"),
        ("Trigger CI", "changes no file"),
    ]


def test_paths_of_the_settings_are_internal_too() -> None:
    options = PlanOptions(internal_paths=("tools",))
    assert plan_of(commit("Add x", "tools/x.py"), options=options).internal[0].reason == "only internal paths"


@pytest.mark.parametrize(
    ("subject", "files", "reason"),
    [
        ("Release v0.5.1 (#9)", ["CHANGELOG.md"], "release commit of v0.5.1"),
        ("Prepare release", ["src/robot/__about__.py"], "release commit"),
        ("Ship it", [change("CHANGELOG.md", noise=NoiseKind.CHANGELOG), "src/robot/__about__.py"], "release commit"),
    ],
)
def test_release_commits_are_left_out(subject: str, files: list[str], reason: str) -> None:
    (out,) = plan_of(commit(subject, *files)).left_out
    assert (out.kind, out.reason) == ("release-commit", reason)


def test_merges_that_are_no_change_of_their_own_are_left_out() -> None:
    plan = plan_of(
        commit("Merge branch 'x'", parents=2, folded="in-base"),
        commit("Merge branch 'develop'", "src/x.py", "docs/x.md", parents=2, folded="walked"),
        commit("Merge branch 'old'", parents=2, folded="without-content"),
    )
    assert [(out.kind, out.reason) for out in plan.left_out] == [
        ("merge", "merges x, which the base has already"),
        ("merge", "merges develop, whose commits are listed one by one; resolved by hand in 2 files"),
        ("merge", "merged without its content"),
    ]


def test_what_an_earlier_section_tells_is_left_out() -> None:
    listed = commit("Add x (#91)", "src/x.py")
    told = Told(listed={listed.sha: "0.6.0"}, release_pull_requests={"0.6.0": 96})
    plan = plan_of(commit("Add y (#98)", "src/y.py"), listed, told=told)
    assert [entry.title for entry in plan.entries] == ["Added y"]
    assert [(out.kind, out.reason) for out in plan.left_out] == [("released", "released in 0.6.0 (#96)")]


def test_a_copy_in_a_tag_is_left_out() -> None:
    fix = commit("Fix x", "src/x.py")
    told = Told(copies={fix.sha: Copied("abcdef1234", "v0.5.1")})
    assert plan_of(fix, told=told).left_out[0].reason == "released in v0.5.1 as abcdef1"


def test_commits_outside_a_component_are_left_out() -> None:
    plan = plan_of(
        commit("Add x", "core/x.py"), commit("Add y", "web/y.py"), commit("Empty"), options=PlanOptions(paths=("core",))
    )
    assert [entry.title for entry in plan.entries] == ["Added x"]
    assert {out.kind for out in plan.left_out} == {"outside-component"}


# -- items under Unreleased --------------------------------------------------------------------------------------------


def test_an_item_takes_the_commits_of_its_pull_request() -> None:
    (item,) = items("### Added\n\n- A parser, *at last* (#1).\n  It reads `x`.")
    add, write = commit("Add x (#1)", "src/x.py"), commit("Tell about x", change("C", noise=NoiseKind.CHANGELOG))
    plan = plan_of(write, add, told=Told(unreleased=(TakenOver(item, (write.sha,)),)))
    (entry,) = plan.entries
    assert entry.text == "A parser, *at last* (#1).\nIt reads `x`."
    assert (entry.origin, entry.section, entry.pull_requests) == ("changelog", "added", (1,))
    assert entry.commits == (write, add)


def test_items_without_a_number_belong_to_the_commit_that_wrote_them() -> None:
    first, second = items("- A parser.\n- A printer.")
    write = commit("Add both (#4)", "src/x.py", change("CHANGELOG.md", noise=NoiseKind.CHANGELOG))
    plan = plan_of(write, told=Told(unreleased=(TakenOver(first, (write.sha,)), TakenOver(second, (write.sha,)))))
    assert [(entry.text, len(entry.commits)) for entry in plan.entries] == [("A parser.", 1), ("A printer.", 1)]
    assert len({entry.id for entry in plan.entries}) == 2
    assert [entry.pull_requests for entry in plan.entries] == [(4,), (4,)]
    assert shas(without_further_items(plan)) == [write.sha]
    assert (manifest(plan).commits, manifest(plan).entries) == (1, 1)


def test_another_pull_request_is_not_swallowed_by_the_item_it_wrote() -> None:
    (item,) = items("- A parser (#1).")
    other = commit("Add y (#2)", "src/y.py", change("CHANGELOG.md", noise=NoiseKind.CHANGELOG))
    plan = plan_of(other, commit("Add x (#1)", "src/x.py"), told=Told(unreleased=(TakenOver(item, (other.sha,)),)))
    assert [(entry.origin, entry.pull_requests) for entry in plan.entries] == [("drafted", (2,)), ("changelog", (1,))]


def test_an_item_of_a_person_stands_even_where_nothing_else_does() -> None:
    (item,) = items("- **Breaking:** gone is `x`.")
    (entry,) = plan_of(told=Told(unreleased=(TakenOver(item),))).entries
    assert (entry.commits, entry.breaking, entry.title) == ((), "confirmed", "gone is `x`")


def test_a_dependency_item_that_repeats_a_bump_is_told_once() -> None:
    text = b"# Version changelog\n\n## Unreleased\n\nDependency updates:\n\n * Bump pip from 1 to 2 (#8).\n"
    (item,) = parse(text, "https://github.com/octo/robot").unreleased
    bump = commit("Bump pip from 1 to 2 (#8)", "uv.lock", author=BOT)
    plan = plan_of(bump, told=Told(unreleased=(TakenOver(item),)))
    assert (len(plan.entries), len(plan.dependency_updates)) == (0, 1)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Added `x` ([#1](https://github.com/o/r/issues/1)). The parser now reads.", "Added `x`"),
        ("**Title** [#318](https://github.com/o/r/issues/318)\nMore.", "Title"),
        ("Reads version 3.4, e.g. from a file. More.", "Reads version 3.4, e.g. from a file"),
        ("See [the docs](https://x.y/z) for [more][1].", "See the docs for more"),
        ("#12", "#12"),
        ("x" * 200, "x" * 200),
    ],
)
def test_titles_of_items(text: str, title: str) -> None:
    assert item_title(text) == title


# -- the manifest ------------------------------------------------------------------------------------------------------


def test_what_a_person_excludes_or_takes_in_moves_in_the_manifest() -> None:
    pin, add = commit("Pin actions", ".github/x.yml"), commit("Add x", "src/x.py")
    fix = commit("Fix y", "src/y.py")
    plan = plan_of(pin, add, fix)
    assert manifest(plan) == Manifest(3, entries=2, folded=0, internal=1, cancelled=0, left_out=0)
    excluded = {plan.entries[0].id}
    assert manifest(plan, None, excluded) == Manifest(3, entries=1, folded=0, internal=1, cancelled=0, left_out=1)
    taken_in = plan_of(commit("Pin actions", ".github/x.yml", "src/z.py")).entries
    both = manifest(plan, (*plan.entries, *taken_in), excluded)
    assert both.entries + both.folded + both.internal + both.cancelled + both.left_out == 3


SUBJECTS = [
    "Add x",
    "Fix y",
    "Bump pip from 1.0 to 1.1",
    "Release v1.0.0",
    "Merge branch 'x'",
    "Pin actions",
    "feat!: z",
    "",
]
PATHS = [
    "src/x.py",
    "src/y.py",
    "Makefile",
    ".github/workflows/x.yml",
    "CHANGELOG.md",
    "uv.lock",
    "core/z.go",
    "pyproject.toml",
]


@st.composite
def histories(draw: st.DrawFn) -> tuple[Sequence[Commit], Told, PlanOptions]:
    """Draw a range of commits, newest first, with what was told of them."""
    commits: list[Commit] = []
    for number in range(draw(st.integers(0, 12))):
        subject = draw(st.sampled_from(SUBJECTS))
        if draw(st.booleans()):
            subject += f" (#{draw(st.integers(1, 6))})"
        body = ""
        if commits and draw(st.integers(0, 3)) == 0:
            target = draw(st.sampled_from(commits))
            subject, body = f'Revert "{target.subject}"', f"This reverts commit {target.sha}."
        paths = [
            change(path, noise={"uv.lock": NoiseKind.LOCK, "CHANGELOG.md": NoiseKind.CHANGELOG}.get(path))
            for path in draw(st.lists(st.sampled_from(PATHS), max_size=3, unique=True))
        ]
        commits.append(
            commit(
                subject,
                *paths,
                body=body,
                name=str(number),
                author=draw(st.sampled_from([BOT, ("Ada", "ada@example.com")])),
                parents=draw(st.integers(0, 2)),
                diff=draw(st.sampled_from(["whole", "whole", "missing", "history-cut"])),
            )
        )
    some = st.lists(st.sampled_from(commits), max_size=3) if commits else st.just([])
    taken = tuple(
        TakenOver(item, tuple(c.sha for c in draw(some)))
        for item in items("- One (#1).\n- Two.\n- Three (#2), (#3).\n- Two.")[: draw(st.integers(0, 4))]
    )
    told = Told(
        listed={c.sha: "0.4.0" for c in draw(some)},
        copies={c.sha: Copied("a" * 40, "v0.4.1") for c in draw(some)},
        unreleased=taken,
        shipping=frozenset(c.sha for c in draw(some)),
    )
    paths_of_component = draw(st.sampled_from([(), ("core",), ("src", "Makefile")]))
    return (
        commits[::-1],
        told,
        PlanOptions(internal_paths=draw(st.sampled_from([(), ("src",)])), paths=paths_of_component),
    )


@given(histories())
def test_every_commit_stands_in_the_manifest_exactly_once(history: tuple[Sequence[Commit], Told, PlanOptions]) -> None:
    commits, told, options = history
    plan = make_plan(a_range(), commits, told, options)
    assert sorted(shas(without_further_items(plan))) == sorted(commit.sha for commit in commits)
    counted = manifest(plan)
    assert counted.commits == plan.commit_count == len(commits)
    assert counted.entries + counted.folded + counted.internal + counted.cancelled + counted.left_out == len(commits)
    assert len({entry.id for entry in plan.entries}) == len(plan.entries)
    assert all(internal.reason for internal in plan.internal)
    assert all(out.reason for out in plan.left_out)
    order = {commit.sha: position for position, commit in enumerate(commits)}
    newest = [order[entry.commits[0].sha] for entry in plan.entries if entry.commits]
    assert newest == sorted(newest)


@given(histories())
def test_the_manifest_of_a_review_sums_up_too(history: tuple[Sequence[Commit], Told, PlanOptions]) -> None:
    commits, told, options = history
    plan = make_plan(a_range(), commits, told, options)
    excluded = {entry.id for index, entry in enumerate(plan.entries) if index % 2}
    counted = manifest(plan, plan.entries, excluded)
    assert counted.entries + counted.folded + counted.internal + counted.cancelled + counted.left_out == len(commits)
