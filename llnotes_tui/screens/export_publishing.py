"""Publishing from the Export screen: pull request, draft release and commit, each looked at, asked about, then done."""

import re
from collections.abc import Callable
from threading import Event, Thread
from typing import TypeVar

from msgspec import Struct
from textual.message import Message

from llnotes_tui.publishing.export import ExportError, Take
from llnotes_tui.publishing.github import Difference
from llnotes_tui.screens.export_base import GITHUB
from llnotes_tui.screens.export_hosted import Around, Kind, Looked, Made, difference_of, look_around, look_at, publish
from llnotes_tui.screens.export_hosted_page import asked
from llnotes_tui.screens.export_pages import counted
from llnotes_tui.screens.export_state import suspected, told
from llnotes_tui.screens.export_writing import Writing
from llnotes_tui.sources.options import SourceError
from llnotes_tui.widgets.dialogs.confirm import Confirm
from llnotes_tui.workbench.exporting import unread
from llnotes_tui.workbench.loading_section import LoadedSection, load_section
from llnotes_tui.workbench.proposing import Proposal, hosted
from llnotes_tui.workbench.releasing import ReleaseDraft

Value = TypeVar("Value")
_PATH = re.compile(r"[A-Za-z0-9._~/:-]+")
"""What the address of a pull request or a draft is made of, behind `https://`."""
_TITLES = {
    "pull-request": "Propose {} on GitHub?",
    "release": "Draft the release {} on GitHub?",
    "commit": "Commit {}?",
}


class Undecided(Struct, frozen=True):
    """What a person has to decide before it is published."""

    kind: Kind
    looked: Looked
    difference: Difference


class Publishing(Writing):
    """Actions that publish elsewhere than into the files of the clone."""

    around: Around | None
    """What there is on GitHub; None while nobody has looked."""
    undecided: Undecided | None
    letting_go: Event
    """Set when the screen is left: nothing is waited for any more."""
    publishing: str
    """What is going on, in words; empty where nothing is."""
    is_stopping: bool
    """What is going on was told to stop."""
    _looked_for: object
    _found_for: object

    class Waiting(Message):
        """GitHub is waited for, or no more."""

        def __init__(self, sentence: str) -> None:
            super().__init__()
            self.sentence = sentence

    def on_publishing_waiting(self, event: Waiting) -> None:
        """Say what is waited for."""
        event.stop()
        if event.sentence:
            self.say(f"{self.publishing or 'GitHub'}: {event.sentence}.", "warn")

    # Looking

    @property
    def is_looking(self) -> bool:
        """Whether what is known of GitHub is older than what would be published."""
        return self.around is None or self._looked_for != self._found_for

    @property
    def has_other(self) -> bool:
        """Whether somebody else's release pull request is open."""
        looked = self.around.proposal if self.around is not None else ""
        return isinstance(looked, Proposal) and looked.seen.other is not None

    def look(self) -> None:
        """Find out what there is on GitHub, off this thread, unless that is known for what is shown."""
        wanted = told(self.view, self.unreviewed)
        if wanted == self._looked_for or self.publishing:
            return
        self._looked_for = wanted
        unreviewed, bench, cancel = self.unreviewed, self.workbench, self.letting_go

        def found(around: Around) -> None:
            if self._looked_for == wanted:
                self.around, self._found_for = around, wanted
                self.draw()

        self.run_off(lambda: look_around(bench, unreviewed, cancel), found)

    # Publishing

    def action_propose(self) -> None:
        """Open the release pull request, or update it."""
        self._begin("pull-request", "Looking at the pull requests …")

    def action_draft_release(self) -> None:
        """Make the draft release, or update it."""
        self._begin("release", "Looking at the releases …")

    def action_commit(self) -> None:
        """Commit the release on a branch of its own."""
        self._begin("commit", "Looking at the branch …")

    def _begin(self, kind: Kind, words: str) -> None:
        if self.publishing or self.is_writing:
            self.say(self.publishing or "It is being written.", "warn")
        elif self.may_write():
            unreviewed, bench, cancel = self.unreviewed, self.workbench, self.letting_go
            self._off(
                words, lambda: look_at(bench, kind, unreviewed, cancel), lambda looked: self._looked(kind, looked)
            )

    def _looked(self, kind: Kind, looked: Looked) -> None:
        self.bar.hush()
        difference = difference_of(looked)
        if isinstance(looked, Proposal) and looked.seen.other is not None:
            self._show_again()
            self.say(f"#{looked.seen.other.number} is open already: L loads its section as edits.", "warn")
        elif isinstance(looked, ReleaseDraft) and looked.seen.published is not None:
            self._show_again()
            self.say(f"{looked.wanted.tag} is published already: V names another version.", "warn")
        elif difference is not None:
            self.undecided = Undecided(kind, looked, difference)
            self.show_part(GITHUB)
            self.say("Somebody else has been here: T keeps theirs, O takes ours.", "warn")
        elif not isinstance(looked, Proposal | ReleaseDraft) or looked.seen.step != "nothing":
            self._ask_to_publish(kind, looked, None)
        else:
            self._publish(looked, None)

    def _show_again(self) -> None:
        self._looked_for = None
        self.show_part(GITHUB)

    def _ask_to_publish(self, kind: Kind, looked: Looked, take: Take | None) -> None:
        title = _TITLES[kind].format(self.view.version)
        words = "\n".join([*asked(looked), *self._open_questions()])

        def answered(answer: bool | None) -> None:  # noqa: FBT001  (what the dialog returns)
            if answer:
                self._publish(looked, take)
            else:
                self.say("Nothing was published.")

        self.app.push_screen(Confirm(title, words, yes="do it", no="not now"), answered)

    def _open_questions(self) -> list[str]:
        """Return what nobody has looked at or answered yet, as the key that writes counts it."""
        said = []
        if left := len(unread(self.view)):
            how = "left out" if self.unreviewed == "skip" else "as title and link only"
            said.append(f"{counted(left, 'entry', 'entries')} that nobody has read: {how}.")
        if breaks := len(suspected(self.view)):
            said.append(f"{counted(breaks, 'suspected break')} without an answer: not published as breaking.")
        if red := len(self._red):
            said.append(f"{counted(red, 'red finding')} neither mended nor dismissed.")
        return ["", *said] if said else []

    def _publish(self, looked: Looked, take: Take | None) -> None:
        bench, cancel = self.workbench, self.letting_go
        self._off("Publishing …", lambda: publish(bench, looked, take, cancel), self._published)

    def _published(self, made: Made) -> None:
        self.made = (*(one for one in self.made if one.kind != made.kind), made)
        self.undecided = None
        self._looked_for = None
        self.show_part(GITHUB)
        self.say(f"{made.sentence}.  {made.url}".strip())
        self.prepare()

    # Conflicts

    def action_take(self, take: str) -> None:
        """Keep theirs, or take ours: here of what is on GitHub."""
        undecided = self.undecided
        if self.part != GITHUB:
            super().action_take(take)
        elif undecided is None:
            self.say("There is nothing to choose: nobody changed what is there.", "warn")
        elif not self.may_write():
            return
        elif take == "theirs":
            self._publish(undecided.looked, "theirs")
        else:
            self.undecided = None
            self._ask_to_publish(undecided.kind, undecided.looked, "ours")
            self.draw()

    def leave_undecided(self) -> bool:
        """Let go of what is to be decided here; say whether there was anything."""
        if self.part != GITHUB or self.undecided is None or self.publishing:
            return False
        self.undecided = None
        self._show_again()
        return True

    # Another one's

    def action_load_section(self) -> None:
        """Take the words of the release pull request that is open into the review."""
        if self.publishing or not self.may_write():
            return
        bench, cancel = self.workbench, self.letting_go
        self._off("Loading the section …", lambda: load_section(bench, 0, cancel), self._loaded)

    def _loaded(self, loaded: LoadedSection) -> None:
        self._looked_for = None
        self.show_part(self.part)
        first, *others = loaded.sentences()
        self.say(first)
        if loaded.unmatched:
            self.tell_fault("  ".join(others))

    # The page

    def action_open_page(self) -> None:
        """Open what is chosen in the browser."""
        page = self._page_url()
        if not page:
            self.say("There is no page to open yet: p proposes the release, d makes the draft.", "warn")
            return
        self.say(f"Opening {page}")
        Thread(target=self.app.open_url, args=(page,), name="llnotes-browser", daemon=True).start()

    def _page_url(self) -> str:
        """Return the page that is chosen, else the newest that was made: addresses of this GitHub only."""
        chosen = self.page.chosen if self.part == GITHUB else ""
        candidates = (chosen, *(one.url for one in reversed(self.made)))
        return next((url for url in candidates if url and self._is_ours(url)), "")

    def _is_ours(self, url: str) -> bool:
        """Say whether an address is on the GitHub that was asked: what an answer says is outside text."""
        looked = self.around.proposal if self.around is not None else ""
        seen = [looked.seen.repository] if isinstance(looked, Proposal) else []
        draft = self.around.draft if self.around is not None else ""
        seen += [draft.seen.repository] if isinstance(draft, ReleaseDraft) else []
        return any(url.startswith(f"{one.github.host.web}/") and _PATH.fullmatch(url[8:]) for one in seen)

    # Within

    def stop_publishing(self) -> None:
        """Have what is going on give up where it waits; what was done on GitHub is found again the next time."""
        self.letting_go.set()
        self.letting_go = Event()
        self.is_stopping = True

    def _off(self, words: str, work: Callable[[], Value], then: Callable[[Value], None]) -> None:
        """Do something that takes its time, off this thread, and say what it waits for."""
        self.publishing, self.is_stopping = words, False
        self.say(words)
        bench, waits = self.workbench, self._waits

        def run() -> Value:
            try:
                github, _ = hosted(bench)
            except (ExportError, SourceError):
                github = None
            try:
                if github is not None:
                    github.subscribe(waits)
                return work()
            finally:
                if github is not None:
                    github.unsubscribe(waits)

        self.run_off(run, then, self._is_through)

    def _is_through(self) -> None:
        self.publishing = ""

    def _waits(self, sentence: str) -> None:
        self.post_message(self.Waiting(sentence))
