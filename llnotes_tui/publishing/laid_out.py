"""The files that a release changes, of one commit, laid out in a folder: what writes to a work tree can write there too.

A bare clone and a repository on GitHub have no files; what would be committed is found out by the same export as on disk.
"""

import base64
import posixpath
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from threading import Event
from typing import Protocol

import msgspec
from msgspec import Struct

from llnotes_tui.publishing.export import ExportOptions, Preview, Take, WrittenSection, preview
from llnotes_tui.publishing.files import ExportError, file_inside
from llnotes_tui.publishing.version_files import CODEGEN, codegen_patterns
from llnotes_tui.release.model import ReleaseNotes
from llnotes_tui.sources.committing import TreeEntry, blob, entry_at
from llnotes_tui.sources.git import Clone
from llnotes_tui.sources.github.client import GitHub
from llnotes_tui.sources.github.faults import GitHubFault
from llnotes_tui.sources.options import SourceError
from llnotes_tui.sources.process import GitFault

_LINK, _SUBMODULE, _FOLDER = "120000", "160000", "040000"
_DEEPEST = 8
"""Links that may lead to one another; more of them are a circle."""


class Change(Struct, frozen=True):
    """A file of a commit before and after."""

    path: str
    """Where its bytes are, relative to the repository's root: behind all links."""
    before: bytes | None
    """None: a new file."""
    after: bytes


class Planned(Struct, frozen=True):
    """What a release changes in a commit."""

    preview: Preview
    changelog: Change
    others: tuple[Change, ...]
    """Version files."""

    def changes(self, take: Take | None) -> tuple[Change, ...]:
        """Return the files that change; `theirs` leaves the changelog as it is, where it is in conflict."""
        keeps = self.preview.conflict is not None and take != "ours"
        return tuple(one for one in (*([] if keeps else [self.changelog]), *self.others) if one.before != one.after)


class Tree(Protocol):
    """The files of one commit."""

    def entry(self, path: str) -> TreeEntry | None:
        """Return what is at a path."""

    def data(self, entry: TreeEntry) -> bytes:
        """Return the bytes of a file, or the words of a link."""


class ClonedTree:
    """The files of a commit in a clone."""

    def __init__(self, clone: Clone, commit: str) -> None:
        self._clone, self._commit = clone, commit

    def entry(self, path: str) -> TreeEntry | None:
        """Return what is at a path.

        Raises:
            SourceError: git failed.
        """
        try:
            return entry_at(self._clone.git_place, self._commit, path)
        except GitFault as fault:
            raise SourceError(fault.sentence) from fault

    def data(self, entry: TreeEntry) -> bytes:
        """Return the bytes of a file.

        Raises:
            SourceError: the clone lacks it.
        """
        try:
            return blob(self._clone.git_place, entry.sha)
        except GitFault as fault:
            raise SourceError(fault.sentence) from fault


class HostedTree:
    """The files of a commit on GitHub, by its Git data API: its contents API follows links and stops at a megabyte."""

    def __init__(self, github: GitHub, repository: str, tree: str, cancel: Event | None = None) -> None:
        """`repository` is `owner/name`, `tree` the SHA of the commit's tree."""
        self._github, self._repository, self._cancel = github, repository, cancel
        self._folders = {"": tree}
        self._entries: dict[str, dict[str, TreeEntry]] = {}

    def entry(self, path: str) -> TreeEntry | None:
        """Return what is at a path.

        Raises:
            SourceError: GitHub does not say.
        """
        folder, name = posixpath.split(path)
        known = self._in_folder(folder)
        return known.get(name) if known is not None else None

    def data(self, entry: TreeEntry) -> bytes:
        """Return the bytes of a file.

        Raises:
            SourceError: GitHub does not give it.
        """
        path = f"/repos/{self._repository}/git/blobs/{entry.sha}"
        what = f"a file of {self._repository}"
        told = self._github.get(path, what, None, self._cancel).data
        with understood(self._github, what):
            return base64.b64decode(str(told["content"]))

    def _in_folder(self, folder: str) -> dict[str, TreeEntry] | None:
        if folder not in self._entries:
            if folder not in self._folders:
                entry = self.entry(folder)
                if entry is None or entry.mode != _FOLDER:
                    return None
                self._folders[folder] = entry.sha
            path = f"/repos/{self._repository}/git/trees/{self._folders[folder]}"
            what = f"the files of {self._repository}"
            told = self._github.get(path, what, None, self._cancel).data
            with understood(self._github, what):
                self._entries[folder] = {
                    str(one["path"]): TreeEntry(str(one["mode"]).zfill(6), str(one["sha"])) for one in told["tree"]
                }
        return self._entries[folder]


@contextmanager
def understood(github: GitHub, what: str) -> Iterator[None]:
    """Read an answer of GitHub's; one that is not what was asked for becomes a fault with a sentence.

    Raises:
        GitHubFault: something is missing in it, or of the wrong kind.
    """
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        sentence = f"{what}: {github.host.name} answered something else than was asked for; try again in a moment."
        raise GitHubFault("broken", sentence) from fault


def file_of(tree: Tree, path: str) -> bytes | None:
    """Return a file of a commit, links not followed; None where there is none.

    Raises:
        SourceError: it cannot be read.
    """
    entry = tree.entry(path)
    return tree.data(entry) if entry is not None and entry.mode not in (_FOLDER, _SUBMODULE, _LINK) else None


def planned(
    tree: Tree,
    notes: ReleaseNotes,
    options: ExportOptions,
    previous: WrittenSection | None,
    *,
    tag_exists: bool,
    template: str = "",
) -> Planned:
    """Return what writing these notes would change in a commit, by the same export as into a work tree.

    `template` is one that the user trusts, relative to the repository's root.

    Raises:
        ExportError: as `preview`.
        SourceError: the commit cannot be read.
    """
    with _folder() as root:
        wanted = [options.changelog, *([template] if template else [])]
        if options.version_files is None:
            _lay_out(tree, root, CODEGEN)
            wanted += codegen_patterns(root)
        else:
            wanted += options.version_files
        for path in wanted:
            _lay_out(tree, root, path)
        if template:
            options = msgspec.structs.replace(options, template=file_inside(root, template))
        shown = preview(root, notes, options, previous, tag_exists=tag_exists)
        edits = tuple(Change(_behind_links(root, edit.path), edit.before, edit.after) for edit in shown.version_files)
        return Planned(shown, Change(_behind_links(root, shown.path), shown.before, shown.after), edits)


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="llnotes-release-") as name:
        yield Path(name).resolve()


def _behind_links(root: Path, path: str) -> str:
    return file_inside(root, path).relative_to(root).as_posix()


def _lay_out(tree: Tree, root: Path, path: str, links: int = 0) -> None:
    """Write a file of the commit where it lies, and every link on the way to it as a link.

    What leaves the repository is not laid out; the export refuses it as it does in a work tree.
    """
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or parts[0].lower() == ".git":
        return
    for at in range(1, len(parts) + 1):
        place = "/".join(parts[:at])
        entry = tree.entry(place)
        if entry is None:
            # A new file in a folder that is there, or is not: its folder has to be there to look into.
            (root / place).parent.mkdir(parents=True, exist_ok=True)
            return
        if entry.mode == _SUBMODULE:
            raise ExportError(f"{path} lies in the submodule {place}; name a file of this repository.")
        if entry.mode == _LINK:
            target = tree.data(entry).decode("utf-8", "surrogateescape")
            _write(root / place, target)
            behind = posixpath.normpath(posixpath.join(posixpath.dirname(place), target, *parts[at:]))
            if links < _DEEPEST:
                _lay_out(tree, root, behind, links + 1)
            return
        if entry.mode != _FOLDER:
            if at == len(parts):
                _write(root / place, tree.data(entry))
            return


def _write(target: Path, content: bytes | str) -> None:
    if target.is_symlink() or target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, bytes):
        target.write_bytes(content)
    else:
        target.symlink_to(content)
