"""`llnotes announce`: several releases told together, of words that a person has read, and nothing of private ones."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from llnotes_tui.release.ids import ANNOUNCEMENT
from llnotes_tui.workbench.rolling_up import write_roll_up
from tests.repositories import Repo
from tests.unit.commanding import accept, entry, opened
from tests.unit.publishing_cases import Case, cases


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Case]:
    yield from cases(tmp_path, monkeypatch, capsys)


def another(case: Case, name: str, *, private: bool = False) -> Repo:
    """Return a clone of the same commits under another name."""
    root = case.repo.root.with_name(name)
    shutil.copytree(case.repo.root, root, symlinks=True)
    repo = Repo(root, case.repo.clock)
    case.github.repository(f"acme/{name}", case.site.root, private=private)
    repo.set_origin(case.github.clone_url(f"acme/{name}"))
    return repo


def test_what_a_person_has_read_is_told_and_nothing_else(case: Case, tmp_path: Path) -> None:
    dock, secret, unread = another(case, "dock"), another(case, "secret", private=True), another(case, "unread")
    case.review(2)
    with opened(dock.root) as bench:
        accept(bench)
        bench.edit(ANNOUNCEMENT, "Dock 0.2.0 is out.\n\nIt berths *quickly*.", accepted=True).result(60)
    with opened(secret.root) as bench:
        bench.edit(entry(bench, 2).note, "The vault opens by itself.", accepted=True).result(60)
    elsewhere = case.repo.root.with_name("elsewhere")
    shutil.copytree(case.repo.root, elsewhere, symlinks=True)
    Repo(elsewhere).set_origin("https://gitlab.example.com/acme/elsewhere.git")
    with opened(elsewhere) as bench:
        accept(bench)
    roots = [str(one) for one in (case.repo.root, dock.root, secret.root, unread.root, elsewhere, tmp_path / "none")]
    done = case.run("announce", *roots)
    assert done.status == 0, done.err
    text = done.out
    assert text.startswith(
        "New releases: harbor 0.2.0 and dock 0.2.0.\n\n## [harbor 0.2.0](https://127.0.0.1/acme/harbor)"
    )
    assert "Listing is tried three times." in text
    assert "It berths *quickly*." in text
    assert "berth` (" not in text, "nobody has read that entry"
    assert "vault" not in text
    assert "acme/secret is left out: it is private." in done.err
    assert "acme/unread is left out: nobody has read an entry of it yet." in done.err
    assert "acme/elsewhere is left out: it is not known to be public." in done.err
    assert "does not exist" in done.err


def test_drafts_that_nobody_has_read_are_told_only_where_that_is_said(case: Case, tmp_path: Path) -> None:
    with opened(case.repo.root):
        pass  # drafted, and read by nobody
    refused = case.run("announce", str(case.repo.root))
    assert refused.status == 1
    assert (refused.out, "there is nothing to announce" in refused.err) == ("", True)
    path = tmp_path / "told.md"
    path.write_text("By hand.\n")
    done = case.run("announce", str(case.repo.root), "--unreviewed", "drafts", "--output", str(path))
    assert done.status == 0, done.err
    assert "Listing is tried three times." in path.read_text()
    [kept] = tmp_path.glob("told.md.*.old")
    assert kept.read_text() == "By hand.\n", "what somebody had written there is kept"


def test_the_same_roll_up_leaves_no_second_file(tmp_path: Path) -> None:
    path = tmp_path / "new" / "told.md"
    assert write_roll_up("Told.", path) is None
    assert write_roll_up("Told.\n", path) is None
    assert [one.name for one in path.parent.iterdir()] == ["told.md"]
