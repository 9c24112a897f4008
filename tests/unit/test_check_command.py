"""`llnotes check`: notes that anybody wrote, held against real commits, and what a CI sees of it."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from llnotes_tui import cli
from llnotes_tui.sources.git import Clone
from llnotes_tui.sources.options import RangeOptions
from llnotes_tui.workbench import checking
from tests.repositories import Repo

WEB = "https://github.com/octo/robot"
GROUPS = "def list_groups(api):\n    return api.get('/groups')\n"
RETRIED = "def list_groups(api):\n    return with_retries(api, '/groups', attempts=3)\n"
PARSER = "def parse_table(text):\n    return text.split('|')\n"
TRUE_GROUPS = "The `list_groups` function has been updated to use `with_retries`."
FALSE_GROUPS = "The `list_groups` function now uses `with_backoff_policy`."


@pytest.fixture(autouse=True)
def rooms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STATE", "CACHE"):
        monkeypatch.setenv(f"LLNOTES_{name}_DIR", str(tmp_path / name.lower()))
    monkeypatch.setenv("LLNOTES_CONFIG", str(tmp_path / "config.toml"))


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo.create(tmp_path / "robot", origin=f"{WEB}.git")
    made.commit("Add group listing (#1)", {"src/robot/groups.py": GROUPS})
    made.tag("v0.1.0")
    made.commit("Add retries to group listing (#2)", {"src/robot/groups.py": RETRIED})
    made.commit("Add a table parser (#3)", {"src/robot/tables.py": PARSER})
    made.commit("Pin actions (#4)", {".github/workflows/x.yml": "on: push\n"})
    made.tag("v0.2.0")
    made.commit("Add a report (#5)", {"src/robot/report.py": "def report(rows):\n    return rows\n"})
    return made


def check(repo: Repo, notes: str | bytes, *options: str) -> Result:
    file = repo.root.parent / "notes.md"
    file.write_bytes(notes.encode() if isinstance(notes, str) else notes)
    return CliRunner().invoke(cli.llnotes, ["check", str(file), "--repo", str(repo.root), *options])


def found(repo: Repo, notes: str | bytes, *options: str) -> dict[str, Any]:
    result = check(repo, notes, "--format", "json", *options)
    assert result.exit_code in (0, 1), result.output
    return dict(json.loads(result.stdout))


def labs(groups: str = TRUE_GROUPS, version: str = "0.2.0") -> str:
    return (
        f"# Version changelog\n\n## {version}\n\n"
        f"* Added retries to group listing ([#2]({WEB}/issues/2)). {groups}\n"
        f"* Added a table parser ([#3]({WEB}/issues/3)). A new `parse_table` function has been added.\n\n"
        f"## 0.1.0\n\n* Added group listing ([#1]({WEB}/issues/1)).\n"
    )


# -- which entries and commits -----------------------------------------------------------------------------------------


def test_true_notes_end_with_zero(repo: Repo) -> None:
    result = check(repo, labs())
    assert (result.exit_code, result.stdout) == (0, "")
    assert "2 entries against octo/robot v0.1.0..v0.2.0: no automatic finding; 0 unknown, 0 missing." in result.stderr


def test_entries_find_their_commits_and_silence_about_internal_ones_is_fine(repo: Repo) -> None:
    report = found(repo, labs())
    assert list(report) == ["schema", "range", "entries", "missing", "unknown"]
    assert report["schema"] == 1
    assert report["range"] == {"since": repo.rev("v0.1.0"), "until": repo.rev("v0.2.0")}
    assert [entry["pull_requests"] for entry in report["entries"]] == [[2], [3]]
    assert [entry["commits"] for entry in report["entries"]] == [[repo.rev("v0.2.0~2")], [repo.rev("v0.2.0~1")]]
    assert [entry["line"] for entry in report["entries"]] == [5, 6]
    assert (report["missing"], report["unknown"]) == ([], [])


def test_a_made_up_name_is_shown_where_it_stands(repo: Repo) -> None:
    notes = labs(FALSE_GROUPS)
    result = check(repo, notes)
    assert result.exit_code == 1
    [line] = result.stdout.splitlines()
    column = notes.splitlines()[4].index("with_backoff_policy")
    begins = tuple(f"{repo.root.parent / 'notes.md'}:5:{at}: red unknown-name: " for at in (column, column + 1))
    assert line.startswith(begins), "the span is the name, with or without its back-ticks"


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_spans_of_the_json_are_places_of_the_file(repo: Repo, ending: str, mark: str) -> None:
    data = (mark + labs("The \u00fcbergroup " + FALSE_GROUPS)).replace("\n", ending).encode()
    [finding] = found(repo, data)["entries"][0]["findings"]
    assert set(finding) == {"kind", "level", "start", "end", "text", "reason", "evidence", "fix"}
    assert (finding["kind"], finding["level"]) == ("unknown-name", "red")
    assert data.decode()[finding["start"] : finding["end"]] == finding["text"]
    assert "with_backoff_policy" in finding["text"]
    assert all(set(line) == {"path", "line", "side", "text"} for line in finding["evidence"])


def test_a_paragraph_inside_an_item_keeps_its_place(repo: Repo) -> None:
    notes = f"## 0.2.0\n\n- **Retries** [#2]({WEB}/issues/2)\n    {FALSE_GROUPS}\n- A table parser (#3)\n"
    [finding] = found(repo, notes)["entries"][0]["findings"]
    assert notes[finding["start"] : finding["end"]].strip("`") == "with_backoff_policy"
    assert ":4:" in check(repo, notes).stdout


def test_keep_a_changelog_and_its_unreleased_items(repo: Repo) -> None:
    notes = (
        "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A report (#5)\n\n## [0.2.0] - 2026-01-02\n\n### Added\n\n"
        "- Retries of group listing (#2)\n- A table parser (#3)\n"
    )
    report = found(repo, notes)
    assert [entry["pull_requests"] for entry in report["entries"]] == [[5]]
    assert report["range"] == {"since": repo.rev("v0.2.0"), "until": repo.head}
    report = found(repo, notes, "--version", "v0.2.0")
    assert [entry["pull_requests"] for entry in report["entries"]] == [[2], [3]]
    assert report["range"]["until"] == repo.rev("v0.2.0")


def test_what_no_entry_tells_is_missing_and_what_no_commit_did_is_unknown(repo: Repo) -> None:
    notes = "## 0.2.0\n\n* Added retries to group listing (#2).\n* Added a robot vacuum (#77).\n"
    report = found(repo, notes)
    assert report["missing"] == [{"commit": repo.rev("v0.2.0~1"), "pull_request": 3, "title": "Added a table parser"}]
    assert report["unknown"] == [{"line": 4, "text": "Added a robot vacuum (#77)."}]
    result = check(repo, notes)
    assert result.exit_code == 1
    assert ":4:1: amber unknown: no commit of v0.1.0..v0.2.0 is of #77" in result.stdout
    assert (
        f":1:1: amber missing: no entry tells of {repo.rev('v0.2.0~1')[:7]} Added a table parser (#3)" in result.stdout
    )
    assert check(repo, notes, "--level", "red").exit_code == 0


def test_notes_generated_by_github(repo: Repo) -> None:
    notes = (
        "## What's Changed\n"
        f"* Add retries to group listing by @octocat in {WEB}/pull/2\n"
        f"* Add a table parser by @hubot in {WEB}/pull/3\n\n"
        f"## New Contributors\n* @hubot made their first contribution in {WEB}/pull/3\n\n"
        f"**Full Changelog**: {WEB}/compare/v0.1.0...v0.2.0\n"
    )
    result = check(repo, notes, "--version", "0.2.0", "--format", "json")
    report = json.loads(result.stdout)
    assert [entry["pull_requests"] for entry in report["entries"]] == [[2], [3]]
    assert [entry["findings"] for entry in report["entries"]] == [[], []]
    assert (report["missing"], report["unknown"], result.exit_code) == ([], [], 0)


def test_notes_of_git_cliff_name_commits(repo: Repo) -> None:
    first, second = repo.rev("v0.2.0~2"), repo.rev("v0.2.0~1")
    notes = (
        "## [0.2.0] - 2026-01-02\n\n### Features\n\n"
        f"- *(groups)* Retries ([{first[:7]}]({WEB}/commit/{first}))\n- Tables ({second[:9]})\n"
        f"- Gone ([abcdef1]({WEB}/commit/abcdef1))\n"
    )
    report = found(repo, notes)
    assert [entry["commits"] for entry in report["entries"]] == [[first], [second], []]
    assert [entry["line"] for entry in report["unknown"]] == [7]


def test_titles_find_their_commits_and_prose_is_held_against_the_whole_range(repo: Repo) -> None:
    notes = (
        f"This release parses tables. {FALSE_GROUPS}\n\n- Added retries to the group listing\n- Adds a table parser\n"
    )
    report = found(repo, notes, "--since", "v0.1.0", "--until", "v0.2.0")
    prose, first, second = report["entries"]
    assert [finding["kind"] for finding in prose["findings"]] == ["unknown-name"]
    assert (prose["line"], prose["commits"]) == (1, [])
    assert [first["commits"], second["commits"]] == [[repo.rev("v0.2.0~2")], [repo.rev("v0.2.0~1")]]
    assert report["unknown"] == []


def test_a_release_without_a_tag_is_found_by_its_commit(repo: Repo) -> None:
    repo.commit("Release v0.3.0 (#6)", {"CHANGELOG.md": "# Version changelog\n\n## 0.3.0\n\n* Added a report (#5).\n"})
    released = repo.head
    repo.commit("Add a mop (#7)", {"src/robot/mop.py": "def mop():\n    return 1\n"})
    report = found(repo, repo.read("CHANGELOG.md"))
    assert report["range"] == {"since": repo.rev("v0.2.0"), "until": released}
    assert [entry["pull_requests"] for entry in report["entries"]] == [[5]]
    assert report["missing"] == []


def test_a_bare_clone_will_do(repo: Repo, tmp_path: Path) -> None:
    bare = repo.clone(tmp_path / "bare.git", "--bare")
    bare.set_origin(f"{WEB}.git")
    assert check(bare, labs()).exit_code == 0
    assert check(bare, labs(FALSE_GROUPS)).exit_code == 1


def test_notes_can_come_from_standard_input(repo: Repo) -> None:
    result = CliRunner().invoke(cli.llnotes, ["check", "-", "--repo", str(repo.root)], input=labs(FALSE_GROUPS))
    assert result.exit_code == 1
    assert result.stdout.startswith("-:5:")


def test_the_glossary_of_a_repository_silences_unless_it_is_left_out(repo: Repo) -> None:
    repo.commit("Ship a glossary (#9)", {".llnotes-glossary.txt": "with_backoff_policy\n"})
    repo.commit("Add retries to user listing (#10)", {"src/robot/users.py": RETRIED.replace("groups", "users")})
    notes = "- Retries of user listing (#10): now uses `with_backoff_policy`.\n- A glossary (#9)\n- A report (#5)\n"
    result = check(repo, notes, "--since", "v0.2.0")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "1 silenced by a glossary" in result.stderr
    assert "unknown-name" in check(repo, notes, "--since", "v0.2.0", "--no-glossary").stdout


# -- what is refused ---------------------------------------------------------------------------------------------------


def test_a_version_that_the_notes_do_not_have(repo: Repo) -> None:
    result = check(repo, labs(), "--version", "9.9.9")
    assert result.exit_code == 2
    assert result.stderr == "llnotes: The notes have no section for 9.9.9 (there is: 0.2.0, 0.1.0); name one of them.\n"


def test_an_older_version_that_was_never_released(repo: Repo) -> None:
    result = check(repo, labs() + "\n## 0.0.7\n\n* Something (#9)\n", "--version", "0.0.7")
    assert result.exit_code == 2
    assert "no tag and no release commit for 0.0.7" in result.stderr


def test_a_file_that_is_not_there_and_one_without_entries(repo: Repo, tmp_path: Path) -> None:
    result = CliRunner().invoke(cli.llnotes, ["check", str(tmp_path / "none.md"), "--repo", str(repo.root)])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "cannot be read (no such file or directory)" in result.stderr
    assert check(repo, "").exit_code == 2


def test_an_unknown_level_is_a_usage_error(repo: Repo) -> None:
    assert check(repo, labs(), "--level", "blue").exit_code == 2


def test_terminal_codes_of_a_title_do_not_reach_the_terminal(repo: Repo) -> None:
    repo.commit("Add \x1b[31mred (#8)", {"src/robot/red.py": "RED = 1\n"})
    printed = check(repo, "- A report (#5)\n").stdout
    assert "#8" in printed
    assert "\x1b" not in printed


def test_a_partial_clone_says_what_was_not_checked(repo: Repo, tmp_path: Path) -> None:
    partial = repo.clone(tmp_path / "partial", "--filter=blob:none", "--no-checkout")
    partial.set_origin(f"{WEB}.git")
    result = check(partial, labs(FALSE_GROUPS))
    assert "not checked" in result.stderr


def test_commits_of_a_range_come_newest_first(repo: Repo) -> None:
    clone = Clone.open(repo.root)
    options = RangeOptions(since="v0.1.0", until="v0.2.0")
    commits = tuple(clone.commits(clone.range(options), options))
    assert checking.in_order(commits[::-1]) == commits
