"""What every key does here, made from the bindings themselves."""

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from llnotes_tui.widgets.dialogs.dialog import Dialog
from llnotes_tui.widgets.key_bar import key_name

Section = tuple[str, tuple[Binding, ...]]
"""A heading, and the keys below it."""


class Help(Dialog[bool]):
    """Shows keys in sections, with what each one does; any of escape, q and ? closes it."""

    WIDE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,question_mark", "leave", "close", id="help.close", tooltip="Close the help"),
        Binding("down,j", "scroll(1)", "Down", id="help.down", show=False, tooltip="Scroll down"),
        Binding("up,k", "scroll(-1)", "Up", id="help.up", show=False, tooltip="Scroll up"),
        Binding("pagedown,space", "scroll(10)", "Page down", id="help.page_down", show=False, tooltip="Scroll a page"),
        Binding("pageup,b", "scroll(-10)", "Page up", id="help.page_up", show=False, tooltip="Scroll a page back"),
    ]

    def __init__(self, title: str, sections: Iterable[Section], signs: Iterable[tuple[str, str]] = ()) -> None:
        """`signs` are the marks of the screen and what they mean."""
        super().__init__(title, "j k scroll · esc closes")
        self._sections = tuple(sections)
        self._signs = tuple(signs)

    def inside(self) -> ComposeResult:
        """Yield everything as one text."""
        yield Static(self._words(), markup=False, classes="dialog--text")

    def _words(self) -> Content:
        lines: list[Content] = []
        for heading, bindings in self._sections:
            lines += [Content.styled(heading, "bold $accent")]
            for keys, words in _rows(bindings):
                lines.append(Content.assemble((f"  {keys:<15}", "bold"), Content(words)))
            lines.append(Content(""))
        if self._signs:
            lines.append(Content.styled("Signs", "bold $accent"))
            lines += [Content.assemble((f"  {sign:<15}", "bold"), Content(words)) for sign, words in self._signs]
        return Content("\n").join(lines)

    def action_scroll(self, lines: int) -> None:
        """Scroll by so many lines."""
        self.query_one(".dialog").scroll_relative(y=lines, animate=False)


def _rows(bindings: Iterable[Binding]) -> list[tuple[str, str]]:
    """Return keys and words; the keys of one action stand together."""
    rows: dict[str, tuple[list[str], str]] = {}
    for binding in bindings:
        keys, _ = rows.setdefault(binding.action, ([], binding.tooltip or binding.description))
        name = key_name(binding)
        if name not in keys:
            keys.append(name)
    return [(" ".join(keys), words) for keys, words in rows.values()]
