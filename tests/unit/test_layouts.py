"""How a release reads in both layouts, and that no text of others gets out of its line."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from llnotes_tui.publishing import keepachangelog, labs
from llnotes_tui.publishing.safe_text import code_spans, safe_line
from llnotes_tui.release.changelog import parse
from llnotes_tui.release.model import Section
from tests.unit.release_notes import WEB, entry, notes


def test_labs_is_the_documented_shape() -> None:
    section = labs.render(
        notes(
            entry("Fixed a crash.", "It is gone.", pull_requests=(7,)),
            entry("Added retries to group listing", "One paragraph in prose.", pull_requests=(4370,)),
            version="0.61.0",
            dependency_updates=(("Updated sqlglot requirement from <26.3,>=25.5.0 to >=25.5.0,<26.4", 3572),),
        )
    )
    assert section == (
        "## 0.61.0\n"
        "\n"
        f"* Added retries to group listing ([#4370]({WEB}/issues/4370)). One paragraph in prose.\n"
        f"* Fixed a crash ([#7]({WEB}/issues/7)). It is gone.\n"
        "\n"
        "Dependency updates:\n"
        "\n"
        f" * Updated sqlglot requirement from <26.3,>=25.5.0 to >=25.5.0,<26.4 ([#3572]({WEB}/pull/3572)).\n"
        "\n"
    )


def test_labs_without_dependencies_ends_in_two_blank_lines() -> None:
    assert labs.render(notes(entry("Added x", ""))) == "## 1.2.0\n\n* Added x.\n\n\n"


def test_labs_entries_stand_in_the_order_of_their_bytes() -> None:
    section = labs.render(notes(*(entry(title, "") for title in ("Added é", "Added z", "added a", "Added Z"))))
    assert re.findall(r"\* (.*)\.", section) == ["Added Z", "Added z", "Added é", "added a"]


def test_several_pull_requests_and_none_and_no_web_page() -> None:
    both = entry("Added x", "", pull_requests=(1, 2, 1))
    assert f"* Added x ([#1]({WEB}/issues/1), [#2]({WEB}/issues/2)).\n" in labs.render(notes(both))
    assert "* Added x (#1, #2).\n" in labs.render(notes(both, web_url=None))
    assert "* Added x. Prose.\n" in labs.render(notes(entry("Added x", "Prose.")))


def test_a_dependency_stands_once_and_never_beside_its_entry() -> None:
    section = labs.render(
        notes(
            entry("Bumped a from 1 to 2", "", pull_requests=(1,)),
            dependency_updates=(
                ("Bump a from 1 to 2", 1),
                ("Bump b from 1 to 2", 2),
                ("Bump b from 1 to 2", 2),
                ("Bump  b from 1 to 2.", 3),
                ("Bumped a from 1 to 2", None),
                ("Bump c from 1 to 2", None),
            ),
        )
    )
    assert re.findall(r"^ \* (.*)$", section, re.MULTILINE) == [
        f"Bump b from 1 to 2 ([#2]({WEB}/pull/2)).",
        "Bump c from 1 to 2.",
    ]


def test_internal_changes_are_lines_without_doubles() -> None:
    section = labs.render(
        notes(
            entry("Added x", "", pull_requests=(1,)),
            internal=(entry("Changed CI", "", pull_requests=(2,)), entry("Added x once more", "", pull_requests=(1,))),
        )
    )
    assert section.count("* ") == 2
    assert f"* Changed CI ([#2]({WEB}/issues/2)).\n" in section


def test_a_breaking_change_says_so_in_both_layouts() -> None:
    breaking = notes(entry("Removed x", "", section="removed", breaking=True))
    assert "* **Breaking:** Removed x.\n" in labs.render(breaking)
    assert "### Removed\n\n- **Breaking:** Removed x.\n" in keepachangelog.render(breaking)


def test_keepachangelog_has_its_types_in_order_and_no_empty_one() -> None:
    sections: tuple[Section, ...] = ("security", "fixed", "removed", "deprecated", "changed", "added")
    section = keepachangelog.render(notes(*(entry(f"Did {name}", "", section=name) for name in sections)))
    assert section.startswith("## [1.2.0] - 2026-08-19\n\n### Added\n\n- Did added.\n\n### Changed\n")
    assert re.findall(r"### (\w+)", section) == ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]
    assert re.findall(r"### (\w+)", keepachangelog.render(notes(entry(section="fixed")))) == ["Fixed"]
    assert section.endswith("- Did security.\n\n")


def test_keepachangelog_puts_breaking_first_in_its_type_and_links_pull_requests_as_such() -> None:
    section = keepachangelog.render(
        notes(entry("Added x", "", pull_requests=(1,)), entry("Added y", "", breaking=True, pull_requests=(2,)))
    )
    assert section.endswith(
        f"### Added\n\n- **Breaking:** Added y ([#2]({WEB}/pull/2)).\n- Added x ([#1]({WEB}/pull/1)).\n\n"
    )


def test_security_leads_with_the_cve() -> None:
    in_text = entry("Fixed the parser", "This is cve-2026-12345.", section="security")
    in_title = entry("CVE-2026-12345: fixed the parser", "", section="security")
    elsewhere = entry("Mentions CVE-2026-12345", "", section="fixed")
    section = keepachangelog.render(notes(in_text, in_title, elsewhere))
    assert "- CVE-2026-12345: Fixed the parser. This is cve-2026-12345.\n" in section
    assert "- CVE-2026-12345: fixed the parser.\n" in section
    assert "- Mentions CVE-2026-12345.\n" in section


def test_dependency_updates_are_changes_in_keepachangelog() -> None:
    section = keepachangelog.render(notes(entry(), dependency_updates=(("Bump b from 1 to 2", 2),)))
    assert section.endswith(f"### Changed\n\n- Bump b from 1 to 2 ([#2]({WEB}/pull/2)).\n\n")


def test_generated_html_is_escaped_outside_code_spans() -> None:
    section = labs.render(
        notes(entry("Added <b>x</b>", "A `List<String>` and <script>alert(1)</script> <https://a.b/c>."))
    )
    assert "* Added &lt;b>x&lt;/b>. A `List<String>` and &lt;script>alert(1)&lt;/script> <https://a.b/c>.\n" in section
    assert safe_line("``a ` <b>`` <b> <1") == "``a ` <b>`` &lt;b> <1"


def test_human_text_is_not_changed_and_stays_inside_its_item() -> None:
    written = "First <b>line</b> by @ada ![x](y)  \n\n## 9.9.9\n\n* nested\n[x]: https://a.b\nAnd\n==="
    section = labs.render(notes(entry("Added x", written, human=True), entry("Added z", "")))
    assert "* Added x. First <b>line</b> by @ada ![x](y)  \n\n  ## 9.9.9\n\n  * nested\n  [x]: https://a.b\n" in section
    changelog = parse(("# Version changelog\n\n" + section).encode(), WEB)
    assert [found.version for found in changelog.sections] == ["1.2.0"]
    assert [item.text for item in changelog.sections[0].items] == [f"Added x. {written}", "Added z."]


def test_an_item_of_the_changelog_is_word_for_word() -> None:
    words = "A word, by hand <b>bold</b> (#41)\nwith a second line\n\n  and code"
    kept = entry("A word, by hand", words, origin="changelog", pull_requests=(41,), section="added")
    assert (
        "### Added\n\n- A word, by hand <b>bold</b> (#41)\n  with a second line\n\n    and code\n"
        in keepachangelog.render(notes(kept))
    )
    marked = entry("x", "**Breaking:** x", origin="changelog", breaking=True)
    assert "- **Breaking:** x\n" in keepachangelog.render(notes(marked))


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("One.\n\n## 9.9.9\n\nTwo.", "One. ## 9.9.9 Two."),
        ("One\n===", "One ==="),
        ("One\r\n---\r\nTwo", "One --- Two"),
        ("[](", r"[]\("),
        ("\\\\@ada \\&#64;ada", r"\\`@ada` `@ada`"),
        ("See ![x](https://e.f/p.png)", r"See !\[x](https://e.f/p.png)"),
        ("Thanks @ada, @acme/team and a@b.cd", "Thanks `@ada`, `@acme/team` and a@b.cd"),
        ("&#64;ada &commat;ada \\@ada _@ada_", "`@ada` `@ada` `@ada` _`@ada`_"),
        ("`@dataclass` and @retried", "`@dataclass` and `@retried`"),
        ("[Unreleased]: https://e.f", r"\[Unreleased]: https://e.f"),
        ("# One", r"\# One"),
        ("1. One", r"1\. One"),
        ("- One", r"\- One"),
        ("> One", r"\> One"),
        ("~~~", r"\~~~"),
        ("---", r"\---"),
        ("An open ` tick", r"An open \` tick"),
        ("<!-- One", "&lt;!-- One"),
        ("[x](javascript:alert(1)) [y](https://a.b)", r"[x]\(javascript:alert(1)) [y](https://a.b)"),
        ("a\u2028## b", "a\u2424## b"),
        ("a\x1b[31mb", "a\u241b[31mb"),
        ("Plain *prose* with #12 and < 5", "Plain *prose* with #12 and < 5"),
        ("Support __init__ and *args, **kwargs", "Support `__init__` and `*args`, `**kwargs`"),
        ("Read lib.__version__ from src/__init__.py.", "Read `lib.__version__` from `src/__init__.py`."),
        ("Rename _foo() to _bar, not foo_bar_", "Rename `_foo()` to `_bar`, not foo_bar_"),
        ("Match src/*.py and tests/*.py", r"Match src/\*.py and tests/\*.py"),
        ("Compute 2 * 3, a*b*c", r"Compute 2 * 3, a\*b\*c"),
        ("**Never** *ever* __Really__ _so_", "**Never** *ever* __Really__ _so_"),
        ("[a __b__](https://a.b/__c__) https://a.b/__c__/*", "[a __b__](https://a.b/__c__) https://a.b/__c__/*"),
    ],
)
def test_generated_text_is_one_harmless_line(hostile: str, harmless: str) -> None:
    assert safe_line(hostile) == harmless


@pytest.mark.parametrize(
    "title",
    [
        "Support __init__ and *args, **kwargs",
        "Read lib.__version__ from src/__init__.py",
        "Match src/*.py, tests/*.py, a*b*c and **/*.md",
        "Pass f(*args, **kwargs) to --__x__, (__main__) and _foo, bar_",
        "*args",
    ],
)
def test_names_with_underscores_and_stars_are_not_emphasis(title: str) -> None:
    line = safe_line(title)
    [inline] = [token for token in MarkdownIt("commonmark").parse(f"* {line}.") if token.type == "inline"]
    assert not {"em_open", "strong_open"} & {child.type for child in inline.children or ()}
    assert "".join(child.content for child in inline.children or ()) == f"{title}."
    assert safe_line(line) == line


def test_code_spans_are_found_as_markdown_finds_them() -> None:
    assert list(code_spans("a `b` ``c ` d`` `e")) == [
        (False, "a "),
        (True, "`b`"),
        (False, " "),
        (True, "``c ` d``"),
        (False, " `e"),
    ]
    assert list(code_spans(r"\`a` b`")) == [(False, r"\`a"), (True, "` b`")]


PIECES = st.sampled_from(
    ["`", "``", "```", "\\", "<b>", "<", ">", "!", "[", "![", "](", "(", ")", "http://x.y", "javascript:x", "]", ": ", "@user", "@",
     "#", "# ", "## 1.0.0", "\n", "\n\n", "\r\n", "===", "---", "- ", "* ", "1. ", "> ", "    ", "\t", "~~~", "<!--", "-->", "&#64;",
     "\\@", "_", "*", "a", "b c", "[x]: http://e", "[ ] ", "<https://a.b>", "\u2028", "\x0b", "\u200b", "a.b@c.de", "/@x"]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=12).map("".join)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(title=TEXTS, text=TEXTS)
def test_generated_text_cannot_leave_its_line_as_a_markdown_reader_sees_it(title: str, text: str) -> None:
    hostile = entry(title, text, pull_requests=(1,))
    tokens = list(_flat(MarkdownIt("commonmark").parse(labs.render(notes(hostile, hostile)))))
    kinds = [token.type for token in tokens]
    assert kinds.count("heading_open") == 1
    assert kinds.count("bullet_list_open") == 1
    assert kinds.count("list_item_open") == 2
    assert not {"html_block", "html_inline", "image", "hr", "fence", "code_block", "blockquote_open"} & set(kinds)
    targets = [str(token.attrGet("href")) for token in tokens if token.type == "link_open"]
    assert targets.count(f"{WEB}/issues/1") == 2
    assert not [target for target in targets if target.startswith("javascript")]
    assert not _mentions(tokens)


def _flat(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _flat(token.children or [])


def _mentions(tokens: list[Token]) -> list[str]:
    """Return what would call somebody: text outside code and links, as GitHub looks for it."""
    words, depth = "", 0
    for token in tokens:
        depth += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type in ("text", "text_special") and not depth:
            words += token.content
        else:
            words += "\0" if token.type == "code_inline" else " "
    return re.findall(r"(?:^|[^A-Za-z0-9`])@[a-z0-9]", re.sub(r"https?://\S+", "", words))
