"""Every action of a screen in the command palette, made from its bindings."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from textual.binding import Binding
from textual.command import DiscoveryHit, Hit, Hits, Provider

from llnotes_tui.widgets.key_bar import key_name

Command = tuple[str, str, Callable[[], Any]]
"""Its name, what it does in a sentence, and the call."""


class ScreenCommands(Provider):
    """Offers a screen's bindings, and what `palette_commands` of the screen adds to them."""

    @property
    def _commands(self) -> list[Command]:
        found: dict[str, Command] = {}
        for node, binding, enabled, _ in self.screen.active_bindings.values():
            if node is self.screen and enabled and binding.tooltip and not binding.system:
                found.setdefault(binding.action, self._command(binding))
        more: Callable[[], Iterable[Command]] | None = getattr(self.screen, "palette_commands", None)
        return [*found.values(), *(more() if more else ())]

    def _command(self, binding: Binding) -> Command:
        run = partial(self.screen.run_action, binding.action)
        return f"{binding.tooltip} ({key_name(binding)})", "", run

    async def discover(self) -> Hits:
        """Offer everything while nothing is typed."""
        for name, words, run in self._commands:
            yield DiscoveryHit(name, run, help=words or None)

    async def search(self, query: str) -> Hits:
        """Offer what matches."""
        matcher = self.matcher(query)
        for name, words, run in self._commands:
            if (score := matcher.match(name)) > 0:
                yield Hit(score, matcher.highlight(name), run, help=words or None)
