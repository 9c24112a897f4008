"""What the tests of the screen share: an app with our sheets and themes, and pictures that are compared."""

import asyncio
import re
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from syrupy.location import PyTestLocation
from textual.app import App, ScreenStackError
from textual.pilot import Pilot

PICTURES = Path(__file__).parents[2] / "snapshots"
_UNIQUE = re.compile(r"terminal-\d+")
_PORT = re.compile(r"127\.0\.0\.1:\d{5}")
"""Of a GitHub on this machine, which pictures show the address of."""
_DRAFT = re.compile(r"untagged-[0-9a-f]+")
"""The page of a draft release has a number in its address that depends on what ran before."""
_FETCHED_FONT = re.compile(r"\n\s*@font-face \{[^}]*\}")
"""A picture that is looked at fetches nothing; the reader's own monospaced font does."""


class Picture(SingleFileSnapshotExtension):
    """An SVG of the screen, one file a picture, in the top-level `snapshots/`."""

    file_extension = "svg"
    _write_mode = WriteMode.TEXT

    @classmethod
    def dirname(cls, *, test_location: PyTestLocation) -> str:
        return str(PICTURES)

    @classmethod
    def get_file_basename(cls, *, test_location: PyTestLocation, index: Any) -> str:
        return str(index)


@pytest.fixture
def picture(snapshot: SnapshotAssertion) -> Callable[[App[Any], str], None]:
    """Return what compares the screen of an app with the picture of a name."""

    def compare(app: App[Any], name: str) -> None:
        svg = _FETCHED_FONT.sub("", _UNIQUE.sub("terminal-llnotes", app.export_screenshot(title="llnotes")))
        svg = _DRAFT.sub("untagged-0123456789abcdef0123", _PORT.sub("127.0.0.1:12345", svg))
        with warnings.catch_warnings():
            # Pictures are named for what they show, not for the test that takes them: the README shows them too.
            warnings.simplefilter("ignore")
            assert svg == snapshot(name=name, extension_class=Picture)

    return compare


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take chance away: no animation, no colours of the machine's terminal."""
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr("llnotes_tui.widgets.key_bar.NOTICE_SECONDS", 3600.0)


@pytest.fixture(autouse=True)
def _thorough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a key that was pressed work through to the screen, however little time the machine has for it.

    Textual waits until each widget has worked off what it was sent so far, and until the process idles: it does so too
    while it waits for a core.  A key goes from widget to widget, and what it changes is laid out and drawn after that.
    """
    once = Pilot._wait_for_screen

    async def until_quiet(pilot: Pilot[Any], timeout: float = 30.0) -> bool:
        quiet = 0
        for _ in range(_MOST_ROUNDS):
            if not await once(pilot, timeout):
                return False
            quiet = quiet + 1 if _is_quiet(pilot.app) else 0
            if quiet == _QUIET_ROUNDS:
                break
        return True

    monkeypatch.setattr(Pilot, "_wait_for_screen", until_quiet)


_QUIET_ROUNDS = 3
"""Rounds in a row in which nothing was to be done: a message may be on its way from one widget to another."""
_MOST_ROUNDS = 100
"""Something may go on for ever, as a list does that is being read."""


def _is_quiet(app: App[Any]) -> bool:
    """Draw what is to be drawn, and say whether nothing is left to do on the screen's thread."""
    try:
        screen = app.screen
    except ScreenStackError:
        return True
    screen._on_timer_update()
    pumps = (app, screen, *screen.walk_children())
    waiting = any(pump._next_callbacks or pump._pending_message for pump in pumps)
    return not (waiting or screen._callbacks) and all(pump._message_queue.empty() for pump in pumps)


async def settled(pilot: Pilot[Any], is_so: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait until something is so, as a person would who looks at the screen; fail where it does not become so."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, f"the screen did not get there:\n{shown(pilot.app)}"
        await asyncio.sleep(0.01)
    await pilot.pause()


def shown(app: App[Any]) -> str:
    """Return what a person sees, as lines of text."""
    return "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips())
