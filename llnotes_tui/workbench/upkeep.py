"""What is stored where, and what is reachable: for `llnotes cache` and `llnotes doctor`."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from llnotes_tui import __version__, config
from llnotes_tui.release.text import one_line
from llnotes_tui.sources.git import Clone
from llnotes_tui.sources.github.hosts import GitHubPlace, place_named
from llnotes_tui.sources.github.shelf import clear_clones, kept_clones, shelves
from llnotes_tui.sources.options import SourceError
from llnotes_tui.storage.cache import AnswerCache
from llnotes_tui.workbench.clones import settings_among
from llnotes_tui.workbench.github_access import github_host
from llnotes_tui.workbench.opening import new_engine


class Check(Struct, frozen=True):
    """One line of the doctor's."""

    what: str
    sentence: str
    good: bool | None
    """None: neither good nor bad, only to know."""


def storage_lines() -> tuple[str, ...]:
    """Return where answers and reviews are, and how large."""
    answers = AnswerCache.open(config.cache_directory(), config.load().cache_size)
    info = answers.info()
    answers.close()
    clones = kept_clones()
    reviews = _reviews()
    size = sum(file.stat().st_size for review in reviews for file in review.rglob("*") if file.is_file())
    return (
        f"answers   {info.entries:,} in {info.path} ({_megabytes(info.bytes)}); they can be had again",
        f"fetched   {len(clones):,} in {shelves()} ({_megabytes(sum(size for _, size in clones))}); they can be fetched again",
        f"reviews   {len(reviews):,} in {config.state_directory()} ({_megabytes(size)}); never deleted by llnotes",
        f"settings  {config.user_file()}{'' if config.user_file().exists() else ' (not there: defaults hold)'}",
    )


def clear_cache() -> str:
    """Delete all answers and all that was fetched from GitHub, and say how many there were."""
    answers = AnswerCache.open(config.cache_directory(), config.load().cache_size)
    count = answers.clear()
    answers.close()
    fetched = clear_clones()
    reviews = len(_reviews())
    copies = f" and {fetched:,} fetched {'repository' if fetched == 1 else 'repositories'}" if fetched else ""
    return f"Deleted {count:,} cached answer{'' if count == 1 else 's'}{copies}; {reviews:,} review{' stays' if reviews == 1 else 's stay'}."


def examined(repository: str, flags: Mapping[str, Any]) -> Iterator[Check]:
    """Yield what drafting and reviewing need, one by one as each is known."""
    yield Check("llnotes", f"{__version__}, Python {_python()}", None)
    yield _git()
    root: Path | None = None
    place = _on_github(repository, flags)
    if place is not None:
        yield Check("repository", f"{place.full_name} on {place.host.name}", None)
    else:
        try:
            clone = Clone.open(Path(repository).expanduser())
            yield Check("clone", f"{clone.name} in {clone.root}", good=True)
            root = clone.root
        except SourceError as fault:
            yield Check("clone", fault.sentence, good=False)
    settings = config.Settings()
    try:
        settings = config.load(root, settings_among(flags))
    except config.SettingsError as fault:
        yield Check("settings", fault.sentence, good=False)
    yield from _directories()
    yield from _engine(settings)
    from llnotes_tui.workbench.github_health import github_checks

    yield from github_checks(settings)


def _on_github(repository: str, flags: Mapping[str, Any]) -> GitHubPlace | None:
    """Return the repository on GitHub that a word names, None for a path and where the settings are wrong."""
    if Path(repository).expanduser().exists():
        return None
    try:
        return place_named(repository, github_host(config.load(None, settings_among(flags))))
    except (SourceError, config.SettingsError):
        return None


def _git() -> Check:
    from llnotes_tui.sources.process import GitFault, git_version

    try:
        return Check("git", git_version(), good=True)
    except GitFault as fault:
        return Check("git", fault.sentence, good=False)


def _directories() -> Iterator[Check]:
    for what, directory in (("answers", config.cache_directory()), ("reviews", config.state_directory())):
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            probe = directory / ".writable"
            probe.touch()
            probe.unlink()
        except OSError as fault:
            yield Check(
                what, f"{directory} cannot be written ({fault.strerror}); free it, or move it by setting.", good=False
            )
        else:
            yield Check(what, str(directory), good=True)


def _engine(settings: config.Settings) -> Iterator[Check]:
    engine = new_engine(settings)
    if engine.name == "extractive":
        yield Check("engine", "extractive: drafts without a model; no credentials are needed", good=True)
        return
    from llnotes_tui.engines.databricks import Databricks

    assert isinstance(engine, Databricks)
    told = engine.describe()
    where = f"profile {told.profile}" if told.profile else "the environment"
    yield Check("workspace", f"{told.host or 'unknown'} (by {where})", good=None)
    if told.user:
        yield Check("user", one_line(told.user), good=True)
    if told.endpoint_state:
        yield Check("endpoint", f"{told.endpoint}: {told.endpoint_state}", good=told.endpoint_state == "ready")
    if told.chat_endpoints:
        yield Check("endpoints", ", ".join(told.chat_endpoints), good=None)
    for fault in told.faults:
        yield Check("engine", fault, good=False)
    engine.close()


def _reviews() -> list[Path]:
    folder = config.state_directory() / "reviews"
    return sorted(path.parent for path in folder.glob("*/about.json")) if folder.is_dir() else []


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"


def _python() -> str:
    import platform

    return f"{platform.python_version()} on {platform.system()}"
