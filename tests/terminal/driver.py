"""A person at a real terminal: types keys, and reads the screen that the program draws."""

import os
import re
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pexpect
import pyte

from tests.waiting import Stopwatch

KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "space": " ",
    "backspace": "\x7f",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "ctrl+space": "\x00",
}
_JUST_DRAWN = "drawn just now"
"""What the program says where somebody accepts what cannot be read yet."""


class Terminal:
    """A program on a pseudo-terminal of `columns` x `rows`, its screen kept in an emulator.

    Raises:
        AssertionError: what was waited for did not come in time; the message holds the screen.
    """

    def __init__(
        self,
        command: Sequence[str],
        directory: Path,
        environment: Mapping[str, str] | None = None,
        columns: int = 120,
        rows: int = 40,
    ) -> None:
        self.emulator = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.emulator)
        self._process = pexpect.spawn(
            command[0],
            list(command[1:]),
            cwd=str(directory),
            env=_environment(environment or {}),
            dimensions=(rows, columns),
            timeout=20,
        )

    @property
    def pid(self) -> int:
        """Process id of the program."""
        return int(self._process.pid or 0)

    @property
    def text(self) -> str:
        """The screen, a line a row, without trailing blanks."""
        return "\n".join(line.rstrip() for line in self.emulator.display)

    def until(self, pattern: str, timeout: float = 60.0) -> str:
        """Wait until the screen matches a regular expression, and return the screen."""
        self._pump_until(lambda: re.search(pattern, self.text) is not None, timeout, f"/{pattern}/ to show")
        return self.text

    def until_gone(self, pattern: str, timeout: float = 60.0) -> str:
        """Wait until the screen no longer matches a regular expression, and return the screen."""
        self._pump_until(lambda: re.search(pattern, self.text) is None, timeout, f"/{pattern}/ to go")
        return self.text

    def press(self, *keys: str) -> None:
        """Press keys one after the other: names of `KEYS`, `ctrl+x`, or characters."""
        for key in keys:
            self.send(key)
            self.pump(0.02)

    def send(self, key: str) -> None:
        """Press one key and look away."""
        self._process.send(_sequence(key))

    def picture(self) -> tuple[object, ...]:
        """Return what can be seen, colours included, to compare it with what is seen later."""
        rows = self.emulator.buffer
        return (*self.emulator.display, *(hash(tuple(rows[line].items())) for line in range(self.emulator.lines)))

    def write(self, text: str) -> None:
        """Type text."""
        self._process.send(text)
        self.pump(0.02)

    def resize(self, columns: int, rows: int) -> None:
        """Make the window another size."""
        self.emulator.resize(rows, columns)
        self._process.setwinsize(rows, columns)

    def kill(self) -> None:
        """End the program as kill -9 does."""
        os.kill(self.pid, signal.SIGKILL)
        self._process.wait()

    def accept(self, then: str) -> None:
        """Read the text and press a until the screen says `then`: what was drawn a moment ago is not accepted yet."""
        for _ in range(20):
            time.sleep(0.35)
            self.press("a")
            if re.search(then, self.until(f"{then}|{_JUST_DRAWN}")):
                return
            self.press("escape")
            self.until_gone(_JUST_DRAWN)
        raise AssertionError(f"the text was not accepted; the screen is:\n{self.text}")

    def rest(self, seconds: float) -> None:
        """Leave the program so much time, and once more what it waits for a core of that."""
        watch, deadline = Stopwatch(self.pid), time.monotonic() + 30.0
        while watch.look() < seconds and time.monotonic() < deadline:
            time.sleep(0.01)

    def ends_within(self, seconds: float) -> int:
        """Wait for the program's end as `ended` does; it may take so long, waiting for a core not counted.

        What the terminal around it waits for a core is not counted either: it sees the end that much later.
        """
        watch = Stopwatch(self.pid)

        def has_ended() -> bool:
            watch.look()
            return not self._process.isalive()

        self._pump_until(has_ended, 60.0, "the program to end")
        taken = watch.look()
        assert taken < seconds, f"the program took {taken:.1f} s to end"
        return self.ended()

    def ended(self, timeout: float = 60.0) -> int:
        """Wait for the program's end, and return its exit status (128 + signal if one ended it)."""
        self._pump_until(lambda: not self._process.isalive(), timeout, "the program to end")
        status = self._process.exitstatus
        return int(status) if status is not None else 128 + int(self._process.signalstatus or 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.close(force=True)

    def _pump_until(self, settled: Callable[[], bool], timeout: float, what: str) -> None:
        deadline = time.monotonic() + timeout
        while not settled():
            assert time.monotonic() < deadline, f"waited {timeout} s for {what}; the screen is:\n{self.text}"
            self.pump(0.05)

    def pump(self, seconds: float) -> None:
        """Feed what the program writes within `seconds` to the emulator."""
        try:
            data: bytes = self._process.read_nonblocking(65536, timeout=seconds)  # type: ignore[assignment]
        except pexpect.TIMEOUT:
            return
        except pexpect.EOF:
            time.sleep(0.01)
            return
        if b"\x1b[?2026$p" in data:
            self._process.send("\x1b[?2026;2$y")
        self._stream.feed(data)


def _sequence(key: str) -> str:
    if key in KEYS:
        return KEYS[key]
    if key.startswith("ctrl+") and len(key) == len("ctrl+x"):
        return chr(ord(key[-1]) & 0x1F)
    return key


def _environment(changes: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a terminal; its size is the terminal's to tell, also after it changed."""
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "CI", "COLUMNS", "LINES")}
    return kept | {"TERM": "xterm-256color", "COLORTERM": "truecolor"} | dict(changes)
