"""Diffs as the API shows them: a list of files with their patches, less than git has where there is much."""

from dataclasses import dataclass

from tests.fakes.github_git import GitData

_STATUS = {"A": "added", "D": "removed", "M": "modified", "R": "renamed", "C": "copied", "T": "changed"}


@dataclass(frozen=True)
class ChangedFile:
    """A file that differs between two trees."""

    sha: str
    path: str
    previous: str
    """Its former path, empty if it was not renamed."""
    status: str
    """GitHub's word: added, removed, modified, renamed, changed."""
    additions: int
    deletions: int
    patch: str
    """From its first `@@` on; empty where nothing is to show, as of binary files."""


def changed_files(git: GitData, base: str, head: str) -> list[ChangedFile]:
    """Return all that differs between two trees, with everything git says of it."""
    raw = (git.cached("diff-tree", "-r", "-M", "--raw", "--no-abbrev", "-z", base, head) or b"").split(b"\0")
    counts = git.counts(base, head)
    patches = iter(_patches(diff(git, base, head)))
    found: list[ChangedFile] = []
    words = [word.decode("utf-8", "replace") for word in raw]
    while len(words) > 1:
        _, _, old, new, kind = words.pop(0).split()
        first = words.pop(0)
        path = words.pop(0) if kind[0] in "RC" else first
        added, deleted, _ = counts[len(found)]
        text = next(patches, "")
        if kind[0] == "T":
            # A file that became a link, or the like, is removed and made anew: two parts of the diff.
            text = f"{text}\n{next(patches, '')}"
        previous = first if path != first else ""
        sha = old if kind[0] == "D" else new
        found.append(ChangedFile(sha, path, previous, _STATUS.get(kind[0], "changed"), added, deleted, text))
    return found


def diff(git: GitData, base: str, head: str) -> bytes:
    """Return the diff between two trees, as `.diff` has it."""
    return git.cached("diff-tree", "-r", "-M", "-p", base, head) or b""


def patch(git: GitData, first_parent: str, head: str) -> bytes:
    """Return the commits between as mails, as `.patch` has them."""
    limits = [f"{first_parent}..{head}"] if git.commit(first_parent) else ["--root", head]
    return git.cached("format-patch", "--stdout", "-M", *limits) or b""


def _patches(text: bytes) -> list[str]:
    """Return the hunks of every file, in the order of the diff."""
    found = []
    for part in f"\n{text.decode('utf-8', 'replace')}".split("\ndiff --git ")[1:]:
        start = part.find("\n@@ ")
        found.append(part[start + 1 :].removesuffix("\n") if start >= 0 else "")
    return found
