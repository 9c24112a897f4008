"""Fixtures of the tests that need no screen."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from llnotes_tui.engines.base import Engine
from tests.unit.drafting_matter import Desk, History, OpenDesk


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have reviews wait longer for disks and other windows than people would: the machine may be busy with other tests."""
    monkeypatch.setattr("llnotes_tui.review.keeper._CLOSING", 30.0)
    for pause in ("PATIENCE", "_GLANCE", "_NAMING"):
        monkeypatch.setattr(f"llnotes_tui.review.lock.{pause}", 30.0)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[OpenDesk]:
    """Open draftings on one cache; all are closed after the test."""
    desks: list[Desk] = []

    def open_desk(history: History, engine: Engine, **options: object) -> Desk:
        desks.append(Desk(history, engine, tmp_path / "cache", **options))  # type: ignore[arg-type]
        return desks[-1]

    yield open_desk
    for one in desks:
        one.close()
