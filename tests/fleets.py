"""Organisations on the fake GitHub: repositories at every point on the way to a release, and many alike."""

from collections.abc import Sequence
from pathlib import Path

from tests.fakes.github import GitHubFake
from tests.repositories import FIRST_SECOND, Repo

DAY = 86_400
NOW = FIRST_SECOND + 100 * DAY
"""When somebody looks."""


def released(
    root: Path, version: str = "v1.0.0", since: Sequence[str] = ("Fix a part (#1)",), *, days: int = 10
) -> Repo:
    """Return a repository released so many days before NOW, with a commit for each message since."""
    repo = Repo.create(root)
    repo.clock = NOW - days * DAY
    repo.commit("Begin", {"README.md": f"{root.name}\n"})
    if version:
        repo.tag(version)
    for number, message in enumerate(since, 1):
        repo.commit(message, {f"src/part_{number}.py": f"def part_{number}():\n    return {number}\n"})
    return repo


def acme(github: GitHubFake, folder: Path) -> None:
    """Fill `acme` with seven repositories: released and not, tagged aside, with components, private, archived, empty."""
    harbor = released(folder / "harbor", "v1.4.0", [f"Add part {n} (#{n})" for n in range(1, 10)], days=70)
    github.repository("acme/harbor", harbor.root, topics=("boats",), language="Go")
    proposed = github.repository(
        "acme/lantern", released(folder / "lantern", "v0.7.2", ["Fix light (#1)", "Fix glow (#2)"], days=21).root
    )
    proposed.pull(9, title="Release v0.7.3", state="open", head="prepare/0.7.3")
    proposed.release("v0.7.2")
    github.repository("acme/compass", aside(folder / "compass").root, private=True)
    github.repository("acme/buoys", components(folder / "buoys").root, topics=("boats",))
    github.repository("acme/quay", released(folder / "quay", "v1.0.0", [], days=12).root)
    github.repository("acme/wreck", released(folder / "wreck").root, archived=True)
    github.repository("acme/void", Repo.create(folder / "void").root)


def aside(root: Path) -> Repo:
    """Return a repository whose newest tag is on a branch of its own; a merge has brought two commits since the last but one."""
    repo = released(root, "v2.0.0", ["Add a needle (#1)"], days=30)
    repo.branch("hotfix", "v2.0.0")
    repo.commit("Fix the needle", {"hotfix.py": "FIXED = 1\n"})
    repo.tag("v2.0.1")
    repo.checkout("main")
    repo.branch("topic")
    repo.commit("Draw a rose", {"rose.py": "ROSE = 1\n"})
    repo.commit("Draw it better", {"rose.py": "ROSE = 2\n"})
    repo.checkout("main")
    repo.merge("topic", "Merge pull request #2 from acme/topic\n\nAdd a rose")
    return repo


def components(root: Path) -> Repo:
    """Return a repository with two components, each with its tags."""
    repo = released(root, "core-v1.0.0", ["Add core (#1)"], days=40)
    repo.tag("cli-v0.3.0")
    repo.commit("Fix the command (#2)", {"cli/main.py": "MAIN = 1\n"})
    repo.branch("topic")
    repo.commit("Begin a flag", {"cli/flag.py": "FLAG = 0\n"})
    repo.checkout("main")
    repo.merge("topic", "Merge pull request #3 from acme/topic\n\nFix the flag")
    repo.commit(
        "Say what is what",
        {
            ".llnotes.toml": '[components.core]\ntags = "core-v*"\npaths = ["core"]\n\n'
            '[components.cli]\ntags = "cli-v*"\npaths = ["cli"]\n'
        },
    )
    return repo


def many(github: GitHubFake, folder: Path, count: int, owner: str = "acme", alike: int = 10) -> None:
    """Give an owner `count` repositories, served from `alike` different ones."""
    made = [
        released(folder / f"part-{n}", f"v1.{n}.0", [f"Fix {m} (#{m})" for m in range(1, n + 2)]) for n in range(alike)
    ]
    for number in range(count):
        github.repository(f"{owner}/repo-{number:04}", made[number % alike].root)
