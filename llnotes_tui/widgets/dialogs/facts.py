"""Title, section and breaking of an entry in one form."""

from typing import ClassVar

from msgspec import Struct
from rich.segment import Segment
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from llnotes_tui.release.model import SECTIONS, Breaking, Section
from llnotes_tui.widgets.dialogs.dialog import Dialog
from llnotes_tui.widgets.line_input import LineInput

_ANSWERS: tuple[tuple[Breaking, str], ...] = (("denied", "no"), ("confirmed", "yes"))


class Facts(Struct, frozen=True):
    """What the form returns: None leaves a fact as it is."""

    title: str | None
    section: Section | None
    breaking: Breaking | None


class Picker(Widget, can_focus=True):
    """Some words in a row, one of which is chosen: left and right walk them, a first letter jumps."""

    DEFAULT_CSS = """
    Picker { height: 1; padding: 0 1; background: $panel; color: $quiet; }
    Picker:focus { background: $cursor-blurred-background; }
    Picker > .picker--chosen { color: $accent; text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"picker--chosen"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "walk(-1)", "Previous", show=False, id="picker.left", tooltip="Choose the one before"),
        Binding("right,l,space", "walk(1)", "Next", show=False, id="picker.right", tooltip="Choose the next one"),
    ]

    def __init__(self, words: tuple[str, ...], chosen: int | None, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._words = words
        self.chosen = chosen
        """Index of the word that is chosen, None while there is none."""

    def action_walk(self, step: int) -> None:
        """Choose the next (1) or previous (-1) word."""
        self.chosen = (0 if step > 0 else -1) % len(self._words) if self.chosen is None else self.chosen + step
        self.chosen %= len(self._words)
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Choose the word that was clicked."""
        start = 1
        for index, word in enumerate(self._words):
            if start <= event.x < start + len(word) + 2:
                self.chosen = index
                self.refresh()
            start += len(word) + 2

    def render_line(self, y: int) -> Strip:  # noqa: ARG002  (there is one line)
        """Draw the words, the chosen one in brackets: colour alone does not tell."""
        segments = []
        for index, word in enumerate(self._words):
            style = self.get_component_rich_style("picker--chosen") if index == self.chosen else self.rich_style
            segments.append(Segment(f"[{word}]" if index == self.chosen else f" {word} ", style))
        return Strip(segments).adjust_cell_length(self.content_size.width, self.rich_style)


class FactsForm(Dialog[Facts]):
    """Asks for title, section and whether it breaks something; tab goes through them, enter takes them."""

    AUTO_FOCUS = "LineInput"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+s", "take", "take", id="facts.take", tooltip="Take the facts as they stand here"),
    ]

    def __init__(self, title: str, section: Section, breaking: Breaking, breaking_line: str = "") -> None:
        super().__init__("Facts of this entry", "tab goes on · ← → choose · enter takes them · esc leaves")
        self._given = Facts(title, section, breaking)
        self._line = breaking_line

    def inside(self) -> ComposeResult:
        """Yield a label and a field for each fact."""
        breaking = self._given.breaking
        yield self.text("Title", "dialog--label")
        yield LineInput(self._given.title or "", id="facts-title")
        yield self.text("Section", "dialog--label")
        yield Picker(SECTIONS, SECTIONS.index(self._given.section or "changed"), id="facts-section")
        yield self.text("Does it break something for its users?", "dialog--label")
        chosen = {"confirmed": 1, "suspected": None}.get(str(breaking), 0)
        yield Picker(tuple(words for _, words in _ANSWERS), chosen, id="facts-breaking")
        if breaking == "suspected" and self._line:
            yield self.text(f"Suspected because of: {self._line}", "dialog--text")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the title takes the form."""
        event.stop()
        self.action_take()

    def action_take(self) -> None:
        """Return the facts that were changed."""
        given = self._given
        title = self.query_one("#facts-title", LineInput).value.strip()
        section = self.query_one("#facts-section", Picker).chosen
        answer = self.query_one("#facts-breaking", Picker).chosen
        breaking = _ANSWERS[answer][0] if answer is not None else None
        if breaking == "denied" and given.breaking == "no":
            breaking = None
        self.dismiss(
            Facts(
                title=title if title and title != given.title else None,
                section=SECTIONS[section] if section is not None and SECTIONS[section] != given.section else None,
                breaking=breaking if breaking != given.breaking else None,
            )
        )
