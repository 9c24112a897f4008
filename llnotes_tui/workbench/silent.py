"""Drafting with nobody to wait for an engine: what was written before is told, and the rest says why it is missing."""

from threading import Event

from llnotes_tui.drafting.drafter import Drafting
from llnotes_tui.engines.base import Engine, EngineError, Reply, Request

_LOOK = 0.2
"""Seconds between two looks at ctrl+c, and at whether the engine was stopped."""


class Silent:
    """An engine's answers as far as they are in the cache; asked for another one, it only says why there is none."""

    is_silent = True

    def __init__(self, engine: Engine, sentence: str) -> None:
        self.name = engine.name
        self.model = engine.model
        self._sentence = sentence

    def complete(self, request: Request, cancel: Event) -> Reply:  # noqa: ARG002  (the protocol's)
        """Ask nobody.

        Raises:
            EngineError: always.
        """
        raise EngineError("rejected", self._sentence)

    def probe(self) -> None:
        """Do nothing: there is nobody to reach."""

    def close(self) -> None:
        """Do nothing: nothing is open."""


def settle(drafting: Drafting, cancel: Event | None = None) -> str:
    """Wait until all is drafted or failed, or `cancel` is set.

    Where the engine is stopped meanwhile, have told what the cache holds, let the rest fail with the reason, and return it.
    """
    reason = ""
    while not drafting.wait(_LOOK):
        if cancel is not None and cancel.is_set():
            break
        status = drafting.status
        if status.stopped and not reason:
            reason = status.cause or status.sentence
            drafting.use(Silent(drafting.engine, reason))
    return reason
