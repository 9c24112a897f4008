"""The links at the foot of a Keep a Changelog file, moved along when a version is released."""

import re
from urllib.parse import quote

from llnotes_tui.publishing.splice import Edit, apply, encoded, ends_line, newest, place
from llnotes_tui.release.changelog import Changelog, FootLink, parse
from llnotes_tui.release.model import ReleaseNotes

_COMPARE = re.compile(r"(?P<base>.*/compare/)(?P<since>.+?)(?P<dots>\.{2,3})(?P<until>.+)$")
_RELEASE = re.compile(r"(?P<repository>https?://.+?)/(?:-/)?(?:releases/tag|releases|tags?|tree)/.+$")


def move_links(data: bytes, notes: ReleaseNotes, *, prefix: str = "") -> bytes:
    """Return the file with a link for the version, and Unreleased comparing with it if it is the newest one.

    `prefix` (`v`) is how the headings of the file spell versions.  Without a web page known from the notes or from the
    links that are there, or where the version has its link, nothing changes but Unreleased.
    """
    data = _with_unreleased(data, notes)
    changelog = parse(data, notes.web_url)
    labels = [_version_of(link) for link in changelog.links]
    compare = _compare_base(changelog, notes.web_url)
    if compare is None or notes.version in labels:
        return data
    line = f"[{prefix}{notes.version}]: {_url(notes, compare)}"
    versions = [(at, label) for at, label in enumerate(labels) if label[:1].isdigit()]
    if versions:
        index = place([label for _, label in versions], notes.version)
        at = versions[index][0] if index < len(versions) else versions[-1][0] + 1
    else:
        at = next((n + 1 for n, label in enumerate(labels) if label.lower() == "unreleased"), 0)
    return _insert(data, changelog, at, line)


def remove_link(data: bytes, version: str) -> bytes:
    """Return the file without the link of a version."""
    links = parse(data, None).links
    return apply(data, [Edit(link.start, link.end, b"") for link in links if _version_of(link) == version])


def _with_unreleased(data: bytes, notes: ReleaseNotes) -> bytes:
    """Let the Unreleased link compare with the new tag; add one where a linked heading has none."""
    changelog = parse(data, notes.web_url)
    section = changelog.unreleased_section
    if not newest(changelog, notes.version):
        return data
    link = next((link for link in changelog.links if link.label.lower() == "unreleased"), None)
    if link is not None:
        match = _COMPARE.match(link.url)
        if match is None:
            return data
        moved = f"{match['base']}{_quoted(notes.tag)}{match['dots']}{match['until']}"
        old = data[link.start : link.end]
        return apply(data, [Edit(link.start, link.end, old.replace(encoded(link.url, data), encoded(moved, data), 1))])
    compare = _compare_base(changelog, notes.web_url)
    if compare is None or section is None or not section.heading.startswith("["):
        return data
    label = section.heading[1:].partition("]")[0]
    return _insert(data, changelog, 0, f"[{label}]: {compare}{_quoted(notes.tag)}...HEAD")


def _url(notes: ReleaseNotes, compare: str) -> str:
    if notes.previous_tag:
        return f"{compare}{_quoted(notes.previous_tag)}...{_quoted(notes.tag)}"
    return f"{compare.removesuffix('compare/')}releases/tag/{_quoted(notes.tag)}"


def _compare_base(changelog: Changelog, web_url: str | None) -> str | None:
    """Return `https://host/owner/name/compare/`, as the file spells it, else as the host is known to."""
    for link in changelog.links:
        compare, release = _COMPARE.match(link.url), _RELEASE.match(link.url)
        if compare:
            return compare["base"]
        if release:
            return f"{release['repository']}/compare/"
    return f"{web_url}/compare/" if web_url else None


def _insert(data: bytes, changelog: Changelog, at: int, line: str) -> bytes:
    """Put a line into the block at the foot, before its link number `at`; the block is begun where there is none."""
    links, newline = changelog.links, changelog.newline
    if at < len(links):
        return apply(data, [Edit(links[at].start, links[at].start, encoded(f"{line}\n", data))])
    final = ends_line(data)
    if links:
        end = links[-1].end
        whole = ends_line(data[:end])
        return apply(data, [Edit(end, end, encoded(f"{line}\n" if whole else f"\n{line}", data))])
    blank = not data or data.endswith((newline * 2).encode())
    begin = ("" if blank else "\n") if final else "\n\n"
    return data + encoded(f"{begin}{line}" + ("\n" if final else ""), data)


def _version_of(link: FootLink) -> str:
    return link.label.removeprefix("v")


def _quoted(tag: str) -> str:
    return quote(tag, safe="/@+~!$&*,;=:-._")
