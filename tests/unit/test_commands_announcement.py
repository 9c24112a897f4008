"""The announcement from the command line: printed, written, and kept where a person changed it."""

from pathlib import Path

import pytest

from llnotes_tui.publishing.export import ExportError
from llnotes_tui.workbench.writing import write_announcement
from tests.repositories import Repo
from tests.unit.commanding import (
    LABS,
    Run,
    accept,
    entry,
    harbor,
    opened,
    run_here,
)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.setenv("LLNOTES_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("LLNOTES_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("LLNOTES_CONFIG", str(tmp_path / "config.toml"))
    return run_here(capsys, monkeypatch)


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    made = harbor(tmp_path / "harbor")
    monkeypatch.chdir(made.root)
    return made


def changelog(repo: Repo) -> str:
    return repo.read("CHANGELOG.md").decode()


def test_the_announcement_is_printed_written_and_kept_where_a_person_changed_it(run: Run, repo: Repo) -> None:
    with opened(repo.root) as bench:
        accept(bench, 2)
        bench.announce()
        assert bench.drafting is not None
        assert bench.drafting.wait(120)
        bench.flush()
        told = bench.announcement().text
        assert "Added a `--retries` option" in told
    assert "Nobody has read the announcement" not in run("export", "--only", "changelog", "--unreviewed", "skip").err
    with opened(repo.root) as bench:
        bench.announce()
        assert bench.drafting is not None
        assert bench.drafting.wait(120)
        bench.flush()
        note = bench.announcement()
        bench.edit(note.note, "Harbor 0.2.0 tries again.\n", accepted=True).result(60)
    first = run("export", "--only", "announcement")
    assert (first.status, first.out) == (0, "Harbor 0.2.0 tries again.\n")
    path = Path(first.err.strip().removeprefix("Wrote ").removesuffix("."))
    assert path.read_text() == first.out
    assert "is in" in run("export", "--only", "announcement").err
    with opened(repo.root) as bench:
        bench.edit(bench.announcement().note, "Harbor 0.2.0 tries three times.", accepted=True).result(60)
        done = write_announcement(bench)
        assert (done.changed, done.kept) == (True, None), "what we wrote ourselves is replaced"
    path.write_text("My own words.\n")
    with opened(repo.root) as bench:
        done = write_announcement(bench)
        assert done.kept is not None
        assert done.kept.read_text() == "My own words.\n"
        assert any(str(done.kept) in sentence for sentence in done.sentences())
    assert path.read_text() == "Harbor 0.2.0 tries three times.\n"
    both = run("export", "--unreviewed", "titles")
    assert both.status == 0
    assert "The announcement is in" in both.err


def test_an_announcement_nobody_read_as_it_stands_is_not_written(run: Run, repo: Repo) -> None:
    with opened(repo.root) as bench:
        accept(bench)
        bench.edit(bench.announcement().note, "All of harbor.", accepted=True).result(60)
    with opened(repo.root) as bench:
        bench.edit(entry(bench, 4).note, "Something else.").result(60)
    refused = run("export", "--only", "announcement")
    assert (refused.status, refused.out) == (1, "")
    assert "Nobody has read the announcement as it stands" in refused.err
    done = run("export")
    assert done.status == 0
    assert "The announcement was not written: nobody has read it as it stands." in done.err


@pytest.mark.parametrize("setting", ["../news.md", "CHANGELOG.md", ".git/hooks/news"])
def test_an_announcement_goes_nowhere_it_should_not(run: Run, repo: Repo, tmp_path: Path, setting: str) -> None:
    (tmp_path / "config.toml").write_text(f'announcement = "{setting}"\n')
    with opened(repo.root) as bench:
        accept(bench)
        bench.edit(bench.announcement().note, "All of harbor.", accepted=True).result(60)
        with pytest.raises(ExportError):
            write_announcement(bench)
    assert run("export").status == 1
    assert changelog(repo) == LABS, "neither is the changelog written"


def test_an_announcement_in_the_clone_is_named_for_its_version(run: Run, repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('announcement = "docs/news/$VERSION.md"\n')
    with opened(repo.root) as bench:
        accept(bench)
        bench.edit(bench.announcement().note, "All of harbor.", accepted=True).result(60)
    assert run("export").status == 0
    assert repo.read("docs/news/0.2.0.md") == b"All of harbor.\n"
