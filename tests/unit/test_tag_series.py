"""Which tags are releases: what the settings say, what a person chose, and what is said where neither helps."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from llnotes_tui import config
from llnotes_tui.release.model import RepoId
from llnotes_tui.sources.git import Clone, RangeOptions, SourceError
from llnotes_tui.sources.options import ComponentOptions, TagChoice
from llnotes_tui.sources.tag_series import TagSeriesError, TagSettingError, tag_prefixes
from llnotes_tui.workbench.clone_rows import clone_rows
from llnotes_tui.workbench.tag_choices import keep_tag_choice, read_tag_choice
from tests.repositories import Repo


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo.create(tmp_path / "kit", origin="https://example.com/acme/kit.git")


def tagged(repo: Repo, *names: str) -> None:
    """Make a commit for each tag, and one after them."""
    for name in names:
        repo.commit(f"Add what {name} has", {"a": name})
        repo.tag(name)
    repo.commit("Add what comes next", {"a": "next"})


def base(repo: Repo, **options: Any) -> str:
    """Return the base of the range."""
    return Clone.open(repo.root).range(RangeOptions(**options)).since_name


def refused(repo: Repo, **options: Any) -> TagSeriesError:
    """Return the error about the tags, the same from the range and from the row."""
    with pytest.raises(TagSeriesError) as caught:
        base(repo, **options)
    with pytest.raises(TagSeriesError) as of_row:
        Clone.open(repo.root).overview(RangeOptions(**options))
    assert of_row.value.question == caught.value.question
    return caught.value


def words(fault: TagSeriesError) -> list[str]:
    return [option.words for option in fault.question.options]


SERIES = ("kit-1.0.0", "kit-1.1.0", "kit-1.2.0", "0.1.0", "0.2.0", "v0.3.0")


def test_several_series_are_listed_with_newest_tag_and_count_the_plain_one_first(repo: Repo) -> None:
    tagged(repo, *SERIES)
    fault = refused(repo)
    assert fault.sentence == (
        "acme/kit has several tag series (`v0.3.0`, `kit-1.2.0`). Pick one with `tag_prefix` "
        '(`""` for `v0.3.0`, `"kit-"` for `kit-1.2.0`), or define components in .llnotes.toml.'
    )
    assert words(fault) == ["v0.3.0  3 tags", "kit-1.2.0  3 tags"]
    chosen = [base(repo, choice=option.choice) for option in fault.question.options]
    assert chosen == ["v0.3.0", "kit-1.2.0"]


def test_an_empty_prefix_means_the_plain_series_and_none_is_found_out(repo: Repo) -> None:
    tagged(repo, *SERIES)
    assert base(repo, tag_prefix="") == "v0.3.0"
    assert base(repo, tag_prefix="kit-") == "kit-1.2.0"
    assert base(repo, tag_pattern="kit-*") == "kit-1.2.0"


def test_a_range_begins_and_ends_at_named_tags_whatever_other_series_there_are(repo: Repo) -> None:
    tagged(repo, *SERIES)
    assert base(repo, since="kit-1.1.0") == "kit-1.1.0"
    assert base(repo, since="0.2.0") == "0.2.0"
    assert base(repo, until="kit-1.1.0") == "kit-1.0.0"
    assert base(repo, until="v0.3.0") == "0.2.0"
    assert base(repo, until="0.3.0") == "0.2.0"
    repo.tag("v1.1.0", repo.rev("kit-1.1.0"))
    assert base(repo, since="kit-1.1.0") == "kit-1.1.0"
    assert base(repo, since="1.1.0") == "v1.1.0", "the plain series is meant where a version is all that is given"
    sha = repo.rev("kit-1.1.0")
    assert Clone.open(repo.root).range(RangeOptions(since=sha)).since == sha


def test_a_version_is_enough_to_name_its_tag(repo: Repo) -> None:
    tagged(repo, "REL_1_2_0", "REL_1_3_0")
    clone = Clone.open(repo.root)
    assert clone.range(RangeOptions(since="1.2.0")).since == repo.rev("REL_1_2_0")
    assert clone.range(RangeOptions(until="1.3.0")).since == repo.rev("REL_1_2_0")


def test_a_version_is_looked_for_with_the_most_specific_prefix_first() -> None:
    component = ComponentOptions("core", "core-v*")
    options = RangeOptions(component=component, tag_prefix="rel-", tag_pattern="build-*")
    assert tag_prefixes(options) == ("core-v", "rel-", "build-", "v")
    assert tag_prefixes(RangeOptions(tag_prefix="v", tag_pattern="*-final")) == ("v",)
    assert tag_prefixes(RangeOptions(choice=TagChoice(prefix="kit-"))) == ("kit-", "v")


def test_a_version_that_only_one_series_has_is_enough_to_name_its_tag(repo: Repo) -> None:
    tagged(repo, *SERIES)
    assert Clone.open(repo.root).range(RangeOptions(since="1.1.0")).since == repo.rev("kit-1.1.0")
    repo.tag("api-1.1.0", repo.rev("0.1.0"))
    with pytest.raises(SourceError, match=r"--since 1\.1\.0"):
        base(repo, since="1.1.0")


def test_a_retired_series_is_named_and_asks_nothing(repo: Repo) -> None:
    tagged(repo, "gui-0.1.0", "v1.0.0", "v1.1.0", "v1.2.0")
    found = Clone.open(repo.root).range(RangeOptions())
    assert found.since_name == "v1.2.0"
    assert "Tag series: `v1.2.0`; retired: `gui-0.1.0`." in found.warnings
    assert [one.newest for one in found.tag_series] == ["v1.2.0", "gui-0.1.0"]


def test_the_series_in_use_and_the_others_are_named(repo: Repo) -> None:
    tagged(repo, *SERIES)
    found = Clone.open(repo.root).range(RangeOptions(tag_prefix="kit-"))
    assert "Tag series: `kit-1.2.0`; other series: `v0.3.0`." in found.warnings
    assert found.tag_series == (), "the settings choose"
    one = RangeOptions(component=ComponentOptions("kit"))
    assert Clone.open(repo.root).range(one).warnings == ()


def test_the_tags_of_all_branches_decide_about_series(repo: Repo) -> None:
    repo.commit("Begin", {"a": "1"})
    repo.tag("kit-1.0.0")
    repo.branch("release")
    for name in ("v1.0.0", "v1.1.0", "v1.2.0"):
        repo.commit(f"Release {name}", {"b": name})
        repo.tag(name)
    repo.checkout("main")
    repo.commit("Go on", {"a": "2"})
    assert base(repo) != "kit-1.0.0", "that series is retired, though its tag is the only one that main contains"


def test_a_component_takes_the_series_of_its_name(repo: Repo) -> None:
    tagged(repo, "kit-1.0.0", "kit-extra-2.0.0", "1.0.0")
    assert base(repo, component=ComponentOptions("kit")) == "kit-1.0.0"
    assert base(repo, component=ComponentOptions("Kit-extra")) == "kit-extra-2.0.0"


@pytest.mark.parametrize(
    ("options", "setting"),
    [
        ({"tag_prefix": "relase-"}, 'tag_prefix = "relase-"'),
        ({"tag_prefix": "v"}, 'tag_prefix = "v"'),
        ({"tag_pattern": "build-*"}, 'tag_pattern = "build-*"'),
        ({"component": ComponentOptions("kit", "kti-*")}, 'components.kit.tags = "kti-*"'),
    ],
)
def test_a_setting_that_matches_no_tag_is_an_error_with_the_newest_tag(
    repo: Repo, options: dict[str, Any], setting: str
) -> None:
    tagged(repo, "1.0.0", "1.1.0")
    fault = refused(repo, **options)
    assert isinstance(fault, TagSettingError)
    assert fault.sentence.startswith(f"`{setting}` does not match any of the 2 tags of acme/kit (newest: `1.1.0`). ")
    assert words(fault) == ["1.1.0  2 tags", "Begin at the first commit"]
    assert [base(repo, choice=option.choice, **options) for option in fault.question.options] == [
        "1.1.0",
        "the first commit",
    ]


def test_a_setting_that_a_choice_replaces_is_named(repo: Repo) -> None:
    tagged(repo, "1.0.0", "1.1.0")
    options = RangeOptions(tag_prefix="relase-", choice=TagChoice(prefix=""))
    said = '`tag_prefix = "relase-"` matches no tag, so the choice made in the app is used; B changes it.'
    assert Clone.open(repo.root).range(options).warnings == (said,)
    assert Clone.open(repo.root).overview(options).warning == said
    repo.tag("relase-2.0.0")
    assert Clone.open(repo.root).overview(options).last_version == "relase-2.0.0"


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ({"tag_pattern": "v*.*.*"}, "single `*`"),
        ({"tag_prefix": "v*"}, "literally"),
        ({"tag_prefix": "^v"}, "literally"),
    ],
)
def test_a_setting_that_is_spelled_as_something_else_says_how_it_is_meant(
    repo: Repo, options: dict[str, Any], hint: str
) -> None:
    tagged(repo, "v1.0.0")
    assert hint in refused(repo, **options).sentence


@pytest.mark.parametrize("pattern", [r"^v\d+", "[0-9]*", r"v(\d+)", "v.+"])
def test_a_pattern_that_is_a_regular_expression_is_called_out(repo: Repo, pattern: str) -> None:
    tagged(repo, "v1.0.0")
    fault = refused(repo, tag_pattern=pattern)
    assert "looks like a regular expression" in fault.sentence
    assert "`*` means the version" in fault.sentence
    assert "the only tag of acme/kit" in fault.sentence


def test_a_setting_is_right_where_nothing_is_tagged_yet_and_for_releases_that_are_commits(repo: Repo) -> None:
    repo.commit("Begin", {"a": "1"})
    assert base(repo, tag_prefix="v") == "the first commit"
    assert base(repo) == "the first commit"
    repo.commit("Release v0.1.0", {"a": "2"})
    repo.tag("nightly")
    repo.commit("Go on", {"a": "3"})
    assert base(repo) == "0.1.0 (release commit)"


@pytest.mark.parametrize("names", [("nightly",), ("2.x", "3.x"), ("latest", "one")])
def test_tags_that_are_no_versions_are_an_error_with_the_newest_one(repo: Repo, names: Sequence[str]) -> None:
    tagged(repo, *names)
    fault = refused(repo)
    assert not isinstance(fault, TagSettingError)
    assert f"(newest: `{names[-1]}`)" in fault.sentence
    assert "`tag_pattern`" in fault.sentence
    assert "--since" in fault.sentence
    assert words(fault)[0] == f"Begin after {names[-1]}"
    assert fault.question.options[0].choice == TagChoice(since=names[-1])
    assert base(repo, choice=TagChoice(everything=True)) == "the first commit"
    assert base(repo, since=names[-1]) == names[-1]


def test_only_pre_releases_are_an_error_that_says_how_to_use_them(repo: Repo) -> None:
    tagged(repo, "v1.0.0-rc.1", "v1.0.0-rc.2")
    fault = refused(repo)
    assert "only pre-releases (newest: `v1.0.0-rc.2`)" in fault.sentence
    assert "--prereleases" in fault.sentence
    chosen = fault.question.options[0].choice
    assert base(repo, choice=chosen) == base(repo, prereleases=True) == "v1.0.0-rc.2"
    repo.tag("v1.0.0")
    repo.commit("Go on", {"a": "2"})
    repo.tag("v1.1.0-rc.1")
    assert base(repo, choice=chosen) == "v1.0.0", "there is a release now"


def test_the_first_release_of_a_repository_has_all_its_commits(repo: Repo) -> None:
    tagged(repo, "v1.0.0", "v1.1.0")
    assert base(repo, until="v1.0.0") == "the first commit"


def test_a_choice_is_kept_for_the_clone_and_for_the_repository_on_its_host(repo: Repo, home: Path) -> None:
    tagged(repo, *SERIES)
    [row] = clone_rows(str(repo.root), {"engine": "extractive"})
    assert "several tag series" in row.fault
    assert row.tag_question is not None
    choice = row.tag_question.options[1].choice
    repository = Clone.open(repo.root).repository
    assert read_tag_choice(lambda: repository) == TagChoice()
    keep_tag_choice(repository, "", choice)
    assert read_tag_choice(lambda: RepoId("example.com/acme/kit")) == choice
    assert read_tag_choice(lambda: repository, "core") == TagChoice()
    [row] = clone_rows(str(repo.root), {"engine": "extractive"})
    assert (row.fault, row.last_version) == ("", "kit-1.2.0")
    assert row.tag_question is not None, "another one can be chosen"
    assert not [path for path in repo.root.iterdir() if path.name not in (".git", "a")]


def test_a_choice_that_cannot_be_read_is_none(repo: Repo, home: Path) -> None:
    keep_tag_choice(RepoId("x"), "", TagChoice(prefix="kit-"))
    database = config.state_directory() / "tag-series" / "cache.db"
    database.write_bytes(b"no database")
    assert read_tag_choice(lambda: RepoId("x")) == TagChoice()
