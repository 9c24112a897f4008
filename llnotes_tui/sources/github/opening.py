"""Opening a repository on GitHub: who it is, what is new of it, and what serves where GitHub cannot be reached."""

import time
from threading import Event
from typing import TYPE_CHECKING

from msgspec import Struct

from llnotes_tui.sources.github.client import GitHub
from llnotes_tui.sources.github.faults import GitHubFault
from llnotes_tui.sources.github.fetching import DamagedClone, Fetching, fetching_into, stand_at, tidy
from llnotes_tui.sources.github.hosts import GitHubPlace, place_named
from llnotes_tui.sources.github.mirror import Mirror
from llnotes_tui.sources.github.shelf import Shelf
from llnotes_tui.sources.options import Say, SourceError, silent
from llnotes_tui.sources.process import GitFault, Place

if TYPE_CHECKING:
    from llnotes_tui.sources.github.api_clone import ApiClone


class _Known(Struct, frozen=True):
    """What GitHub's API says of a repository."""

    place: GitHubPlace
    default_branch: str


def open_mirror(
    place: GitHubPlace, github: GitHub | None, cancel: Event | None = None, say: Say = silent
) -> "Mirror | ApiClone":
    """Fetch what is new of a repository, and open our clone of it.  Where `github` is None nobody is asked.

    Where GitHub cannot be reached, what was fetched before serves; where git may not fetch, the API does.  The warnings of
    the ranges say so.

    Raises:
        GitHubFault: there is no such repository, it is empty or blocked, one may not see it, or nothing was fetched before.
        SourceError: our clone cannot be written.
    """
    if github is None:
        sentence = f"{place.full_name} was not fetched yet, and nothing is fetched with --offline; leave that out once."
        return _kept(place, None, GitHubFault("unreachable", sentence))

    def waits(sentence: str) -> None:
        if sentence:
            say(f"{place.full_name}: {sentence} ...")

    github.subscribe(waits)
    try:
        known = _asked(place, github, cancel) if github.login.is_somebody else None
        try:
            return _fetched(place, known, github, cancel, say)
        except GitHubFault as fault:
            if fault.kind not in ("moved", "refused"):
                raise
            known = known or _asked(place, github, cancel)
            if fault.kind == "refused":
                from llnotes_tui.sources.github.api_clone import ApiClone

                return ApiClone(known.place, github, known.default_branch, fault.sentence)
        return _fetched(place, known, github, cancel, say)
    except GitHubFault as fault:
        if not fault.can_pass:
            raise
        return _kept(place, github, fault)
    finally:
        github.unsubscribe(waits)


def _asked(place: GitHubPlace, github: GitHub, cancel: Event | None) -> _Known:
    """Ask the API for a repository; it leads from an old name to the new one."""
    data = github.get(f"/repos/{place.full_name}", place.full_name, None, cancel).data
    told = data if isinstance(data, dict) else {}
    found = place_named(str(told.get("full_name", "")), place.host)
    if found is None:
        raise GitHubFault(
            "broken", f"{place.full_name}: {place.host.name} answered something else than GitHub does; try again."
        )
    return _Known(found, str(told.get("default_branch") or ""))


def _fetched(place: GitHubPlace, known: _Known | None, github: GitHub, cancel: Event | None, say: Say) -> Mirror:
    there = known.place if known is not None else place
    shelf = Shelf(there)
    is_new = not shelf.is_there
    with fetching_into(shelf, github, cancel, say, is_known=known is not None) as fetching:
        try:
            _fetch(shelf, fetching)
            branch = known.default_branch if known is not None else fetching.default_branch()
        except GitHubFault:
            if is_new:  # what is not there, or may not be seen, leaves nothing behind
                shelf.remove()
            raise
        stand_at(Place(shelf.path, shelf.path), branch)
    mirror = Mirror(shelf, github, is_known=known is not None, notices=_renamed(place, there))
    if not _has_branches(mirror):
        raise GitHubFault("empty", f"{there.full_name} is empty: nothing was pushed to it yet.")
    return mirror


def _fetch(shelf: Shelf, fetching: Fetching) -> None:
    """Fetch all names and commits; into an empty clone where the one that is there is damaged."""
    try:
        fetching.names()
        tidy(Place(shelf.path, shelf.path))
    except DamagedClone:
        shelf.set_aside()
        shelf.make()
        try:
            fetching.names()
        except DamagedClone as damage:
            raise SourceError(f"git cannot fetch {shelf.place.full_name}: {damage}") from damage


def _kept(place: GitHubPlace, github: GitHub | None, fault: GitHubFault) -> Mirror:
    """Open what was fetched before.

    Raises:
        GitHubFault: nothing was; the one given.
    """
    shelf = Shelf(place)
    try:
        mirror = Mirror(shelf, github, is_known=False) if shelf.is_there else None
    except SourceError:
        mirror = None
    if mirror is None or not _has_branches(mirror):
        raise fault
    if github is None:
        return mirror
    notice = f"{fault.sentence} What is read of {mirror.name} was fetched {_ago(mirror.fetched_at)}."
    return Mirror(shelf, github, is_known=False, notices=(notice,))


def _has_branches(mirror: Mirror) -> bool:
    try:
        return bool(mirror.refs().commits)
    except GitFault:
        return False


def _renamed(asked: GitHubPlace, found: GitHubPlace) -> tuple[str, ...]:
    if asked.full_name.lower() == found.full_name.lower():
        return ()
    return (f"{asked.full_name} is called {found.full_name} on {found.host.name} by now, and so it is here.",)


def _ago(moment: int | None) -> str:
    minutes = int(time.time() - (moment or 0)) // 60
    for size, unit in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            count = minutes // size
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return "a moment ago"
