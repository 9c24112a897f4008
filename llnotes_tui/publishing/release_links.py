"""The link definitions of versions (`[1.2.0]: https://...`), edited where they are when a version is released.

They may be at the foot of the file, with comments behind them, or below each section.  Unreleased compares from the new
tag, and the new version is defined exactly once, written like its neighbours.
"""

import re

from msgspec import Struct

from llnotes_tui.publishing.compare_urls import Page, page_of, page_on
from llnotes_tui.publishing.splice import Edit, apply, encoded, ends_line, newest, place
from llnotes_tui.release.changelog import Changelog, FootLink, parse
from llnotes_tui.release.changelog_headings import release_heading, unreleased_name
from llnotes_tui.release.model import ReleaseNotes
from llnotes_tui.release.text import one_line

_LINE = re.compile(r"(?P<indent>[ \t]*)\[[^\[\]]+\]:(?P<space>[ \t]*)(?P<open><?)")
_LINKED_HEADING = re.compile(r"\[([^\[\]]+)\]\(([^()\s]+)\)")
_FEWEST_SHOWN = 2
"""Versions whose links show a page each, until a new one does too: the oldest version has nothing to be compared with."""


class Moved(Struct, frozen=True):
    """A changelog with the links of a version."""

    data: bytes
    notices: tuple[str, ...] = ()
    """Sentences about links that were left alone."""


def move_links(data: bytes, notes: ReleaseNotes, path: str, *, prefix: str = "", brackets: bool = True) -> Moved:
    """Return the file with a link for the version, and Unreleased comparing from it if it is the newest one.

    `prefix` (`v`) and `brackets` are how the headings of the file spell versions.  If no page is known from the notes or
    from the links that are there, or if the version has its link, nothing changes but Unreleased.
    """
    changelog = parse(data, notes.web_url)
    versions = [link for link in changelog.definitions if not unreleased_name(link.label)]
    unreleased = _with_unreleased(data, changelog, notes, path)
    if not (brackets or versions) or any(_version_of(link) == notes.version for link in versions):
        return unreleased
    page = _page(changelog, notes.web_url)
    if page is None:
        return unreleased
    return Moved(_with_version(unreleased.data, notes, page, prefix), unreleased.notices)


def remove_link(data: bytes, version: str) -> bytes:
    """Return the file without the link of a version."""
    links = parse(data, None).definitions
    return apply(data, [Edit(link.start, link.end, b"") for link in links if _version_of(link) == version])


def _with_unreleased(data: bytes, changelog: Changelog, notes: ReleaseNotes, path: str) -> Moved:
    """Let the Unreleased link compare from the new tag; add one where a linked heading has none."""
    section = changelog.unreleased_section
    if not newest(changelog, notes.version):
        return Moved(data)
    links = [link for link in changelog.definitions if unreleased_name(link.label)]
    inline = _LINKED_HEADING.match(section.heading) if section is not None else None
    if section is not None and inline is not None and not section.pending_version:
        links = [FootLink(inline[1], inline[2], section.start, section.heading_end)]
    label = _reference(section.heading) if section is not None and not section.pending_version else ""
    link = next((link for link in links if link.label.lower() == label.lower()), links[0] if links else None)
    if link is not None:
        page = page_of(link.url)
        if page is None or not page.since:
            return Moved(data, (_left_alone(path, link),))
        old, new = encoded(link.url, data), encoded(page.moved(notes.tag), data)
        line = data[link.start : link.end].replace(old, new, 1)
        return Moved(apply(data, [Edit(link.start, link.end, line)]))
    found = _page(changelog, notes.web_url)
    if found is None or not label:
        return Moved(data)
    if found.form == "azure":
        return Moved(data, (f"{path} has no link [{label}]; add one that compares {notes.tag} with your branch.",))
    url = Page(found.form, found.base, found.dots, "since", "HEAD").moved(notes.tag)
    return Moved(_put_at_foot(data, changelog, f"[{label}]: {url}"))


def _left_alone(path: str, link: FootLink) -> str:
    return f"{path}: [{one_line(link.label)}] links to {one_line(link.url)}, which is no known form of comparing versions; edit it by hand."


def _reference(heading: str) -> str:
    """Return the label that a heading in brackets refers to: `[Unreleased][next]` refers to `next`."""
    match = re.match(r"\[([^\[\]]+)\](?:\[([^\[\]]*)\])?(?!\()", heading)
    return (match[2] or match[1]) if match is not None else ""


def _with_version(data: bytes, notes: ReleaseNotes, page: Page, prefix: str) -> bytes:
    changelog = parse(data, notes.web_url)
    links = changelog.definitions
    versions = [(at, link) for at, link in enumerate(links) if not unreleased_name(link.label)]
    index = place([_version_of(link) for _, link in versions], notes.version)
    near = versions[min(index, len(versions) - 1)][1] if versions else (links[0] if links else None)
    line = _line(data, near, f"{prefix}{notes.version}", _url(notes, page, [link.url for _, link in versions]))
    if _is_below_sections(changelog):
        section = changelog.section(notes.version)
        if section is not None:
            return apply(data, [_below(data, section.content_end, line)])
    if index < len(versions):
        return _put(data, versions[index][1].start, line)
    if versions:
        return _put_behind(data, versions[-1][1], line)
    unreleased = next((link for link in links if unreleased_name(link.label)), None)
    return _put_behind(data, unreleased, line) if unreleased is not None else _put_at_foot(data, changelog, line)


def _is_below_sections(changelog: Changelog) -> bool:
    """Return whether each section has its links below it: the newest ones are not at the foot."""
    at_foot = {link.start for link in changelog.links}
    return bool(changelog.definitions) and changelog.definitions[0].start not in at_foot


def _url(notes: ReleaseNotes, page: Page, known: list[str]) -> str:
    """Return the URL of the version: it shows one tag if the others do, else compares with the one before."""
    pages = [found for url in known if (found := page_of(url)) is not None]
    shown = [found for found in pages if not found.since]
    if len(shown) >= _FEWEST_SHOWN and len(shown) == len(pages):
        return shown[0].show(notes.tag)
    return page.compare(notes.previous_tag, notes.tag) if notes.previous_tag else page.show(notes.tag)


def _page(changelog: Changelog, web_url: str | None) -> Page | None:
    """Return how versions are compared: as the links of the file do, else as the host is known to."""
    pages = [found for link in changelog.definitions if (found := page_of(link.url)) is not None]
    compares = next((found for found in pages if found.since), None)
    shows = next((found for found in pages if found.page), None)
    if compares is not None:
        return Page(compares.form, compares.base, compares.dots, page=shows.page if shows is not None else "")
    if pages:
        return pages[0]
    return page_on(web_url) if web_url else None


def _line(data: bytes, near: FootLink | None, label: str, url: str) -> str:
    """Return a definition that is written like one that is there."""
    match = _LINE.match(data[near.start : near.end].decode("latin-1")) if near is not None else None
    if match is None:
        return f"[{label}]: {url}"
    return f"{match['indent']}[{label}]:{match['space'] or ' '}{match['open']}{url}{'>' if match['open'] else ''}"


def _put(data: bytes, at: int, line: str) -> bytes:
    return apply(data, [Edit(at, at, encoded(f"{line}\n", data))])


def _put_behind(data: bytes, link: FootLink, line: str) -> bytes:
    whole = ends_line(data[: link.end])
    return apply(data, [Edit(link.end, link.end, encoded(f"{line}\n" if whole else f"\n{line}", data))])


def _below(data: bytes, at: int, line: str) -> Edit:
    """Return the edit that puts a line below a section, with a blank line before it."""
    return Edit(at, at, encoded(f"\n{line}\n" if ends_line(data[:at]) else f"\n\n{line}", data))


def _put_at_foot(data: bytes, changelog: Changelog, line: str) -> bytes:
    """Put a line before the links at the foot, or at the end of the file where there are none."""
    if changelog.links:
        return _put(data, changelog.links[0].start, line)
    final = ends_line(data)
    blank = not data or data.endswith((changelog.newline * 2).encode())
    begin = ("" if blank else "\n") if final else "\n\n"
    return data + encoded(f"{begin}{line}" + ("\n" if final else ""), data)


def _version_of(link: FootLink) -> str:
    release = release_heading(link.label)
    return release.version if release is not None else link.label.removeprefix("v")
