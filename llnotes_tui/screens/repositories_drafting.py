"""Drafting from the list: the marked ones in the background, with what goes on in their rows."""

from typing import TYPE_CHECKING, Any

from textual.screen import Screen

from llnotes_tui.widgets.cells import shorten, single_line
from llnotes_tui.widgets.dialogs.choose import Choose
from llnotes_tui.widgets.key_bar import Tone
from llnotes_tui.widgets.repository_table import with_progress
from llnotes_tui.workbench.views import RepositoryRow

if TYPE_CHECKING:
    from llnotes_tui.workbench.fleet_drafting import Doing, FleetDrafting, Question

CHOICES = (
    ("y", "model", "send it, and draft with the model"),
    ("w", "rules", "draft without a model: nothing leaves this machine"),
    ("n", "later", "draft nothing now"),
)


class Drafts(Screen[None]):
    """What the screen knows of drafting."""

    _doing: "dict[str, Doing]"
    _drafting: "FleetDrafting | None"

    def action_draft(self) -> None:
        """Draft the marked repositories, or the one under the cursor."""
        chosen = self.chosen()
        able = [row for row in chosen if may_be_drafted(row)]
        if not able:
            self.say("There is nothing to draft: nothing is unreleased here, or it is not read yet.", "warn")
            return
        self.drafting().draft([row.key for row in able])
        names = single_line(able[0].name) if len(able) == 1 else f"{len(able)} repositories"
        self.say(f"Drafting {names}; the state shows how far it is.")

    def action_announce(self) -> None:
        """Announce the marked releases together, of words that a person has read."""
        chosen = [row for row in self.chosen() if not row.fault]
        if not chosen:
            self.say("Mark the repositories to announce: space.", "warn")
            return
        from llnotes_tui.screens.roll_up import RollUpScreen

        def written(sentence: str | None) -> None:
            if sentence:
                self.say(sentence)

        self.app.push_screen(RollUpScreen([row.key for row in chosen], self.flags), written)

    def drafting(self) -> "FleetDrafting":
        """Return what drafts, made when it is first needed."""
        if self._drafting is None:
            from llnotes_tui.workbench.fleet_drafting import FleetDrafting

            self._drafting = FleetDrafting(self.flags, self.tell)
        return self._drafting

    def take_doing(self, doing: "Doing") -> None:
        """Take in what goes on with a repository; one that is drafted is read anew."""
        self._doing[doing.clone] = doing
        if doing.step in ("done", "dropped"):
            del self._doing[doing.clone]
        if doing.step == "done":
            self.read_again((doing.clone,))

    def ask(self, question: "Question") -> None:
        """Ask whether text may be sent; nothing is sent before."""

        def answered(answer: str | None) -> None:
            self.drafting().answer("model" if answer == "model" else "rules" if answer == "rules" else "later")
            if answer not in ("model", "rules"):
                self.say("Nothing was sent, nothing is drafted; D asks again.")

        self.app.push_screen(Choose("Draft with a model?", CHOICES, words_of(question)), answered)

    def as_drafted(self, row: RepositoryRow) -> RepositoryRow:
        """Return a row with what goes on in it."""
        doing = self._doing.get(row.key)
        if doing is None or doing.step == "failed":
            return row
        if doing.step == "waiting":
            return with_progress(row, "waits to be drafted", 0, 0)
        counted = f"drafting {doing.done} of {doing.total}" if doing.total else "drafting"
        return with_progress(row, counted, doing.done, doing.total)

    def why_not_drafted(self, row: RepositoryRow | None) -> str:
        """Return why a repository could not be drafted; empty where that did not happen."""
        doing = self._doing.get(row.key) if row is not None else None
        return doing.sentence if doing is not None else ""

    # What the screen has

    flags: dict[str, Any]

    def chosen(self) -> list[RepositoryRow]:
        """Return the marked rows in their order, or the one under the cursor."""
        raise NotImplementedError

    def tell(self, news: Any) -> None:
        """Take news from any thread."""
        raise NotImplementedError

    def read_again(self, clones: tuple[str, ...]) -> None:
        """Read clones anew."""
        raise NotImplementedError

    def say(self, words: str, tone: Tone = "notice") -> None:
        """Say something in the last line."""
        raise NotImplementedError


def may_be_drafted(row: RepositoryRow) -> bool:
    """Tell whether there is something to draft; where nobody told how much is unreleased, drafting finds out."""
    return not row.fault and (bool(row.unreleased) or (row.unreleased is None and row.stage == "open"))


def words_of(question: "Question") -> str:
    """Return a question in words."""
    names = [shorten(single_line(name), 40) for name in question.names]
    listed = ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
    what = "this release" if len(names) == 1 else f"these {len(names)} releases"
    cost = f", about {question.price:.2f} US dollars" if question.price else ""
    return (
        f"{listed}\n\nMessages and diffs of {what} will be sent to {single_line(question.host)} "
        f"(endpoint {single_line(question.model)}), secrets masked.\nAbout {question.calls:,} calls, "
        f"{question.input_tokens:,} tokens in and {question.output_tokens:,} out{cost}."
    )
