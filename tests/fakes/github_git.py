"""The git side of the GitHub of the tests: refs and history of a served repository, read once per state of its refs.

A query over fifty repositories must not start a process per field: everything about commits comes from one `git for-each-ref`
and one `git log`, made anew (the log for new commits only) when a file below `refs` or `packed-refs` has changed.
"""

import heapq
import subprocess
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from tests.fakes.github_records import FakePull
from tests.fakes.github_values import (
    Commit,
    Compared,
    GitError,
    Person,
    Ref,
    TagObject,
    environment,
    files_state,
    tag_object,
)

_FIELDS = ("%H", "%T", "%P", "%an", "%ae", "%aI", "%cn", "%ce", "%cI", "%ct", "%B")
_FORMAT = "%x00".join(_FIELDS)
_REFS = "%(refname)%00%(objectname)%00%(objecttype)%00%(*objectname)%00%(*objecttype)"
EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


class GitData:
    """One git repository on disk: work tree or bare.  Thread-safe."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._key: object = None
        self._refs: dict[str, Ref] = {}
        self._commits: dict[str, Commit] = {}
        self._read_from: set[str] = set()
        self._ancestors: dict[str, frozenset[str]] = {}
        self._compared: dict[tuple[str, str], Compared] = {}
        self._texts: dict[tuple[str, ...], bytes | None] = {}

    @cached_property
    def folder(self) -> Path:
        """Where its refs and objects are."""
        if (self.path / "HEAD").is_file() and (self.path / "objects").is_dir():
            return self.path.resolve()
        told = subprocess.run(
            ["git", "rev-parse", "--git-common-dir"], cwd=self.path, capture_output=True, check=True, env=environment()
        )
        return (self.path / told.stdout.decode().strip()).resolve()

    # -- refs and commits ------------------------------------------------------------------------------------------

    def refs(self) -> Mapping[str, Ref]:
        """Return branches and tags as they are now, by their full names."""
        with self._lock:
            key = files_state(self.folder)
            if key != self._key:
                self._refs = dict(self._read_refs())
                self._read_commits({ref.peeled for ref in self._refs.values() if ref.peeled})
                self._key = key
            return self._refs

    def tip(self, name: str) -> str:
        """Return the commit that a branch, a tag or a SHA stands for; empty if there is none."""
        refs = self.refs()
        for full in (name, f"refs/heads/{name}", f"refs/tags/{name}", f"refs/{name}"):
            if full in refs:
                return refs[full].peeled
        return name if len(name) == 40 and self.commit(name) is not None else self._parsed(f"{name}^{{commit}}")

    def _parsed(self, expression: str) -> str:
        if expression.startswith("-") or "\n" in expression or "\0" in expression:
            return ""
        found = self.run("rev-parse", "--verify", "-q", "--end-of-options", expression, check=False)
        return found.decode("ascii", "replace").strip() if found else ""

    def commit(self, sha: str) -> Commit | None:
        """Return a commit, also one that no ref leads to."""
        with self._lock:
            if sha not in self._commits and len(sha) == 40:
                self._read("--no-walk", f"{sha}^{{commit}}")
            return self._commits.get(sha)

    def ancestors(self, tip: str) -> frozenset[str]:
        """Return the SHAs of a commit's history, itself included."""
        with self._lock:
            known = self._ancestors.get(tip)
            if known is None:
                found, waiting = {tip}, [tip]
                while waiting:
                    commit = self.commit(waiting.pop())
                    new = [parent for parent in (commit.parents if commit else ()) if parent not in found]
                    found.update(new)
                    waiting += new
                known = self._ancestors[tip] = frozenset(sha for sha in found if sha in self._commits)
                while len(self._ancestors) > 200:
                    del self._ancestors[next(iter(self._ancestors))]
            return known

    def history(self, tip: str) -> tuple[str, ...]:
        """Return a commit's history, newest first and children before parents."""
        return self._ordered(tip, self.ancestors(tip)) if self.commit(tip) else ()

    def compare(self, base: str, head: str) -> Compared:
        """Return what `head` has more and less than `base`, both SHAs."""
        with self._lock:
            if (base, head) not in self._compared:
                ours, theirs = self.ancestors(head), self.ancestors(base)
                ahead = self._ordered(head, ours - theirs)[::-1]
                self._compared[base, head] = Compared(ahead, len(theirs - ours))
            return self._compared[base, head]

    def _ordered(self, tip: str, wanted: frozenset[str]) -> tuple[str, ...]:
        """Return commits as `git log --date-order` has them."""
        children = dict.fromkeys(wanted, 0)
        for sha in wanted:
            for parent in self._commits[sha].parents:
                if parent in children:
                    children[parent] += 1
        ready = [(-self._commits[sha].second, sha) for sha, count in children.items() if count == 0]
        heapq.heapify(ready)
        order: list[str] = []
        while ready:
            _, sha = heapq.heappop(ready)
            order.append(sha)
            for parent in self._commits[sha].parents:
                if parent in children:
                    children[parent] -= 1
                    if children[parent] == 0:
                        heapq.heappush(ready, (-self._commits[parent].second, parent))
        return tuple(order)

    # -- objects ---------------------------------------------------------------------------------------------------

    def resolve(self, expression: str, default_branch: str) -> tuple[str, str]:
        """Return SHA and kind of the object that `main`, `v1^{commit}` or `HEAD:README.md` names; empty texts if none."""
        name, colon, path = expression.partition(":")
        name = default_branch if name in ("HEAD", "") else name
        refs = self.refs()
        for full in (name, f"refs/tags/{name}", f"refs/heads/{name}", f"refs/{name}"):
            if full in refs:
                if not colon:
                    return refs[full].sha, refs[full].kind
                name = refs[full].peeled
                break
        if not colon and name in self._commits:
            return name, "commit"
        sha = self.cached("rev-parse", "--verify", "-q", "--end-of-options", f"{name}{colon}{path}")
        if not sha:
            return "", ""
        found = sha.decode("ascii").strip()
        return found, (self.cached("cat-file", "-t", found) or b"").decode("ascii").strip()

    def tree(self, treeish: str, *, recursive: bool = False) -> list[tuple[str, str, str, int, str]]:
        """Return mode, kind, SHA, size (0 for trees) and path of what is in a tree."""
        told = self.cached("ls-tree", "-z", "-l", *(["-r", "-t"] if recursive else []), treeish) or b""
        entries = []
        for line in told.split(b"\0"):
            if line:
                head, _, path = line.partition(b"\t")
                mode, kind, sha, size = head.decode("ascii").split()
                entries.append((mode, kind, sha, 0 if size == "-" else int(size), path.decode("utf-8", "replace")))
        return entries

    def blob(self, sha: str) -> bytes:
        """Return a file's content."""
        return self.cached("cat-file", "blob", sha) or b""

    def head_of(self, pull: FakePull) -> str:
        """Return the SHA that a pull request's head is at; empty if git has none."""
        branch = self.refs().get(f"refs/heads/{pull.head}")
        if pull.state == "open" and branch is not None:
            return branch.sha
        sha = pull.head_sha or (pull.commits[-1] if pull.commits else "")
        return sha if sha and self.commit(sha) else (branch.sha if branch is not None else "")

    def commits_of(self, pull: FakePull) -> tuple[str, ...]:
        """Return the SHAs of a pull request's commits, oldest first."""
        if pull.commits:
            return pull.commits
        head, base = self.head_of(pull), self.refs().get(f"refs/heads/{pull.base}")
        return self.compare(base.sha, head).ahead if head and base is not None else ()

    def counts(self, base: str, head: str) -> list[tuple[int, int, str]]:
        """Return added and deleted lines and path of every file that differs between two trees."""
        told = self.cached("diff-tree", "-r", "-M", "--numstat", "-z", base, head) or b""
        words, found = told.decode("utf-8", "replace").split("\0"), []
        while len(words) > 1:
            added, deleted, path = words.pop(0).split("\t", 2)
            if not path:
                _, path = words.pop(0), words.pop(0)
            found.append((0 if added == "-" else int(added), 0 if deleted == "-" else int(deleted), path))
        return found

    def range_of(self, pull: FakePull) -> tuple[str, str]:
        """Return what a pull request's diff is between; twice the same where git has none of its commits."""
        shas = [sha for sha in self.commits_of(pull) if self.commit(sha) is not None]
        if not shas:
            head = self.head_of(pull) or EMPTY_TREE
            return head, head
        last = self.commit(shas[-1])
        is_merge = last is not None and len(last.parents) > 1
        return self.parent_of(shas[-1] if is_merge else shas[0]), shas[-1]

    def parent_of(self, sha: str) -> str:
        """Return what a commit's diff is against."""
        commit = self.commit(sha)
        return commit.parents[0] if commit and commit.parents else EMPTY_TREE

    # -- git -------------------------------------------------------------------------------------------------------

    def cached(self, *arguments: str) -> bytes | None:
        """Return what git says of objects, which never change; None if it fails (which may change)."""
        with self._lock:
            if arguments in self._texts:
                return self._texts[arguments]
        try:
            told = self.run(*arguments)
        except GitError:
            return None
        if not any(word.startswith("refs/") for word in arguments):
            with self._lock:
                self._texts[arguments] = told
                while len(self._texts) > 500:
                    del self._texts[next(iter(self._texts))]
        return told

    def run(
        self, *arguments: str, stdin: bytes = b"", env: Mapping[str, str] | None = None, check: bool = True
    ) -> bytes:
        """Run git.

        Raises:
            GitError: it failed, and `check` is set.
        """
        done = subprocess.run(
            ["git", f"--git-dir={self.folder}", *arguments],
            input=stdin,
            env=environment() | dict(env or {}),
            capture_output=True,
            check=False,
        )
        if check and done.returncode:
            raise GitError(done.stderr.decode("utf-8", "replace").strip())
        return done.stdout if done.returncode == 0 else b""

    def _read_refs(self) -> Iterator[tuple[str, Ref]]:
        told = self.run("for-each-ref", f"--format={_REFS}", "refs/heads", "refs/tags").decode("utf-8", "replace")
        refs = [line.split("\0") for line in told.split("\n") if line]
        tags = self._tag_objects([sha for _, sha, kind, _, _ in refs if kind == "tag"])
        for name, sha, kind, of, kind_of in refs:
            # A tag of a tag, or of a file, is rare enough to ask for each.
            peeled = (of or sha) if "commit" in (kind, kind_of) else self._parsed(f"{sha}^{{commit}}")
            yield name, Ref(name, sha, kind, peeled, tags.get(sha))

    def _tag_objects(self, shas: list[str]) -> dict[str, TagObject]:
        """Return annotated tags by their SHAs, read at once."""
        told = self.run("cat-file", "--batch", stdin="".join(f"{sha}\n" for sha in shas).encode()) if shas else b""
        found, at = {}, 0
        while at < len(told):
            head, _, _ = told[at : at + 200].partition(b"\n")
            sha, _, size = head.decode("ascii").split()
            at += len(head) + 1
            found[sha] = tag_object(sha, told[at : at + int(size)].decode("utf-8", "replace"))
            at += int(size) + 1
        return found

    def tag(self, sha: str) -> TagObject:
        """Return an annotated tag, also one that only another tag names."""
        return self._tag_objects([sha])[sha]

    def _read_commits(self, tips: Iterable[str]) -> None:
        new = set(tips) - self._read_from
        if new:
            known = [f"^{sha}" for sha in self._read_from]
            self._read("--stdin", stdin="\n".join([*new, *known]).encode())
            self._read_from |= new

    def _read(self, *arguments: str, stdin: bytes = b"") -> None:
        told = self.run("log", "-z", f"--format={_FORMAT}", *arguments, "--", stdin=stdin, check=False)
        texts = told.decode("utf-8", "replace").split("\0")
        for at in range(0, len(texts) - len(_FIELDS) + 1, len(_FIELDS)):
            sha, tree, parents, name, email, date, by, at_email, at_date, second, message = texts[
                at : at + len(_FIELDS)
            ]
            self._commits[sha] = Commit(
                sha,
                tree,
                tuple(parents.split()),
                Person(name, email, date),
                Person(by, at_email, at_date),
                int(second),
                message.rstrip("\n"),
            )


@dataclass
class GitStore:
    """The git repositories that are served, by their paths: records may share one."""

    _known: dict[Path, GitData] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, path: Path) -> GitData:
        with self._lock:
            if path not in self._known:
                self._known[path] = GitData(path)
            return self._known[path]
