"""What a person chose where the tags do not say which series is the releases': kept per repository and component.

It lies in the state directory beside the reviews, never in the clone, and holds for the clone and for `owner/name` alike.
"""

import contextlib
from collections.abc import Callable
from pathlib import Path

import msgspec

from llnotes_tui import config
from llnotes_tui.release.model import RepoId
from llnotes_tui.sources.options import TagChoice
from llnotes_tui.storage.keyed import KeyedStore, StoreError, is_there, read_some


def read_tag_choice(repository: Callable[[], RepoId], component: str = "") -> TagChoice:
    """Return what was chosen for a repository, the empty choice where nothing was or it cannot be read.

    `repository` is only called if anything was ever chosen: for a clone without a remote it asks git.
    """
    if not is_there(_directory()):
        return TagChoice()
    key = _key(repository(), component)
    try:
        found = read_some(_directory(), (key,)).get(key)
        return msgspec.convert(found, TagChoice) if found is not None else TagChoice()
    except (StoreError, msgspec.ValidationError):
        return TagChoice()


def keep_tag_choice(repository: RepoId, component: str, choice: TagChoice) -> None:
    """Keep a choice; if that fails it holds for this time only."""
    store = KeyedStore(_directory())
    try:
        with contextlib.suppress(StoreError):
            store.write({_key(repository, component): msgspec.to_builtins(choice)})
    finally:
        store.close()


def _directory() -> Path:
    return config.state_directory() / "tag-series"


def _key(repository: RepoId, component: str) -> str:
    return f"{repository}\n{component}"
