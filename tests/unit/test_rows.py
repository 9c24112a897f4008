"""Rows of repositories without a screen: order, filter, ages, and what of a clone stands in them."""

from itertools import pairwise
from pathlib import Path

import pytest
from msgspec.structs import replace

from llnotes_tui.widgets.repository_columns import laid_out
from llnotes_tui.workbench.clone_rows import clone_rows
from llnotes_tui.workbench.fleet import rows_as_text
from llnotes_tui.workbench.rows import age, in_order, matching, totals_of, waiting_row
from llnotes_tui.workbench.views import RepositoryRow
from tests.repositories import Repo

FLAGS = {"engine": "extractive"}


def row(name: str, unreleased: int | None = 1, released_at: int | None = 100, **fields: object) -> RepositoryRow:
    made = RepositoryRow(f"/src/{name}", name, unreleased, "v1", released_at, None, "", "no draft")
    return replace(made, **fields)


ROWS = [
    row("b", 3, 50, stage="written", state="written 1.1.0"),
    row("C", 9, 70, stage="reviewing", state="1 of 4 reviewed"),
    row("a", None, None, stage="unreadable", state=""),
    row("d", 0, 10, stage="nothing", state="nothing unreleased"),
]


@pytest.mark.parametrize(
    ("order", "names"), [("name", "abCd"), ("unreleased", "Cbda"), ("age", "dbCa"), ("state", "Cbda")]
)
def test_rows_are_put_in_order_and_what_is_unknown_comes_last(order: str, names: str) -> None:
    assert "".join(one.name for one in in_order(ROWS, order)) == names  # type: ignore[arg-type]


def test_the_filter_wants_every_word_in_name_or_state() -> None:
    assert [one.name for one in matching(ROWS, "review C")] == ["C"]
    assert [one.name for one in matching(ROWS, "  ")] == ["b", "C", "a", "d"]
    assert matching(ROWS, "review b") == []


def test_totals_count_what_is_known() -> None:
    totals = totals_of([*ROWS, waiting_row("/src/e")])
    assert (totals.repositories, totals.unreleased, totals.reading, totals.unreadable) == (5, 12, 1, 1)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 min"), (3_599, "59 min"), (3_600, "1 h"), (86_400, "1 d"), (604_800, "1 w"), (2_628_000, "1 mo")],
)
def test_an_age_is_one_number_and_one_unit(seconds: int, words: str) -> None:
    assert age(1_000, 1_000 + seconds) == words


def test_a_clock_that_runs_behind_makes_no_negative_age() -> None:
    assert age(2_000, 1_000) == "0 min"


@pytest.mark.parametrize("width", range(20, 200, 7))
def test_columns_never_overlap_and_the_state_stays(width: int) -> None:
    rows = [row("a-repository-with-a-name-that-is-quite-long-" * 2, 12_345, suggested_version="1.2.3")]
    columns = laid_out(rows, width, 1_000.0)
    assert columns[0].name == "name"
    assert columns[-1].name == "state"
    for before, after in pairwise(columns):
        assert before.start + before.width + before.gap <= after.start
    if width >= 48:
        assert columns[-1].width >= 16


def test_a_row_tells_what_a_clone_is(tmp_path: Path) -> None:
    repo = Repo.create(tmp_path / "robot", origin="git@github.com:octo/Robot.git")
    repo.commit("Begin", {"a.py": "A = 1\n"})
    repo.tag("v1.0.0")
    repo.commit("Add b (#1)", {"b.py": "B = 1\n"})
    repo.stand_at_origin()
    (found,) = clone_rows(str(repo.root), FLAGS)
    assert (found.name, found.unreleased, found.last_version, found.suggested_version) == (
        "octo/Robot",
        1,
        "v1.0.0",
        "1.1.0",
    )
    assert (found.stage, found.state, found.branch) == ("open", "no draft", "main")
    assert found.web_url == "https://github.com/octo/Robot"


def test_what_is_no_clone_any_more_has_a_row_that_says_so(tmp_path: Path) -> None:
    lines, is_something_read = rows_as_text([str(tmp_path / "gone")], FLAGS)
    assert len(lines) == 1
    assert not is_something_read
    assert "does not exist" in lines[0]
