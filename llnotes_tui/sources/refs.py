"""What a clone's names stand for at this moment: its branches, its tags, its upstream's default branch and its HEAD."""

from pathlib import Path

from msgspec import Struct

from llnotes_tui.release.text import decode
from llnotes_tui.release.versions import Tag
from llnotes_tui.sources.process import GitFault, Place, run
from llnotes_tui.sources.structure import parse_time

_FORMAT = (
    "%(refname)%00%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)%00%(creatordate:unix)%00%(symref)"
)
_USUAL_NAMES = ("main", "master", "trunk", "develop")


class Refs(Struct, frozen=True):
    """All names of a clone, read at one moment."""

    commits: dict[str, str]
    """Full name of each branch (`refs/heads/main`, `refs/remotes/origin/main`) to its SHA."""
    tags: tuple[Tag, ...]
    """Tags of commits, peeled."""
    remote: str | None
    """The remote that counts as upstream."""
    remote_head: str | None
    """Full name of the branch that `<remote>/HEAD` stands for, where the clone knows it."""
    head: str | None
    """SHA of HEAD; None while nothing is committed."""
    head_branch: str | None
    """Full name of the branch that is checked out; None where HEAD is detached."""

    def default_branch(self) -> str | None:
        """Return the full name of the upstream's default branch, else of the branch that is checked out.

        None stands for a detached HEAD without an upstream.
        """
        if self.remote is None:
            return self.head_branch
        if self.remote_head in self.commits:
            return self.remote_head
        prefix = f"refs/remotes/{self.remote}/"
        usual = [prefix + name for name in _USUAL_NAMES if prefix + name in self.commits]
        tracked = [name for name in self.commits if name.startswith(prefix)]
        return usual[0] if usual else tracked[0] if len(tracked) == 1 else self.head_branch

    def is_main_line(self, branch: str) -> bool:
        """Tell whether development goes on on a branch: the upstream's default branch, else one with a usual name.

        A clone without an upstream has whatever is checked out as default, which may be an old line.
        """
        default = self.default_branch()
        if default is None or self.short(default) != branch:
            return False
        usual = {f"refs/heads/{name}" for name in _USUAL_NAMES}
        return self.remote is not None or default in usual or usual.isdisjoint(self.commits)

    def named(self, branch: str) -> str | None:
        """Return the SHA of a branch by its short name: the upstream's before one's own; None where there is none."""
        upstream = self.commits.get(f"refs/remotes/{self.remote}/{branch}") if self.remote is not None else None
        return upstream or self.commits.get(f"refs/heads/{branch}")

    def short(self, name: str) -> str:
        """Return a full name without `refs/heads/` or `refs/remotes/<remote>/`."""
        return name.removeprefix("refs/heads/").removeprefix(f"refs/remotes/{self.remote}/")


def read_refs(place: Place, git_dir: Path, remote: str | None) -> Refs:
    """Read every name of a clone.

    Raises:
        GitFault: git failed.
    """
    patterns = ["refs/heads", "refs/tags", *([f"refs/remotes/{remote}"] if remote is not None else [])]
    lines = run(["for-each-ref", f"--format={_FORMAT}", *patterns], place).split(b"\n")
    commits: dict[str, str] = {}
    tags: list[Tag] = []
    remote_head = None
    for line in lines:
        if not line:
            continue
        name, kind, sha, peeled_kind, peeled, date, symref = (decode(field) for field in line.split(b"\0"))
        if name.startswith("refs/tags/"):
            tag = _tag(place, name, (kind, sha), (peeled_kind, peeled), date)
            tags += [tag] if tag is not None else []
        elif symref:
            remote_head = symref if name == f"refs/remotes/{remote}/HEAD" else remote_head
        elif kind == "commit":
            commits[name] = sha
    head_branch = _head_branch(place, git_dir)
    head = commits.get(head_branch) if head_branch is not None else _detached_head(place)
    return Refs(commits, tuple(tags), remote, remote_head, head, head_branch)


def reachable_tags(place: Place, sha: str) -> frozenset[str]:
    """Return the names of all tags that are in the history of a commit.

    Raises:
        GitFault: git failed.
    """
    out = run(["for-each-ref", "--format=%(refname)", f"--merged={sha}", "refs/tags"], place)
    return frozenset(decode(line).removeprefix("refs/tags/") for line in out.split(b"\n") if line)


def resolve(place: Place, name: str) -> str | None:
    """Return the SHA of the commit that a name stands for, None where it stands for none."""
    if not name or "\0" in name or "\n" in name:
        return None
    try:
        out = run(["rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"], place)
    except GitFault:
        return None
    sha = out.decode("ascii", "replace").split()[-1:]
    return sha[0] if sha and len(sha[0]) in (40, 64) else None


def _tag(place: Place, name: str, own: tuple[str, str], peeled: tuple[str, str], date: str) -> Tag | None:
    """Return a tag with the commit that it stands for, None for a tag of something else."""
    commit = next((sha for kind, sha in (own, peeled) if kind == "commit"), None)
    if commit is None and peeled[0] == "tag":
        commit = resolve(place, name)
    if commit is None:
        return None
    return Tag(name.removeprefix("refs/tags/"), commit, parse_time(date))


def _head_branch(place: Place, git_dir: Path) -> str | None:
    """Return the branch that HEAD names.  The file says so at once; git is asked only where it does not."""
    try:
        text = (git_dir / "HEAD").read_bytes()
    except OSError:
        text = b""
    if text.startswith(b"ref: ") and b".invalid" not in text:
        return decode(text[5:].strip())
    if len(text.strip()) in (40, 64):
        return None
    try:
        return decode(run(["symbolic-ref", "--quiet", "HEAD"], place).strip()) or None
    except GitFault:
        return None


def _detached_head(place: Place) -> str | None:
    return resolve(place, "HEAD")
