"""Two sides wrote the same section, or the file moved on: nothing is written over that nobody has looked at."""

from pathlib import Path

from llnotes_tui.release.ids import section_note
from llnotes_tui.workbench.workbench import Workbench
from tests.repositories import Repo
from tests.ui.conftest import shown
from tests.ui.released import Exporting, opened, repository, until
from tests.ui.test_export import exporting, reviewed, section, seen

THEIRS = "* Wrote this by hand, and it is dear to me.\n"


def edited(repo: Repo) -> None:
    """Write a line of one's own at the end of the section of 0.2.0."""
    text = repo.read("CHANGELOG.md").decode()
    repo.write("CHANGELOG.md", text.replace("\n\n\n## 0.1.0", f"\n{THEIRS}\n\n## 0.1.0"))


async def written(bench: Workbench) -> None:
    """Write the release once."""
    reviewed(bench)
    async with exporting(bench) as (app, pilot):
        await pilot.press("w")
        await seen(app, pilot, "Wrote CHANGELOG.md")


async def test_a_section_that_a_person_changed_is_not_written_over_unasked(tmp_path: Path) -> None:
    repo = repository(tmp_path)
    with opened(repo.root) as bench:
        await written(bench)
        edited(repo)
        before = repo.read("CHANGELOG.md")
        async with exporting(bench) as (app, pilot):
            screen = shown(app)
            assert "Somebody changed the section 0.2.0 in CHANGELOG.md since it was written." in screen
            assert "T keeps theirs (-)   O takes ours (+)   e edits" in screen
            assert "- * Wrote this by hand, and it is dear to me." in screen
            assert "w write (conflict)" in screen
            await pilot.press("w")
            assert "T keeps theirs, O takes ours, e edits." in shown(app)
            await pilot.press("s")
            assert shown(app).index("Theirs, in the file") < shown(app).index("Ours, from this review")
            await pilot.press("T", "w")
            await seen(app, pilot, "The changelog stays as a person has written it.")
        assert repo.read("CHANGELOG.md") == before


async def test_ours_goes_over_theirs_once_a_person_says_so(tmp_path: Path) -> None:
    repo = repository(tmp_path)
    with opened(repo.root) as bench:
        await written(bench)
        before = repo.read("CHANGELOG.md")
        edited(repo)
        async with exporting(bench) as (app, pilot):
            await pilot.press("O")
            assert "Ours goes over theirs." in shown(app)
            await pilot.press("w")
            await seen(app, pilot, "Wrote CHANGELOG.md")
        assert repo.read("CHANGELOG.md") == before


async def test_a_section_is_edited_and_kept_word_for_word(tmp_path: Path) -> None:
    repo = repository(tmp_path)
    with opened(repo.root) as bench:
        await written(bench)
        edited(repo)
        async with exporting(bench) as (app, pilot):
            await pilot.press("e")
            assert "The section · every key is saved" in shown(app)
            app.export.editor.move_cursor(app.export.editor.document.end)
            await pilot.press(*" Truly.")
            typed = bench.open_edit(section_note("0.2.0"))
            assert typed is not None
            assert typed.endswith("dear to me. Truly.")
            await pilot.press("escape")
            await seen(app, pilot, "Your own text goes in.", "+ * Wrote this by hand, and it is dear to me. Truly.")
            await pilot.press("w")
            await seen(app, pilot, "Wrote CHANGELOG.md")
            assert section(repo).endswith("* Wrote this by hand, and it is dear to me. Truly.\n\n\n")
            assert bench.open_edit(section_note("0.2.0")) is None
            after = repo.read("CHANGELOG.md")
            await until(app, pilot, app.is_ready)
            await pilot.press("w")
            await seen(app, pilot, "The changelog stays as a person has written it.")
        assert repo.read("CHANGELOG.md") == after


async def test_a_text_that_is_no_section_is_refused_and_kept(tmp_path: Path) -> None:
    repo = repository(tmp_path)
    with opened(repo.root) as bench:
        await written(bench)
        edited(repo)
        async with exporting(bench) as (app, pilot):
            await pilot.press("e", "enter", *"## 0.9.0", "escape")
            await seen(app, pilot, "The text has to be the section of 0.2.0 and no other")
            assert "w write (conflict)" in shown(app)
            await pilot.press("j")
            assert "The text has to be the section" not in shown(app)
            await pilot.press("e")
            assert app.export.editor.text.endswith("## 0.9.0")


async def test_a_file_that_changed_since_it_was_shown_is_shown_again(tmp_path: Path) -> None:
    repo = repository(tmp_path)
    with opened(repo.root) as bench:
        reviewed(bench)
        async with exporting(bench) as (app, pilot):
            text = repo.read("CHANGELOG.md") + b"* And one more.\n"
            repo.write("CHANGELOG.md", text)
            await pilot.press("w")
            await seen(app, pilot, "CHANGELOG.md changed since it was shown; this is how it would be written now.")
            await until(app, pilot, app.is_ready)
            assert repo.read("CHANGELOG.md") == text
            await pilot.press("w")
            await seen(app, pilot, "Wrote CHANGELOG.md")
        assert repo.read("CHANGELOG.md").endswith(b"* And one more.\n")


async def test_a_version_file_that_does_not_fit_is_a_fault_that_stays(tmp_path: Path) -> None:
    repo = repository(tmp_path)
    repo.write("src/harbor/__about__.py", "nothing here\n")
    with opened(repo.root) as bench:
        reviewed(bench)
        async with exporting(bench) as (app, pilot):
            assert "and it has to be there once; correct" in " ".join(shown(app).split())
            await pilot.press("w")
            assert "! src/harbor/__about__.py has" in shown(app)
            await pilot.press("escape")
            assert "! src/harbor/__about__.py has" not in shown(app)
            repo.write("src/harbor/__about__.py", '__version__ = "0.1.0"\n')
            await pilot.press("1")
            await seen(app, pilot, "+ ## 0.2.0")


async def test_a_second_window_reads_along_and_says_why_it_does_not_write(tmp_path: Path) -> None:
    repo = repository(tmp_path)
    with opened(repo.root) as first:
        reviewed(first)
        with opened(repo.root) as second:
            async with exporting(second) as (app, pilot):
                assert "Reading along:" in shown(app)
                for key in ("w", "V", "i"):
                    await pilot.press(key)
                    assert app.export.bar.notice.startswith(second.view().read_only)
                    app.export.bar.hush()
                await pilot.press("2", "e")
                assert not app.export.is_editing
    assert section(repo) == "# Version changelog\n\n"


async def test_a_bare_clone_shows_what_a_commit_would_hold_and_says_that_it_has_no_files(tmp_path: Path) -> None:
    bare = repository(tmp_path).clone(tmp_path / "bare.git", "--bare")
    with opened(bare.root) as bench:
        reviewed(bench)
        async with exporting(bench) as (app, pilot):
            assert "+ ## 0.2.0" in shown(app)
            await pilot.press("w")
            await seen(app, pilot, "There is no work tree to write to")
            await pilot.press("4")
            await seen(app, pilot, "4 commits: 3 in the changelog")


async def test_the_mouse_does_it_too(tmp_path: Path) -> None:
    repo = repository(tmp_path)
    with opened(repo.root) as bench:
        reviewed(bench)
        async with exporting(bench) as (app, pilot):
            await pilot.click("#parts", offset=(shown_at(app, "4 Manifest"), 0))
            await seen(app, pilot, "4 commits: 3 in the changelog")
            await pilot.click("#keys", offset=(2, 0))
            await seen(app, pilot, "Wrote CHANGELOG.md")


def shown_at(app: Exporting, words: str) -> int:
    """Return the column of some words in the line of parts."""
    return next(line.index(words) for line in shown(app).split("\n") if words in line)
