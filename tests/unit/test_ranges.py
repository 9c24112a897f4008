"""Where a range begins and ends, on real repositories with the histories that real projects have."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from llnotes_tui.release.model import Range
from llnotes_tui.sources.git import Clone, ComponentOptions, RangeOptions, SourceError
from tests.repositories import Repo


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo.create(tmp_path / "clone")


def range_of(repo: Repo, options: RangeOptions | None = None) -> Range:
    return Clone.open(repo.root).range(options or RangeOptions())


def subjects(repo: Repo, options: RangeOptions | None = None) -> Sequence[str]:
    clone, options = Clone.open(repo.root), options or RangeOptions()
    return [commit.subject for commit in clone.commits(clone.range(options), options)]


def test_the_base_is_the_highest_of_several_tags_on_one_commit(repo: Repo) -> None:
    released = repo.commit("Release", {"a": "1"})
    for name in ("v1.2.0", "v1.10.0", "v1.9.0", "latest", "v1"):
        repo.tag(name)
    repo.commit("New (#2)", {"a": "2"})
    span = range_of(repo)
    assert (span.since, span.since_name, span.base_from) == (released, "v1.10.0", "tag")
    assert (span.last_version, span.previous_tag, span.tag_prefix, span.base_note) == ("v1.10.0", "v1.10.0", "v", "")
    assert subjects(repo) == ["New (#2)"]


def test_a_tag_on_a_side_branch_gives_way_to_the_release_commit_on_the_branch(repo: Repo) -> None:
    repo.commit("Start", {"a": "1"})
    repo.tag("v0.5.0")
    repo.commit("Feature (#1)", {"a": "2"})
    repo.branch("prepare/0.6.0")
    repo.commit("Release v0.6.0", {"CHANGELOG.md": "# Version changelog\n\n## 0.6.0\n"})
    repo.tag("v0.6.0")
    repo.checkout("main")
    released = repo.commit("Release v0.6.0 (#2)", {"CHANGELOG.md": "# Version changelog\n\n## 0.6.0\n"})
    repo.commit("Later (#3)", {"a": "3"})
    span = range_of(repo)
    assert (span.since, span.base_from, span.last_version) == (released, "release-commit", "0.6.0")
    assert "v0.6.0 is tagged on a commit that main does not contain" in span.base_note
    assert "v0.5.0" in span.base_note
    assert span.previous_tag == "v0.6.0"
    assert subjects(repo) == ["Later (#3)"]


def test_a_release_with_no_tag_is_found_by_its_subject(repo: Repo) -> None:
    repo.commit("Start", {"a": "1"})
    repo.tag("v0.14.1")
    released = repo.commit("Release v0.14.2 (#9)", {"a": "2"})
    repo.commit("Later", {"a": "3"})
    span = range_of(repo)
    assert (span.since, span.since_name) == (released, "0.14.2 (release commit)")
    assert span.last_version == "v0.14.2"
    assert span.previous_tag == "v0.14.1"
    assert "never tagged" in span.base_note


def test_a_release_with_no_tag_is_found_by_the_heading_it_added(repo: Repo) -> None:
    repo.commit("Start", {"CHANGELOG.md": "# Changelog\n\n## [0.1.0] - 2024-01-01\n"})
    repo.tag("0.1.0")
    repo.commit(
        "Feature", {"a": "2", "CHANGELOG.md": "# Changelog\n\n## [Unreleased]\n\n- x\n\n## [0.1.0] - 2024-01-01\n"}
    )
    released = repo.commit(
        "Write things down",
        {"CHANGELOG.md": "# Changelog\n\n## [0.2.0] - 2024-02-01\n\n- x\n\n## [0.1.0] - 2024-01-01\n"},
    )
    repo.commit(
        "Fix a date", {"CHANGELOG.md": "# Changelog\n\n## [0.2.0] - 2024-02-02\n\n- x\n\n## [0.1.0] - 2024-01-01\n"}
    )
    span = range_of(repo)
    assert (span.since, span.base_from, span.last_version, span.tag_prefix) == (released, "release-commit", "0.2.0", "")


@pytest.mark.parametrize(
    "subject",
    [
        "Release notes for the impatient",
        "Bump version to 0.3.0",
        "Prepare for 0.3.0 development",
        "Fix release v0.9 docs",
    ],
)
def test_a_subject_that_only_speaks_of_a_version_is_no_release(repo: Repo, subject: str) -> None:
    repo.commit("Start", {"a": "1"})
    repo.tag("v0.2.0")
    repo.commit(subject, {"a": "2"})
    assert range_of(repo).base_from == "tag"


def test_a_heading_that_is_put_in_for_an_older_version_is_no_release(repo: Repo) -> None:
    repo.commit("Start", {"CHANGELOG.md": "# Changelog\n\n## 0.2.0\n"})
    repo.tag("v0.2.0")
    repo.commit("Mend", {"CHANGELOG.md": "# Changelog\n\n## 0.2.0\n\n## 0.1.0\n"})
    assert range_of(repo).since_name == "v0.2.0"


def test_a_tag_beats_the_release_commit_of_the_same_version_so_that_nothing_between_them_is_lost(repo: Repo) -> None:
    tagged = repo.commit("Last of 1.0", {"a": "1"})
    repo.tag("v1.0.0")
    repo.commit("Slipped in (#5)", {"a": "2"})
    repo.commit("Release v1.0.0 (#6)", {"a": "3"})
    assert range_of(repo).since == tagged
    assert "Slipped in (#5)" in subjects(repo)


def test_no_release_at_all_begins_at_the_first_commit(repo: Repo) -> None:
    repo.commit("One", {"a": "1"})
    repo.commit("Two", {"a": "2"})
    span = range_of(repo)
    assert (span.since, span.since_name, span.base_from) == (None, "the first commit", "first-commit")
    assert (span.last_version, span.previous_tag) == (None, None)
    assert subjects(repo) == ["Two", "One"]


def test_a_tag_merged_from_a_release_branch_keeps_what_main_got_meanwhile(repo: Repo) -> None:
    repo.commit("Start", {"a": "1"})
    repo.tag("v1.0.0")
    repo.branch("release")
    repo.commit("Polish", {"b": "1"})
    repo.tag("v1.1.0")
    repo.checkout("main")
    repo.commit("Meanwhile", {"c": "1"})
    repo.merge("release", "Merge release")
    assert range_of(repo).since_name == "v1.1.0"
    assert subjects(repo) == ["Merge release", "Meanwhile"]


def test_prereleases_count_only_where_they_are_asked_for(repo: Repo) -> None:
    repo.commit("One", {"a": "1"})
    repo.tag("v1.0.0")
    repo.commit("Two", {"a": "2"})
    repo.tag("v1.1.0-rc.1")
    repo.commit("Three", {"a": "3"})
    assert range_of(repo).since_name == "v1.0.0"
    assert range_of(repo, RangeOptions(prereleases=True)).since_name == "v1.1.0-rc.1"


def two_shapes(repo: Repo) -> None:
    repo.commit("One", {"core/a": "1"})
    repo.tag("core-v1.0.0")
    repo.commit("Two", {"api/a": "1"})
    repo.tag("api-v2.0.0")
    repo.commit("Three (#3)", {"core/b": "1", "api/b": "1"})
    repo.commit("Four (#4)", {"api/c": "1"})


def test_tags_of_several_shapes_ask_for_a_choice(repo: Repo) -> None:
    two_shapes(repo)
    with pytest.raises(SourceError, match=r"`api-v2\.0\.0`, `core-v1\.0\.0`.*tag_prefix"):
        range_of(repo)
    with pytest.raises(SourceError, match="several tag series"):
        Clone.open(repo.root).overview(RangeOptions())


@pytest.mark.parametrize(
    "options",
    [
        RangeOptions(tag_prefix="core-v"),
        RangeOptions(tag_pattern="core-*"),
        RangeOptions(since="core-v1.0.0"),
        RangeOptions(since="1.0.0", tag_prefix="core-v"),
    ],
)
def test_a_prefix_a_pattern_or_a_name_chooses_among_shapes(repo: Repo, options: RangeOptions) -> None:
    two_shapes(repo)
    span = range_of(repo, options)
    assert (span.since_name, span.last_version, span.previous_tag) == ("core-v1.0.0",) * 3


def test_a_component_has_its_own_tags_and_only_its_own_files(repo: Repo) -> None:
    two_shapes(repo)
    options = RangeOptions(component=ComponentOptions("core", "core-v*", ("core/",), "core/CHANGELOG.md"))
    clone = Clone.open(repo.root)
    span = clone.range(options)
    assert (span.since_name, span.component, span.tag_prefix) == ("core-v1.0.0", "core", "core-v")
    commits = {commit.subject: commit for commit in clone.commits(span, options)}
    three = commits["Three (#3)"]
    assert [change.path for change in three.files] == [b"core/b"]
    assert b"core/b" in clone.patch(three.sha).part(three.files[0].position)
    assert commits["Four (#4)"].files == ()


def test_a_component_without_a_pattern_finds_the_tags_that_begin_with_its_name(repo: Repo) -> None:
    two_shapes(repo)
    assert range_of(repo, RangeOptions(component=ComponentOptions("api"))).since_name == "api-v2.0.0"


def test_v_and_release_before_a_number_are_one_shape(repo: Repo) -> None:
    repo.commit("One", {"a": "1"})
    repo.tag("1.0.0")
    repo.commit("Two", {"a": "2"})
    repo.tag("v1.1.0")
    repo.tag("before-2.0-refactor")
    assert (range_of(repo).since_name, range_of(repo).tag_prefix) == ("v1.1.0", "v")


def test_since_and_until_choose_a_past_range(repo: Repo) -> None:
    shas = [repo.commit(f"c{number}", {"a": str(number)}) for number in range(6)]
    for number, name in ((1, "v0.1.0"), (3, "v0.2.0"), (5, "v0.3.0")):
        repo.tag(name, shas[number])
    span = range_of(repo, RangeOptions(since="v0.1.0", until="v0.2.0"))
    assert (span.since, span.until, span.base_from, span.branch) == (shas[1], shas[3], "option", "v0.2.0")
    assert span.last_version == "v0.1.0"
    assert subjects(repo, RangeOptions(since="v0.1.0", until="v0.2.0")) == ["c3", "c2"]
    assert range_of(repo, RangeOptions(until="v0.2.0")).since == shas[1]
    assert range_of(repo, RangeOptions(until="0.2.0")).since == shas[1]
    assert range_of(repo, RangeOptions(until=shas[4])).since == shas[3]
    assert range_of(repo, RangeOptions(since=shas[4][:10])).last_version == "v0.2.0"
    assert range_of(repo).since == shas[5]
    assert subjects(repo) == []


def test_a_past_release_commit_without_a_tag_is_the_end_and_not_the_base(repo: Repo) -> None:
    repo.commit("One", {"a": "1"})
    repo.tag("v1.0.0")
    repo.commit("Two", {"a": "2"})
    released = repo.commit("Release v1.1.0", {"a": "3"})
    assert range_of(repo, RangeOptions(until=released)).since_name == "v1.0.0"


def test_a_base_beside_the_branch_says_so(repo: Repo) -> None:
    repo.commit("One", {"a": "1"})
    repo.branch("side")
    repo.commit("Side", {"b": "1"})
    repo.tag("v1.0.0")
    repo.checkout("main")
    repo.commit("Two", {"a": "2"})
    span = range_of(repo, RangeOptions(since="v1.0.0"))
    assert "not in the history of this branch" in span.base_note
    assert subjects(repo, RangeOptions(since="v1.0.0")) == ["Two"]
    unchosen = range_of(repo)
    assert (unchosen.since_name, unchosen.base_from) == ("v1.0.0", "tag")
    assert unchosen.base_note == "base v1.0.0 (left this branch 1 commit ago)."


def test_the_end_is_the_upstreams_default_branch_and_a_different_head_is_told(repo: Repo, tmp_path: Path) -> None:
    repo.commit("One", {"a": "1"})
    repo.tag("v1.0.0")
    upstream = repo.commit("Two", {"a": "2"})
    clone = repo.clone(tmp_path / "other")
    assert range_of(clone).warnings == ()
    clone.branch("mine")
    mine = clone.commit("Mine", {"b": "1"})
    span = range_of(clone)
    assert (span.until, span.branch) == (upstream, "main")
    assert span.warnings == (
        "mine is 1 ahead of origin/main, which the notes are of; `--until HEAD` takes what is checked out.",
    )
    chosen = range_of(clone, RangeOptions(until="HEAD"))
    assert (chosen.until, chosen.branch, chosen.warnings) == (mine, "mine", ())
    clone.checkout(upstream)
    assert range_of(clone).warnings == ()
    clone.checkout(clone.rev("v1.0.0"))
    assert (
        "a detached HEAD is 1 behind of origin/main" in range_of(clone).warnings[0]
        or "1 behind" in range_of(clone).warnings[0]
    )


def test_without_an_upstream_the_branch_that_is_checked_out_counts(repo: Repo) -> None:
    first = repo.commit("One", {"a": "1"})
    repo.branch("topic")
    topic = repo.commit("Two", {"a": "2"})
    assert (range_of(repo).until, range_of(repo).branch) == (topic, "topic")
    repo.checkout(first)
    assert (range_of(repo).until, range_of(repo).branch) == (first, "HEAD")


def test_an_upstream_without_a_known_head_has_a_usual_name(repo: Repo, tmp_path: Path) -> None:
    repo.commit("One", {"a": "1"})
    repo.branch("master")
    clone = repo.clone(tmp_path / "other")
    clone.git("remote", "set-head", "origin", "--delete")
    assert range_of(clone).branch == "main"


def test_new_commits_are_counted_and_the_pinned_end_stays(repo: Repo) -> None:
    repo.commit("One", {"a": "1"})
    clone = Clone.open(repo.root)
    span = clone.range(RangeOptions())
    assert clone.commits_since(span) == 0
    repo.commit("Two", {"a": "2"})
    repo.branch("side")
    repo.commit("Side", {"b": "2"})
    repo.checkout("main")
    repo.merge("side")
    assert clone.commits_since(span) == 3
    repo.git("reset", "-q", "--hard", "HEAD~1")
    assert clone.commits_since(span) == 1
    past = clone.range(RangeOptions(until=span.until))
    assert clone.commits_since(past) == 0


def test_commits_beyond_another_are_counted_with_those_of_merged_branches(repo: Repo) -> None:
    first = repo.commit("One", {"a": "1"})
    repo.branch("side")
    repo.commit("Side", {"b": "2"})
    repo.checkout("main")
    repo.commit("Two", {"a": "2"})
    repo.merge("side")
    clone = Clone.open(repo.root)
    assert clone.commits_beyond(first, repo.head) == 3
    assert clone.commits_beyond(repo.head, first) == 0
    assert clone.commits_beyond("0" * 40, repo.head) == 0


def test_an_empty_repository_is_an_error_that_says_so(repo: Repo) -> None:
    for ask in (lambda: range_of(repo), lambda: Clone.open(repo.root).overview(RangeOptions())):
        with pytest.raises(SourceError, match="has no commit yet"):
            ask()


def test_a_shallow_clone_that_reaches_no_release_says_what_to_fetch(repo: Repo, tmp_path: Path) -> None:
    repo.commit("One", {"a": "1"})
    repo.tag("v1.0.0")
    for number in range(4):
        repo.commit(f"c{number}", {"a": f"{number}\n"})
    shallow = repo.clone(tmp_path / "shallow", "--depth=2")
    with pytest.raises(SourceError, match=r"shallow clone that reaches no release.*git fetch --unshallow --tags"):
        range_of(shallow)
    with pytest.raises(SourceError, match=r"--since v1\.0\.0.*shallow clone.*git fetch --unshallow"):
        range_of(shallow, RangeOptions(since="v1.0.0"))


def test_a_shallow_clone_that_reaches_its_release_is_read(repo: Repo, tmp_path: Path) -> None:
    repo.commit("Zero", {"a": "0"})
    repo.commit("One", {"a": "1"})
    repo.tag("v1.0.0")
    repo.commit("Two", {"a": "2"})
    shallow = repo.clone(tmp_path / "shallow", "--depth=2")
    span = range_of(shallow)
    assert (span.since_name, span.shallow, span.warnings) == ("v1.0.0", True, ())
    assert subjects(shallow) == ["Two"]


@pytest.mark.parametrize(
    "heading", ["1.3.0 - TBD", "[1.3.0] - Unreleased", "1.3.0 (unreleased)", "[1.3.0]", "v1.3.0 - YYYY-MM-DD"]
)
def test_a_heading_of_a_pending_version_releases_nothing(repo: Repo, heading: str) -> None:
    old = "# Changelog\n\n{}## [1.2.0] - 2024-01-01\n\n- x\n"
    start = repo.commit("Start", {"CHANGELOG.md": old.format("")})
    repo.tag("v1.2.0")
    repo.commit("Add a parser (#3)", {"a": "1"})
    repo.commit("Write the changelog", {"CHANGELOG.md": old.format(f"## {heading}\n\n- By hand\n\n")})
    repo.commit("Add a lexer (#4)", {"a": "2"})
    span = range_of(repo)
    assert (span.since, span.last_version, span.base_note) == (start, "v1.2.0", "")
    assert subjects(repo) == ["Add a lexer (#4)", "Write the changelog", "Add a parser (#3)"]


def test_two_pending_versions_release_nothing_either(repo: Repo) -> None:
    old = "# Changelog\n\n{}## [1.2.0] - 2024-01-01\n\n- x\n"
    start = repo.commit("Start", {"CHANGELOG.md": old.format("")})
    repo.tag("v1.2.0")
    both = "## 2.0.0 - TBD\n\n- a\n\n## 1.3.0 - TBD\n\n- b\n\n"
    repo.commit("Write the changelog", {"CHANGELOG.md": old.format(both)})
    assert (range_of(repo).since, range_of(repo).last_version) == (start, "v1.2.0")
