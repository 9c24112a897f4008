"""One of several things, by one letter."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from llnotes_tui.widgets.dialogs.dialog import Dialog


class Choose(Dialog[str]):
    """Returns the key of the choice; its letter chooses at once, so do enter and a click."""

    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, title: str, choices: Sequence[tuple[str, str, str]], text: str = "") -> None:
        """`choices` are (letter, key of the result, words); one with an empty letter is chosen with the cursor."""
        super().__init__(title, "one letter chooses · esc leaves")
        self._choices = tuple(choices)
        self._text = text

    def inside(self) -> ComposeResult:
        """Yield the words and the list."""
        if self._text:
            yield self.text(self._text)
        yield OptionList(
            *(
                Option(Content.assemble((letter or " ", "bold $accent"), Content(f"  {words}")), id=f"choice-{at}")
                for at, (letter, _, words) in enumerate(self._choices)
            )
        )

    def on_key(self, event: events.Key) -> None:
        """Take the choice with this letter."""
        for letter, key, _ in self._choices:
            if letter and event.character == letter:
                event.stop()
                self.dismiss(key)
                return

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the choice under the cursor."""
        event.stop()
        self.dismiss(self._choices[event.option_index][1])
