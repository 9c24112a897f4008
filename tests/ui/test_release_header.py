"""The lines above the panes."""

from msgspec.structs import replace

from llnotes_tui.widgets.release_header import ReleaseHeader
from tests.ui import sample
from tests.ui.conftest import shown
from tests.ui.stage import Holding


async def test_one_line_says_where_the_review_stands() -> None:
    app = Holding(header := ReleaseHeader())
    async with app.run_test(size=(180, 4)) as pilot:
        header.update(sample.release())
        await pilot.pause()
        line = shown(app).split("\n")[0]
        for fact in ("acme/harbor", "v0.60.1 → main", sample.RANGE.until[:7], "2 of 9 entries reviewed"):
            assert fact in line
        for fact in ("writing 7/10", "1 failed", "1 breaking?", "3 new commits", "~1 min left"):
            assert fact in line
        assert "56.4k tokens  41 calls  7 cached" in line


async def test_in_80_columns_what_matters_most_is_left() -> None:
    app = Holding(header := ReleaseHeader())
    async with app.run_test(size=(80, 4)) as pilot:
        header.update(sample.release())
        await pilot.pause()
        line = shown(app).split("\n")[0]
        assert "acme/harbor" in line
        assert "2 of 9 entries reviewed" in line
        assert "3 new commits" in line
        assert "…" not in line


async def test_what_stands_in_the_way_has_a_line_that_stays() -> None:
    app = Holding(header := ReleaseHeader())
    async with app.run_test(size=(100, 8)) as pilot:
        view = sample.release()
        header.update(
            replace(
                view,
                save_fault="the disk is full; free some space, it is tried again.",
                read_only="Ada reviews this in another window.",
                engine_sentence="The endpoint [b]llama[/b] is down; it is tried every 30 s.",
                engine_stopped=True,
            )
        )
        await pilot.pause()
        lines = shown(app).split("\n")
        assert lines[1].strip() == "Not saved: the disk is full; free some space, it is tried again."
        assert lines[2].strip().startswith("Reading along: Ada reviews this in another window.")
        assert lines[3].strip() == "The endpoint [b]llama[/b] is down; it is tried every 30 s."
        header.update(view)
        await pilot.pause()
        assert header.size.height == 1


async def test_a_long_sentence_is_folded_and_stays_whole() -> None:
    app = Holding(header := ReleaseHeader())
    async with app.run_test(size=(60, 8)) as pilot:
        sentence = "The endpoint llama of the profile DEFAULT does not answer; it is tried every 30 s."
        header.update(replace(sample.release(), engine_sentence=sentence))
        await pilot.pause()
        lines = [line.strip() for line in shown(app).split("\n")[1:3]]
        assert " ".join(lines) == sentence
