"""Carrying a review from one engineer to another, as a file."""

from pathlib import Path
from threading import Event

from llnotes_tui import config
from llnotes_tui.review.review import Review
from llnotes_tui.workbench.opening import read_release, review_id
from llnotes_tui.workbench.start import Target, reviewer
from llnotes_tui.workbench.tools import plan_commits


def carry_review(target: Target, save_to: str | None, load_from: str | None) -> str:
    """Take a colleague's review in, write this one to a file, or both in that order; return what was done.

    Raises:
        ReviewError: a file cannot be read or written, or is of another range; nothing was changed.
    """
    read = read_release(target, lambda _: None, Event())
    by = reviewer(read.opened)
    review = Review.open(config.state_directory(), review_id(read.plan.range), plan_commits(read.plan), by)
    sentences = []
    try:
        if load_from:
            sentences.append(review.load(Path(load_from).expanduser()).result())
        if save_to:
            review.save(Path(save_to).expanduser())
            sentences.append(
                f"Wrote this review to {save_to}; a colleague takes it in with `llnotes review --load {save_to}`."
            )
    finally:
        review.close()
    return "\n".join(sentences)
