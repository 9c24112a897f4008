"""Which heading of a changelog holds the unreleased changes, where several could."""

from msgspec import structs

from llnotes_tui.release.changelog import Changelog
from llnotes_tui.release.changelog_files import undecided
from llnotes_tui.release.text import one_line
from llnotes_tui.sources.options import RangeOptions, SourceError
from llnotes_tui.sources.tag_series import TagOption, TagQuestion

_TITLE = "Which heading holds the unreleased changes?"


class UnreleasedHeadingError(SourceError):
    """Several headings could hold the unreleased changes; `question` has what a person can choose."""

    def __init__(self, sentence: str, question: TagQuestion) -> None:
        super().__init__(sentence)
        self.question = question


def require_unreleased_heading(name: str, path: str, changelog: Changelog, options: RangeOptions) -> None:
    """Refuse to go on where it is not clear which items of a changelog belong to the release.

    Raises:
        SourceError: several such headings have the same words.
        UnreleasedHeadingError: several headings could hold the unreleased changes.
    """
    if len(changelog.undecided) < 2:
        return
    if len(set(changelog.undecided)) < len(changelog.undecided):
        heading = one_line(changelog.undecided[0])
        raise SourceError(f"{name}: {one_line(path)} has several headings “{heading}” with items; join them into one.")
    sentence = f"{name}: {undecided(path, changelog)}"
    choices = tuple(
        TagOption(f"“{one_line(heading)}”", structs.replace(options.choice, unreleased=heading))
        for heading in changelog.undecided
    )
    raise UnreleasedHeadingError(sentence, TagQuestion(sentence, choices, _TITLE))
