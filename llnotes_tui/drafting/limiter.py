"""How many calls may be under way: one number that the endpoint's answers move up and down."""

from msgspec import Struct

_LONGEST_PAUSE = 900.0
"""Seconds that a Retry-After is honoured, at most: beyond that a person should decide."""


class Slot(Struct, frozen=True):
    """The right to have one call under way."""

    halvings: int
    """How often the pace had been halved when the call began."""


class Limiter:
    """Additive increase, multiplicative decrease, without a clock of its own and without a lock: its owner has both.

    It starts at the maximum.  A throttled call halves it, at most once a round: calls that were under way when it was
    halved say nothing about the new pace.  A round of calls that went well adds one.
    """

    def __init__(self, maximum: int) -> None:
        self.maximum = maximum
        self.allowed = maximum
        self.under_way = 0
        self.paused_until = 0.0
        """Before this time no call begins."""
        self.is_slowed = False
        """Throttled, and no whole round has gone well since."""
        self._halvings = 0
        self._went_well = 0

    def acquire(self, now: float) -> Slot | None:
        """Return a slot, or None where there is none now; every slot comes back by one of the three methods below."""
        if now < self.paused_until or self.under_way >= self.allowed:
            return None
        self.under_way += 1
        return Slot(self._halvings)

    def went_well(self, slot: Slot) -> None:
        """Take a slot back from a call that was answered."""
        self.under_way -= 1
        if slot.halvings != self._halvings:
            return
        self._went_well += 1
        if self._went_well >= self.allowed:
            self._went_well = 0
            self.is_slowed = False
            if self.allowed < self.maximum:
                self.allowed += 1

    def throttled(self, slot: Slot, now: float, retry_after: float | None) -> None:
        """Take a slot back from a call that came too fast; begin no other for `retry_after` seconds."""
        self.under_way -= 1
        self.is_slowed = True
        if retry_after is not None:
            self.paused_until = max(self.paused_until, now + min(retry_after, _LONGEST_PAUSE))
        if slot.halvings == self._halvings:
            self.allowed = max(1, self.allowed // 2)
            self._halvings += 1
            self._went_well = 0

    def released(self, slot: Slot) -> None:  # noqa: ARG002  # the three ways back have one shape
        """Take a slot back from a call that says nothing about the pace."""
        self.under_way -= 1


def delay(attempt: int, backoff: float, longest: float, chance: float) -> float:
    """Return how many seconds to wait after the `attempt`th failure (from 1); `chance` in 0..1 spreads the calls."""
    return min(backoff * 2.0 ** (attempt - 1), longest) * (0.5 + chance / 2)
