"""Real git repositories for tests, built in a folder of the test with fixed authors and dates: the same calls, the same SHAs.

repo = Repo.create(tmp_path / "origin")
repo.commit("Add a parser (#1)", {"src/parser.py": "def parse(): ...\\n"})
repo.tag("v0.1.0")
clone = repo.clone(tmp_path / "clone")          # has origin, origin/HEAD and every tag
shallow = repo.clone(tmp_path / "shallow", "--depth=2")
"""

import os
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Self

FIRST_SECOND = 1_700_000_000
"""When the first commit of every repository was made; each further commit or tag is one minute later."""

AUTHOR = "Ada Lovelace <ada@example.com>"

Content = bytes | str | None
"""What a file is to hold; None removes it."""

Files = Mapping[Any, Content]
"""Paths (text or bytes) to contents."""


class Repo:
    """A repository to build a case in.  Commits, tags and merges get the next minute of the repository's own clock."""

    def __init__(self, root: Path, clock: int = FIRST_SECOND) -> None:
        self.root = root
        self.clock = clock

    @classmethod
    def create(cls, root: Path, *, bare: bool = False, branch: str = "main", origin: str = "") -> Self:
        """Make an empty repository; `origin` is the URL of a remote that is only named, never reached."""
        root.mkdir(parents=True, exist_ok=True)
        repo = cls(root)
        repo.git("init", "-q", f"--initial-branch={branch}", *(["--bare"] if bare else []))
        if origin:
            repo.git("remote", "add", "origin", origin)
        return repo

    # -- any git command ------------------------------------------------------------------------------------------

    def git(
        self,
        *arguments: str | bytes,
        stdin: bytes | None = None,
        check: bool = True,
        env: Mapping[str, str] | None = None,
    ) -> str:
        """Run git in the repository and return its output without the last newline."""
        environment = self._environment() | dict(env or {})
        done = subprocess.run(
            ["git", *arguments], cwd=self.root, input=stdin, env=environment, capture_output=True, check=False
        )
        if check and done.returncode:
            raise AssertionError(f"git {arguments!r} failed: {done.stderr.decode(errors='replace')}")
        return done.stdout.decode("utf-8", "surrogateescape").removesuffix("\n")

    def _environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        when = f"{self.clock} +0000"
        return kept | {
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_CONFIG_SYSTEM": "/dev/null",
            "GIT_AUTHOR_NAME": AUTHOR.partition(" <")[0],
            "GIT_AUTHOR_EMAIL": AUTHOR.partition(" <")[2].rstrip(">"),
            "GIT_AUTHOR_DATE": when,
            "GIT_COMMITTER_NAME": "Grace Hopper",
            "GIT_COMMITTER_EMAIL": "grace@example.com",
            "GIT_COMMITTER_DATE": when,
            "GIT_ALLOW_PROTOCOL": "file",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_MERGE_AUTOEDIT": "no",
            "GIT_EDITOR": ":",
            "LC_ALL": "C",
        }

    def config(self, key: str, value: str) -> None:
        """Set one setting of this repository."""
        self.git("config", key, value)

    def rev(self, name: str = "HEAD") -> str:
        """Return the SHA of the commit that a name stands for."""
        return self.git("rev-parse", "--verify", "--end-of-options", f"{name}^{{commit}}")

    def rev_of_file(self, commit: str, path: str) -> str:
        """Return the SHA of a file's blob as it is in a commit."""
        return self.git("rev-parse", "--verify", "--end-of-options", f"{commit}:{path}")

    @property
    def head(self) -> str:
        """The SHA of HEAD."""
        return self.rev()

    # -- files of the work tree -----------------------------------------------------------------------------------

    def write(self, path: str | bytes, content: bytes | str, *, executable: bool = False) -> None:
        """Write a file of the work tree (not committed); text is written as UTF-8, line ends as they are."""
        target = self.path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_symlink():
            target.unlink()
        target.write_bytes(content.encode() if isinstance(content, str) else content)
        target.chmod(0o755 if executable else 0o644)

    def read(self, path: str | bytes) -> bytes:
        """Return a file of the work tree."""
        return self.path(path).read_bytes()

    def remove(self, path: str | bytes) -> None:
        """Remove a file of the work tree (not committed)."""
        self.path(path).unlink()

    def rename(self, old: str | bytes, new: str | bytes) -> None:
        """Move a file of the work tree (not committed)."""
        self.path(new).parent.mkdir(parents=True, exist_ok=True)
        self.path(old).rename(self.path(new))

    def symlink(self, path: str | bytes, target: str) -> None:
        """Make (or replace by) a symbolic link in the work tree (not committed)."""
        link = self.path(path)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(target)

    def path(self, path: str | bytes) -> Path:
        """Return the full path of a file; paths in git are bytes, and any bytes go."""
        return self.root / os.fsdecode(path)

    # -- history --------------------------------------------------------------------------------------------------

    def commit(
        self,
        message: str | bytes,
        files: Files | None = None,
        *,
        body: str = "",
        author: str = AUTHOR,
        at: int | None = None,
    ) -> str:
        """Write (or with None remove) the files, commit all that changed (nothing is fine too), and return the SHA."""
        for path, content in (files or {}).items():
            if content is None:
                self.remove(path)
            else:
                self.write(path, content)
        text = message.encode() if isinstance(message, str) else message
        if body:
            text += b"\n\n" + body.encode()
        if at is not None:
            self.clock = at
        name, _, email = author.partition(" <")
        env = {"GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": email.rstrip(">")}
        self.git("add", "--all")
        self.git(
            "commit",
            "-q",
            "--allow-empty",
            "--allow-empty-message",
            "--cleanup=verbatim",
            "-F",
            "-",
            stdin=text,
            env=env,
        )
        self.clock += 60
        return self.head

    def tag(self, name: str, at: str = "HEAD", *, message: str = "") -> None:
        """Tag a commit; with a message the tag is annotated.  Any name goes, `-x` included."""
        sha = self.rev(at)
        if message:
            self.git("tag", "-a", "-m", message, "--", name, sha)
        else:
            self.git("update-ref", f"refs/tags/{name}", sha)
        self.clock += 60

    def branch(self, name: str, at: str = "HEAD") -> None:
        """Make a branch and check it out."""
        self.git("checkout", "-q", "-b", name, at)

    def checkout(self, name: str) -> None:
        """Check out a branch, or a commit (a detached HEAD)."""
        self.git("checkout", "-q", name)

    def merge(self, branch: str, message: str = "") -> str:
        """Merge a branch into the one that is checked out, always with a merge commit, and return its SHA."""
        self.git("merge", "-q", "--no-ff", "-m", message or f"Merge branch '{branch}'", branch)
        self.clock += 60
        return self.head

    def cherry_pick(self, sha: str, *, noted: bool = False) -> str:
        """Pick a commit; `noted` appends `(cherry picked from commit ...)`."""
        self.git("cherry-pick", *(["-x"] if noted else []), sha)
        self.clock += 60
        return self.head

    def revert(self, sha: str) -> str:
        """Revert a commit as `git revert` does."""
        self.git("revert", "--no-edit", sha)
        self.clock += 60
        return self.head

    def amend(self, message: str, *, at: int | None = None) -> str:
        """Reword the last commit, keeping author and author's date, and return the new SHA."""
        self.clock = at or self.clock + 60
        self.git(
            "commit", "-q", "--amend", "--allow-empty", "-m", message, "--date", self.git("show", "-s", "--format=%aI")
        )
        self.clock += 60
        return self.head

    def history(self, commits: Iterable[tuple[str, Mapping[str, bytes]]], branch: str = "main") -> None:
        """Add many commits (message, files to write) to a branch at once by fast-import, and check the branch out."""
        stream = bytearray()
        has_parent = bool(self.git("rev-parse", "-q", "--verify", f"refs/heads/{branch}", check=False))
        for message, files in commits:
            text = message.encode()
            stream += f"commit refs/heads/{branch}\nauthor {AUTHOR} {self.clock} +0000\n".encode()
            stream += f"committer {AUTHOR} {self.clock} +0000\ndata {len(text)}\n".encode() + text + b"\n"
            if has_parent:
                stream += f"from refs/heads/{branch}^0\n".encode()
                has_parent = False
            for path, content in files.items():
                stream += f"M 100644 inline {path}\ndata {len(content)}\n".encode() + content + b"\n"
            self.clock += 60
        self.git("fast-import", "--quiet", stdin=bytes(stream))
        if self.git("rev-parse", "--is-bare-repository") == "false":
            self.git("checkout", "-q", "-f", branch)

    # -- other clones ---------------------------------------------------------------------------------------------

    def clone(self, root: Path, *options: str) -> "Repo":
        """Clone this repository with any options of `git clone`: `--bare`, `--depth=3`, `--filter=blob:none`, ..."""
        self.config("uploadpack.allowFilter", "true")
        self.git("clone", "-q", *options, f"file://{self.root}", str(root))
        return Repo(root, self.clock)

    def worktree(self, root: Path, branch: str = "", at: str = "HEAD") -> "Repo":
        """Add a linked work tree, on a new branch or detached."""
        self.git("worktree", "add", "-q", *(["-b", branch] if branch else ["--detach"]), str(root), at)
        return Repo(root, self.clock)

    def submodule(self, path: str, other: "Repo") -> None:
        """Add another repository as a submodule (not committed)."""
        self.git("submodule", "--quiet", "add", f"file://{other.root}", path)

    def set_origin(self, url: str) -> None:
        """Name an origin that is never reached, such as `https://github.com/octo/robot.git`."""
        exists = self.git("remote").split()
        self.git("remote", "set-url" if "origin" in exists else "add", "origin", url)

    def stand_at_origin(self, branch: str = "main") -> None:
        """Make `origin/HEAD` and `origin/<branch>` what the branch is now, as if it had just been fetched."""
        self.git("update-ref", f"refs/remotes/origin/{branch}", f"refs/heads/{branch}")
        self.git("symbolic-ref", "refs/remotes/origin/HEAD", f"refs/remotes/origin/{branch}")
