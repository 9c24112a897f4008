"""The comparison of drafts from GitHub with drafts from clones."""

from pathlib import Path

import pytest

from tests.bench import mirrors
from tests.unit.mirroring import port


def test_drafts_that_are_equal_end_well_with_a_row_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(mirrors, "spans", lambda _: [(None, None)])
    assert mirrors.main([str(port(tmp_path / "harbor").root)]) == 0
    assert "equal" in capsys.readouterr().out


def test_where_two_drafts_differ_is_told_but_for_what_the_cache_held() -> None:
    one = {"repository": "a", "calls": 1, "entries": [{"text": "x"}, {"text": "y"}]}
    other = {"repository": "b", "calls": 2, "entries": [{"text": "x"}, {"text": "z"}]}
    assert mirrors.differences(one, other) == ("/entries/1/text: 'y' is not 'z'",)
