"""A pull request under review: its description is drafted and reviewed as a release of one commit, then saved to GitHub."""

from collections.abc import Callable
from threading import Event

from msgspec import Struct, structs

from llnotes_tui.engines.base import Engine
from llnotes_tui.publishing.descriptions import description_of, with_ours, without_ours
from llnotes_tui.publishing.diff import patch_of
from llnotes_tui.publishing.github_descriptions import DescriptionChanged, save_description
from llnotes_tui.release.model import Plan
from llnotes_tui.release.text import visible
from llnotes_tui.review.store import ReviewError
from llnotes_tui.sources.github.client import GitHub
from llnotes_tui.sources.github.hosts import GitHubPlace
from llnotes_tui.sources.github.mirror import Mirror
from llnotes_tui.sources.github.proposed import ProposedPull, as_one_commit, read_proposed
from llnotes_tui.sources.options import Say, SourceError, silent
from llnotes_tui.workbench.clones import Target
from llnotes_tui.workbench.exporting import notes_entry
from llnotes_tui.workbench.opening import Read, open_read, open_release
from llnotes_tui.workbench.start import Opened, open_on_github, read_opened
from llnotes_tui.workbench.views import ReleaseView
from llnotes_tui.workbench.workbench import Workbench

__all__ = ["DescriptionChanged", "PullRequestBench", "Saving", "open_named", "open_pull_request", "read_pull_request"]


class Asked(Struct, frozen=True):
    """Where a pull request is."""

    github: GitHub
    place: GitHubPlace
    number: int

    @property
    def name(self) -> str:
        """What to call it: `owner/name#12`."""
        return f"{self.place.full_name}#{self.number}"

    @property
    def url(self) -> str:
        """Its page."""
        return f"{self.place.host.web}/{self.place.full_name}/pull/{self.number}"


class ReadPull(Struct, frozen=True):
    """A pull request as it was read, before anybody drafts or decides."""

    asked: Asked
    pull: ProposedPull
    read: Read


class Saving(Struct, frozen=True):
    """What saving would make of a description."""

    now: str
    """As GitHub has it, to the byte."""
    after: str

    @property
    def is_done(self) -> bool:
        """GitHub says all of it already."""
        return self.now == self.after

    @property
    def diff(self) -> bytes:
        """The difference as a patch, its text safe to show."""
        now, after = (visible(text).rstrip("\n") + "\n" if text else "" for text in (self.now, self.after))
        return patch_of([("description", now.encode("utf-8", "replace"), after.encode("utf-8", "replace"))])


class PullRequestBench(Workbench):
    """The workbench of one pull request.  Thread-safe; made by `open_pull_request`."""

    asked: Asked
    pull: ProposedPull
    """As it was read last."""

    def saving(self, cancel: Event | None = None) -> Saving:
        """Return what saving would change now.  Asks GitHub: not for the UI thread.

        Raises:
            ReviewError: nobody has read the description yet.
            GitHubFault: GitHub cannot be asked.
        """
        text = reviewed_description(self.view())
        self.pull = read_proposed(self.asked.github, self.asked.place, self.asked.number, cancel)
        return Saving(self.pull.body, with_ours(self.pull.body, text))

    def save(self, shown: Saving, cancel: Event | None = None) -> None:
        """Save what was shown.  Not for the UI thread.

        Raises:
            DescriptionChanged: the description is another one by now; nothing was saved.
            ReviewError: this window may only read.
            GitHubFault: it cannot be saved.
        """
        if self.review.read_only:
            raise ReviewError(self.review.read_only)
        save_description(self.asked.github, self.asked.place, self.asked.number, shown.now, shown.after, cancel)
        self.pull = structs.replace(self.pull, body=shown.after)


def open_named(target: Target, say: Say, cancel: Event) -> Workbench:
    """Open what a target names: a release, or a pull request.

    Raises:
        SourceError, SettingsError, ReviewError: it cannot be opened.
        NothingUnreleasedError: there is nothing in it.
    """
    return open_pull_request(target, say, cancel) if target.pull_request else open_release(target, say, cancel)


def open_pull_request(
    target: Target, say: Say, cancel: Event, wrap: Callable[[Engine], Engine] = lambda engine: engine
) -> PullRequestBench:
    """Open the pull request that a target names, with its review, ready to be drafted.  Slow: not for the UI thread.

    Raises:
        SourceError, SettingsError, ReviewError: it cannot be opened.
    """
    told = read_pull_request(target, say, cancel)

    def again() -> Plan:
        return read_pull_request(target, silent, Event()).read.plan

    bench = open_read(told.read, wrap, again, PullRequestBench)
    bench.asked, bench.pull = told.asked, told.pull
    return bench


def read_pull_request(target: Target, say: Say, cancel: Event) -> ReadPull:
    """Read a pull request as a range of one commit, and plan it: one entry, whatever it changes.

    Raises:
        SourceError, SettingsError: it cannot be read.
    """
    opened = open_on_github(target, say, cancel)
    if opened.github is None or opened.place is None or not isinstance(opened.clone, Mirror):
        why = "GitHub is not asked with --offline" if opened.settings.offline else "there is no token for GitHub"
        raise SourceError(f"A pull request cannot be read, for {why}; `llnotes doctor` says who asks.")
    asked = Asked(opened.github, opened.place, target.pull_request)
    say(f"Reading {asked.name} ...")
    pull = read_proposed(asked.github, asked.place, asked.number, cancel)
    one = as_one_commit(opened.clone, pull, without_ours(pull.body), cancel, say)
    narrowed = _narrowed(opened, one.since, one.until)
    return ReadPull(asked, pull, Read(narrowed, read_opened(narrowed, cancel, say)))


def reviewed_description(view: ReleaseView) -> str:
    """Return what a person has read of a description.

    Raises:
        ReviewError: that is nothing.
    """
    entries = (notes_entry(entry, "skip") for entry in view.entries if entry.state != "excluded")
    text = description_of(entry for entry in entries if entry is not None)
    if not text:
        raise ReviewError("Nobody has read the description yet: accept or edit it first.")
    return text


def drafted_description(view: ReleaseView) -> str:
    """Return the description as it is drafted, read by somebody or not."""
    entries = (notes_entry(entry, "drafts") for entry in view.entries if entry.state != "excluded")
    return description_of(entry for entry in entries if entry is not None)


def _narrowed(opened: Opened, since: str, until: str) -> Opened:
    """Return the same place with one change for its range; a component has no say in what a pull request changes."""
    ranges = structs.replace(opened.range_options, since=since, until=until, component=None)
    plans = structs.replace(opened.plan_options, is_one_change=True, paths=())
    return structs.replace(opened, range_options=ranges, plan_options=plans)
