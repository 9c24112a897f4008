"""For any changelog and any section: what may not change does not, and what was put in is found again."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llnotes_tui.publishing.export import ExportError, ExportOptions, Preview, WrittenSection, preview
from llnotes_tui.publishing.splice import place
from llnotes_tui.release.changelog import Changelog, parse
from llnotes_tui.release.model import SECTIONS, ReleaseNotes
from tests.unit.release_notes import WEB, entry, notes

WORDS = st.lists(
    st.sampled_from(["Added", "x", "`a`", "`", "\n", "\n\n", "\r\n", "# ", "## 9.9.9", "### Added", "- ", "* ", "===", "---", "[x]: y",
                     "![", "<b>", "<!--", "```", "~~~", "é", "€", "    ", "\t", "(#7)", "\x00", "[1.2.0]: z", "<pre>", "\x85", "- [ ] "]),
    max_size=8,
).map(" ".join)  # fmt: skip
ENTRIES = st.builds(
    lambda title, text, human, section, breaking, numbers: entry(
        f"Added {title}", text, human=human, section=section, breaking=breaking, pull_requests=tuple(numbers)
    ),
    WORDS, WORDS, st.booleans(), st.sampled_from(SECTIONS), st.booleans(), st.lists(st.integers(1, 99), max_size=2),
)  # fmt: skip
VERSIONS = st.sampled_from(["0.0.1", "0.9.5", "1.2.0", "1.2.0-rc.1", "3.0.0"])
RELEASES = st.builds(
    lambda entries, version, page: notes(
        *entries, version=version, tag=f"v{version}", web_url=page, dependency_updates=(("Bump b from 1 to 2", 2),)
    ),
    st.lists(ENTRIES, min_size=1, max_size=3), VERSIONS, st.sampled_from([WEB, None]),
)  # fmt: skip

BODIES = st.lists(
    st.sampled_from(["* An item ([#1](https://github.com/acme/tool/issues/1)). Prose.", "- Another\n  over two lines\n\n  and more",
                     "```\n## 8.8.8\n```", "<!--\n## 8.8.8\n-->", "Dependency updates:\n\n * Updated b (#2).", "Words", "é", "", "\n",
                     "### Fixed\n\n- A crash", "1. One\n2. Two", "---", "<details>\n\n## not one\n\n</details>", "\t* tabbed  "]),
    max_size=5,
).map("\n".join)  # fmt: skip
SECTION_LIST = st.lists(
    st.tuples(st.sampled_from(["2.0.0", "1.1.0", "1.0.0", "0.9.0", "0.8.0rc1"]), BODIES), max_size=4
)


@st.composite
def documents(draw: st.DrawFn, layout: str) -> bytes:
    """Draw a changelog of a layout with line ends, mark, encoding and final newline of any kind."""
    sections = sorted(dict(draw(SECTION_LIST)).items(), reverse=True)
    if layout == "labs":
        text = "# Version changelog\n\n" + "".join(f"## {version}\n\n{body}\n\n\n" for version, body in sections)
    else:
        heading = draw(st.sampled_from(["## [Unreleased]\n\n", "## [Unreleased]\n\n- By hand\n\n", ""]))
        text = f"# Changelog\n\nOur preamble: keepachangelog.com.\n\n{heading}"
        text += "".join(f"## [{version}] - 2026-01-02\n\n{body}\n\n" for version, body in sections)
        if draw(st.booleans()):
            text += f"[Unreleased]: {WEB}/compare/v1.1.0...HEAD\n"
            text += "".join(f"[{version}]: {WEB}/releases/tag/v{version}\n" for version, _ in sections)
    ending = draw(st.sampled_from(["\n", "\r\n"]))
    data = text.replace("\n", ending).encode(draw(st.sampled_from(["utf-8", "latin-1"])))
    if draw(st.booleans()):
        data = data.rstrip()
    if draw(st.booleans()):
        data = data.replace(b"\n", b"\r\n", 1)
    return draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + data


def shown_for(data: bytes, release: ReleaseNotes, previous: WrittenSection | None = None) -> Preview:
    with TemporaryDirectory() as folder:
        (Path(folder) / "CHANGELOG.md").write_bytes(data)
        return preview(Path(folder), release, ExportOptions(), previous, tag_exists=False)


def shown_or_refused(data: bytes, release: ReleaseNotes) -> Preview | None:
    try:
        return shown_for(data, release)
    except ExportError:
        return None


def is_insertion(before: bytes, after: bytes) -> bool:
    """Say whether `after` is `before` with bytes put in at one place."""
    start = next((at for at, (old, new) in enumerate(zip(before, after, strict=False)) if old != new), len(before))
    return any(after.endswith(before[at:]) for at in range(start, -1, -1) if len(after) - len(before[at:]) >= at)


def sections_of(data: bytes, changelog: Changelog, without: str) -> Iterator[bytes]:
    return (data[s.start : s.content_end].rstrip() for s in changelog.sections if s.version != without)


@settings(derandomize=True, deadline=None, max_examples=150)
@given(data=documents("labs"), release=RELEASES)
def test_labs_gets_its_section_put_in_at_one_place(data: bytes, release: ReleaseNotes) -> None:
    shown = shown_for(data, release)
    assert shown.conflict is None
    assert is_insertion(data, shown.after)
    check_found_and_again(data, release, shown)


@settings(derandomize=True, deadline=None, max_examples=150)
@given(data=documents("keepachangelog"), release=RELEASES)
def test_keepachangelog_gets_its_section_and_links_and_keeps_the_rest(data: bytes, release: ReleaseNotes) -> None:
    shown = shown_for(data, release)
    before, after = parse(data, WEB), parse(shown.after, WEB)
    assert [item.text for item in before.unreleased] == [item.text for item in after.unreleased]
    foot = [link for link in before.links if link.label != "Unreleased"]
    kept = [data[link.start : link.end].strip() for link in foot]
    assert kept == [
        shown.after[link.start : link.end].strip()
        for link in after.links
        if link.label in {found.label for found in foot}
    ]
    written = after.section(release.version)
    assert written is not None
    seam = shown.after[: written.start].rstrip()
    assert data.startswith(seam)
    assert data[len(seam) : before.body_end].strip() == shown.after[written.end : after.body_end].strip()
    check_found_and_again(data, release, shown)


def check_found_and_again(data: bytes, release: ReleaseNotes, shown: Preview) -> None:
    before, after = parse(data, WEB), parse(shown.after, WEB)
    assert len([section for section in after.sections if section.version == release.version]) == 1
    assert list(sections_of(data, before, release.version)) == list(sections_of(shown.after, after, release.version))
    previous = WrittenSection(release.version, shown.section_digest, shown.date)
    for known in (previous, None):
        again = shown_for(shown.after, release, known)
        assert again.unchanged
        assert again.after == shown.after


@settings(derandomize=True, deadline=None, max_examples=150)
@given(
    start=st.sampled_from([b"# Version changelog\n", b"# Changelog\n\n## [1.0.0] - 2026-01-02\n", b""]),
    noise=st.one_of(st.binary(max_size=120), st.lists(st.sampled_from([b"```\n", b"## 1.0.0\n", b"<!--\n", b"* a\r", b"\xe9", b"\x00"])).map(b"".join)),
    release=RELEASES,
)  # fmt: skip
def test_any_bytes_are_refused_in_a_sentence_or_kept(start: bytes, noise: bytes, release: ReleaseNotes) -> None:
    data = start + noise
    shown = shown_or_refused(data, release)
    if shown is None:
        return
    if parse(data, WEB).layout == "labs" and parse(data, WEB).section(release.version) is None:
        assert is_insertion(data, shown.after)
    assert parse(shown.after, WEB).section(release.version) is not None


@pytest.mark.parametrize(
    ("versions", "new", "index"),
    [
        (["2.0.0", "1.0.0"], "3.0.0", 0),
        (["2.0.0", "1.0.0"], "1.5.0", 1),
        (["2.0.0", "1.0.0"], "0.1.0", 2),
        (["2.0.0", "2.0.0-rc.1"], "2.0.0-rc.2", 1),
        (["1.0.0", "2.0.0"], "1.5.0", 1),
        (["1.0.0", "2.0.0"], "3.0.0", 2),
        (["1.0.0", "2.0.0"], "0.1.0", 0),
        (["0.9.0", "0.10.0"], "0.11.0", 2),
        ([], "1.0.0", 0),
    ],
)
def test_a_version_has_its_place_among_others(versions: list[str], new: str, index: int) -> None:
    assert place(versions, new) == index
