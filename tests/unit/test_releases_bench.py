"""The bench that plans and drafts past releases of real clones, run on a small one so that it keeps working."""

from pathlib import Path

import pytest

from llnotes_tui.sources.git import Clone
from tests.bench.releases import main, past_ranges
from tests.repositories import Repo

PARSER = "def parse(text):\n    return text\n"
RETRIES = "def retry(call, attempts=3):\n    return call()\n"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo.create(tmp_path / "robot", origin="https://github.com/octo/robot.git")
    made.commit("Add a parser (#1)", {"src/robot/parser.py": PARSER})
    made.tag("v0.1.0")
    made.commit("Add retries (#2)", {"src/robot/retries.py": RETRIES}, body="Calls are retried three times.")
    made.commit("Pin actions (#3)", {".github/workflows/x.yml": "on: push\n"})
    made.tag("v0.2.0")
    return made


def test_a_past_release_is_planned_and_drafted(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(repo.root), "--show"]) == 0
    printed = capsys.readouterr().out
    assert "octo/robot               v0.1.0..v0.2.0" in printed
    assert "* [added] Added retries #2 (1) drafted" in printed
    assert "i Pinned actions #3: only CI" in printed
    assert "1 ranges, 0 with faults" in printed
    assert "names that are nowhere: 0; texts that repeat the title: 0" in printed


def test_a_range_that_cannot_be_read_is_a_fault(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(repo.root), "--since", "v9", "--no-draft"]) == 1
    assert "v9" in capsys.readouterr().out


def test_of_several_series_the_plain_one_is_measured_and_else_the_first(repo: Repo, tmp_path: Path) -> None:
    repo.tag("kit-v0.1.0")
    repo.commit("Add a kit", {"kit": "1"})
    repo.tag("kit-v0.2.0")
    assert past_ranges(Clone.open(repo.root), 10) == [("v0.1.0", "v0.2.0")]
    parts = Repo.create(tmp_path / "parts")
    for number in ("1.0.0", "1.1.0"):
        parts.commit(f"Add {number}", {"a": number})
        parts.tag(f"kit-{number}")
        parts.tag(f"api-{number}")
    assert past_ranges(Clone.open(parts.root), 10) == [("api-1.0.0", "api-1.1.0")]
