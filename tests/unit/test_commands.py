"""`llnotes draft` and what every command has in common: output, errors, exit status."""

import difflib
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.repositories import Repo
from tests.unit.commanding import KEEP, LABS, PROGRAM, Run, accept, entry, harbor, opened, run_here

ENTRY_KEYS = [
    "id", "commits", "merged_commits", "pull_requests", "origin", "title", "text", "section", "breaking", "engine", "state", "badges",
    "findings", "input_digest", "files",
]  # fmt: skip
KEYS = [
    "schema", "repository", "since", "until", "base_from", "version", "engine", "calls", "cached", "tokens",
    "pull_requests_from", "entries",
    "dependency_updates", "internal", "left_out", "manifest",
]  # fmt: skip


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.setenv("LLNOTES_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("LLNOTES_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("LLNOTES_CONFIG", str(tmp_path / "config.toml"))
    return run_here(capsys, monkeypatch)


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    made = harbor(tmp_path / "harbor")
    monkeypatch.chdir(made.root)
    return made


def check_counts(told: dict[str, Any], commits: int) -> None:
    """Hold the four lists of a draft against its manifest: a commit stands in exactly one of them."""
    in_entries = [sha for one in told["entries"] for sha in one["commits"]]
    groups = [[item["commit"] for item in told[name]] for name in ("internal", "left_out")]
    groups.append([sha for item in told["dependency_updates"] for sha in item["commits"]])
    everywhere = [*in_entries, *(sha for group in groups for sha in group)]
    assert sorted(everywhere) == sorted(set(everywhere))
    counts = told["manifest"]
    assert list(counts) == ["commits", "entries", "folded", "internal", "cancelled", "left_out"]
    assert counts["commits"] == len(everywhere) == commits
    assert sum(count for name, count in counts.items() if name != "commits") == commits


def test_a_draft_is_printed_as_the_section_that_would_be_written(run: Run, repo: Repo) -> None:
    done = run("draft")
    assert done.status == 0
    assert done.out.startswith(
        "## 0.2.0\n\n* Added a `--retries` option ([#2](https://github.com/acme/harbor/issues/2))."
    )
    assert "\n\nDependency updates:\n\n * Bumped requests from 2.31.0 to 2.32.3 ([#6](" in done.out
    assert done.out.endswith(".\n")
    assert not done.out.endswith("\n\n")
    assert "acme/harbor: drafted 3 entries of 7 commits without a model." in done.err
    assert repo.read("CHANGELOG.md") == LABS.encode(), "nothing is written unasked"


def test_json_has_the_keys_of_schema_1_and_every_commit_once(run: Run, repo: Repo) -> None:
    told = json.loads(run("draft", "--format", "json").out)
    assert list(told) == KEYS
    assert (told["schema"], told["repository"], told["base_from"]) == (1, "github.com/acme/harbor", "tag")
    assert (told["since"], told["until"]) == (repo.rev("v0.1.0"), repo.head)
    assert told["version"] == {"last": "v0.1.0", "suggested": "0.2.0"}
    assert told["engine"] == "extractive"
    assert told["tokens"] == {"input": 0, "output": 0}
    assert all(list(one) == ENTRY_KEYS for one in told["entries"])
    check_counts(told, 7)
    assert told["manifest"] == {
        "commits": 7, "entries": 3, "folded": 1, "internal": 1, "cancelled": 2, "left_out": 0,
    }  # fmt: skip
    by_number = {one["pull_requests"][0]: one for one in told["entries"]}
    berth = by_number[3]
    assert [list(file) for file in berth["files"]] == [["path", "commit", "added", "removed", "state", "text"]] * 2
    assert [file["path"] for file in berth["files"]] == ["src/harbor/names.py", "src/harbor/ships.py"]
    assert (berth["state"], berth["breaking"], berth["origin"]) == ("drafted", "suspected", "drafted")
    assert berth["text"]
    assert len(berth["input_digest"]) == 64
    assert by_number[4]["section"] == "fixed"
    assert by_number[2]["section"] == "added"
    assert [list(item) for item in told["dependency_updates"]] == [
        ["commit", "merged_commits", "pull_request", "title", "commits", "pull_requests"]
    ]
    assert [list(item) for item in told["internal"]] == [
        ["commit", "merged_commits", "pull_request", "title", "reason"]
    ]
    assert [list(item) for item in told["left_out"]] == [["commit", "merged_commits", "title", "reason"]] * 2


def test_a_second_draft_comes_from_the_cache(run: Run, repo: Repo) -> None:
    first, second = (json.loads(run("draft", "--format", "json").out) for _ in range(2))
    assert first["calls"] > 0
    assert first["cached"] == 0
    assert second["calls"] == 0
    assert second["cached"] > 0
    assert second["entries"] == first["entries"]


def test_json_follows_the_review_and_still_places_every_commit_once(run: Run, repo: Repo) -> None:
    with opened(repo.root) as bench:
        accept(bench, 2)
        bench.edit(entry(bench, 4).note, "Waits longer.").result(60)
        bench.exclude(entry(bench, 3).note, "trivial").result(60)
        bench.include(bench.view().internal[0].note).result(60)
        bench.set_version("0.9.0").result(60)
    told = json.loads(run("draft", "--format", "json").out)
    check_counts(told, 7)
    states = {one["pull_requests"][0]: one["state"] for one in told["entries"]}
    assert states == {2: "accepted", 3: "excluded", 4: "edited", 5: "drafted"}
    assert next(one for one in told["entries"] if one["state"] == "edited")["text"] == "Waits longer."
    assert told["version"]["suggested"] == "0.2.0", "what the commits are says so, whatever a person confirmed"
    assert told["manifest"]["left_out"] == 1
    assert "## 0.9.0" in run("draft").out


def test_several_repositories_are_an_array_and_a_broken_one_holds_up_no_other(
    run: Run, repo: Repo, tmp_path: Path
) -> None:
    other = harbor(tmp_path / "other")
    done = run("draft", str(repo.root), str(tmp_path / "nowhere"), str(other.root), "--format", "json")
    assert done.status == 1
    assert [one["manifest"]["commits"] for one in json.loads(done.out)] == [7, 7]
    (sentence,) = [line for line in done.err.splitlines() if line.startswith("llnotes: ")]
    assert str(tmp_path / "nowhere") in sentence
    assert sentence.endswith(".")
    both = run("draft", str(repo.root), str(other.root))
    assert both.status == 0
    assert both.out.count("<!-- acme/harbor -->") == 2


def test_nothing_unreleased_is_status_3_with_nothing_on_stdout(run: Run, repo: Repo) -> None:
    repo.tag("v0.2.0")
    for words in (
        ["draft"],
        ["draft", "--format", "json"],
        ["draft", "--write"],
        ["export"],
        ["review", "--save", "x"],
    ):
        done = run(*words)
        assert (done.status, done.out) == (3, ""), words
        assert "nothing is unreleased on main since v0.2.0" in done.err
        assert len(done.err.strip().splitlines()) == 1
    several = run("draft", ".", str(repo.root), "--format", "json")
    assert (several.status, json.loads(several.out)) == (3, [])
    past = run("draft", "--since", "v0.1.0", "--until", "v0.2.0")
    assert past.status == 0
    assert "Renamed `dock`" in past.out


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (["draft", "nowhere"], 1, "nowhere does not exist"),
        (["draft", "--since", "v9"], 1, "--since v9 stands for no commit in acme/harbor"),
        (["draft", "--component", "core"], 1, "There is no component core"),
        (["export", "--version", "soon"], 1, "soon is no version"),
        (["export", "--version", "v0.1.0"], 1, "v0.1.0 is tagged already"),
        (["export"], 1, "3 of 3 entries were read by nobody"),
        (["export", "--only", "announcement"], 1, "There is no announcement yet"),
        (["review", "--load", "nothing.json"], 1, "nothing.json"),
        (["repos", "./nowhere"], 1, "./nowhere is no folder here"),
        (["draft", "--engine", "mine"], 2, "Invalid value for '--engine'"),
        (["draft", "--bogus"], 2, "No such option"),
        (["fly"], 2, "No such command"),
    ],
)
def test_errors_are_a_sentence_on_stderr_and_nothing_on_stdout(
    run: Run, repo: Repo, words: list[str], status: int, sentence: str
) -> None:
    done = run(*words)
    assert (done.status, done.out) == (status, "")
    assert sentence in done.err
    assert "Traceback" not in done.err
    if status == 1:
        assert len(done.err.strip().splitlines()) == 1
        assert done.err.startswith("llnotes: ")


def test_debug_shows_where_it_went_wrong_and_changes_no_status(run: Run, repo: Repo, tmp_path: Path) -> None:
    done = run("draft", "--since", "v9", "--debug")
    assert done.status == 1
    assert "Traceback" in done.err
    assert done.err.strip().endswith("knows.")
    (tmp_path / "config.toml").write_text("colour = 1\n")
    plain, debugged = run("draft"), run("--debug", "draft")
    assert (plain.status, debugged.status) == (2, 2)
    assert f"{tmp_path / 'config.toml'}: unknown setting `colour`" in plain.err
    assert "Traceback" in debugged.err
    assert "Traceback" not in plain.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_an_output_that_takes_no_more_is_an_error_of_one_sentence(repo: Repo) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [PROGRAM, "draft"], cwd=repo.root, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 1
    assert "llnotes: the output cannot be used (No space left on device)" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_that_is_no_clone_and_a_clone_without_commits(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "plain").mkdir()
    monkeypatch.chdir(tmp_path / "plain")
    done = run("draft")
    assert (done.status, done.out) == (1, "")
    assert "git" in done.err
    assert len(done.err.splitlines()) == 1
    empty = Repo.create(tmp_path / "empty")
    done = run("draft", str(empty.root))
    assert done.out == ""
    assert done.status in (1, 3)
    assert len(done.err.splitlines()) == 1
    assert "no commit" in done.err


def test_warnings_about_the_range_are_told(run: Run, repo: Repo) -> None:
    repo.branch("side", "v0.1.0")
    repo.commit("Try something (#9)", {"a.py": "A = 1\n"})
    done = run("draft")
    assert done.status == 0
    assert any("side" in line or "HEAD" in line for line in done.err.splitlines()[1:]), done.err


def test_without_a_terminal_a_review_is_the_draft_and_a_list_is_text(run: Run, repo: Repo, tmp_path: Path) -> None:
    for words in ([], ["review"]):
        done = run(*words)
        assert done.status == 0
        assert "no terminal" in done.err
        assert done.out.startswith("## 0.2.0")
    other = Repo.create(tmp_path / "empty")
    done = run("repos", str(repo.root), str(other.root))
    assert "no terminal" in done.err
    first, second = done.out.splitlines()
    assert first.startswith("acme/harbor")
    assert "7 unreleased since v0.1.0" in first
    assert second.startswith("empty")


@pytest.mark.parametrize("changelog", [LABS, KEEP], ids=["labs", "keepachangelog"])
@pytest.mark.parametrize("shape", ["plain", "crlf", "bom", "no-final-newline"])
def test_writing_twice_changes_nothing_and_no_other_byte(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changelog: str, shape: str
) -> None:
    before = changelog.encode()
    if shape == "crlf":
        before = before.replace(b"\n", b"\r\n")
    elif shape == "bom":
        before = b"\xef\xbb\xbf" + before
    elif shape == "no-final-newline":
        before = before.rstrip(b"\n")
    repo = harbor(tmp_path / "harbor", before)
    monkeypatch.chdir(repo.root)
    first = run("draft", "--write")
    after = repo.read("CHANGELOG.md")
    assert first.status == 0
    assert "nobody has reviewed it" in first.err
    told = list(difflib.ndiff(before.decode("utf-8-sig").splitlines(), after.decode("utf-8-sig").splitlines()))
    gone = [line[2:] for line in told if line.startswith("- ")]
    come = [line[2:] for line in told if line.startswith("+ ") and line[2:].strip()]
    assert gone == [line for line in KEEP.splitlines() if line.startswith("[Unr")] * (changelog == KEEP)
    links = 2 * (changelog == KEEP)
    assert come[: len(come) - links] == [line for line in first.out.splitlines() if line.strip()]
    assert after.endswith(b"\n") == before.endswith(b"\n")
    assert after.startswith(b"\xef\xbb\xbf") == (shape == "bom")
    assert (b"\n" in after.replace(b"\r\n", b"")) == (shape != "crlf")
    assert first.out.strip("\n").encode() in after.replace(b"\r\n", b"\n")
    second = run("draft", "--write")
    assert second.status == 0
    assert "nothing was changed" in second.err
    assert repo.read("CHANGELOG.md") == after
    titles = run("export", "--unreviewed", "drafts")
    assert titles.status == 0
    assert repo.read("CHANGELOG.md") == after


def test_a_section_that_a_person_changed_is_shown_and_not_overwritten(run: Run, repo: Repo) -> None:
    run("draft", "--write")
    mine = repo.read("CHANGELOG.md").replace(b"Listing is tried", b"It is tried")
    repo.write("CHANGELOG.md", mine)
    done = run("draft", "--write")
    assert (done.status, done.out) == (1, "")
    assert "Somebody changed the section 0.2.0 in CHANGELOG.md since it was written." in done.err
    assert "\n-* Added a `--retries` option" in done.err
    assert "\n+* Added a `--retries` option" in done.err
    assert repo.read("CHANGELOG.md") == mine


def test_a_draft_has_headings_of_the_level_that_the_named_unreleased_heading_has(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changelog = "# Changes\n\n### Unreleased\n\n- By hand.\n\n## Next\n\n- Later.\n"
    repo = harbor(tmp_path / "harbor", changelog, files={".llnotes.toml": 'unreleased = "Unreleased"\n'})
    monkeypatch.chdir(repo.root)
    drafted = run("draft")
    assert drafted.out.startswith("### [0.2.0] - ")
    assert "\n#### Added\n\n" in drafted.out
    written = run("draft", "--write")
    assert written.status == 0
    assert written.out == drafted.out
    assert drafted.out.strip() in repo.read("CHANGELOG.md").decode()


def test_a_file_with_a_layout_of_its_own_is_only_read(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = "News\n====\n\nVersion 0.1.0 was the first.\n"
    repo = harbor(tmp_path / "harbor", free)
    monkeypatch.chdir(repo.root)
    assert run("draft").out.startswith("## 0.2.0\n\n* ")
    done = run("draft", "--write")
    assert done.status == 1
    assert "has no heading that llnotes recognises as a version" in done.err
    assert done.out == ""
    assert repo.read("CHANGELOG.md").decode() == free


def test_a_trusted_template_shapes_the_draft_and_an_untrusted_one_none(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = "## {{ version }}\n\n{% for e in entries %}- {{ e.title }}\n{% endfor %}"
    files = {"notes.j2": template, ".llnotes.toml": 'template = "notes.j2"\n'}
    repo = harbor(tmp_path / "harbor", files=files)
    monkeypatch.chdir(repo.root)
    done = run("draft")
    assert (done.status, done.out) == (1, "")
    assert "not trusted" in done.err
    (tmp_path / "config.toml").write_text('trusted_templates = ["github.com/acme/harbor"]\n')
    done = run("draft")
    assert done.status == 0
    assert "- Renamed `dock` to `berth`\n" in done.out
    assert run("draft", "--write").status == 0
    assert done.out.encode() in repo.read("CHANGELOG.md")


def test_write_says_who_read_what(run: Run, repo: Repo) -> None:
    with opened(repo.root) as bench:
        accept(bench, 2, 3)
    assert "nobody has reviewed 1 of its 3 entries" in run("draft", "--write").err
    with opened(repo.root) as bench:
        accept(bench)
    assert "all of it was reviewed" in run("draft", "--write").err


def test_a_component_is_drafted_into_its_own_changelog(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = '[components.core]\ntags = "core-v*"\npaths = ["core"]\nchangelog = "core/CHANGELOG.md"\n'
    files = {".llnotes.toml": settings, "core/a.py": "A = 1\n", "core/CHANGELOG.md": LABS}
    repo = harbor(tmp_path / "harbor", files=files)
    repo.tag("core-v0.1.0", "v0.1.0")
    repo.commit("Add lifting (#30)", {"core/lift.py": "def lift(): ...\n"})
    repo.stand_at_origin()
    monkeypatch.chdir(repo.root)
    told = json.loads(run("draft", "--component", "core", "--format", "json").out)
    assert [one["title"] for one in told["entries"]] == ["Added lifting"]
    check_counts(told, 8)
    assert {one["reason"] for one in told["left_out"]}
    done = run("draft", "--component", "core", "--write")
    assert done.status == 0, done.err
    assert "Added lifting" in repo.read("core/CHANGELOG.md").decode()
    assert repo.read("CHANGELOG.md").decode() == LABS


def test_a_bare_clone_can_be_drafted_and_not_written(run: Run, repo: Repo, tmp_path: Path) -> None:
    bare = repo.clone(tmp_path / "bare.git", "--bare")
    done = run("draft", str(bare.root))
    assert done.status == 0
    assert "Added a `--retries` option" in done.out
    refused = run("draft", str(bare.root), "--write")
    assert (refused.status, refused.out) == (1, "")
    assert "bare clone" in refused.err


def test_a_damaged_cache_is_said_and_costs_only_drafting_again(run: Run, repo: Repo, tmp_path: Path) -> None:
    first = run("draft")
    (database,) = (tmp_path / "cache").rglob("cache.db")
    for companion in database.parent.glob("cache.db-*"):
        companion.unlink()
    database.write_bytes(b"no database at all" * 500)
    second = run("draft")
    assert (second.status, second.out) == (0, first.out)
    assert len([line for line in second.err.splitlines() if "was damaged" in line]) == 1


def series(root: Path) -> Repo:
    """Return a clone with two series of tags."""
    repo = Repo.create(root)
    for name in ("1.0.0", "1.1.0", "kit-1.0.0", "kit-1.1.0"):
        repo.commit(f"Add what {name} has", {"a": name})
        repo.tag(name)
    repo.commit("Add what comes next", {"a": "next"})
    return repo


@pytest.mark.parametrize("command", ["draft", "export", "check"])
def test_tags_that_do_not_say_the_base_are_one_sentence_with_the_setting(
    run: Run, tmp_path: Path, command: str
) -> None:
    repo = series(tmp_path / "kit")
    notes = tmp_path / "notes.md"
    notes.write_text("Added what comes next.\n")
    words = {"draft": ("draft", str(repo.root)), "export": ("export", str(repo.root))}.get(
        command, ("check", str(notes), "--repo", str(repo.root))
    )
    done = run(*words)
    assert done.status == 1
    assert "several tag series (`1.1.0`, `kit-1.1.0`)" in done.err
    assert "`tag_prefix`" in done.err
    (repo.root / ".llnotes.toml").write_text('tag_prefix = "kti-"\n')
    done = run(*words)
    assert done.status == 2
    assert '`tag_prefix = "kti-"` does not match any of the 4 tags of kit (newest: `1.1.0`)' in done.err
    assert done.err.count("\n") == 1


def test_the_list_without_a_terminal_says_what_is_wrong_with_the_tags(run: Run, tmp_path: Path) -> None:
    repo = series(tmp_path / "kit")
    done = run("repos", str(repo.root))
    assert "several tag series (`1.1.0`, `kit-1.1.0`)" in done.out
    (repo.root / ".llnotes.toml").write_text('tag_prefix = ""\n')
    assert "1.1.0" in run("repos", str(repo.root)).out
    assert "3 unreleased since 1.1.0" in run("repos", str(repo.root)).out


def test_a_range_of_which_nothing_is_left_says_why(run: Run, repo: Repo) -> None:
    at = repo.rev("HEAD")
    repo.branch("rel")
    repo.commit("Set the version", {"VERSION": "0.2.0"})
    repo.tag("v0.2.0")
    repo.checkout("main")
    assert repo.head == at
    done = run("draft", "--since", "v0.1.0")
    assert done.status == 3
    assert "nothing is left to release (" in done.err
    assert "released in v0.2.0" in done.err
