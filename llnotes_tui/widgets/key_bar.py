"""The line below everything: the keys that act here, or for a moment what a key has done, or why it did nothing."""

from collections.abc import Callable
from time import monotonic
from typing import ClassVar, Literal

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.binding import Binding
from textual.screen import Screen
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from llnotes_tui.widgets.cells import fit, single_line

Tone = Literal["notice", "warn", "fault"]
NOTICE_SECONDS = 5.0
_KEY_NAMES = {
    "question_mark": "?",
    "slash": "/",
    "space": "space",
    "escape": "esc",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "plus": "+",
    "plus_sign": "+",
    "ctrl+space": "ctrl+space",
    "ctrl+@": "ctrl+space",
}


def key_name(binding: Binding) -> str:
    """Return what a person calls the key of a binding."""
    if binding.key_display:
        return binding.key_display
    key = binding.key
    if key in _KEY_NAMES:
        return _KEY_NAMES[key]
    return key.removeprefix("upper_").upper() if key.startswith("upper_") else key


class KeyBar(Widget):
    """One widget, whatever the number of keys: it costs nothing while one works."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "keys--fault",
        "keys--key",
        "keys--name",
        "keys--notice",
        "keys--warn",
    }

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id)
        self.notice = ""
        """What is said at the moment; empty while the keys are shown."""
        self.names: Callable[[Binding], str | None] | None = None
        """What to call a key this moment, None to leave it out; without it every key has its own name."""
        self.said_at = 0.0
        """When it was said, on the clock of `Message.time`."""
        self._tone: Tone = "notice"
        self._keys: list[tuple[Binding, str]] = []
        self._places: list[tuple[int, int, str]] = []
        self._timer: Timer | None = None

    def on_mount(self) -> None:
        """Follow the focus: other panes have other keys."""
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_changed)

    def on_unmount(self) -> None:
        """Follow no more."""
        self.screen.bindings_updated_signal.unsubscribe(self)

    def _bindings_changed(self, screen: Screen[object]) -> None:
        if screen is not self.screen or not screen.is_current:
            return
        self.follow()

    def follow(self) -> None:
        """Show the keys that act now, by the names they have now."""
        keys: dict[str, tuple[Binding, str]] = {}
        for _, binding, enabled, _ in self.screen.active_bindings.values():
            if binding.show and enabled:
                name = self.names(binding) if self.names is not None else binding.description
                if name is not None:
                    keys.setdefault(binding.action, (binding, name))
        if list(keys.values()) != self._keys:
            self._keys = list(keys.values())
            self.refresh()

    def say(self, words: str, tone: Tone = "notice") -> None:
        """Show a sentence for a while in place of the keys."""
        self.notice = single_line(words)
        self.said_at = monotonic()
        self._tone = tone
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(NOTICE_SECONDS, self.hush)
        self.refresh()

    def hush(self) -> None:
        """Show the keys again."""
        if self.notice:
            self.notice = ""
            self.refresh()

    def render_line(self, y: int) -> Strip:  # noqa: ARG002  (there is one line)
        """Draw the sentence or the keys."""
        width = self.size.width
        if self.notice:
            return Strip([Segment(fit(f" {self.notice}", width), self.get_component_rich_style(f"keys--{self._tone}"))])
        key_style = self.get_component_rich_style("keys--key")
        name_style = self.get_component_rich_style("keys--name")
        segments: list[Segment] = []
        self._places = []
        used = 0
        for binding, words in self._keys:
            key, name = f" {key_name(binding)}", f" {words} "
            size = cell_len(key) + cell_len(name)
            if used + size > width:
                continue
            segments += [Segment(key, key_style), Segment(name, name_style)]
            self._places.append((used, used + size, binding.key))
            used += size
        return Strip(segments).adjust_cell_length(width, name_style)

    def on_click(self, event: events.Click) -> None:
        """A click on a key presses it."""
        if self.notice:
            self.hush()
            return
        key = next((key for start, end, key in self._places if start <= event.x < end), None)
        if key is not None:
            self.app.simulate_key(key)
