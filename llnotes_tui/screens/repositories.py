"""The Repositories screen: every repository in a line, with how much it has unreleased and how far its notes are."""

import re
import shlex
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from llnotes_tui.screens.palette import Command, ScreenCommands
from llnotes_tui.screens.repositories_drafting import Drafts
from llnotes_tui.screens.repositories_keys import HELP, REPOSITORIES_BINDINGS, SIGNS
from llnotes_tui.screens.tag_choosing import tag_choice_of, tag_chooser
from llnotes_tui.sources.options import TagChoice
from llnotes_tui.sources.tag_series import TagQuestion
from llnotes_tui.styles import sheet
from llnotes_tui.widgets.cells import single_line
from llnotes_tui.widgets.dialogs.help import Help
from llnotes_tui.widgets.key_bar import KeyBar, Tone
from llnotes_tui.widgets.line_input import LineInput
from llnotes_tui.widgets.repositories_header import ListFacts, RepositoriesHeader
from llnotes_tui.widgets.repository_detail import RepositoryDetail
from llnotes_tui.widgets.repository_table import ColumnTitles, RepositoryTable
from llnotes_tui.workbench.rows import ORDERS, Order, in_order, matching, parts_of, totals_of, trouble_of, waiting_row
from llnotes_tui.workbench.views import ListNews, RepositoryRow, RowGone

if TYPE_CHECKING:
    from llnotes_tui.workbench.fleet import Fleet
    from llnotes_tui.workbench.fleet_drafting import Doing, FleetDrafting

UPDATE_EVERY = 0.05
"""Seconds between two updates of the screen, however fast rows come."""
_ROWS_AT_ONCE = 250
"""Rows up to which updates come that fast; drawing more takes longer, and keys come first."""
_MINUTE = 60.0
_PAGE = re.compile(r"https://[A-Za-z0-9.-]+/[A-Za-z0-9._~/-]+")
"""Addresses that may be opened: what an origin says is outside text."""


class ListHost(Protocol):
    """What the screen asks of the app that it runs in."""

    def open_reviews(self, clones: Sequence[str]) -> None:
        """Review the first of these; the others follow, each after the one before was written."""

    def open_with_choice(self, row: str, choice: TagChoice | None) -> None:
        """Review the repository of a row alone, by what was chosen among its tags."""

    def leave(self) -> None:
        """End the app."""


class RepositoriesScreen(Drafts):
    """Several repositories to choose from.  Rows are read in the background and appear as they are there."""

    CSS = sheet("repositories")
    BINDINGS: ClassVar[list[BindingType]] = [*REPOSITORIES_BINDINGS]
    COMMANDS: ClassVar[set[Any]] = {ScreenCommands}
    AUTO_FOCUS = "#table"

    class News(Message):
        """Rows were read, or drafting went on."""

    def __init__(
        self, clones: Sequence[str], flags: Mapping[str, Any] | None = None, now: Callable[[], float] = time.time
    ) -> None:
        """`clones` are paths, `owner/name`s and owners; `now` is the clock that ages are told by."""
        super().__init__()
        self._words = tuple(clones)
        self.flags = dict(flags or {})
        self.order: Order = "name"
        self.filter = ""
        self._now = now
        self._rows = {word: waiting_row(word) for word in clones if "/" in word}
        self._doing = {}
        self._news: deque[Any] = deque()
        self._told = False
        self._list_news = ListNews(listing=tuple(word for word in clones if "/" not in word))
        self._updated_at = 0.0
        self._fleet: Fleet | None = None
        self._drafting: FleetDrafting | None = None

    def compose(self) -> ComposeResult:
        """Lay out the list, and what is said of the repository under the cursor."""
        yield RepositoriesHeader(id="header")
        yield ColumnTitles(id="titles")
        yield RepositoryTable(self._now, id="table")
        yield RepositoryDetail(id="detail")
        yield LineInput(placeholder="words of the name or the state; enter keeps it, esc shows all", id="filter")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Show the names at once, and begin to read once they are drawn."""
        self.query_one("#keys", KeyBar).names = self._name_of
        self._draw()
        self.set_interval(_MINUTE, self._tick)
        self.call_after_refresh(self._begin)

    def on_unmount(self) -> None:
        """Read and draft no more."""
        if self._fleet is not None:
            self._fleet.cancel()
        if self._drafting is not None:
            self._drafting.close()

    # The panes

    @property
    def host(self) -> ListHost:
        """The app, as far as this screen needs it."""
        return cast("ListHost", self.app)

    @property
    def table(self) -> RepositoryTable:
        """The list."""
        return self.query_one("#table", RepositoryTable)

    @property
    def row(self) -> RepositoryRow | None:
        """The row under the cursor."""
        return self.table.row

    def say(self, words: str, tone: Tone = "notice") -> None:
        """Say something in the last line."""
        self.query_one("#keys", KeyBar).say(words, tone)

    # Reading

    def _begin(self) -> None:
        """Have the clones read: what reads them is imported off this thread, after the first paint."""
        if self._words:
            Thread(target=self._read_all, name="llnotes-fleet", daemon=True).start()

    def _read_all(self) -> None:
        from llnotes_tui.workbench.fleet import Fleet

        self._fleet = Fleet(self._words, self.flags, self.tell)
        self._fleet.start()

    def tell(self, news: Any) -> None:
        """Take news from any thread, and have the screen updated soon, once for all that comes until then."""
        self._news.append(news)
        if not self._told:
            self._told = True
            self.post_message(self.News())

    def on_repositories_screen_news(self, event: News) -> None:
        """Update now, or when the time since the last update is over."""
        event.stop()
        rest = self._updated_at + UPDATE_EVERY * max(1, len(self._rows) / _ROWS_AT_ONCE) - time.monotonic()
        if rest <= 0:
            self._update()
        else:
            self.set_timer(rest, self._update)

    def _update(self) -> None:
        self._told = False
        self._updated_at = time.monotonic()
        while self._news:
            news = self._news.popleft()
            if isinstance(news, RepositoryRow):
                self._rows[news.key] = news
            elif isinstance(news, RowGone):
                self._rows.pop(news.key, None)
                self.table.marked.discard(news.key)
            elif isinstance(news, ListNews):
                self._list_news = news
            elif hasattr(news, "step"):
                self._note(news)
            else:
                self.ask(news)
        self._draw()

    def _note(self, doing: "Doing") -> None:
        self.take_doing(doing)
        if doing.step == "failed":
            row = self._rows.get(doing.clone)
            self.say(f"{row.name if row is not None else doing.clone}: {doing.sentence}", "fault")

    def read_again(self, clones: tuple[str, ...]) -> None:
        """Read clones anew; their rows stay as they are until then."""
        if self._fleet is not None:
            self._fleet.again(clones)

    def went_through(self, clone: str) -> None:
        """Take the mark off a repository that was written: the next one is up."""
        self.table.mark(self.table.marked - {clone})
        self._draw()

    # Drawing

    def _draw(self) -> None:
        known = [self.as_drafted(row) for row in self._rows.values()]
        shown = matching(in_order(known, self.order), self.filter)
        table = self.table
        table.words = self._nothing_shown()
        table.update(shown, known)
        told = self._list_news
        facts = ListFacts(
            totals_of(known),
            self.order,
            len(table.marked),
            self.filter,
            len(shown),
            told.listing,
            told.waiting,
            trouble_of(told.fault, known, self._now()),
        )
        self.query_one("#header", RepositoriesHeader).update(facts)
        self._draw_titles()
        self._draw_detail()
        self.query_one("#keys", KeyBar).follow()

    def _nothing_shown(self) -> str:
        if self._list_news.listing and not self._rows:
            return f"Asking GitHub which repositories {single_line(', '.join(self._list_news.listing))} has …"
        if not self._rows:
            return "No repositories.  Name clones, folders of clones, or an owner on GitHub: llnotes repos ~/src acme"
        return f"No repository has “{single_line(self.filter)}” in its name or state.  esc shows all {len(self._rows)}."

    def _draw_titles(self) -> None:
        self.query_one("#titles", ColumnTitles).update(self.table.columns if self._rows else (), self.order)

    def _draw_detail(self) -> None:
        row = self.row
        self.query_one("#detail", RepositoryDetail).update(row, self.why_not_drafted(row), self._now())

    def _tick(self) -> None:
        self.table.tick()
        self._draw_detail()

    def on_repository_table_laid_out(self) -> None:
        """Follow the columns."""
        self._draw_titles()

    def on_repository_table_moved(self) -> None:
        """Say what is to be known of the row under the cursor."""
        self._draw_detail()

    # Choosing

    def chosen(self) -> list[RepositoryRow]:
        """Return the marked rows in their order, or the one under the cursor."""
        marked = self.table.marked
        if marked:
            return [row for row in in_order(self._rows.values(), self.order) if row.key in marked]
        return [self._rows[self.row.key]] if self.row is not None and self.row.key in self._rows else []

    def action_go(self, rows: int) -> None:
        """Go so many rows down, or up."""
        self.table.go_to(self.table.cursor + rows)

    def action_mark(self) -> None:
        """Mark the row under the cursor, or take its mark off, and go on."""
        row = self.row
        if row is not None:
            self.table.mark(self.table.marked ^ {row.key})
            self.action_go(1)
            self._draw()

    def action_mark_all(self) -> None:
        """Mark all that are shown and have something to release; once more takes all marks off."""
        able = {row.key for row in self.table.rows if row.unreleased and not row.fault}
        self.table.mark(set() if able <= self.table.marked else self.table.marked | able)
        self._draw()

    def action_clear(self) -> None:
        """Show all again; where all are shown, drop the marks."""
        line = self.query_one("#filter", LineInput)
        if self.filter or line.has_class("-open"):
            self._close_filter()
            line.value = self.filter = ""
        else:
            self.table.mark(set())
        self._draw()

    # Filtering and sorting

    def action_filter(self) -> None:
        """Have words typed that a repository must have."""
        line = self.query_one("#filter", LineInput)
        line.add_class("-open")
        line.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what has the words typed so far."""
        event.stop()
        self.filter = event.value
        self._draw()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go on in the list with what is shown."""
        event.stop()
        self._close_filter()

    def _name_of(self, binding: Binding) -> str | None:
        """Say what a key is called in the last line; None where it has no place there now."""
        is_open = self.query_one("#filter", LineInput).has_class("-open")
        wanted = {"filter": not is_open, "clear": bool(is_open or self.filter)}
        return binding.description if wanted.get(binding.action, True) else None

    def _close_filter(self) -> None:
        self.query_one("#filter", LineInput).remove_class("-open")
        self.table.focus()

    def action_sort(self) -> None:
        """Sort by what comes next."""
        self.sort_by(ORDERS[(ORDERS.index(self.order) + 1) % len(ORDERS)])

    def sort_by(self, order: Order) -> None:
        """Put the rows in another order; the cursor stays on its repository."""
        self.order = order
        self._draw()

    def on_column_titles_pressed(self, event: ColumnTitles.Pressed) -> None:
        """Sort by the column that was clicked."""
        event.stop()
        self.sort_by(event.order)

    # What the keys do

    def action_review(self) -> None:
        """Review the marked repositories one after another, or the one under the cursor."""
        rows = self.chosen()
        able = [row for row in rows if not row.fault]
        if not able:
            if rows and rows[0].tag_question is not None:
                self._choose_and_open(rows[0])
                return
            self.say(single_line(rows[0].fault) if rows else "There is no repository to review.", "warn")
            return
        self.host.open_reviews([row.key for row in able])

    def on_repository_table_pressed(self) -> None:
        """A second click on a row reviews it."""
        if self.row is not None and not self.row.fault:
            self.host.open_reviews([self.row.key])
        elif self.row is not None and self.row.tag_question is not None:
            self._choose_and_open(self.row)

    def action_choose_tags(self) -> None:
        """Choose which series of tags are the releases of the repository under the cursor, and read it again."""
        row = self.row
        question = row.tag_question if row is not None else None
        if row is None or question is None:
            self.say("There is nothing to choose: its tags are one series, or the settings say which.", "warn")
            return
        if not question.options:
            self.host.open_with_choice(row.key, None)
            return

        def chosen(choice: TagChoice) -> None:
            if choice.since:
                self.host.open_with_choice(row.key, choice)
            elif self._fleet is not None:
                self._fleet.choose_tags(row.key, choice)
                self.say(f"Reading {single_line(row.name)} again.")

        self._choose(question, chosen)

    def _choose_and_open(self, row: RepositoryRow) -> None:
        """Have chosen which tags are the releases, then review the repository; open it where that takes all its tags."""
        if row.tag_question is None or not row.tag_question.options:
            self.host.open_with_choice(row.key, None)
        else:
            self._choose(row.tag_question, lambda choice: self.host.open_with_choice(row.key, choice))

    def _choose(self, question: TagQuestion, then: Callable[[TagChoice], None]) -> None:
        def chosen(result: str | None) -> None:
            choice = tag_choice_of(question, result)
            if choice is not None:
                then(choice)

        self.app.push_screen(tag_chooser(question), chosen)

    def action_fetch(self) -> None:
        """Show and copy the command that fetches: running it here would run what a clone's settings name.

        What is on GitHub is asked about again.
        """
        chosen = self.chosen()
        elsewhere = [row for row in chosen if row.on_github]
        if elsewhere:
            self._read_rows(elsewhere)
        rows = [row for row in chosen if not row.on_github]
        if not rows:
            return
        commands = [shlex.join(["git", "-C", parts_of(row.key)[0], "fetch", "--tags"]) for row in rows]
        self.app.copy_to_clipboard("\n".join(commands))
        more = f"  (and {len(commands) - 1} more)" if len(commands) > 1 else ""
        self.say(f"Copied for your shell; r reads again after it:  {commands[0]}{more}")

    def action_browse(self) -> None:
        """Open the repository's page in the browser."""
        page = self.row.web_url if self.row is not None else ""
        if not _PAGE.fullmatch(page):
            self.say("Its origin names no page on the web (https).", "warn")
            return
        self.say(f"Opening {page}")
        Thread(target=self.app.open_url, args=(page,), name="llnotes-browser", daemon=True).start()

    def action_read(self) -> None:
        """Read the marked again, or the one under the cursor."""
        self._read_rows(self.chosen())

    def action_read_all(self) -> None:
        """Read all again."""
        self.say(f"Reading {len(self._rows):,} repositories again.")
        if self._fleet is not None:
            self._fleet.all_again()

    def _read_rows(self, rows: list[RepositoryRow]) -> None:
        names = single_line(rows[0].name) if len(rows) == 1 else f"{len(rows)} repositories"
        self.say(f"Reading {names} again.")
        self.read_again(tuple(row.key for row in rows))

    def action_copy(self) -> None:
        """Copy the path of the repository, or its name on GitHub."""
        if self.row is not None:
            word, _ = parts_of(self.row.key)
            self.app.copy_to_clipboard(word)
            self.say(f"Copied {word}")

    def action_help(self) -> None:
        """Show all keys."""
        self.app.push_screen(Help("Keys of the list", HELP, SIGNS))

    def action_leave(self) -> None:
        """Leave."""
        self.host.leave()

    def palette_commands(self) -> Iterable[Command]:
        """Return what the palette offers beyond the keys."""
        for order, words in zip(
            ORDERS, ("name", "unreleased commits", "age of the last release", "state"), strict=True
        ):
            yield f"Sort by {words}", "", partial(self.sort_by, order)
