"""The bench that compares past releases with the projects' own notes, run on a small history so that it keeps working."""

from pathlib import Path

import pytest

from tests.bench.histories import main
from tests.repositories import Repo


def test_units_find_the_work_that_first_parents_miss(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repo = Repo.create(tmp_path / "robot", origin="https://github.com/octo/robot.git")
    repo.commit("Start", {"CHANGES.rst": "Changes\n"})
    repo.tag("v0.1.0")
    repo.branch("develop")
    repo.commit("Add a parser (#2)", {"src/parser.py": "def parse(): ...\n"})
    repo.commit("Add retries (#3)", {"src/retries.py": "def retry(): ...\n"})
    repo.checkout("main")
    repo.merge("develop")
    repo.commit(
        "Write the notes", {"CHANGES.rst": "Changes\n\n0.2.0\n\n- A parser :pr:`2`\n- Retries (#3)\n- Much (#9)\n"}
    )
    repo.tag("v0.2.0")
    assert main([str(repo.root)]) == 0
    row = capsys.readouterr().out.splitlines()[-1].split()
    clone, release, base, commits, units, noted, found, by_first_parents, branch_titles, first, _ = row
    assert (clone, release, base, commits, units) == ("robot", "v0.2.0", "v0.1.0", "4", "3")
    assert (noted, found, by_first_parents) == ("3", "2", "0")
    assert (branch_titles, first) == ("0", "1")
