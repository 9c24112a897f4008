"""Plans read from real repositories: what earlier releases told, and what stands under Unreleased already."""

from collections.abc import Mapping
from pathlib import Path
from threading import Event

import pytest

from llnotes_tui.release.model import Plan
from llnotes_tui.release.plan import PlanOptions, manifest
from llnotes_tui.sources.git import Clone
from llnotes_tui.sources.options import ComponentOptions, RangeOptions, SourceError
from llnotes_tui.sources.reading import read_plan
from tests.repositories import Repo

URL = "https://github.com/octo/robot"
BOT = "dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A repository with one release."""
    made = Repo.create(tmp_path / "robot", origin=f"{URL}.git")
    made.commit("Add a parser (#1)", {"src/parser.py": "def parse():\n    return 1\n"})
    made.commit("Release v0.1.0 (#2)", {"CHANGELOG.md": labs({"0.1.0": [1]})})
    made.tag("v0.1.0")
    return made


def labs(versions: Mapping[str, list[int]]) -> str:
    """Return a changelog in the labs layout, the newest version first."""
    sections = (
        f"## {version}\n\n" + "".join(f"* Told ([#{number}]({URL}/issues/{number})). Prose.\n" for number in numbers)
        for version, numbers in versions.items()
    )
    return "# Version changelog\n\n" + "\n\n".join(sections)


def plan_of(repo: Repo, options: RangeOptions | None = None, plan_options: PlanOptions | None = None) -> Plan:
    return read_plan(Clone.open(repo.root), options or RangeOptions(), plan_options or PlanOptions())


def titles(plan: Plan) -> list[str]:
    return [entry.title for entry in plan.entries]


def left_out(plan: Plan) -> list[tuple[str, str]]:
    return [(out.title, out.reason) for out in plan.left_out]


def test_a_range_becomes_entries_and_lists(repo: Repo) -> None:
    repo.commit("Bump pip from 1.0 to 1.1 (#3)", {"uv.lock": "pip 1.1\n"}, author=BOT)
    repo.commit("Pin actions (#4)", {".github/workflows/x.yml": "on: push\n"})
    repo.commit("Fix the parser (#5)", {"src/parser.py": "def parse():\n    return 2\n"})
    added = repo.commit("Add a printer (#6)", {"src/printer.py": "def write(): ...\n"})
    repo.revert(added)
    plan = plan_of(repo)
    assert titles(plan) == ["Fixed the parser"]
    assert [update.title for update in plan.dependency_updates] == ["Bumped pip from 1.0 to 1.1"]
    assert [(internal.title, internal.reason) for internal in plan.internal] == [("Pinned actions", "only CI")]
    assert {out.kind for out in plan.left_out} == {"reverted"}
    counted = manifest(plan)
    assert (counted.commits, counted.entries, counted.folded, counted.internal, counted.cancelled) == (5, 1, 1, 1, 2)
    assert (plan.range.since_name, plan.suggested_version) == ("v0.1.0", "0.1.1")


def test_progress_is_told_and_reading_can_be_stopped(repo: Repo) -> None:
    repo.history([(f"Change {number}", {"src/x.py": f"{number}\n".encode()}) for number in range(30)])
    said: list[str] = []
    plan = read_plan(Clone.open(repo.root), RangeOptions(), PlanOptions(), progress=said.append)
    assert plan.commit_count == 30
    assert any("25 commits" in words for words in said)
    stopped = Event()
    stopped.set()
    with pytest.raises(SourceError, match="stopped"):
        read_plan(Clone.open(repo.root), RangeOptions(), PlanOptions(), cancel=stopped)


# -- already told ------------------------------------------------------------------------------------------------------


def test_a_release_tagged_beside_the_branch_is_not_told_again(repo: Repo) -> None:
    """As pytester 0.6.0: its tag is on a commit that the branch does not contain, while its release commit is."""
    repo.commit("Add serverless support (#91)", {"src/spark.py": "serverless = True\n"})
    repo.commit("Release v0.2.0 (#96)", {"CHANGELOG.md": labs({"0.2.0": [91], "0.1.0": [1]})})
    repo.branch("release")
    repo.commit("Mend the release", {"setup.cfg": "x\n"})
    repo.tag("v0.2.0")
    repo.checkout("main")
    repo.commit("Refer to a valid model (#106)", {"src/model.py": "version = 1\n"})
    plan = plan_of(repo)
    assert (plan.range.base_from, titles(plan)) == ("release-commit", ["Refer to a valid model"])
    repo.commit("Release v0.3.0 (#115)", {"CHANGELOG.md": labs({"0.3.0": [106], "0.2.0": [91], "0.1.0": [1]})})
    repo.tag("v0.3.0")
    past = plan_of(repo, RangeOptions(since="v0.1.0", until="v0.3.0"))
    assert titles(past) == ["Refer to a valid model"]
    assert ("Added serverless support", "released in 0.2.0 (#96)") in left_out(past)


def test_a_release_without_a_tag_is_not_told_again(repo: Repo) -> None:
    """As lsql 0.14.2: a heading and a release commit, but no tag, and the next heading lists its pull request again."""
    repo.commit("Validate names (#57)", {"src/names.py": "valid = True\n"})
    repo.commit("Release v0.1.1 (#61)", {"CHANGELOG.md": labs({"0.1.1": [57], "0.1.0": [1]})})
    repo.commit("Release v0.2.0 (#64)", {"CHANGELOG.md": labs({"0.2.0": [57], "0.1.1": [57], "0.1.0": [1]})})
    repo.tag("v0.2.0")
    past = plan_of(repo, RangeOptions(since="v0.1.0", until="v0.2.0"))
    assert titles(past) == []
    assert ("Validated names", "released in 0.1.1 (#61)") in left_out(past)


def test_a_past_range_drafts_as_it_would_have_then(repo: Repo) -> None:
    repo.commit("Add x (#3)", {"src/x.py": "x = 1\n"})
    fix = repo.commit("Fix y (#4)", {"src/y.py": "y = 1\n"})
    repo.commit("Release v0.2.0 (#5)", {"CHANGELOG.md": labs({"0.2.0": [3, 4], "0.1.0": [1]})})
    repo.tag("v0.2.0")
    repo.branch("old", "v0.1.0")
    repo.cherry_pick(fix, noted=True)
    repo.tag("v0.1.1")  # later than v0.2.0, so it could not be known then
    repo.checkout("main")
    repo.commit("Add z (#6)", {"src/z.py": "z = 1\n"})
    assert titles(plan_of(repo, RangeOptions(since="v0.1.0", until="v0.2.0"))) == ["Fixed y", "Added x"]


@pytest.mark.parametrize("noted", [False, True])
def test_what_was_picked_onto_a_released_branch_is_left_out(repo: Repo, *, noted: bool) -> None:
    repo.commit("Add x (#3)", {"src/x.py": "x = 1\n"})
    fix = repo.commit("Fix the parser (#4)", {"src/parser.py": "def parse():\n    return 2\n"})
    repo.branch("0.1", "v0.1.0")
    if noted:  # the same fix, but by other lines
        body = f"(cherry picked from commit {fix})"
        picked = repo.commit("Fix the parser", {"src/parser.py": "def parse():\n    return 3\n"}, body=body)
    else:
        picked = repo.cherry_pick(fix)
    repo.tag("v0.1.1")
    repo.checkout("main")
    plan = plan_of(repo)
    assert titles(plan) == ["Added x"]
    assert left_out(plan) == [("Fixed the parser", f"released in v0.1.1 as {picked[:7]}")]


def test_what_was_picked_from_a_released_branch_is_left_out(repo: Repo) -> None:
    repo.branch("0.1", "v0.1.0")
    fix = repo.commit("Fix the parser", {"src/parser.py": "def parse():\n    return 2\n"})
    repo.tag("v0.1.1")
    repo.checkout("main")
    repo.commit("Add x (#3)", {"src/x.py": "x = 1\n"})
    repo.cherry_pick(fix)
    assert left_out(plan_of(repo)) == [("Fixed the parser", f"released in v0.1.1 as {fix[:7]}")]


def test_a_tag_that_is_no_version_releases_nothing(repo: Repo) -> None:
    fix = repo.commit("Fix the parser (#4)", {"src/parser.py": "def parse():\n    return 2\n"})
    repo.branch("experiment", "v0.1.0")
    repo.cherry_pick(fix)
    repo.tag("nightly")
    repo.checkout("main")
    assert titles(plan_of(repo)) == ["Fixed the parser"]


def test_what_a_tag_of_a_release_branch_holds_itself_is_left_out(repo: Repo) -> None:
    early = repo.commit("Add x (#3)", {"src/x.py": "x = 1\n"})
    repo.branch("0.2")
    repo.commit("Set the version", {"src/robot/__about__.py": '__version__ = "0.2.0"\n'})
    repo.tag("v0.2.0")
    repo.checkout("main")
    repo.commit("Add y (#4)", {"src/y.py": "y = 1\n"})
    plan = plan_of(repo, RangeOptions(since="v0.1.0"))
    assert titles(plan) == ["Added y"]
    assert left_out(plan) == [("Added x", f"released in v0.2.0 as {early[:7]}")]


def test_what_came_back_after_a_revert_is_told(repo: Repo) -> None:
    first = repo.commit("Add x (#3)", {"src/x.py": "x = 1\n"})
    repo.revert(first)
    repo.tag("v0.2.0")
    repo.cherry_pick(first)
    assert titles(plan_of(repo)) == ["Added x"]


# -- written down already ----------------------------------------------------------------------------------------------

KEEP = "# Changelog\n\n## [Unreleased]\n\n{items}\n## [0.1.0] - 2026-01-01\n\n### Added\n\n- A parser (#1).\n"


def test_items_under_unreleased_are_taken_over_word_for_word(repo: Repo) -> None:
    items = "### Added\n\n- A **printer**,\n  for `x` (#3).\n\n### Fixed\n\n- A crash.\n"
    repo.commit("Add x (#3)", {"src/x.py": "x = 1\n", "CHANGELOG.md": KEEP.format(items="")})
    repo.commit("Mend y (#4)", {"src/y.py": "y = 1\n", "CHANGELOG.md": KEEP.format(items=items)})
    repo.commit("Add z (#5)", {"src/z.py": "z = 1\n"})
    plan = plan_of(repo)
    assert [(entry.origin, entry.section, entry.pull_requests, entry.text) for entry in plan.entries] == [
        ("drafted", "added", (5,), ""),
        ("changelog", "fixed", (4,), "A crash."),
        ("changelog", "added", (3,), "A **printer**,\nfor `x` (#3)."),
    ]


def test_the_next_changelog_is_taken_over_too(repo: Repo) -> None:
    text = "# NEXT CHANGELOG\n\n## Release v0.2.0\n\n### Bug Fixes\n\n* Mends the parser.\n"
    repo.commit("Mend it (#3)", {"src/parser.py": "x\n", "NEXT_CHANGELOG.md": text})
    (entry,) = plan_of(repo).entries
    assert (entry.text, entry.section, entry.pull_requests, entry.origin) == (
        "Mends the parser.",
        "fixed",
        (3,),
        "changelog",
    )


def test_an_item_in_bytes_that_are_no_text_breaks_nothing(repo: Repo) -> None:
    repo.write("CHANGELOG.md", b"# Changelog\r\n\r\n## [Unreleased]\r\n\r\n- Caf\xe9 \xff\r\n")
    repo.commit("Write it down (#3)")
    (entry,) = plan_of(repo).entries
    assert entry.origin == "changelog"
    assert entry.pull_requests == (3,)


# -- what ships --------------------------------------------------------------------------------------------------------


def test_manifests_count_by_what_they_install(repo: Repo) -> None:
    manifest_text = (
        '[project]\nname = "robot"\ndependencies = ["click>={click}"]\n[tool.ruff]\nline-length = {length}\n'
    )
    repo.commit("Add metadata (#3)", {"pyproject.toml": manifest_text.format(click=8, length=80), "src/x.py": ""})
    repo.commit("Widen lines (#4)", {"pyproject.toml": manifest_text.format(click=8, length=120)})
    repo.commit("Ask for click 9 (#5)", {"pyproject.toml": manifest_text.format(click=9, length=120), "uv.lock": "9\n"})
    plan = plan_of(repo)
    assert [internal.title for internal in plan.internal] == ["Widen lines"]
    assert titles(plan) == ["Ask for click 9", "Added metadata"]


def test_internal_paths_come_from_the_settings(repo: Repo) -> None:
    repo.commit("Add a tool (#3)", {"tools/x.py": "x = 1\n"})
    assert plan_of(repo, None, PlanOptions(internal_paths=("tools/**",))).internal[0].reason == "only internal paths"


def test_a_component_leaves_out_what_lies_beside_it(tmp_path: Path) -> None:
    repo = Repo.create(tmp_path / "mono")
    repo.commit("Start", {"core/x.py": "x = 0\n", "web/y.py": "y = 0\n"})
    repo.tag("core-v1.0.0")
    repo.commit("Add x (#1)", {"core/x.py": "x = 1\n"})
    repo.commit("Add y (#2)", {"web/y.py": "y = 1\n"})
    component = ComponentOptions("core", tags="core-v*", paths=("core",), changelog="core/CHANGELOG.md")
    plan = plan_of(repo, RangeOptions(component=component), PlanOptions(paths=component.paths))
    assert titles(plan) == ["Added x"]
    assert [(out.title, out.kind) for out in plan.left_out] == [("Added y", "outside-component")]


def test_merges_stand_for_their_pull_requests(repo: Repo) -> None:
    repo.branch("retries")
    repo.commit("wip", {"src/x.py": "x = 1\n"})
    repo.commit("more", {"src/x.py": "x = 2\n"})
    repo.checkout("main")
    repo.merge("retries", "Merge pull request #7 from octo/retries\n\nAdd retries")
    plan = plan_of(repo)
    assert [(entry.title, entry.pull_requests) for entry in plan.entries] == [("Added retries", (7,))]
    assert plan.commit_count == 3


def test_an_empty_range_is_an_empty_plan(repo: Repo) -> None:
    plan = plan_of(repo)
    assert (plan.commit_count, plan.entries, plan.left_out) == (0, (), ())


def test_a_past_release_has_the_version_that_is_tagged_at_its_end(repo: Repo) -> None:
    repo.commit("Add x (#3)", {"src/x.py": "x = 1\n"})
    repo.tag("v0.1.1")
    plan = plan_of(repo, RangeOptions(until="v0.1.1"))
    assert (plan.suggested_version, plan.version_reason) == ("0.1.1", "0.1.1 is tagged at the end of this range.")


def test_paths_of_a_component_that_name_nothing_are_an_error(repo: Repo) -> None:
    repo.commit("Add x (#3)", {"src/x.py": "x = 1\n"})
    component = ComponentOptions("kit", tags="v*", paths=("kit/**",))
    with pytest.raises(SourceError, match=r"No file of .* is in the paths of the component kit"):
        plan_of(repo, RangeOptions(component=component))
