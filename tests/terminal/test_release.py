"""A release from its first screen to CHANGELOG.md, by somebody who knows only what the screen says."""

import re
from pathlib import Path

from tests.terminal.driver import Terminal
from tests.terminal.sample import PROGRAM, sample


class Newcomer:
    """Presses a key only if the screen names it: in the footer, or in the dialog that is open."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal

    def sees(self, pattern: str) -> str:
        """Wait until the screen says it."""
        return self.terminal.until(pattern)

    def presses(self, key: str, name: str) -> None:
        """Press a key that the screen offers under this name."""
        self.terminal.until(rf"(?:^|[ │]){re.escape(key)} +{re.escape(name)}")
        self.terminal.press(key)

    def accepts(self, then: str) -> None:
        """Press the key that accepts, which the screen offers, once the text is read."""
        self.terminal.until(r"(?:^|[ │])a +accept")
        self.terminal.accept(then)


def test_a_newcomer_reviews_and_exports_with_the_keys_that_the_screen_names(tmp_path: Path) -> None:
    clone = sample(tmp_path)
    with Terminal([PROGRAM], clone.root) as terminal:
        newcomer = Newcomer(terminal)
        newcomer.sees("0 of 3 entries reviewed")
        newcomer.sees("Let the exporter take a name")
        newcomer.sees("drafted without a model")
        newcomer.accepts("1 of 3 entries reviewed")
        newcomer.presses("e", "edit")
        newcomer.sees("every key is saved")
        terminal.write("Dashboards can count jobs. ")
        newcomer.sees("Dashboards can count jobs")
        terminal.press("escape")
        newcomer.sees("2 of 3 entries reviewed")
        newcomer.presses("j", "next")
        newcomer.sees("survives a flaky network")
        newcomer.presses("x", "exclude")
        newcomer.presses("t", "trivial")
        newcomer.sees("2 of 2 entries reviewed")
        newcomer.presses("u", "undo")
        newcomer.sees("2 of 3 entries reviewed")
        newcomer.accepts("3 of 3 entries reviewed")
        newcomer.presses("w", "export")
        newcomer.sees(r"0\.2\.0 in CHANGELOG\.md")
        newcomer.presses("w", "write")
        newcomer.sees(r"Wrote CHANGELOG\.md")
        newcomer.sees("git tag v0.2.0")
        newcomer.presses("q", "back")
        terminal.until_gone(r"git tag v0\.2\.0")
        newcomer.presses("q", "back")
        assert terminal.ended() == 0
    written = clone.read("CHANGELOG.md").decode()
    section = written.partition("## 0.2.0")[2].partition("## 0.1.0")[0]
    assert section.count("\n* ") == 3
    assert "Listing jobs now survives a flaky network." in section
    assert "Dashboards can count jobs." in section
    assert "linter" not in section, "what ships nothing is not told"
    assert written.endswith("* Added jobs ([#1](https://github.com/acme/jobs/issues/1)).\n")


def test_a_second_window_says_who_writes_and_takes_over(tmp_path: Path) -> None:
    clone = sample(tmp_path)
    with Terminal([PROGRAM], clone.root) as first:
        first.until("0 of 3 entries reviewed")
        with Terminal([PROGRAM], clone.root) as second:
            second.until("open in another window")
            second.press("ctrl+t")
            second.until("This window writes now")
            first.until("taken over by")
            second.press("q")
            assert second.ended() == 0
        first.press("q")
        assert first.ended() == 0
