"""What a changelog says, read from bytes: versions, items, and the pull requests of this repository."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llnotes_tui.release.changelog import parse, version_key
from llnotes_tui.release.markdown import byte_order_mark, scan

WEB = "https://github.com/acme/tool"

LABS = b"""# Version changelog

## 0.12.0

- **Tracing** [#318](https://github.com/acme/tool/issues/318)
    Added support for `TRACE`.
    \n- **Python 3.14** [#315](https://github.com/acme/tool/issues/315)
    The project supports Python 3.14, see [#9](https://github.com/acme/tool/issues/9).

## 0.11.0

* Added retries ([#4370](https://github.com/acme/tool/issues/4370)). One paragraph, as in [#1](https://github.com/acme/tool/issues/1).
* Fixed what other/tool#7 broke ([#12](https://github.com/other/tool/issues/12)). It resolves `#8`.

Dependency updates:

 * Updated sqlglot requirement from <26.3 to >=26.4 ([#3572](https://github.com/acme/tool/pull/3572)).

## 0.10.0

Initial commit
"""

KEEP = b"""# Changelog

## [Unreleased]

### Added

- A word (#41)
  with a second line

    and code

### Security

- **Breaking:** CVE-2026-1234: no more `eval` ([#42]).

## [1.1.0] - 2026-01-02 [YANKED]

### Fixed

- A crash (#40, #39).

## [1.0.0] - 2025-12-01

- First.

[#42]: https://github.com/acme/tool/pull/42
[unreleased]: https://github.com/acme/tool/compare/v1.1.0...HEAD
[1.1.0]: https://github.com/acme/tool/compare/v1.0.0...v1.1.0
[1.0.0]: https://github.com/acme/tool/releases/tag/v1.0.0
"""


def test_labs_sections_have_their_items_and_pull_requests() -> None:
    changelog = parse(LABS, WEB)
    assert changelog.layout == "labs"
    assert [section.version for section in changelog.sections] == ["0.12.0", "0.11.0", "0.10.0"]
    assert [item.pull_requests for item in changelog.sections[0].items] == [(318,), (315,)]
    assert [item.pull_requests for item in changelog.sections[1].items] == [(4370,), (), (3572,)]
    assert [item.dependency for item in changelog.sections[1].items] == [False, False, True]
    assert changelog.sections[2].items == ()
    assert changelog.unreleased == ()


def test_keepachangelog_sections_unreleased_items_and_foot() -> None:
    changelog = parse(KEEP, WEB)
    assert changelog.layout == "keepachangelog"
    assert [(section.version, section.date) for section in changelog.sections] == [
        ("1.1.0", "2026-01-02"),
        ("1.0.0", "2025-12-01"),
    ]
    first, second = changelog.unreleased
    assert first.text == "A word (#41)\nwith a second line\n\n  and code"
    assert (first.section, first.pull_requests, first.breaking) == ("added", (41,), False)
    assert (second.section, second.pull_requests, second.breaking) == ("security", (42,), True)
    assert changelog.sections[0].items[0].pull_requests == (40, 39)
    assert [link.label for link in changelog.links] == ["#42", "unreleased", "1.1.0", "1.0.0"]
    assert KEEP[changelog.body_end :].startswith(b"[#42]:")


def test_offsets_are_bytes_of_the_file() -> None:
    data = b"\xef\xbb\xbf" + LABS.replace(b"\n", b"\r\n").replace(b"Tracing", "Tracé".encode())
    changelog = parse(data, WEB)
    first, second, third = changelog.sections
    assert data[first.start : first.end].startswith(b"## 0.12.0\r\n")
    assert first.end == second.start
    assert data[second.items[1].start : second.items[1].end].startswith(b"* Fixed what other")
    assert third.end == len(data)
    assert data[first.start : first.content_end].endswith(b"issues/9).\r\n")


def test_text_under_an_item_is_no_heading() -> None:
    data = b"# Version changelog\n\n## 1.0.0\n\n* An item\n\n  ## 0.9.0\n\n  ```\n## 0.8.0\n\n* Another\n\n## 0.7.0\n"
    sections = parse(data, WEB).sections
    assert [section.version for section in sections] == ["1.0.0", "0.8.0", "0.7.0"]
    assert sections[0].items[0].text == "An item\n\n## 0.9.0\n\n```"


@pytest.mark.parametrize(
    "hidden",
    [
        "```\n## 9.0.0\n```",
        "~~~~\n## 9.0.0\n~~~\n~~~~",
        "<!--\n## 9.0.0\n-->",
        "<pre>\n## 9.0.0\n</pre>",
        "    ## 9.0.0",
    ],
)
def test_code_and_comments_hold_no_headings(hidden: str) -> None:
    data = f"# Version changelog\n\n{hidden}\n\n## 1.0.0\n\n* An item\n".encode()
    assert [section.version for section in parse(data, WEB).sections] == ["1.0.0"]


@pytest.mark.parametrize(
    ("text", "layout"),
    [
        ("# Version changelog\n\n## 0.1.0\n", "labs"),
        ("# Version changelog\n", "labs"),
        ("# Version changelog\n\n## Release v0.175.0 (2026-08-19)\n\n### Features\n", "free"),
        ("# Version changelog\n\n## v0.1.0\n", "free"),
        ("# Version changelog\n\n## 0.1.0 (2026-08-19)\n", "free"),
        ("# Changelog\n\n## [Unreleased]\n", "keepachangelog"),
        ("# Changelog\n\n## [1.0.0] - 2017-07-17\n", "keepachangelog"),
        ("# Changelog\n\n## [1.0.0] - 2017-07-17 [YANKED]\n", "keepachangelog"),
        ("# Change Log\n\n## 1.0.0 - 2017-07-17\n", "keepachangelog"),
        ("Changelog\n=========\n\n## [1.0.0] - 2017-07-17\n", "keepachangelog"),
        ("# Changelog\n\n## [1.0.0](https://github.com/a/b/compare/x...y) (2020-01-01)\n", "free"),
        ("# Changelog\n\n## 1.0.0\n", "labs"),
        ("# Changelog\n\n## 1.0.0\n\n### Added\n\n- x\n", "keepachangelog"),
        ("# Changelog\n", "keepachangelog"),
        ("# Version changelog\n\n## [1.0.0] - 2017-07-17\n", "keepachangelog"),
        ("# Changelog\n\nSee the releases page.\n", "free"),
        ("# History\n\n## 1.0.0\n", "labs"),
        ("## 1.0.0\n", "labs"),
        ("", "free"),
        ("---\ntitle: x\n---\n\n# Version changelog\n\n## 0.1.0\n", "labs"),
    ],
)
def test_a_layout_is_recognised_by_the_newest_heading(text: str, layout: str) -> None:
    assert parse(text.encode(), WEB).layout == layout
    assert parse(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(), WEB).layout == layout


def test_a_newer_heading_decides_over_older_ones() -> None:
    data = b"# Version changelog\n\n## 0.0.2\n\n* A\n\n## Release 0.0.1\n\n* B\n"
    changelog = parse(data, WEB)
    assert changelog.layout == "labs"
    assert [section.version for section in changelog.sections] == ["0.0.2", "0.0.1"]


def test_a_section_ends_where_another_heading_of_its_level_begins() -> None:
    data = b"# Version changelog\n\n## 1.0.0\n\n* A (#1)\n\n## Contributors\n\n* B (#2)\n"
    (section,) = parse(data, WEB).sections
    assert [item.pull_requests for item in section.items] == [(1,)]


def test_a_file_of_what_comes_next_is_unreleased_whole() -> None:
    data = b"# NEXT CHANGELOG\n\n## Release v0.176.0\n\n### New Features and Improvements\n* Added a flag (#5)\n\n### API Changes\n"
    changelog = parse(data, WEB)
    assert changelog.sections == ()
    assert [(item.text, item.pull_requests, item.section) for item in changelog.unreleased] == [
        ("Added a flag (#5)", (5,), "added")
    ]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        (
            "Added x ([#1](https://github.com/acme/tool/issues/1), [#2](https://github.com/Acme/Tool/pull/2)). See #3.",
            (1, 2),
        ),
        (
            "Added x ([#1](https://github.com/acme/tool/pull/1)) ([#2](https://github.com/acme/tool/pull/2)). Prose.",
            (1, 2),
        ),
        (
            "Docs for [#3](https://github.com/acme/tool/issues/3) ([#4](https://github.com/acme/tool/pull/4)). Prose.",
            (4,),
        ),
        ("Added x (#5)", (5,)),
        ("Added x by @ada in #6", (6,)),
        ("Added x by @ada in https://github.com/acme/tool/pull/7", (7,)),
        ("Added x ([#8](https://github.com/other/tool/issues/8)).", ()),
        ("Added x (other/tool#9).", ()),
        ("Added x (acme/tool#10).", (10,)),
        ("Updated x ([#3](https://github.com/acme/tool/issues/3456)).", (3456,)),
        ("Added x, whose `#11` is code", ()),
        ("Added &#39;x&#39;", ()),
        ("No number", ()),
    ],
)
def test_only_pull_requests_of_this_repository_that_the_item_is_about_count(
    text: str, numbers: tuple[int, ...]
) -> None:
    (section,) = parse(f"# Version changelog\n\n## 1.0.0\n\n* {text}\n".encode(), WEB).sections
    assert section.items[0].pull_requests == numbers


def test_without_a_known_page_the_repository_most_linked_counts() -> None:
    changelog = parse(LABS, None)
    assert changelog.repository == WEB
    assert [item.pull_requests for item in changelog.sections[1].items] == [(4370,), (), (3572,)]


def test_versions_are_ordered_as_numbers_and_pre_releases_come_before_their_release() -> None:
    ordered = ["0.9.0", "0.10.0", "1.0.0-alpha", "1.0.0rc1", "1.0.0", "1.0.1"]
    assert sorted(["1.0.1", "1.0.0", "1.0.0rc1", "1.0.0-alpha", "0.10.0", "0.9.0"], key=version_key) == ordered


def test_latin_1_bytes_are_read_and_keep_their_offsets() -> None:
    data = "# Version changelog\n\n## 1.0.0\n\n* Café (#1)\n\n## 0.9.0\n".encode("latin-1")
    changelog = parse(data, WEB)
    assert changelog.sections[0].items[0].text == "Café (#1)"
    assert data[changelog.sections[1].start :] == b"## 0.9.0\n"


LINES = st.lists(
    st.sampled_from(
        [b"# Changelog", b"## 1.0.0", b"## [Unreleased]", b"* a (#1)", b"  b", b"```", b"<!--", b"-->", b"---", b"===", b"", b"\t* c",
         b"[1]: https://x", b"x", b"\xff", b"\xef\xbb\xbf", b"> q", b"<pre>", b"1. d", b"    e"]
    ),
    max_size=14,
)  # fmt: skip


@settings(derandomize=True, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.tuples(LINES, st.sampled_from([b"\n", b"\r\n", b"\r"])).map(lambda d: d[1].join(d[0])),
    )
)
def test_any_bytes_are_read_and_none_are_lost(data: bytes) -> None:
    lines = scan(data)
    assert byte_order_mark(data) + b"".join(data[line.start : line.end] for line in lines) == data
    changelog = parse(data, WEB)
    spans = [(section.start, section.content_end, section.end) for section in changelog.sections]
    assert all(start < content_end <= end <= len(data) for start, content_end, end in spans)
    assert all(before[2] <= after[0] for before, after in pairwise(spans))
    for section in changelog.sections:
        assert all(section.start <= item.start < item.end <= section.content_end for item in section.items)
