"""The benches that judge published notes and mutate them, run on a small clone so that they keep working."""

import json
from pathlib import Path

import pytest

from tests.bench import judge, mutations, verdicts
from tests.repositories import Repo

WEB = "https://github.com/octo/robot"
PARSER = "class TableParser:\n    def parse_rows(self, text):\n        return text.split('|')\n"
LIMITED = PARSER.replace("'|')", "'|', 40)")
RETRIES = "def retry_call(call, attempts=3):\n    return call()\n"
NOTES = (
    "# Version changelog\n\n## 0.2.0\n\n"
    f"* Limited the parser ([#2]({WEB}/issues/2)). The updated `parse_rows` method of the Central Interface (CI) splits"
    " at most 40 cells, and `parse_cells_fast` is faster.\n"
    f"* Added retries ([#3]({WEB}/issues/3)). Added the `retry_call` function, which makes 3 attempts.\n"
)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo.create(tmp_path / "robot", origin=f"{WEB}.git")
    made.commit("Add a parser (#1)", {"src/robot/parser.py": PARSER})
    made.tag("v0.1.0")
    made.commit("Limit the parser (#2)", {"src/robot/parser.py": LIMITED})
    made.commit("Add retries (#3)", {"src/robot/retries.py": RETRIES})
    made.commit("Release v0.2.0 (#4)", {"CHANGELOG.md": NOTES})
    made.tag("v0.2.0")
    return made


def test_every_published_entry_is_judged(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    assert judge.main([str(repo.root), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["entries"], report["releases"]) == (2, 1)
    assert {finding["kind"] for finding in report["findings"]} == {"unknown-name", "expansion"}
    assert report["flags_a_release"]["median"] == report["flags"] == 2
    assert judge.main([str(repo.root), "--show", "--kind", "unknown-name"]) == 0
    printed = capsys.readouterr().out
    assert "[[parse_cells_fast]]" in printed
    assert "expansion" not in printed


def test_mutations_are_made_and_found(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    assert mutations.main([str(repo.root), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["unmutated"] == {"entries": 2, "flags": 2}
    for kind in ("name", "number", "new", "removed"):
        assert report[kind]["made"] >= 1, kind
        assert report[kind]["caught"] == report[kind]["made"], kind


def test_verdicts_were_given_by_reading_and_four_of_five_are_right(repo: Repo) -> None:
    read = verdicts.read_verdicts()
    assert len(read) >= 60
    assert sum(verdict.held_out for verdict in read) >= 20
    assert sum(verdict.verdict == "right" for verdict in read) >= 0.8 * len(read)
    assert all(verdict.line and 0 <= verdict.span[0] <= verdict.span[1] for verdict in read)
    made = {(verdict.sha, verdict.kind, verdict.text) for verdict in read[:10]}
    assert verdicts.standing(made)["still_made"] == 10
