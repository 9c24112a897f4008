"""Items woven into a section that a person began: where each goes, and that long sections take no longer an item."""

import pytest

from llnotes_tui.publishing import weave as module
from llnotes_tui.publishing.lines import RenderedItem
from llnotes_tui.publishing.weave import Woven, weave
from llnotes_tui.release.changelog import Changelog, parse
from llnotes_tui.release.model import SECTIONS, Section


def item(words: str, section: Section = "added", *, breaking: bool = False, is_update: bool = False) -> RenderedItem:
    return RenderedItem(f"- {words}", (words,), section, breaking, is_update)


def woven(base: str, *items: RenderedItem, types: int = 3) -> str:
    """Return the section; weaving the same items once more has to change nothing."""
    once = weave(base, Woven(items, "", types))
    assert weave(once, Woven(items, "", types)) == once
    return once


def test_breaking_items_go_before_the_others_of_their_type() -> None:
    base = "## 1.2.0\n\nWords.\n\n### Added\n\n- Old.\n\nMore words.\n"
    known, plain = item("Old."), item("One.")
    first, second = item("**Breaking:** Two.", breaking=True), item("**Breaking:** Three.", breaking=True)
    assert woven(base, plain, first, known, second) == (
        "## 1.2.0\n\nWords.\n\n### Added\n\n- **Breaking:** Two.\n- **Breaking:** Three.\n- Old.\n- One.\n\nMore words.\n\n"
    )


def test_a_type_without_items_gets_them_below_its_words() -> None:
    base = "## 1.2.0\n\n### Fixed\n\nA summary.\n\n### Known issues\n\nNone.\n"
    assert woven(base, item("One.", "fixed"), item("**Breaking:** Two.", "fixed", breaking=True)) == (
        "## 1.2.0\n\n### Fixed\n\nA summary.\n\n- **Breaking:** Two.\n- One.\n\n### Known issues\n\nNone.\n\n"
    )


def test_new_types_come_in_the_order_of_types_whatever_the_order_of_the_items() -> None:
    base = "## 1.2.0\n\nWords.\n\n### Deprecated\n\nOld ways.\n\n### Upgrade notes\n\nRun it.\n"
    names: tuple[Section, ...] = ("fixed", "added", "security", "changed", "removed", "added")
    items = [item(f"{name} {at}.", name) for at, name in enumerate(names)]
    assert woven(base, *items) == (
        "## 1.2.0\n\nWords.\n\n### Added\n\n- added 1.\n- added 5.\n\n### Changed\n\n- changed 3.\n\n"
        "### Deprecated\n\nOld ways.\n\n### Removed\n\n- removed 4.\n\n### Fixed\n\n- fixed 0.\n\n### Security\n\n- security 2.\n\n"
        "### Upgrade notes\n\nRun it.\n\n"
    )


def test_types_that_are_all_new_come_behind_the_first_words() -> None:
    assert woven("## 1.2.0\n\nWords.\n", item("Two.", "fixed"), item("One.")) == (
        "## 1.2.0\n\nWords.\n\n### Added\n\n- One.\n\n### Fixed\n\n- Two.\n\n"
    )


def test_without_types_updates_come_below_a_line_of_their_own() -> None:
    items = (
        item("Updated b.", is_update=True),
        item("One."),
        item("Two.", "fixed"),
        item("Updated c.", is_update=True),
    )
    assert woven("## 1.2.0\n\nWords.\n", *items, types=0) == (
        "## 1.2.0\n\nWords.\n\n- One.\n- Two.\n\nDependency updates:\n\n- Updated b.\n- Updated c.\n\n"
    )


def test_without_types_items_stay_apart_from_a_line_about_updates() -> None:
    base = "## 1.2.0\nDependency updates:\n\n- Updated b.\n"
    assert woven(base, item("Updated b.", is_update=True), item("One."), item("Two."), types=0) == (
        "## 1.2.0\n\n- One.\n- Two.\n\nDependency updates:\n\n- Updated b.\n\n"
    )


def test_of_two_items_with_the_same_words_each_is_found_once() -> None:
    base = "## 1.2.0\n\nWords.\n\n### Added\n\n- Same.\n- Same.\n- Gone.\n"
    assert woven(base, item("Same."), item("Same."), item("Same.")) == (
        "## 1.2.0\n\nWords.\n\n### Added\n\n- Same.\n- Same.\n- Same.\n\n"
    )


@pytest.mark.parametrize("types", [0, 3])
def test_a_section_is_parsed_equally_often_however_many_items_it_gets(
    monkeypatch: pytest.MonkeyPatch, types: int
) -> None:
    parsed: list[int] = []

    def counting(data: bytes, web_url: str | None) -> Changelog:
        parsed.append(len(data))
        return parse(data, web_url)

    monkeypatch.setattr(module, "parse", counting)
    counts: list[int] = []
    for many in (10, 200):
        parsed.clear()
        woven("## 1.2.0\n\nWords.\n", *(item(f"Item {at}.", SECTIONS[at % 6]) for at in range(many)), types=types)
        counts.append(len(parsed))
    assert counts[0] == counts[1]
