"""Undo and redo over an append-only log: which of its decisions are in force."""

from collections.abc import Iterable

from llnotes_tui.review.decisions import Exported, Logged, Moved, Published


class History:
    """The log of a review, and where in it one stands.

    Every decision follows the one that was in force when it was made, so decisions after an undo leave the undone ones
    behind without touching them.  What was written or published stays so: an export is never undone.
    """

    def __init__(self, log: Iterable[Logged] = ()) -> None:
        self.log: list[Logged] = []
        self._before: dict[int, int] = {}
        self._undone: list[int] = []
        self._head = -1
        for logged in log:
            self.append(logged)

    def copy(self) -> "History":
        """Return a copy that can go on without this one."""
        copied = History()
        copied.log, copied._before = self.log.copy(), self._before.copy()
        copied._undone, copied._head = self._undone.copy(), self._head
        return copied

    def append(self, logged: Logged) -> None:
        """Take one more line of the log; a step to where no decision is changes nothing."""
        position = len(self.log)
        self.log.append(logged)
        match logged.decision:
            case Moved(to):
                self._move(to)
            case Exported() | Published():
                pass
            case _:
                self._before[position] = self._head
                self._head = position
                self._undone.clear()

    def to_undo(self) -> tuple[Logged, Moved] | None:
        """Return the decision that an undo takes back, and the step that does it; None where there is none."""
        return (self.log[self._head], Moved(self._before[self._head])) if self._head >= 0 else None

    def to_redo(self) -> tuple[Logged, Moved] | None:
        """Return the decision that a redo brings again, and the step that does it; None where there is none."""
        return (self.log[self._undone[-1]], Moved(self._undone[-1])) if self._undone else None

    def in_force(self) -> list[Logged]:
        """Return the decisions that count, oldest first, without exports."""
        chain = []
        position = self._head
        while position >= 0:
            chain.append(self.log[position])
            position = self._before[position]
        return chain[::-1]

    def _move(self, to: int) -> None:
        if self._head >= 0 and to == self._before[self._head]:
            self._undone.append(self._head)
            self._head = to
        elif self._undone and to == self._undone[-1]:
            self._head = self._undone.pop()
