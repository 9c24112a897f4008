"""The draft of a release on GitHub, from the entries of a review."""

from threading import Event
from urllib.parse import quote

from msgspec import Struct

from llnotes_tui.publishing.export import Take
from llnotes_tui.publishing.files import ExportError
from llnotes_tui.publishing.github_bodies import release_body
from llnotes_tui.publishing.github_releases import (
    OurRelease,
    Release,
    ReleaseOutlook,
    WantedRelease,
    is_published,
    make_draft,
    release_outlook,
)
from llnotes_tui.release.versions import parse
from llnotes_tui.review.decisions import Published
from llnotes_tui.workbench.exporting import Unreviewed
from llnotes_tui.workbench.proposing import confirm_version, may_note, repository_of
from llnotes_tui.workbench.workbench import Workbench
from llnotes_tui.workbench.writing import changelog_path, notes_of


class ReleaseDraft(Struct, frozen=True):
    """What the draft release would be."""

    seen: ReleaseOutlook
    wanted: WantedRelease
    version: str


def look_at_draft(
    bench: Workbench, unreviewed: Unreviewed, version: str = "", cancel: Event | None = None
) -> ReleaseDraft:
    """Find out what making the draft release on GitHub would do.  Asks GitHub: not for the UI thread.

    Raises:
        ExportError: it cannot be made, and why.
        SourceError: GitHub cannot be asked.
    """
    notes = notes_of(bench, unreviewed, version)
    known = parse(notes.version)
    if known is None:
        raise ExportError(f"{notes.version!r} is no version; name one such as {bench.plan.suggested_version}.")
    if not (notes.entries or notes.dependency_updates or notes.internal):
        raise ExportError(f"There is nothing to publish for {notes.version}.")
    repository = repository_of(bench, cancel)
    branch = repository.default_branch
    changelog = f"{repository.page}/blob/{quote(branch)}/{quote(changelog_path(bench))}"
    wanted = WantedRelease(
        tag=notes.tag,
        name=notes.tag,
        body=release_body(notes, changelog),
        branch=branch,
        is_prerelease=bool(known.pre),
    )
    last = bench.review.state.last_published("release")
    ours = OurRelease() if last is None else OurRelease(last.number, last.digest, last.tag)
    return ReleaseDraft(release_outlook(repository, ours, wanted, cancel), wanted, notes.version)


def write_draft(
    bench: Workbench, shown: ReleaseDraft, take: Take | None = None, cancel: Event | None = None
) -> Release | None:
    """Make the draft that was looked at, and note it in the review; None where nothing was to be done or theirs was kept.

    Raises:
        ExportError: the release is published, a difference is undecided, or it changed since it was looked at.
        SourceError: GitHub did not do it; what was done is found again the next time.
        ReviewError: this window may only read, or the review cannot be written.
    """
    may_note(bench)
    if shown.seen.published is not None:
        raise ExportError(is_published(shown.seen.published))
    done = make_draft(shown.seen, shown.wanted, take, cancel)
    found = shown.seen.found
    adopted = found is not None and shown.seen.step == "nothing" and not _is_noted(bench, found)
    made = found if adopted else done
    if made is not None:
        confirm_version(bench, shown.version)
        noted = Published("release", shown.version, made.tag, number=made.number, url=made.url, digest=made.digest)
        bench.published(noted).result()
    return done


def _is_noted(bench: Workbench, release: Release) -> bool:
    last = bench.review.state.last_published("release")
    return last is not None and (last.number, last.digest) == (release.number, release.digest)
