"""Past releases of real clones, read as units and by first parents: is the work found that the project's own notes list?

`python -m tests.bench.histories CLONE ...` drafts the last three releases of each clone without a model, from the base
that llnotes finds by itself, and prints a line a release: the base, how many commits and units there are, how many
request numbers of the project's own notes the units and the first parents have, and how many titles only name a branch.
The project's own notes are the lines that the release added to its changelog files.  `--releases N` takes more of them,
`--tags A,B` those that are named.  It exits 1 where a range cannot be read, or the manifest does not hold each commit once.
"""

import argparse
import re
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from llnotes_tui.release.merges import is_transport_title, only_moves
from llnotes_tui.release.message import pull_request_of, title_of
from llnotes_tui.release.model import Commit, Plan
from llnotes_tui.release.plan import PlanOptions
from llnotes_tui.sources.git import Clone
from llnotes_tui.sources.options import RangeOptions, SourceError
from llnotes_tui.sources.reading import read_plan
from tests.bench.releases import fault_of, past_ranges

_NOTES = re.compile(
    r"(?:^|/)[^/]*(?:change|changes|changelog|history|news|relnotes|release-notes)[^/]*(?:\.(?:md|markdown|rst|txt|adoc))?$|(?:^|/)relnotes/",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?:#|:(?:issue|pr|pull|user-pr):`|/(?:pull|issues)/)(\d{1,6})\b")


class Row(Struct, frozen=True):
    """One past release."""

    tag: str
    base: str
    commits: int
    units: int
    noted: int
    """Request numbers in the project's own notes."""
    found: int
    by_first_parents: int
    branch_titles: int
    first_parent_branch_titles: int
    seconds: float
    fault: str = ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the clones, print the table, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.histories")
    parser.add_argument("clones", nargs="+", type=Path)
    parser.add_argument("--releases", type=int, default=3)
    parser.add_argument("--tags", default="")
    options = parser.parse_args(arguments)
    print(
        f"{'clone':22} {'release':22} {'base':22} {'commits':>7} {'units':>5} {'notes':>5} {'units':>5} {'first':>5} {'branch titles':>13} {'first':>5} {'s':>5}"
    )
    bad = 0
    for path in options.clones:
        clone = Clone.open(path)
        tags = options.tags.split(",") if options.tags else [tag for _, tag in past_ranges(clone, options.releases)]
        for tag in tags:
            row = measured(clone, tag)
            bad += bool(row.fault)
            print(
                f"{path.name[:22]:22} {row.tag[:22]:22} {row.base[:22]:22} {row.commits:7} {row.units:5} {row.noted:5} {row.found:5} "
                f"{row.by_first_parents:5} {row.branch_titles:13} {row.first_parent_branch_titles:5} {row.seconds:5.1f} {row.fault}"
            )
    return 1 if bad else 0


def measured(clone: Clone, tag: str) -> Row:
    """Read one release as it was made."""
    begun = time.perf_counter()
    try:
        plan = read_plan(clone, RangeOptions(until=f"refs/tags/{tag}", prereleases=False), PlanOptions())
    except SourceError as fault:
        return Row(tag, "", 0, 0, 0, 0, 0, 0, 0, time.perf_counter() - begun, fault.sentence)
    seconds = time.perf_counter() - begun
    since, until = plan.range.since, plan.range.until
    noted = numbers_in_notes(clone, since, until)
    chain = messages(clone, since, until, "--first-parent")
    own = numbers_said(chain)
    titles = [entry.title for entry in plan.entries]
    return Row(
        tag,
        plan.range.since_name,
        plan.commit_count,
        len({commit.sha for commit in placed(plan)}),
        len(noted),
        len(noted & numbers_of(plan)),
        len(noted & own),
        sum(names_only_a_branch(title) for title in titles),
        sum(names_only_a_branch(title_of(subject, body)) for subject, body in chain),
        seconds,
        fault_of(clone, plan),
    )


def placed(plan: Plan) -> list[Commit]:
    """Return the commits that are read for themselves, wherever they are placed."""
    found = [commit for entry in plan.entries for commit in entry.commits]
    found += [commit for update in plan.dependency_updates for commit in update.commits]
    found += [one.commit for one in plan.internal]
    return [*found, *(out.commit for out in plan.left_out if not out.commit.folded)]


def numbers_of(plan: Plan) -> set[int]:
    """Return the numbers that the plan's units have or name, wherever it places them."""
    commits = [*placed(plan), *(out.commit for out in plan.left_out)]
    sides = [(side.subject, side.body) for commit in commits for side in commit.side]
    return numbers_said([(commit.subject, commit.body) for commit in commits] + sides)


def numbers_said(messages: Sequence[tuple[str, str]]) -> set[int]:
    """Return the requests that some messages are of, and the numbers that they name: notes often list the issue."""
    own = {number for subject, body in messages if (number := pull_request_of(subject, body)) is not None}
    return own | {int(number) for subject, body in messages for number in _NUMBER.findall(f"{subject}\n{body}")}


def names_only_a_branch(title: str) -> bool:
    """Tell whether a title says nothing but that a branch was merged or a version released."""
    plain = title.replace("Merged `", "Merge `")
    return "made by hand" not in title and (only_moves(plain) or is_transport_title(plain))


def numbers_in_notes(clone: Clone, since: str | None, until: str) -> set[int]:
    """Return the request numbers on lines that a range added to files that look like a changelog."""
    if since is None:
        return set()
    names = git(clone, "diff", "--name-only", "-z", since, until).split("\0")
    wanted = [name for name in names if name and _NOTES.search(name)]
    if not wanted:
        return set()
    patch = git(clone, "diff", "-U0", since, until, "--", *wanted)
    added = (line for line in patch.split("\n") if line.startswith("+") and not line.startswith("+++"))
    return {int(number) for line in added for number in _NUMBER.findall(line)}


def messages(clone: Clone, since: str | None, until: str, *shape: str) -> list[tuple[str, str]]:
    """Return subject and body of the commits of a range."""
    span = [until] if since is None else [until, f"^{since}"]
    out = git(clone, "log", *shape, "--format=%s%x00%b%x01", *span)
    return [
        (subject, body) for record in out.split("\x01\n") if record for subject, _, body in (record.partition("\0"),)
    ]


def git(clone: Clone, *arguments: str) -> str:
    """Run git in a clone and return what it wrote."""
    done = subprocess.run(["git", "-C", str(clone.root), *arguments], capture_output=True, check=True)
    return done.stdout.decode("utf-8", "replace")


if __name__ == "__main__":
    raise SystemExit(main())
