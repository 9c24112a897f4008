"""`llnotes export`, `review --save/--load`: what was reviewed is written, and nothing where something stands against it."""

from pathlib import Path

import pytest

from llnotes_tui.review.store import ReviewError
from llnotes_tui.sources.options import SourceError
from llnotes_tui.workbench.writing import preview_release, write_release
from tests.repositories import Repo
from tests.unit.commanding import (
    BOT,
    KEEP,
    LABS,
    Run,
    accept,
    entry,
    harbor,
    opened,
    run_here,
    run_program,
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


def test_unread_entries_go_in_only_as_was_asked_for(run: Run, repo: Repo) -> None:
    with opened(repo.root) as bench:
        accept(bench, 2)
        text, other = entry(bench, 2).text, entry(bench, 4).text
    refused = run("export")
    assert (refused.status, refused.out) == (1, "")
    assert "2 of 3 entries were read by nobody" in refused.err
    assert changelog(repo) == LABS
    assert run("export", "--unreviewed", "skip").status == 0
    assert text in changelog(repo)
    assert "#3" not in changelog(repo)
    assert run("export", "--unreviewed", "titles").status == 0
    assert text in changelog(repo)
    assert "issues/3)).\n" in changelog(repo)
    assert other not in changelog(repo)
    drafts = run("export", "--unreviewed", "drafts")
    assert drafts.status == 0
    assert "Suspected breaks that nobody confirmed or denied: 1" in drafts.err
    assert other in changelog(repo)
    assert "**Breaking:**" not in changelog(repo), "nothing is breaking that no person confirmed"
    assert changelog(repo).count("## 0.2.0") == 1


def test_a_failed_export_changes_and_records_nothing(run: Run, repo: Repo) -> None:
    with opened(repo.root) as bench:
        accept(bench)
    (repo.path("CHANGELOG.md")).chmod(0o444)
    refused = run("export", "--version", "0.7.0")
    assert refused.status == 1
    assert "CHANGELOG.md was left as it was" in refused.err
    assert changelog(repo) == LABS
    with opened(repo.root) as bench:
        assert bench.review.state.version == ""
        assert bench.review.state.exported == ()
    (repo.path("CHANGELOG.md")).chmod(0o644)
    assert run("export", "--version", "v0.7.0").status == 0
    assert "## 0.7.0" in changelog(repo)
    assert "## 0.7.0" in run("draft").out, "the version that was written is that of the review"
    assert "nothing was changed" in run("export").err
    assert "written 0.7.0" in run("repos", ".").out
    assert "changed since" not in run("repos", ".").out


def test_a_version_with_a_tag_is_refused(run: Run, repo: Repo) -> None:
    with opened(repo.root) as bench:
        accept(bench)
    refused = run("export", "--version", "0.1.0")
    assert refused.status == 1
    assert "v0.1.0 is tagged already" in refused.err
    repo.tag("v0.3.0", "v0.1.0~0")
    assert run("export", "--version", "0.3.0").status == 1
    assert changelog(repo) == LABS


@pytest.mark.parametrize("take", ["ours", "theirs"])
def test_a_changed_section_is_settled_by_what_is_said(run: Run, repo: Repo, take: str) -> None:
    with opened(repo.root) as bench:
        accept(bench)
    assert run("export").status == 0
    ours = changelog(repo)
    theirs = ours.replace("Listing is tried", "It is tried")
    assert theirs != ours
    repo.write("CHANGELOG.md", theirs)
    refused = run("export")
    assert (refused.status, refused.out) == (1, "")
    assert "\n-* Added a `--retries` option" in refused.err
    assert "Somebody changed the section 0.2.0" in refused.err.splitlines()[-1]
    assert "--take ours or --take theirs" in refused.err.splitlines()[-1]
    assert changelog(repo) == theirs
    done = run("export", "--take", take)
    assert done.status == 0
    assert changelog(repo) == (ours if take == "ours" else theirs)
    assert ("was left as it is" in done.err) == (take == "theirs")


def test_accepted_and_cleared_and_exported_are_the_same_bytes(run: Run, tmp_path: Path) -> None:
    """With processes of their own: what is exported comes from the review alone."""
    bytes_written = []
    for name, clears in (("kept-port", False), ("cleared-port", True)):
        repo = harbor(tmp_path / name)
        repo.set_origin(f"https://github.com/acme/{name}.git")
        with opened(repo.root) as bench:
            accept(bench, 2, 3)
            bench.edit(entry(bench, 4).note, "Waits for 30 s.\n\nAnd <b>more</b>.", accepted=True).result(60)
            bench.set_facts(entry(bench, 3).note, breaking="confirmed").result(60)
        if clears:
            cleared = run_program(repo.root, "cache", "clear")
            assert cleared.status == 0
            assert "cached answers" in cleared.out
            assert "2 reviews stay" in cleared.out
            assert list((tmp_path / "cache").rglob("*.db"))
        done = run_program(repo.root, "export")
        assert done.status == 0, done.err
        bytes_written.append(repo.read("CHANGELOG.md").replace(name.encode(), b"NAME"))
    assert bytes_written[0] == bytes_written[1]
    assert b"**Breaking:** Renamed `dock`" in bytes_written[0]
    assert b"Waits for 30 s." in bytes_written[0]


def test_the_app_and_the_command_write_the_same_bytes(run: Run, repo: Repo) -> None:
    with opened(repo.root) as bench:
        accept(bench)
        shown = preview_release(bench, "titles")
        write_release(bench, shown)
    by_app = repo.read("CHANGELOG.md")
    assert shown.after == by_app
    repo.write("CHANGELOG.md", LABS)
    assert run("export").status == 0
    assert repo.read("CHANGELOG.md") == by_app


def test_what_nobody_drafted_goes_in_as_title_and_that_is_said(run: Run, repo: Repo) -> None:
    done = run("export", "--unreviewed", "drafts")
    assert done.status == 0
    assert "not drafted before went in as title only: 3; run `llnotes draft`" in done.err
    assert run("draft").status == 0
    done = run("export", "--unreviewed", "drafts")
    assert "not drafted" not in done.err
    assert "Listing is tried three times." in changelog(repo)


UNRELEASED = ("- Ships can be painted", "- The harbor has a café", "- Anchors are lighter", "- Ropes are longer")


@pytest.fixture
def handwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A clone with four items that persons wrote under Unreleased."""
    repo = harbor(tmp_path / "harbor", KEEP)
    items = "## [Unreleased]\n\n### Added\n\n" + "\n".join(UNRELEASED) + "\n"
    repo.commit("Tell of ships", {"CHANGELOG.md": KEEP.replace("## [Unreleased]\n", items)})
    repo.stand_at_origin()
    monkeypatch.chdir(repo.root)
    return repo


def unreleased_of(repo: Repo) -> str:
    return changelog(repo).partition("## [Unreleased]")[2].partition("\n## ")[0]


def section_of(repo: Repo) -> str:
    return changelog(repo).partition("## [0.2.0]")[2].partition("\n## ")[0]


def test_items_under_unreleased_move_once_whatever_was_decided_about_them(run: Run, handwritten: Repo) -> None:
    with opened(handwritten.root) as bench:
        by_text = {one.text: one for one in bench.view().entries if one.origin == "changelog"}
        painted, harbor_cafe, anchors, _ = (
            next(one for text, one in by_text.items() if item.removeprefix("- ") in text) for item in UNRELEASED
        )
        bench.exclude(painted.note, "other").result(60)
        bench.edit(harbor_cafe.note, "The harbor has two cafés.", accepted=True).result(60)
        accept(bench, 4)
        bench.merge(entry(bench, 4).note, (anchors.note,)).result(60)
        accept(bench, 4)
    assert run("export", "--unreviewed", "titles").status == 0
    left, told = unreleased_of(handwritten), section_of(handwritten)
    assert "Ships can be painted" in left, "what is not published stays where it was"
    assert "painted" not in told
    assert "two cafés" in told
    assert "café" not in left, "an edited item is published once"
    assert "Anchors" not in left, "what was merged is told by its entry"
    assert "Ropes are longer" in told
    assert "Ropes" not in left
    again = run("export", "--unreviewed", "titles")
    assert "nothing was changed" in again.err


def test_an_item_merged_into_an_entry_that_is_a_title_only_stays(run: Run, handwritten: Repo) -> None:
    with opened(handwritten.root) as bench:
        anchors = next(one for one in bench.view().entries if "Anchors" in one.text)
        bench.merge(entry(bench, 4).note, (anchors.note,)).result(60)
    assert run("export", "--unreviewed", "titles").status == 0
    assert "Anchors are lighter" in unreleased_of(handwritten)


def test_a_review_goes_to_a_colleague_as_a_file(
    run: Run, repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(repo.root) as bench:
        accept(bench, 2)
        bench.edit(entry(bench, 4).note, "Waits longer.", accepted=True).result(60)
    file = tmp_path / "review.json"
    saved = run("review", "--save", str(file))
    assert (saved.status, saved.out) == (0, "")
    assert str(file) in saved.err
    monkeypatch.setenv("LLNOTES_STATE_DIR", str(tmp_path / "colleague"))
    loaded = run("review", "--load", str(file))
    assert loaded.status == 0
    with opened(repo.root) as bench:
        assert entry(bench, 4).text == "Waits longer."
        assert entry(bench, 2).state == "accepted"
    assert run("export", "--unreviewed", "skip").status == 0
    assert "Waits longer." in changelog(repo)
    repo.write("CHANGELOG.md", LABS)
    other = harbor(tmp_path / "other")
    other.set_origin("https://github.com/acme/other.git")
    refused = run("review", str(other.root), "--load", str(file))
    assert (refused.status, refused.out) == (1, "")


def test_the_window_that_came_second_reads_and_an_export_beside_it_says_who_holds_the_review(
    run: Run, repo: Repo
) -> None:
    with opened(repo.root) as first:
        accept(first)
        with opened(repo.root) as second:
            assert second.view().read_only
            with pytest.raises(ReviewError):
                second.accept(entry(second, 2).note, entry(second, 2).text).result(60)
            with pytest.raises(ReviewError):
                write_release(second, preview_release(second, "titles"))
        for words in (["export"], ["export", "--version", "0.9.0"], ["draft", "--write"]):
            refused = run(*words)
            assert (refused.status, refused.out) == (1, ""), words
            assert first.review.by in refused.err
        assert run("draft").status == 0, "drafting alone needs no lock"
    assert changelog(repo) == LABS
    assert run("export").status == 0


def test_an_amended_commit_is_the_commit_that_was_edited(run: Run, tmp_path: Path) -> None:
    repo = harbor(tmp_path / "harbor")
    repo.commit("Paint ships", {"src/harbor/paint.py": "def paint(ship): ...\n"})
    repo.stand_at_origin()
    before = repo.head
    with opened(repo.root) as bench:
        painted = next(one for one in bench.view().entries if "aint" in one.title)
        bench.edit(painted.note, "Ships are painted red.", accepted=True).result(60)
    repo.amend("Paint all ships")
    repo.stand_at_origin()
    assert repo.head != before
    with opened(repo.root) as bench:
        (found,) = [one for one in bench.view().entries if one.text == "Ships are painted red."]
        assert [commit.sha for commit in found.commits] == [repo.head]
        assert found.reviewed or found.state == "stale"
        assert bench.view().left_behind == ()


def test_a_digest_that_cannot_be_had_stops_no_update(run: Run, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(repo.root) as bench:
        note = entry(bench, 2).note

        def lost(*_: object) -> str:
            raise SourceError("An object is missing.")

        monkeypatch.setattr(bench.graph, "input_digest", lost)
        bench.edit(note, "Tried again.", accepted=True).result(60)
        assert entry(bench, 2).text == "Tried again."
        assert entry(bench, 2).state == "accepted"


def test_a_view_that_cannot_be_made_says_so_and_answers_decisions(
    run: Run, repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(repo.root) as bench:
        note = entry(bench, 2).note
        with monkeypatch.context() as patch:
            patch.setattr("llnotes_tui.workbench.standing.arrange", lambda *_: 1 // 0)
            bench.exclude(note, "other").result(60)
            assert "not up to date (ZeroDivisionError" in bench.view().fault
        bench.include(note).result(60)
        assert bench.view().fault == ""
    with pytest.raises(ReviewError, match="closed meanwhile"):
        bench.include(note).result(60)


def test_a_damaged_review_and_what_is_odd_about_a_plan_are_told_in_the_view(
    run: Run, repo: Repo, tmp_path: Path
) -> None:
    repo.commit("Bump black from 23 to 24 (#40)", {"src/harbor/styled.py": "STYLED = True\n"}, author=BOT)
    repo.stand_at_origin()
    with opened(repo.root) as bench:
        accept(bench, 2)
        assert any("#40" in notice for notice in bench.view().notices), bench.view().notices
        assert not any("damaged" in notice for notice in bench.view().notices)
    (database,) = (tmp_path / "state" / "reviews").rglob("cache.db")
    for companion in database.parent.glob("cache.db-*"):
        companion.unlink()
    database.write_bytes(b"no database at all" * 500)
    with opened(repo.root) as bench:
        assert any("damaged" in notice for notice in bench.view().notices)
    assert "#40" in run("draft").err
