"""The chooser for repositories whose tags or changelog leave something open: a line for each series or heading."""

from string import ascii_lowercase

from llnotes_tui.sources.options import TagChoice
from llnotes_tui.sources.tag_series import TagQuestion
from llnotes_tui.widgets.dialogs.choose import Choose

_LETTERS = f"123456789{ascii_lowercase}"
"""The first options have a letter each; those after them have none and are chosen with the cursor."""
OTHER_BASE = "base"
"""The result for another base than a series has."""


def tag_chooser(question: TagQuestion, *, other_base: bool = False) -> Choose:
    """Return the dialog; `tag_choice_of` says what its result means.

    With `other_base` its first line is another tag or commit to begin after.
    """
    first = [("0", OTHER_BASE, "Another tag or commit …")] if other_base else []
    listed = [(_LETTERS[at : at + 1], str(at), option.words) for at, option in enumerate(question.options)]
    return Choose(question.title, (*first, *listed), question.sentence)


def tag_choice_of(question: TagQuestion, result: str | None) -> TagChoice | None:
    """Return what was chosen, None where the dialog was left or another base is wanted."""
    return question.options[int(result)].choice if result is not None and result != OTHER_BASE else None
