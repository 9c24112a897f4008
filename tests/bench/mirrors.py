"""Real repositories from GitHub and from a clone: `python -m tests.bench.mirrors CLONE ...` drafts each range both ways.

Every clone is served by the GitHub of the tests.  The draft of `owner/name` has to be the draft of a clone whose origin is
that server, with and without `--offline`; what was fetched for it stands beside what a full clone takes.  Ends with 1 where
two drafts differ.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from llnotes_tui.sources.git import Clone
from llnotes_tui.workbench.clones import Target
from llnotes_tui.workbench.headless import draft_releases
from tests.fakes.github import GitHubFake

Span = tuple[str | None, str | None]


class Row(Struct, frozen=True):
    """One range of one repository."""

    name: str
    span: str
    commits: int
    entries: int
    differences: tuple[str, ...]
    fetched: int
    """Bytes that the mirror holds after it."""
    cloned: int
    """Bytes of a full clone."""
    seconds: tuple[float, float, float]
    """Drafting from GitHub, drafting once more offline, and the full clone with its draft."""


def main(paths: Sequence[str]) -> int:
    """Compare the clones given, print a table, and return the exit status."""
    if not paths:
        print(__doc__)
        return 2
    print(
        f"{'repository':22} {'range':24} {'commits':>7} {'entries':>7} {'fetched':>10} {'clone':>10}  github  offline  clone"
    )
    differ = False
    for path in paths:
        try:
            for row in compared(Path(path).resolve()):
                differ = differ or bool(row.differences)
                print(line_of(row), flush=True)
                for difference in row.differences:
                    print(f"    {difference}")
        except subprocess.CalledProcessError:
            print(f"{path}: git cannot clone it whole, so there is nothing to compare with")
    return 1 if differ else 0


def compared(path: Path) -> Iterator[Row]:
    """Yield a row for what is unreleased and for two past releases of a repository."""
    name = f"bench/{path.parent.name.rpartition('+')[2] if path.name == 'repo' else path.name.removesuffix('.git')}"
    with tempfile.TemporaryDirectory(prefix="llnotes-mirrors-") as folder, GitHubFake() as github:
        room = Path(folder)
        served = room / "served.git"
        subprocess.run(["git", "clone", "-q", "--bare", str(path), str(served)], check=True)
        branch = subprocess.run(["git", "symbolic-ref", "--short", "HEAD"], cwd=served, check=True, capture_output=True)
        github.repository(name, served, private=True, default_branch=branch.stdout.decode().strip())
        for span in spans(served):
            with _environment(github.environment):
                yield _row(github, name, span, room)


def spans(path: Path) -> list[Span]:
    """Return the ranges to compare: what is unreleased, and the releases of two of its tags."""
    tags = sorted(Clone.open(path).tags(), key=lambda tag: tag.tagged_at)
    past = [tags[len(tags) // 2], tags[-2]] if len(tags) > 3 else []
    return [(None, None), *((None, f"refs/tags/{tag.name}") for tag in past)]


def _row(github: GitHubFake, name: str, span: Span, room: Path) -> Row:
    for old in ("github", "clone", "full"):
        shutil.rmtree(room / old, ignore_errors=True)
    from_github, first = _timed(name, span, room / "github")
    offline, second = _timed(name, span, room / "github", offline=True)
    began = time.perf_counter()
    token = next(iter(github.access.tokens))
    url = github.clone_url(name).replace("http://", f"http://x-access-token:{token}@")
    subprocess.run(["git", "clone", "-q", url, str(room / "full")], check=True)
    subprocess.run(["git", "remote", "set-url", "origin", github.clone_url(name)], cwd=room / "full", check=True)
    from_clone, _ = _timed(str(room / "full"), span, room / "clone")
    third = time.perf_counter() - began
    clone_offline, _ = _timed(str(room / "full"), span, room / "clone", offline=True)
    different = (
        *differences(from_github, from_clone),
        *(f"offline: {one}" for one in differences(offline, clone_offline)),
    )
    return Row(
        name=name.partition("/")[2],
        span=" ".join(word or "-" for word in span).replace("refs/tags/", ""),
        commits=from_clone.get("manifest", {}).get("commits", 0),
        entries=len(from_clone.get("entries", ())),
        differences=different,
        fetched=_packs(room / "github"),
        cloned=_packs(room / "full"),
        seconds=(first, second, third),
    )


def _timed(word: str, span: Span, room: Path, *, offline: bool = False) -> tuple[dict[str, Any], float]:
    """Draft a range with rooms of its own, and return the draft with the seconds it took."""
    os.environ["LLNOTES_CACHE_DIR"], os.environ["LLNOTES_STATE_DIR"] = str(room / "cache"), str(room / "state")
    target = Target(word, *span, {"engine": "extractive", "offline": offline})
    began = time.perf_counter()
    try:
        outcome = draft_releases([target], form="json", write=False, say=lambda _: None)
    except Exception as fault:
        return {"fault": getattr(fault, "sentence", str(fault))}, time.perf_counter() - began
    return json.loads(outcome.output) if outcome.output else {}, time.perf_counter() - began


def differences(one: object, other: object, where: str = "") -> tuple[str, ...]:
    """Return where two drafts differ, but for what the repository is called and what the cache held."""
    if where in ("/repository", "/calls", "/cached"):
        return ()
    if isinstance(one, dict) and isinstance(other, dict):
        keys = sorted(one.keys() | other.keys())
        return tuple(found for key in keys for found in differences(one.get(key), other.get(key), f"{where}/{key}"))
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return tuple(found for at, (a, b) in pairs for found in differences(a, b, f"{where}/{at}"))
    return () if one == other else (f"{where}: {str(one)[:120]!r} is not {str(other)[:120]!r}",)


def line_of(row: Row) -> str:
    """Return a row of the table."""
    sizes = f"{row.fetched / 1e6:7.2f} MB {row.cloned / 1e6:7.2f} MB"
    times = "  ".join(f"{seconds:5.2f} s" for seconds in row.seconds)
    verdict = "differs" if row.differences else "equal"
    return f"{row.name[:22]:22} {row.span[:24]:24} {row.commits:7} {row.entries:7} {sizes}  {times}  {verdict}"


def _packs(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*.pack"))


class _environment:  # noqa: N801 - used as a statement
    """Variables that hold within a block."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def __enter__(self) -> None:
        self._before = dict(os.environ)
        os.environ.update(self._values)

    def __exit__(self, *_: object) -> None:
        os.environ.clear()
        os.environ.update(self._before)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
