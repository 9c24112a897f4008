"""A diff of prose: every word is on screen, and what differs is marked."""

from llnotes_tui.publishing.diff import patch_of
from llnotes_tui.widgets.diff_lines import DiffFile
from llnotes_tui.widgets.prose_diff import ProseDiff, ProseDocument
from tests.ui.conftest import settled, shown
from tests.ui.stage import Holding

OLD = (
    "* Listing ships waits up to five seconds for an answer, and a crowded harbor ends the run with an error message.\n"
)
NEW = OLD.replace("five", "thirty")


def document(old: str, new: str) -> ProseDocument:
    return ProseDocument([DiffFile("CHANGELOG.md", patch_of([("CHANGELOG.md", old.encode(), new.encode())]))])


def test_the_words_that_differ_are_known() -> None:
    found = document(OLD, NEW)
    spans = {found.row(row).kind: [found.row(row).text[a:b] for a, b in marks] for row, marks in found.changed.items()}
    assert spans == {"removed": ["five"], "added": ["thirty"]}


def test_lines_that_have_little_in_common_are_not_compared() -> None:
    assert document(OLD, "* Moors ships at night.\n").changed == {}


async def test_long_lines_go_on_below_and_follow_the_width() -> None:
    diff = ProseDiff(id="diff")
    async with Holding(diff).run_test(size=(60, 20)) as pilot:
        diff.show("one", lambda _: document("", f"{NEW}{'x' * 100} 😀😀\n"))
        await settled(pilot, lambda: diff.document is not None)
        assert all(word in shown(pilot.app) for word in (*NEW.split(), "😀😀"))
        assert "›" not in shown(pilot.app)
        before = diff.virtual_size.height
        await pilot.resize_terminal(40, 20)
        await settled(pilot, lambda: diff.virtual_size.height > before)
        assert all(word in shown(pilot.app) for word in NEW.split())
