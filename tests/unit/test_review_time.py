"""What a review took: the time between decisions, without pauses."""

from llnotes_tui.release.model import NoteId
from llnotes_tui.review.decisions import Accept, Logged
from llnotes_tui.review.replay import replay


def test_pauses_are_no_work() -> None:
    def at(second: float) -> Logged:
        return Logged(second, "Ada", Accept(NoteId("commit:1"), "text", "extractive", "1", "digest"))

    assert replay([at(0), at(60), at(200), at(7_200), at(7_230)]).seconds_at_work == 230
    assert replay([]).seconds_at_work == 0
