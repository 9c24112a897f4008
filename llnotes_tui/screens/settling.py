"""How a screen waits for nothing: slow work and decisions go on elsewhere, and come back as a message."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import Any, TypeVar

from textual.message import Message
from textual.screen import Screen, ScreenResultType

Value = TypeVar("Value")


class Settled(Message):
    """Something that took its time is done: decided and on disk, or failed."""

    def __init__(
        self, future: "Future[Any]", then: Callable[[Any], None], ended: Callable[[], None] | None = None
    ) -> None:
        super().__init__()
        self.future = future
        self.then = then
        self.ended = ended


class Settling(Screen[ScreenResultType]):
    """A screen over a workbench: it goes on once what it asked for is done, and tells what failed."""

    def settle(
        self, future: "Future[Value]", then: Callable[[Value], None], ended: Callable[[], None] | None = None
    ) -> None:
        """Go on with `then` once a decision is on disk and in the view; a fault is told instead.  Never waits.

        `ended` is called before either: with it a screen forgets that something goes on, not earlier than it knows how
        that went.
        """
        future.add_done_callback(lambda done: self.post_message(Settled(done, then, ended)))

    def run_off(
        self, work: Callable[[], Value], then: Callable[[Value], None], ended: Callable[[], None] | None = None
    ) -> None:
        """Do slow work in a daemon thread of its own, and go on as `settle` does: quitting waits for none of it."""
        future: Future[Value] = Future()

        def run() -> None:
            try:
                future.set_result(work())
            except Exception as fault:
                future.set_exception(fault)

        self.settle(future, then, ended)
        Thread(target=run, name="llnotes-screen", daemon=True).start()

    def on_settled(self, event: Settled) -> None:
        """Go on after something that took its time; the view has it already."""
        event.stop()
        if event.ended is not None:
            event.ended()
        self.refresh_view()
        if event.future.cancelled():
            return
        fault = event.future.exception()
        if fault is None:
            event.then(event.future.result())
        else:
            self.tell_fault(getattr(fault, "sentence", "") or str(fault))

    def refresh_view(self) -> None:
        """Take the newest view and draw what changed."""
        raise NotImplementedError

    def tell_fault(self, sentence: str) -> None:
        """Show what went wrong."""
        raise NotImplementedError
