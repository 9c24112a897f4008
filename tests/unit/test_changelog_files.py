"""Which file is the changelog, in a commit, in a work tree and on GitHub, and what becomes of files that cannot be written."""

from pathlib import Path

import pytest

from llnotes_tui.release.changelog import parse
from llnotes_tui.release.changelog_files import candidates, choose, reasons, unreadable, unwritable, unwritable_if_found
from llnotes_tui.release.model import NoiseKind
from llnotes_tui.sources.changelogs import changelog_in
from llnotes_tui.sources.git import Clone
from llnotes_tui.sources.options import ComponentOptions, RangeOptions
from tests.repositories import Files, Repo
from tests.unit.commanding import Run, run_here
from tests.unit.mirroring import fetched, served

KEEP = "# Changelog\n\n## [Unreleased]\n\n## [{}] - 2024-01-01\n\n- x\n"
OLD, NEW = KEEP.format("1.1.0"), KEEP.format("1.2.0")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    return run_here(capsys, monkeypatch)


def released(root: Path, files: Files) -> Repo:
    """Return a repository with these files, released as 1.2.0, and one commit since."""
    repo = Repo.create(root, origin="https://github.com/acme/harbor.git")
    repo.commit("Start", {"src/kit.py": "def start(): ...\n", **files})
    repo.tag("v1.2.0")
    repo.commit("Add a parser (#3)", {"src/parser.py": "def parse(): ...\n"})
    return repo


def found(repo: Repo, options: RangeOptions | None = None) -> tuple[str, tuple[str, ...]]:
    span = Clone.open(repo.root).range(options or RangeOptions())
    return span.changelog, span.warnings


# -- by name -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["CHANGELOG.md", "changelog.md", "ChangeLog.md", "CHANGES.md", "HISTORY.md", "History.markdown", "NEWS.md", "news.MD", "docs/CHANGELOG.md", "Docs/changes.md"],
)  # fmt: skip
def test_a_markdown_file_of_a_usual_name_is_the_changelog(tmp_path: Path, path: str) -> None:
    repo = released(tmp_path / "kit", {path: NEW})
    assert found(repo) == (path, ())
    assert changelog_in(repo.root).path == path


@pytest.mark.parametrize(
    "path",
    [
        "src/CHANGELOG.md",
        "CHANGELOG.d/README.md",
        "NEXT_CHANGELOG.md",
        "CHANGELOG.md.j2",
        "HISTORY.png",
        "changelog.py",
    ],
)
def test_other_files_are_not(tmp_path: Path, path: str) -> None:
    assert candidates([path]) == ()
    assert found(released(tmp_path / "kit", {path: NEW})) == ("CHANGELOG.md", ())


def test_the_likeliest_name_comes_first() -> None:
    names = ["docs/CHANGELOG.md", "NEWS.md", "HISTORY.rst", "CHANGELOG", "changes.md", "CHANGELOG.markdown"]
    assert candidates(names) == (
        "CHANGELOG.markdown",
        "changes.md",
        "NEWS.md",
        "docs/CHANGELOG.md",
        "CHANGELOG",
        "HISTORY.rst",
    )


@pytest.mark.parametrize(
    ("files", "path"),
    [
        ({"CHANGELOG.md": OLD, "HISTORY.md": NEW}, "HISTORY.md"),
        ({"CHANGELOG.md": NEW, "HISTORY.md": OLD}, "CHANGELOG.md"),
        ({"CHANGELOG.md": NEW, "docs/CHANGELOG.md": NEW}, "CHANGELOG.md"),
        ({"CHANGES.md": OLD, "CHANGELOG.rst": "1.2.0 (2024-01-01)\n------------------\n\n* x\n"}, "CHANGELOG.rst"),
    ],
)
def test_of_two_with_versions_the_one_with_the_newer_version_counts_and_is_named(
    tmp_path: Path, files: Files, path: str
) -> None:
    chosen, warnings = found(released(tmp_path / "kit", files))
    assert chosen == path
    assert warnings[0].startswith(f"The changelog is {path} (newest version 1.2.0), not ")
    assert "set `changelog` to choose another file." in warnings[0]


@pytest.mark.parametrize(
    ("files", "path"),
    [
        ({"CHANGELOG.md": "See the releases page.\n", "HISTORY.md": NEW}, "HISTORY.md"),
        ({"docs/history.md": "# The history of our company\n\nIt began in 1970.\n"}, "CHANGELOG.md"),
        ({"docs/history.md": NEW}, "docs/history.md"),
        ({"NEWS.md": "# News\n\nNothing yet.\n"}, "NEWS.md"),
        ({"ChangeLog": "2020-01-01  Ada\n\n\t* kit.c: New.\n", "NEWS.md": NEW}, "NEWS.md"),
    ],
)
def test_a_file_with_versions_goes_before_one_without(tmp_path: Path, files: Files, path: str) -> None:
    assert found(released(tmp_path / "kit", files)) == (path, ())


def test_no_file_has_versions() -> None:
    known = [("CHANGES.md", parse(b"Words\n", None)), ("NEWS.md", parse(b"Words\n", None))]
    assert choose(known) == ("CHANGES.md", "")


def test_a_link_in_the_repository_is_followed(tmp_path: Path) -> None:
    repo = Repo.create(tmp_path / "kit")
    repo.commit("Start", {"packages/core/CHANGELOG.md": NEW, "docs/CHANGELOG.md": OLD})
    (repo.root / "CHANGELOG.md").symlink_to("docs/CHANGELOG.md")
    repo.commit("Link it")
    assert found(repo) == ("docs/CHANGELOG.md", ())
    assert changelog_in(repo.root).path == "docs/CHANGELOG.md"


def test_settings_and_components_name_another_file(tmp_path: Path) -> None:
    repo = released(tmp_path / "kit", {"CHANGELOG.md": NEW, "notes/log.md": OLD})
    assert found(repo, RangeOptions(changelog="notes/log.md")) == ("notes/log.md", ())
    component = ComponentOptions("core", tags="v*", changelog="core/CHANGES.md")
    assert found(repo, RangeOptions(component=component, changelog="notes/log.md")) == ("core/CHANGES.md", ())


def test_the_file_that_was_found_is_no_change_for_readers(tmp_path: Path) -> None:
    repo = released(tmp_path / "kit", {"HISTORY.md": NEW})
    repo.commit("Write history", {"HISTORY.md": NEW + "- y\n"})
    clone, options = Clone.open(repo.root), RangeOptions()
    commit = next(iter(clone.commits(clone.range(options), options)))
    assert [change.noise and change.noise.kind for change in commit.files] == [NoiseKind.CHANGELOG]


def test_a_repository_on_github_is_read_the_same_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = released(tmp_path / "harbor", {"CHANGELOG.md": OLD, "docs/HISTORY.md": NEW})
    with served(monkeypatch, tmp_path, repo):
        cloned = fetched()
        assert cloned.clone.range(cloned.range_options).changelog == "docs/HISTORY.md"
    with served(monkeypatch, tmp_path / "api", repo) as github:
        github.fault("git-refused", times=None)
        asked = fetched()
        assert asked.clone.range(asked.range_options).changelog == "docs/HISTORY.md"


# -- written, or refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["History.markdown", "CHANGES.md", "docs/CHANGELOG.md", "news.md"])
def test_the_file_that_was_found_is_written(run: Run, tmp_path: Path, path: str) -> None:
    repo = released(tmp_path / "kit", {path: NEW})
    assert run("draft", str(repo.root), "--write", "--engine", "extractive").status == 0
    assert b"## [1.3.0]" in repo.read(path)
    assert repo.git("status", "--short") == f" M {path}"


@pytest.mark.parametrize(
    ("path", "help_"),
    [
        ("CHANGES.rst", "CHANGES.rst is not a Markdown file, so llnotes cannot write it; set `template`"),
        ("docs/changelog.adoc", "docs/changelog.adoc is not a Markdown file"),
        ("NEWS", 'if it is Markdown, set `changelog = "NEWS"`'),
        ("CHANGELOG.txt", 'if it is Markdown, set `changelog = "CHANGELOG.txt"`'),
    ],
)
def test_a_file_that_cannot_be_written_is_named_and_gets_no_second_file(
    run: Run, tmp_path: Path, path: str, help_: str
) -> None:
    text = "Changes\n=======\n\n1.2.0\n-----\n\n* x\n"
    repo = released(tmp_path / "kit", {path: text})
    drafted = run("draft", str(repo.root), "--engine", "extractive")
    assert (drafted.status, help_ in drafted.err) == (0, True)
    done = run("draft", str(repo.root), "--write", "--engine", "extractive")
    assert (done.status, help_ in done.err) == (1, True)
    assert repo.git("status", "--short") == ""
    assert Clone.open(repo.root).overview(RangeOptions()).warning.startswith(path)
    exported = run("export", str(repo.root), "--unreviewed", "titles")
    assert (exported.status, help_ in exported.err) == (1, True)
    assert repo.git("status", "--short") == ""


def test_a_file_only_in_the_work_tree_counts_for_writing(run: Run, tmp_path: Path) -> None:
    repo = released(tmp_path / "kit", {})
    repo.write("CHANGES.rst", "Changes\n=======\n")
    done = run("draft", str(repo.root), "--write", "--engine", "extractive")
    assert done.status == 1
    assert "CHANGES.rst is not a Markdown file" in done.err
    assert not (repo.root / "CHANGELOG.md").exists()


def test_a_file_named_in_the_settings_may_have_any_name_but_that_of_another_format(run: Run, tmp_path: Path) -> None:
    repo = released(tmp_path / "kit", {"CHANGES": NEW, ".llnotes.toml": 'changelog = "CHANGES"\n'})
    assert run("draft", str(repo.root), "--write", "--engine", "extractive").status == 0
    assert b"## [1.3.0]" in repo.read("CHANGES")
    other = released(tmp_path / "other", {"CHANGES.rst": NEW, ".llnotes.toml": 'changelog = "CHANGES.rst"\n'})
    done = run("draft", str(other.root), "--write", "--engine", "extractive")
    assert (done.status, "CHANGES.rst is not a Markdown file" in done.err) == (1, True)


CONFLICT = (
    "# Changelog\n\n<<<<<<< HEAD\n## [1.2.0] - 2024-01-01\n=======\n## [1.2.1] - 2024-01-01\n>>>>>>> topic\n\n- x\n"
)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (NEW.encode("utf-16"), "looks like UTF-16"),
        (NEW.encode("utf-16-le"), "looks like UTF-16"),
        (NEW.encode("utf-16-be"), "looks like UTF-16"),
        (CONFLICT.encode(), "has an unresolved merge conflict in line 3"),
        (CONFLICT.partition("=======\n")[2].encode(), "has an unresolved merge conflict in line 2"),
        (b"# Changelog\n\n**1.2.0** - 2024-01-01\n\n- x\n", "has no heading that llnotes recognises as a version"),
        (b"# Changelog\n\n##[1.2.0] - 2024-01-01\n\n- x\n", "has no heading that llnotes recognises as a version"),
        (
            b"# Changelog\n\n| Version | What |\n|---|---|\n| 1.2.0 | x |\n",
            "has no heading that llnotes recognises as a version",
        ),
        (b"All changes are on the releases page.\n", "has no heading that llnotes recognises as a version"),
    ],
)
@pytest.mark.parametrize("template", [False, True])
def test_text_that_is_not_understood_is_refused_and_named_on_opening(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes, sentence: str, template: bool
) -> None:
    files: dict[str, bytes | str] = {"CHANGELOG.md": data}
    if template:
        files |= {".llnotes.toml": 'template = "section.j2"\n', "section.j2": "## {{ version }}\n\n- x\n"}
    repo = released(tmp_path / "kit", files)
    monkeypatch.setenv("LLNOTES_TRUSTED_TEMPLATES", f'["{repo.root}"]')
    assert sentence in run("draft", str(repo.root), "--engine", "extractive").err
    done = run("draft", str(repo.root), "--write", "--engine", "extractive")
    assert (done.status, done.out, sentence in done.err) == (1, "", True)
    assert repo.read("CHANGELOG.md") == data


def test_notes_in_utf_16_are_not_checked(run: Run, tmp_path: Path) -> None:
    repo = released(tmp_path / "kit", {"CHANGELOG.md": NEW})
    (tmp_path / "notes.md").write_bytes(NEW.encode("utf-16"))
    done = run("check", str(tmp_path / "notes.md"), "--repo", str(repo.root))
    assert done.status == 2
    assert "The notes file looks like UTF-16" in done.err


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "# Changelog\n",
        NEW,
        NEW + "\n```\n<<<<<<< HEAD\n>>>>>>> x\n```\n",
        NEW + "\nTitle\n=======\n",
        NEW + "\n>>>>>>>> quoted\n",
    ],
)
def test_these_texts_are_understood(text: str) -> None:
    assert reasons("CHANGELOG.md", text.encode(), None) == ()
    assert unreadable("CHANGELOG.md", text.encode()) == ""


def test_names_tell_what_can_be_written() -> None:
    assert (unwritable("CHANGELOG.md"), unwritable("CHANGES"), unwritable_if_found("NEWS.Markdown")) == ("", "", "")
    assert unwritable("CHANGES.rst")
    assert unwritable_if_found("CHANGES")


def test_a_changelog_that_is_split_by_version_gets_no_file_beside_its_parts(run: Run, tmp_path: Path) -> None:
    repo = Repo.create(tmp_path / "robot")
    parts = {f"CHANGELOG-{line}.md": f"# Changes in {line}\n\n## {line}.0\n\n- x\n" for line in ("7.0", "7.1", "6.4")}
    repo.commit("Start", parts)
    repo.tag("v7.1.0")
    repo.commit("Add a parser (#3)", {"src/parser.py": "def parse(): ...\n"})
    before = {name: repo.read(name) for name in parts}
    told = run("draft", "--write", str(repo.root))
    assert told.status == 1
    assert "split by version (CHANGELOG-7.1.md is the newest file)" in told.err
    assert not repo.path("CHANGELOG.md").exists()
    assert {name: repo.read(name) for name in parts} == before


def test_without_a_screen_two_headings_that_may_be_unreleased_are_an_error(run: Run, tmp_path: Path) -> None:
    repo = Repo.create(tmp_path / "robot")
    text = (
        "# Changelog\n\n## Since spring\n\n- By hand\n\n## Since autumn\n\n- Later\n\n## [0.1.0] - 2024-01-01\n\n- x\n"
    )
    repo.commit("Start", {"CHANGELOG.md": text})
    repo.tag("v0.1.0")
    repo.commit("Add a parser (#3)", {"src/parser.py": "def parse(): ...\n"})
    told = run("draft", str(repo.root), "--engine", "extractive")
    assert (told.status, told.out) == (1, "")
    assert (
        "it is not clear whether “Since spring” or “Since autumn” holds the unreleased changes; set `unreleased`"
        in told.err
    )
    (repo.root / ".llnotes.toml").write_text('unreleased = "Since spring"\n')
    decided = run("draft", str(repo.root), "--engine", "extractive")
    assert decided.status == 0
    assert "By hand" in decided.out


def test_a_changelog_in_a_format_of_its_own_is_named_on_opening(run: Run, tmp_path: Path) -> None:
    repo = Repo.create(tmp_path / "robot")
    repo.commit("Start", {"CHANGELOG.md": "# unreleased\n\n## Features\n\n# v1.0.0\n\n## Features\n\n- x\n"})
    repo.tag("v1.0.0")
    repo.commit("Add a parser (#3)", {"src/parser.py": "def parse(): ...\n"})
    drafted = run("draft", str(repo.root), "--engine", "extractive")
    assert drafted.status == 0
    assert "CHANGELOG.md uses a format that llnotes cannot write (`# v1.0.0`); set `template`" in drafted.err


def test_two_headings_with_the_same_words_are_to_be_joined(run: Run, tmp_path: Path) -> None:
    repo = Repo.create(tmp_path / "robot")
    text = "# Changelog\n\n## [Unreleased]\n\n- a\n\n## [Unreleased]\n\n- b\n\n## [1.0.0] - 2024-01-01\n\n- x\n"
    repo.commit("Start", {"CHANGELOG.md": text})
    repo.tag("v1.0.0")
    repo.commit("Add a parser (#3)", {"src/parser.py": "def parse(): ...\n"})
    done = run("draft", str(repo.root), "--engine", "extractive")
    assert done.status == 1
    assert "has several headings “[Unreleased]” with items; join them into one" in done.err
