"""For changelogs as people write them: every byte outside what may change stays, and writing twice is writing once.

The documents have anchors and rules above headings, links in several places, headings of any level, prose under
Unreleased, and any line end, byte order mark and final newline.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from llnotes_tui.publishing.export import ExportOptions, Preview, WrittenSection, preview
from llnotes_tui.release.changelog import parse
from llnotes_tui.release.model import ReleaseNotes
from tests.unit.release_notes import WEB, entry, notes

LEADS = st.sampled_from(["", '<a name="{version}"></a>\n', '<a id="{version}"></a>\n\n', "---\n\n", "---\n", "<!-- {version} -->\n",
                         "---\n\n<a name='{version}'></a>\n"])  # fmt: skip
HEADINGS = st.sampled_from(["[Unreleased]", "Unreleased", "HEAD", "master (unreleased)", "🚧 Unreleased", "[未发布]", "[Unreleased][unreleased]",
                            "9.9.9 - TBD", "[9.9.9] - YYYY-MM-DD"])  # fmt: skip
PROSE = st.sampled_from(["A summary.", "Two lines\nof a summary.", "| a | b |\n|---|---|\n| 1 | 2 |", "```\n## 8.8.8\n```",
                         "> A quote.", "<details>\nMore.\n</details>", "See [docs]."])  # fmt: skip
ITEMS = st.sampled_from(
    [
        "- By hand one (#41)",
        "* By hand two\n  over two lines",
        "- By hand three\n\n  with a paragraph",
        "- By hand four",
    ]
)
COMMENTS = st.sampled_from(["<!-- add here -->", "<!--\nadd here\n-->"])
TYPES = st.sampled_from(["Added", "Fixed", "Known issues", "Bug fixes", "Upgrade notes", "Changed"])
LINKS = st.sampled_from(["none", "foot", "foot and comment", "indented", "below", "bitbucket", "azure"])


class Document(Struct, frozen=True):
    """A changelog and what is said of it."""

    data: bytes
    by_hand: tuple[str, ...]
    """Texts of the items under Unreleased."""


@st.composite
def changelogs(draw: st.DrawFn) -> Document:
    level, is_labs = draw(st.sampled_from([1, 2, 3])), draw(st.booleans())
    version_heading = "{}" if is_labs else "[{}] - 2026-01-02"
    mark, inner = "#" * level, "#" * (level + 1)
    lead, links = draw(LEADS), "none" if is_labs else draw(LINKS)
    versions = sorted(draw(st.sets(st.sampled_from(["1.1.0", "1.0.0", "0.9.0"]), min_size=1)), reverse=True)
    parts = [
        draw(
            st.sampled_from(
                ["# Version changelog\n\n"]
                if is_labs
                else ["# Changelog\n\n", "# Changelog\n\nWords about it.\n\n## About this file\n\nMore words.\n\n", ""]
            )
        )
    ]
    by_hand: list[str] = []
    if draw(st.booleans()):
        parts += [f"{mark} {draw(HEADINGS)}\n\n", *_unreleased(draw, inner, by_hand)]
        if links == "below":
            parts.append(f"[unreleased]: {WEB}/compare/v{versions[0]}...HEAD\n\n")
    for version in versions:
        body = draw(
            st.sampled_from(
                ["- An item.\n\n", f"{inner} Added\n\n- An item.\n\n", "Words.\n\n- An item.\n\nMore words.\n\n"]
            )
        )
        parts.append(f"{lead.format(version=version)}{mark} {version_heading.format(version)}\n\n{body}")
        if links == "below":
            parts.append(f"[{version}]: {WEB}/releases/tag/v{version}\n\n")
    parts += _foot(links, versions)
    text = "".join(parts)
    if text.startswith("---"):  # that would be front matter
        text = f"# Changelog\n\n{text}"
    data = text.replace("\n", draw(st.sampled_from(["\n", "\r\n"]))).encode()
    if draw(st.booleans()):
        data = data.rstrip(b"\r\n")
    return Document(draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + data, tuple(by_hand))


def _unreleased(draw: st.DrawFn, inner: str, by_hand: list[str]) -> list[str]:
    """Draw what is under Unreleased: blocks of prose, items and comments, below headings or not."""
    parts: list[str] = []
    for name in ["", *draw(st.lists(TYPES, max_size=3, unique=True))]:
        if name:
            parts.append(f"{inner} {name}\n\n")
        for kind in draw(st.lists(st.sampled_from(["prose", "item", "item", "comment"]), max_size=3)):
            block = draw({"prose": PROSE, "item": ITEMS, "comment": COMMENTS}[kind])
            if kind == "item":
                if block in by_hand:
                    continue
                by_hand.append(block)
            parts.append(f"{block}\n\n")
    return parts


def _foot(links: str, versions: Sequence[str]) -> list[str]:
    pages = {
        "bitbucket": ("https://bitbucket.org/a/b/branches/compare/HEAD%0Dv{}", "https://bitbucket.org/a/b/branches/compare/v{}%0Dv0.1"),
        "azure": (
            "https://dev.azure.com/a/_git/b/branchCompare?baseVersion=GTv{}&targetVersion=GBmain",
            "https://dev.azure.com/a/_git/b?version=GTv{}",
        ),
    }  # fmt: skip
    if links in ("none", "below"):
        return []
    unreleased, version_page = pages.get(links, (WEB + "/compare/v{}...HEAD", WEB + "/releases/tag/v{}"))
    indent = "  " if links == "indented" else ""
    lines = [f"{indent}[Unreleased]: {unreleased.format(versions[0])}\n"]
    lines += [f"{indent}[{version}]: {version_page.format(version)}\n" for version in versions]
    return [*lines, "\n<!-- end -->\n" if links == "foot and comment" else ""]


def release_of(document: Document, version: str) -> ReleaseNotes:
    items = parse(document.data, WEB).unreleased
    taken = [
        entry(item.text.split("\n")[0], item.text, origin="changelog", section=item.section or "changed")
        for item in items
    ]
    drafted = (entry("Added x", "", pull_requests=(7,)), entry("Fixed y", "", section="fixed", breaking=True))
    return notes(*drafted, *taken, version=version, tag=f"v{version}", dependency_updates=(("Bump b from 1 to 2", 2),))


def shown_for(data: bytes, release: ReleaseNotes, previous: WrittenSection | None = None) -> Preview:
    with TemporaryDirectory() as folder:
        (Path(folder) / "CHANGELOG.md").write_bytes(data)
        return preview(Path(folder), release, ExportOptions(last_version="v1.1.0"), previous, tag_exists=False)


def lines_of(data: bytes) -> Counter[bytes]:
    """Count the lines of a file without their white space and list markers."""
    lines = (line.strip().lstrip(b"*- ") for line in data.removeprefix(b"\xef\xbb\xbf").splitlines())
    return Counter(line for line in lines if line)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(document=changelogs(), version=st.sampled_from(["1.2.0", "2.0.0"]))
def test_a_new_version_changes_only_what_may_change(document: Document, version: str) -> None:
    data, release = document.data, release_of(document, version)
    shown = shown_for(data, release)
    before, after = parse(data, WEB, "v1.1.0"), parse(shown.after, WEB, "v1.1.0")
    unreleased, written = before.unreleased_section, after.section(version)
    assert written is not None
    # Other sections, with the anchors and rules above their headings
    for old in before.sections:
        new = after.section(old.version)
        assert new is not None
        assert data[old.lead : old.content_end].strip() == shown.after[new.lead : new.content_end].strip()
    # What is above Unreleased, or above the newest version
    top = unreleased.lead if unreleased is not None else before.sections[0].lead
    assert shown.after.startswith(data[:top].rstrip(b"\r\n"))
    # Versions newest first, at one heading level
    assert [section.version for section in after.sections] == [
        version,
        *(section.version for section in before.sections),
    ]
    assert len({section.level for section in after.sections}) == 1
    # No line is lost, except the heading and the link of Unreleased; items and prose go to the new section
    lost = lines_of(data) - lines_of(shown.after)
    assert all(b"nreleased]:" in line or (unreleased and line.endswith(unreleased.heading.encode())) for line in lost)
    for text in document.by_hand:
        assert text.split("\n")[0][2:] in shown.section
        assert shown.after.count(text.split("\n")[0][2:].encode()) == 1
    # Bytes of the file as a whole
    assert shown.after.startswith(b"\xef\xbb\xbf") is data.startswith(b"\xef\xbb\xbf")
    assert shown.after.endswith((b"\n", b"\r")) is data.endswith((b"\n", b"\r"))
    if b"\n" in data:
        assert (b"\r\n" in shown.after) is (b"\r\n" in data)
        assert shown.after.count(b"\r\n") in (0, shown.after.count(b"\n"))


@settings(derandomize=True, deadline=None, max_examples=200)
@given(document=changelogs(), version=st.sampled_from(["1.2.0", "2.0.0", "0.9.5"]))
def test_writing_twice_gives_the_same_bytes_as_once(document: Document, version: str) -> None:
    release = release_of(document, version)
    shown = shown_for(document.data, release)
    previous = WrittenSection(version, shown.section_digest, shown.date)
    for known in (previous, None):
        again = shown_for(shown.after, release, known)
        assert again.after == shown.after
        assert again.unchanged
        assert again.conflict is None


@settings(derandomize=True, deadline=None, max_examples=150)
@given(document=changelogs())
def test_links_of_versions_are_defined_once_and_unreleased_compares_from_the_new_tag(document: Document) -> None:
    shown = shown_for(document.data, release_of(document, "1.2.0"))
    before, after = parse(document.data, WEB, "v1.1.0"), parse(shown.after, WEB, "v1.1.0")
    labels = Counter(link.label.lower() for link in after.definitions)
    assert labels["1.2.0"] == (0 if before.layout == "labs" else 1)
    assert all(count == 1 for count in labels.values())
    moved = [link for link in before.definitions if link.label.lower() == "unreleased"]
    for link in moved:
        (now,) = (one for one in after.definitions if one.label == link.label)
        assert "v1.2.0" in now.url
        assert now.url.replace("v1.2.0", "") == link.url.replace(f"v{before.sections[0].version}", "")
    others = [link for link in before.definitions if link not in moved]
    kept = {shown.after[link.start : link.end].strip() for link in after.definitions}
    assert {document.data[link.start : link.end].strip() for link in others} <= kept
