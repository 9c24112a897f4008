"""Settings: where each comes from, which source wins, and what is refused, with file and key."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from llnotes_tui import config
from llnotes_tui.config import REPOSITORY_KEYS, Component, Settings, SettingsError, load

Write = Callable[[str], Path]


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write the user's settings file."""
    file = tmp_path / "user.toml"
    monkeypatch.setenv("LLNOTES_CONFIG", str(file))

    def write(text: str) -> Path:
        file.write_text(text)
        return file

    return write


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "clone"
    root.mkdir()
    return root


def refused(root: Path | None = None, flags: dict[str, Any] | None = None) -> str:
    """Return the sentence with which the settings are refused."""
    with pytest.raises(SettingsError) as told:
        load(root, flags)
    return told.value.sentence


def test_flags_win_over_environment_over_repository_over_user(
    user: Write, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user('layout = "labs"\nchangelog = "A.md"\ntag_prefix = "a"\nengine = "databricks"\nprofile = "mine"\n')
    assert load(repository) == Settings(
        layout="labs", changelog="A.md", tag_prefix="a", engine="databricks", profile="mine"
    )
    (repository / ".llnotes.toml").write_text('changelog = "B.md"\ntag_prefix = "b"\n')
    monkeypatch.setenv("LLNOTES_TAG_PREFIX", "c")
    monkeypatch.setenv("LLNOTES_ENGINE", "extractive")
    found = load(repository, {"engine": "auto", "profile": None, "prereleases": False})
    assert (found.layout, found.changelog, found.tag_prefix, found.engine) == ("labs", "B.md", "c", "auto")
    assert found.profile == "mine", "a flag that was not given says nothing"
    assert found.prereleases is False


def test_pyproject_holds_the_settings_of_a_repository_without_a_file_of_its_own(repository: Path) -> None:
    (repository / "pyproject.toml").write_text('[project]\nname = "x"\n[tool.llnotes]\nlayout = "keepachangelog"\n')
    assert load(repository).layout == "keepachangelog"
    (repository / ".llnotes.toml").write_text("")
    assert load(repository).layout == "auto", "its own file stands for both"


def test_a_repository_with_no_settings_has_the_defaults(repository: Path) -> None:
    (repository / "pyproject.toml").write_text('[project]\nname = "x"\n')
    assert load(repository) == load() == Settings()


def test_components_have_tags_paths_and_a_changelog(repository: Path) -> None:
    (repository / ".llnotes.toml").write_text(
        '[components.core]\ntags = "core-v*"\npaths = ["core"]\nchangelog = "core/CHANGELOG.md"\n'
    )
    assert load(repository).components == {"core": Component("core-v*", ("core",), "core/CHANGELOG.md")}


def test_the_environment_gives_numbers_truth_and_lists_as_toml(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLNOTES_CONCURRENCY", "3")
    monkeypatch.setenv("LLNOTES_CALL_TIMEOUT", "2.5")
    monkeypatch.setenv("LLNOTES_PRERELEASES", "true")
    monkeypatch.setenv("LLNOTES_INTERNAL_PATHS", '["tools/*"]')
    monkeypatch.setenv("LLNOTES_TAG_PATTERN", "7")
    found = load()
    assert (found.concurrency, found.call_timeout, found.prereleases) == (3, 2.5, True)
    assert (found.internal_paths, found.tag_pattern) == (("tools/*",), "7")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("colour = 1", ("`colour`", "unknown setting")),
        ('concurrency = "many"', ("`concurrency`", "int")),
        ("concurrency = 0", ("`concurrency`", "above zero")),
        ("cache_size = -1", ("`cache_size`", "above zero")),
        ('layout = "mine"', ("`layout`", "mine")),
        ("version_files = 3", ("`version_files`",)),
        ("repositories = [1]", ("`repositories[0]`",)),
        ("[components.core]\npath = []", ("`components.core`", "`path`")),
        ("[components.core]\npaths = 3", ("`components.core.paths`",)),
        ("components = 3", ("`components`",)),
        ("layout = ", ("cannot be read as TOML", "mend or remove it")),
    ],
)
def test_what_is_wrong_is_told_with_file_and_key(
    user: Write, repository: Path, text: str, words: tuple[str, ...]
) -> None:
    file = user(text)
    sentence = refused()
    assert all(word in sentence for word in (str(file), *words)), sentence
    assert "\n" not in sentence
    user("")
    if "above zero" not in words:
        own = repository / ".llnotes.toml"
        own.write_text(text)
        sentence = refused(repository)
        assert str(own) in sentence


def test_a_wrong_flag_or_variable_names_where_it_is_from(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(flags={"engine": "mine"}).startswith("the command line: `engine`")
    monkeypatch.setenv("LLNOTES_CONCURRENCY", "three")
    assert "LLNOTES_CONCURRENCY=three is no TOML value" in refused()
    monkeypatch.setenv("LLNOTES_CONCURRENCY", "'3'")
    assert refused().startswith("the environment: `concurrency`")


@pytest.mark.parametrize("name", ["LLNOTES_ENDPIONT", "LLNOTES_engine"])
def test_a_variable_that_is_no_setting_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "x")
    assert refused() == f"the environment: unknown setting {name}; the README lists the settings."


@pytest.mark.parametrize("key", sorted(set(Settings.__struct_fields__) - REPOSITORY_KEYS))
def test_a_repository_sets_no_more_than_what_its_notes_look_like(user: Write, repository: Path, key: str) -> None:
    file = user("")
    (repository / ".llnotes.toml").write_text(f"{key} = 1\n")
    assert f"a repository may not set `{key}`; move it to {file}" in refused(repository)


def test_what_a_repository_may_set_is_no_host_profile_prompt_or_trust() -> None:
    assert not REPOSITORY_KEYS & {"engine", "profile", "endpoint", "concurrency", "cache_size", "reviewer", "theme"}
    assert not REPOSITORY_KEYS & {"trusted_templates", "repositories", "call_timeout", "max_tokens"}
    assert set(Settings.__struct_fields__) >= REPOSITORY_KEYS


@pytest.mark.parametrize("path", ["../other/FILE.md", "/etc/FILE.md", "~/FILE.md", "docs/../../FILE.md"])
@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("changelog", 'changelog = "{}"'),
        ("announcement", 'announcement = "{}"'),
        ("template", 'template = "{}"'),
        ("version_files", '[version_files]\n"{}" = "x = $VERSION"'),
        ("components.core.changelog", '[components.core]\nchangelog = "{}"'),
        ("components.core.paths", '[components.core]\npaths = ["{}"]'),
    ],
)
def test_a_repository_names_no_path_outside_itself(repository: Path, key: str, text: str, path: str) -> None:
    (repository / "pyproject.toml").write_text(
        "[tool.llnotes]\n"
        + text.format(path)
        .replace("[components", "[tool.llnotes.components")
        .replace("[version", "[tool.llnotes.version")
    )
    sentence = refused(repository)
    assert f"`{key}` names {path}, which lies outside the repository" in sentence
    assert str(repository / "pyproject.toml") in sentence


@pytest.mark.parametrize("text", ["tool = 3", "[tool]\nllnotes = 3"])
def test_a_pyproject_of_another_shape_is_refused_with_its_name(repository: Path, text: str) -> None:
    (repository / "pyproject.toml").write_text(text)
    assert str(repository / "pyproject.toml") in refused(repository)


def test_a_file_that_is_no_text_is_refused_with_its_name(repository: Path) -> None:
    (repository / ".llnotes.toml").write_bytes(b"\xff\xfe\x00")
    assert str(repository / ".llnotes.toml") in refused(repository)


def test_directories_can_be_moved_and_are_no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LLNOTES_CACHE_DIR", str(tmp_path / "c"))
    monkeypatch.setenv("LLNOTES_STATE_DIR", str(tmp_path / "s"))
    monkeypatch.setenv("LLNOTES_CONFIG", str(tmp_path / "config.toml"))
    assert config.cache_directory() == tmp_path / "c"
    assert config.state_directory() == tmp_path / "s"
    assert config.user_file() == tmp_path / "config.toml"
    assert load() == Settings()


def test_an_empty_tag_prefix_is_set_and_none_is_found_out(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(repository).tag_prefix is None
    (repository / ".llnotes.toml").write_text('tag_prefix = ""\n')
    assert load(repository).tag_prefix == ""
    monkeypatch.setenv("LLNOTES_TAG_PREFIX", "kit-")
    assert load(repository).tag_prefix == "kit-"
    monkeypatch.setenv("LLNOTES_TAG_PREFIX", "")
    assert load(repository).tag_prefix == ""
    (repository / ".llnotes.toml").write_text("tag_prefix = 1\n")
    assert "`tag_prefix`" in refused(repository)
