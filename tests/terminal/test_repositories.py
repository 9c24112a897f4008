"""The list in a real terminal: from the shell to a review and back, and out at once."""

from pathlib import Path

from tests.repositories import Repo
from tests.terminal.driver import Terminal
from tests.terminal.sample import PROGRAM, sample


def test_from_the_list_into_a_review_and_back_and_out(tmp_path: Path) -> None:
    sample(tmp_path)
    hostile = Repo.create(tmp_path / "b\x1b[31mred[/bold]")
    hostile.commit("First", {"a.py": "A = 1\n"})
    with Terminal([PROGRAM, "repos", str(tmp_path)], tmp_path) as terminal:
        terminal.until(r"3 repositories, \d+ unreleased(?!.*reading)")
        terminal.until(r"acme/jobs +4 +v0\.1\.0")
        terminal.until(r"red\[/bold\]")
        terminal.press("/")
        terminal.until("words of the name")
        terminal.write("jobs")
        terminal.until("1 with “jobs”")
        terminal.press("enter", "enter")
        terminal.until("entries reviewed")
        terminal.until("drafted without a model")
        terminal.press("q")
        terminal.until(r"0 of 3 reviewed")
        terminal.send("ctrl+c")
        assert terminal.ends_within(2.0) == 0  # one second, and what the terminal around it takes
