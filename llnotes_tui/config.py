"""Settings: flags, then `LLNOTES_*`, then the repository's file, then the user's; validated, with file and key in every error."""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec
from msgspec import Struct
from platformdirs import PlatformDirs

_Kind = TypeVar("_Kind")
EngineName = Literal["auto", "databricks", "extractive"]
LayoutName = Literal["auto", "labs", "keepachangelog"]
PeopleChoice = Literal["auto", "always", "never"]

REPOSITORY_KEYS = frozenset(
    {
        "announcement",
        "breaking_labels",
        "changelog",
        "components",
        "contributors",
        "internal_paths",
        "layout",
        "prereleases",
        "skip_authors",
        "skip_commits",
        "skip_labels",
        "tag_pattern",
        "tag_prefix",
        "template",
        "unreleased",
        "version_files",
    }
)
"""What a repository may say about its own notes.  It is not trusted with hosts, profiles, commands or prompts."""


_PREFIX = "LLNOTES_"
_SHA = re.compile(r"[0-9A-Fa-f]{7,64}")
_PLACES = frozenset({"LLNOTES_CACHE_DIR", "LLNOTES_STATE_DIR", "LLNOTES_CONFIG"})
"""Variables that say where things are; they are no settings."""


class SettingsError(Exception):
    """A setting that is unknown or of the wrong kind; the sentence names file and key."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class RepositoryFiles(Struct, frozen=True):
    """The files in which a repository may have settings, where they were read elsewhere than from a folder."""

    name: str
    """How errors call the repository."""
    own: bytes | None
    """`.llnotes.toml`; None where there is none."""
    project: bytes | None
    """`pyproject.toml`; None where there is none."""


class Component(Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a repository with its own tags, paths and changelog."""

    tags: str = ""
    """Pattern of its tags with `*` for the version, such as `core-v*`."""
    paths: tuple[str, ...] = ()
    """Folders or files, relative to the repository's root; commits outside are left out."""
    changelog: str = ""
    """Path of its changelog; the repository's where empty."""


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything a user or a repository can choose.  Defaults suit a repository with no settings at all."""

    engine: EngineName = "auto"
    profile: str = ""
    """Profile of `~/.databrickscfg`; empty: what the environment says."""
    endpoint: str = "databricks-meta-llama-3-3-70b-instruct"
    concurrency: int = 16
    """Calls at once, at most."""
    call_timeout: float = 120.0
    """Seconds until a call counts as failed."""
    input_budget: int = 24_000
    """Tokens of one diff; a larger one is split at its hunks."""
    packed_budget: int = 6_000
    """Tokens of small file changes that travel together."""
    max_tokens: int = 500
    """Reserved for one reply; asking for more than is needed throttles the endpoint."""
    price_input: float = 0.0
    price_output: float = 0.0
    """US dollars per million tokens, for the estimate; 0: not shown."""

    repositories: tuple[str, ...] = ()
    """What `llnotes` opens outside a clone: clones, folders of clones, `owner/name` on GitHub, organisations, users."""
    github: str = "github.com"
    """The GitHub that is asked: a host name; an Enterprise server has its own.  A URL only for one on this machine."""
    github_app: int = 0
    """Id of a GitHub App to be; needs the two below."""
    github_app_installation: int = 0
    github_app_key: str = ""
    """Path of the App's private key."""
    offline: bool = False
    """Ask GitHub nothing."""
    archived: bool = False
    """Whether an owner's archived repositories are listed."""
    forks: bool = False
    """Whether an owner's forks are listed."""
    topics: tuple[str, ...] = ()
    """List only an owner's repositories with one of these topics."""
    names: tuple[str, ...] = ()
    """List only an owner's repositories whose name matches one of these glob patterns; with `!` before it: none such."""
    languages: tuple[str, ...] = ()
    """List only an owner's repositories that are mainly in one of these languages."""
    reviewer: str = ""
    """Name that decisions carry; empty: git's `user.name`."""
    theme: str = ""
    cache_size: int = 1 << 30
    """Bytes."""

    layout: LayoutName = "auto"
    changelog: str = ""
    """Path of the changelog, relative to the repository's root; empty: found by its name."""
    unreleased: str = ""
    """Words of the heading in the changelog of what is unreleased; empty: one of the usual names."""
    announcement: str = ""
    """Path of the announcement, relative to the repository's root, with `$VERSION`; empty: beside the reviews."""
    tag_prefix: str | None = None
    """What stands before the version in the tags that are releases; empty: nothing but `v` and the like; None: found out."""
    tag_pattern: str = ""
    prereleases: bool = False
    components: dict[str, Component] = {}
    internal_paths: tuple[str, ...] = ()
    """Further paths that ship nothing, as glob patterns."""
    skip_labels: tuple[str, ...] = ("internal",)
    """Pull requests with one of these labels are proposed as internal."""
    skip_commits: tuple[str, ...] = ()
    """SHAs (seven characters or more) of commits that are left out."""
    skip_authors: tuple[str, ...] = ()
    """Logins, names or addresses of people and bots whose commits are left out."""
    breaking_labels: tuple[str, ...] = ("breaking", "breaking-change", "breaking change")
    """Pull requests with one of these labels are suspected to break their users."""
    contributors: PeopleChoice = "auto"
    """Whether notes name who contributed; `auto`: in every layout but `labs`."""
    version_files: dict[str, str] = {}
    """Path to pattern with `$VERSION`."""
    template: str = ""
    """Path of a Jinja2 template for the section, relative to the repository's root."""
    trusted_templates: tuple[str, ...] = ()
    """Repositories (their path or `host/owner/name`) whose template may be used."""


def directories() -> PlatformDirs:
    """Return where this user's files belong."""
    return PlatformDirs("llnotes", appauthor=False)


def cache_directory() -> Path:
    """Return where answers are kept; `LLNOTES_CACHE_DIR` moves it."""
    return Path(os.environ.get("LLNOTES_CACHE_DIR") or directories().user_cache_path)


def state_directory() -> Path:
    """Return where reviews are kept; `LLNOTES_STATE_DIR` moves it."""
    return Path(os.environ.get("LLNOTES_STATE_DIR") or directories().user_state_path)


def user_file() -> Path:
    """Return the user's settings file; `LLNOTES_CONFIG` names another."""
    return Path(os.environ.get("LLNOTES_CONFIG") or directories().user_config_path / "config.toml")


def load(repository: Path | RepositoryFiles | None = None, flags: Mapping[str, Any] | None = None) -> Settings:
    """Return the settings for a repository (or none), the strongest source first: flags, environment, repository, user.

    Raises:
        SettingsError: a file cannot be read, a key is unknown or not the repository's to set, a value is of the wrong kind.
    """
    merged: dict[str, Any] = {}
    for source, values in _sources(repository, flags or {}):
        _validated(values, source)
        merged.update(values)
    return _validated(merged, "settings")


def _sources(repository: Path | RepositoryFiles | None, flags: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Return the settings of each source with its name, the weakest first."""
    found = [(str(user_file()), _read_toml(user_file()))]
    if repository is not None:
        found.append(_repository_settings(repository))
    found.append(("the environment", _environment()))
    found.append(("the command line", {key: value for key, value in flags.items() if value is not None}))
    return found


def _repository_settings(repository: Path | RepositoryFiles) -> tuple[str, dict[str, Any]]:
    if isinstance(repository, Path):
        own, project = repository / ".llnotes.toml", repository / "pyproject.toml"
        own_values = _read_toml(own) if own.is_file() else None
        project_values = _read_toml(project) if own_values is None else {}
    else:
        own, project = (Path(repository.name) / name for name in (".llnotes.toml", "pyproject.toml"))
        own_values = _toml(repository.own, own) if repository.own is not None else None
        project_values = _toml(repository.project or b"", project) if own_values is None else {}
    source = own if own_values is not None else project
    values = own_values
    if values is None:
        values = _table(_table(project_values, "tool", project), "llnotes", project)
    for key in values:
        if key in Settings.__struct_fields__ and key not in REPOSITORY_KEYS:
            raise SettingsError(f"{source}: a repository may not set `{key}`; move it to {user_file()}.")
    _check_paths_inside(_validated(values, str(source)), source)
    return str(source), values


def _table(values: Mapping[str, Any], key: str, source: Path) -> dict[str, Any]:
    table = values.get(key, {})
    if not isinstance(table, dict):
        raise SettingsError(f"{source}: `{key}` has to be a table; correct it.")
    return table


def _check_paths_inside(settings: Settings, source: Path) -> None:
    """Refuse paths that lead out of the repository."""
    paths = [
        ("announcement", settings.announcement),
        ("changelog", settings.changelog),
        ("template", settings.template),
    ]
    paths += [("version_files", path) for path in settings.version_files]
    for name, component in settings.components.items():
        paths.append((f"components.{name}.changelog", component.changelog))
        paths += [(f"components.{name}.paths", path) for path in component.paths]
    for key, path in paths:
        if path.startswith(("/", "~")) or ".." in Path(path).parts:
            raise SettingsError(
                f"{source}: `{key}` names {path}, which lies outside the repository; give a path inside it."
            )


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return _toml(path.read_bytes(), path)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as fault:
        raise _no_toml(path, fault) from fault


def _toml(data: bytes, source: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(data.decode("utf-8").replace("\r\n", "\n"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise _no_toml(source, fault) from fault


def _no_toml(source: Path, fault: Exception) -> SettingsError:
    return SettingsError(f"{source} cannot be read as TOML: {fault}; mend or remove it.")


def _environment() -> dict[str, Any]:
    """Return `LLNOTES_*` as settings; values are read as TOML where the setting is no text."""
    values: dict[str, Any] = {}
    for name in os.environ:
        if name.startswith(_PREFIX) and name not in _PLACES and not _is_setting(name):
            raise SettingsError(f"the environment: unknown setting {name}; the README lists the settings.")
    for key in Settings.__struct_fields__:
        text = os.environ.get(_PREFIX + key.upper())
        if text is not None:
            # What is found out unless it is set (None) is text as well.
            values[key] = text if isinstance(getattr(Settings(), key), str | None) else _toml_value(key, text)
    return values


def _is_setting(name: str) -> bool:
    key = name.removeprefix(_PREFIX)
    return key.isupper() and key.lower() in Settings.__struct_fields__


def _toml_value(key: str, text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError as fault:
        raise SettingsError(
            f"LLNOTES_{key.upper()}={text} is no TOML value; give a number, true or false, or a list."
        ) from fault


def _validated(values: Mapping[str, Any], source: str) -> Settings:
    unknown = [key for key in values if key not in Settings.__struct_fields__]
    if unknown:
        raise SettingsError(f"{source}: unknown setting `{unknown[0]}`; the README lists the settings.")
    components = values.get("components")
    if isinstance(components, dict):
        for name, component in components.items():
            _converted(component, Component, source, f"components.{name}.")
    settings = _converted(dict(values), Settings, source)
    for key in ("concurrency", "call_timeout", "max_tokens", "input_budget", "cache_size"):
        if getattr(settings, key) <= 0:
            raise SettingsError(f"{source}: `{key}` is {getattr(settings, key)}, and has to be above zero; correct it.")
    short = next((sha for sha in settings.skip_commits if not _SHA.fullmatch(sha)), None)
    if short is not None:
        raise SettingsError(f"{source}: `skip_commits` has {short!r}; give SHAs of seven characters or more.")
    return settings


def _converted(value: Any, kind: type[_Kind], source: str, within: str = "") -> _Kind:
    """Return a value as what it has to be.

    Raises:
        SettingsError: it is something else; the sentence has the key, below `within`.
    """
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as fault:
        reason, _, where = str(fault).partition(" - at `$")
        key = (within + where.rstrip("`").removeprefix(".")).rstrip(".")
        raise SettingsError(f"{source}: `{key or 'settings'}`: {reason[0].lower()}{reason[1:]}; correct it.") from fault
