"""What may be chosen about a range, and the error of every source."""

from collections.abc import Callable
from datetime import date

from msgspec import Struct

from llnotes_tui.release.changelog_files import DEFAULT

Say = Callable[[str], None]
"""Is told in a sentence what is going on, from any thread."""


def silent(_: str) -> None:
    """Say nothing."""


class SourceError(Exception):
    """A source cannot tell what was asked; the sentence says what, where, and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class ComponentOptions(Struct, frozen=True):
    """A part of a repository with its own tags, paths and changelog."""

    name: str
    tags: str = ""
    """Pattern of its tags with `*` for the version; empty: those that begin with its name."""
    paths: tuple[str, ...] = ()
    """Folders or files below the repository's root; empty: all."""
    changelog: str = ""
    """Path of its changelog; empty: the repository's."""


class TagChoice(Struct, frozen=True):
    """What a person chose where tags and changelog alone do not say where a release begins and what it has already."""

    prefix: str | None = None
    """Of the series whose tags are the releases, `""` or `v` for the plain one; None: nothing was chosen."""
    prereleases: bool = False
    """Pre-releases count as releases."""
    everything: bool = False
    """No tag is a release: the range begins at the first commit."""
    since: str = ""
    """A tag to begin after, this time only."""
    unreleased: str = ""
    """Words of the heading in the changelog of what is unreleased."""


class RangeOptions(Struct, frozen=True):
    """What a person, a command or the settings say about a range; empty fields are found out."""

    since: str | None = None
    """A tag, a version, a branch or a SHA; None: what was released last."""
    until: str | None = None
    """None: the upstream's default branch."""
    tag_prefix: str | None = None
    """The part before the version in a tag; empty: nothing but `v`, `release` and the like; None: found out."""
    tag_pattern: str = ""
    """With `*` for the version, such as `core-v*`; goes before the prefix."""
    prereleases: bool = False
    choice: TagChoice = TagChoice()
    """What was chosen before, for where the settings leave it open or match no tag."""
    today: date | None = None
    """The day of the release, for versions that are dates."""
    component: ComponentOptions | None = None
    changelog: str = ""
    """Path of the changelog; empty: found by its name."""
    unreleased: str = ""
    """Words of the heading in the changelog of what is unreleased; empty: one of the usual names."""
    is_layout_set: bool = False
    """The settings name a layout or a template, so a changelog in any format can be written."""

    @property
    def changelog_path(self) -> str:
        """The changelog of the component, else of the repository; where neither is named, what a new one is called."""
        return (self.component.changelog if self.component is not None else "") or self.changelog or DEFAULT
