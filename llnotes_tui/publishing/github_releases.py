"""The draft of a release on GitHub: made, and written again while nobody else has touched it; never published by us."""

from collections.abc import Iterator
from threading import Event
from typing import Any, Literal

from msgspec import Struct

from llnotes_tui.publishing.diff import patch_of
from llnotes_tui.publishing.export import Take
from llnotes_tui.publishing.files import ExportError
from llnotes_tui.publishing.github import Difference
from llnotes_tui.publishing.github_bodies import plain_text, text_digest
from llnotes_tui.publishing.github_commits import CONTENTS, Repository, send, written
from llnotes_tui.publishing.laid_out import understood
from llnotes_tui.release.text import visible
from llnotes_tui.sources.github.faults import GitHubFault


class WantedRelease(Struct, frozen=True):
    """What the draft is to say."""

    tag: str
    name: str
    body: str
    branch: str
    """At whose head the tag is made when a person publishes it."""
    is_prerelease: bool = False

    @property
    def digest(self) -> str:
        """By which its words are known again."""
        return text_digest(self.name, self.body)


class OurRelease(Struct, frozen=True):
    """The draft as we wrote it last, as the review remembers it."""

    number: int = 0
    """Its id; 0 where we made none yet."""
    digest: str = ""
    """Of name and body as GitHub gave them back."""
    tag: str = ""


class Release(Struct, frozen=True):
    """A release on GitHub, or a draft of one."""

    number: int
    """Its id."""
    tag: str
    name: str
    body: str
    is_draft: bool
    url: str

    @property
    def digest(self) -> str:
        """By which its words are known again."""
        return text_digest(self.name, self.body)


class ReleaseOutlook(Struct, frozen=True):
    """What making the draft would do."""

    repository: Repository
    found: Release | None
    """The draft that is there already."""
    published: Release | None
    """A release of this tag that everybody sees: it is not touched."""
    tells: bool
    """Something has to be written."""
    difference: Difference | None

    @property
    def step(self) -> Literal["create", "update", "nothing"]:
        """What there is to do."""
        if not self.tells:
            return "nothing"
        return "update" if self.found is not None else "create"


def release_outlook(
    repository: Repository, ours: OurRelease, wanted: WantedRelease, cancel: Event | None = None
) -> ReleaseOutlook:
    """Look at the releases that there are, and find out what making the draft would do.  Writes nothing.

    Raises:
        GitHubFault: they cannot be looked at.
    """
    known = [one for page in _pages(repository, cancel) for one in page]
    published = next((one for one in known if not one.is_draft and one.tag == wanted.tag), None)
    drafts = [one for one in known if one.is_draft]
    found = next((one for one in drafts if one.number == ours.number), None)
    found = found or next((one for one in drafts if one.tag == wanted.tag), None)
    tells = found is None or (found.tag, found.digest) != (wanted.tag, wanted.digest)
    return ReleaseOutlook(
        repository, found, published, tells, None if found is None else _difference(found, ours, wanted)
    )


def make_draft(
    seen: ReleaseOutlook, wanted: WantedRelease, take: Take | None = None, cancel: Event | None = None
) -> Release | None:
    """Do what was looked at.  Return the draft, None where nothing was to be done or theirs was kept.

    Raises:
        ExportError: the release is published, a difference is undecided, or it changed since it was looked at.
        GitHubFault: it could not be done; what was done is found again the next time.
    """
    if seen.published is not None:
        raise ExportError(is_published(seen.published))
    if seen.difference is not None and take is None:
        raise ExportError(f"{seen.difference.why}  Choose theirs or ours.")
    if not seen.tells or (seen.difference is not None and take == "theirs"):
        return None
    body = {"tag_name": wanted.tag, "name": wanted.name, "body": wanted.body, "draft": True}
    if seen.found is None:
        body |= {"target_commitish": wanted.branch, "prerelease": wanted.is_prerelease}
        return _create(seen.repository, wanted, body, cancel)
    return _update(seen.repository, seen.found, wanted, body, cancel)


def is_published(release: Release) -> str:
    """Return the sentence that refuses to touch a release that everybody sees."""
    return f"The release {release.tag} is published ({release.url}): what it says is history; name another version."


def _difference(found: Release, ours: OurRelease, wanted: WantedRelease) -> Difference | None:
    if found.digest == wanted.digest:
        return None
    if found.number != ours.number:
        why = f"There is a draft of {found.tag} already that this review did not write."
    elif (found.digest, found.tag) != (ours.digest, ours.tag):
        why = f"Somebody changed the draft of {found.tag} since it was written."
    else:
        return None
    theirs, text = plain_text(found.name, found.body), plain_text(wanted.name, wanted.body)
    return Difference(why, patch_of([(f"draft of {wanted.tag}", theirs.encode(), text.encode())]))


def _create(repository: Repository, wanted: WantedRelease, body: dict[str, Any], cancel: Event | None) -> Release:
    def create() -> Release:
        return _draft(repository, send(repository, "POST", "releases", f"draft of {wanted.tag}", body, cancel))

    def there() -> Release | None:
        drafts = (one for page in _pages(repository, cancel) for one in page if one.is_draft)
        return next((one for one in drafts if one.tag == wanted.tag and one.digest == wanted.digest), None)

    return written(repository, CONTENTS, create, there)


def _update(
    repository: Repository, found: Release, wanted: WantedRelease, body: dict[str, Any], cancel: Event | None
) -> Release:
    path, what = f"releases/{found.number}", f"draft of {wanted.tag}"

    def now() -> Release:
        return _release(repository, repository.github.get(f"/repos/{repository.name}/{path}", what, None, cancel).data)

    before = now()
    if not before.is_draft:
        raise ExportError(is_published(before))
    if (before.tag, before.digest) != (found.tag, found.digest):
        raise ExportError(f"Somebody changed the draft of {found.tag} just now; look again.")

    def update() -> Release:
        return _draft(repository, send(repository, "PATCH", path, what, body, cancel))

    def there() -> Release | None:
        again = now()
        return again if again.is_draft and (again.tag, again.digest) == (wanted.tag, wanted.digest) else None

    return written(repository, CONTENTS, update, there)


def _pages(repository: Repository, cancel: Event | None) -> Iterator[list[Release]]:
    """Yield the releases page by page; those who may write see drafts among them."""
    path = f"/repos/{repository.name}/releases"
    for page in repository.github.pages(path, f"{repository.name} releases", None, cancel):
        yield [_release(repository, told) for told in page]


def _draft(repository: Repository, told: Any) -> Release:
    """Return what GitHub answered to a write; it has to be a draft still."""
    made = _release(repository, told)
    if not made.is_draft:
        raise GitHubFault(
            "broken", f"GitHub says that {made.tag} is published, which was not asked for: look at {made.url}."
        )
    return made


def _release(repository: Repository, told: Any) -> Release:
    with understood(repository.github, f"{repository.name} releases"):
        return Release(
            number=int(told["id"]),
            tag=visible(str(told["tag_name"])),
            name=visible(str(told.get("name") or "")),
            body=visible(str(told.get("body") or "")),
            is_draft=bool(told.get("draft")),
            url=str(told.get("html_url", "")),
        )
