"""`.gitattributes` as they are in a commit, the same for a bare clone, a worktree and every version of git.

Git reads attributes from the work tree or the index.  It is given both of our own making: an empty folder, and an index
that holds nothing but the `.gitattributes` of the commit.  So neither edits that are not committed nor the branch that
happens to be checked out change what a release looks like.
"""

import shutil
import tempfile
import weakref
from collections.abc import Iterable
from pathlib import Path

from llnotes_tui.release.noise import NO_ATTRIBUTES, Attributes
from llnotes_tui.sources.process import GitFault, Place, run

_GENERATED, _VENDORED = b"linguist-generated", b"linguist-vendored"
_VALUES = {b"set": True, b"true": True, b"unset": False, b"false": False}
"""Anything else (`unspecified`) says nothing."""


class AttributedPlace:
    """A place for git to work in, in which the attributes of one commit hold.  It lives in a temporary folder."""

    def __init__(self, place: Place, sha: str, *, partial: bool = False) -> None:
        """Lay the place out; in a `partial` clone the files that are not here are left aside.

        Raises:
            GitFault: git failed.
        """
        self.sha = sha
        folder = Path(tempfile.mkdtemp(prefix="llnotes-"))
        self.close = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        """Removes the temporary folder; at the end of the process it is removed anyway."""
        (folder / "tree").mkdir()
        self.place = Place(folder / "tree", place.git_dir, folder / "tree", folder / "index")
        self.has_attributes = self._lay_out(partial=partial)

    def attributes_of(self, paths: Iterable[bytes]) -> dict[bytes, Attributes]:
        """Return what the attributes say of each path, by one process; paths of which they say nothing are left out.

        Raises:
            GitFault: git failed.
        """
        asked = b"".join(path + b"\0" for path in dict.fromkeys(paths))
        if not self.has_attributes or not asked:
            return {}
        names = [_GENERATED.decode(), _VENDORED.decode()]
        fields = run(["check-attr", "--stdin", "-z", *names], self.place, stdin=asked).split(b"\0")
        found: dict[bytes, Attributes] = {}
        for path, name, value in zip(fields[0::3], fields[1::3], fields[2::3], strict=False):
            if value in _VALUES:
                before = found.get(path, NO_ATTRIBUTES)
                generated = _VALUES[value] if name == _GENERATED else before.generated
                vendored = _VALUES[value] if name == _VENDORED else before.vendored
                found[path] = Attributes(generated, vendored)
        return found

    def _lay_out(self, *, partial: bool) -> bool:
        """Write the index; return whether there are any attributes to ask for."""
        try:
            listed = run(["ls-tree", "-r", "-z", "--full-tree", self.sha], self.place).split(b"\0")
        except GitFault:  # trees of a partial clone may be missing: then no attributes are known
            return False
        wanted = [entry for entry in listed if entry.endswith((b"\t.gitattributes", b"/.gitattributes"))]
        if partial:
            wanted = [entry for entry in wanted if self._is_here(entry)]
        if wanted:
            run(["update-index", "-z", "--index-info"], self.place, stdin=b"".join(entry + b"\0" for entry in wanted))
        return bool(wanted)

    def _is_here(self, entry: bytes) -> bool:
        """Tell whether the blob of a listed file is in the clone."""
        blob = entry.partition(b"\t")[0].rpartition(b" ")[2].decode("ascii")
        try:
            run(["cat-file", "-e", blob], self.place)
        except GitFault:
            return False
        return True
