"""How much is asked at once, how often again, and how large one call may be."""

import msgspec
from msgspec import Struct

from llnotes_tui.engines.base import Engine

_AT_ONCE_ON_THIS_MACHINE = 4
"""More threads do not make an engine quicker that computes here."""


class DraftLimits(Struct, frozen=True, kw_only=True):
    """The limits of drafting; the defaults are those of the settings."""

    concurrency: int = 16
    """Calls at once, at most."""
    input_budget: int = 24_000
    """Tokens of one diff; a larger one is split at its hunks."""
    packed_budget: int = 6_000
    """Tokens of small file changes that travel together; 0: each travels alone."""
    max_tokens: int = 500
    """Reserved for the reply about one note."""
    max_parts: int = 12
    """Calls about the diff of one file; what is beyond is not sent, and the note says `partial`."""
    attempts: int = 6
    """How often one call is tried."""
    backoff: float = 1.0
    """Seconds before the second attempt; doubled for each one after it."""
    longest_wait: float = 30.0
    """Seconds between two attempts, at most, where the other side names no time."""
    failures_to_stop: int = 5
    """Connection or authentication failures in a row that stop the engine."""
    probe_every: float = 30.0
    """Seconds between two probes of a stopped engine."""

    def for_engine(self, engine: Engine) -> "DraftLimits":
        """Return the limits for an engine: one that computes here gets few threads."""
        if is_local(engine):
            return msgspec.structs.replace(self, concurrency=min(self.concurrency, _AT_ONCE_ON_THIS_MACHINE))
        return self


def is_local(engine: Engine) -> bool:
    """Say whether an engine writes from facts on this machine: nothing is packed or split for it."""
    return engine.name == "extractive"
