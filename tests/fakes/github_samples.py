"""An organisation to try the fleet on: a dozen repositories that differ in what matters, made in a temporary folder."""

import re
import time
from pathlib import Path

from tests.fakes.github import GitHubFake
from tests.fakes.github_records import FakeRepository
from tests.repositories import Repo

_DAY = 86_400
_SQUASHED = re.compile(r"^(?P<title>.+) \(#(?P<number>\d+)\)$")
_MERGED = re.compile(r"^Merge pull request #(?P<number>\d+) from (?P<label>\S+)")
_VERSION = re.compile(r"^(?:.*[-/@])?v?\d+\.\d+(?:\.\d+)?(?P<pre>(?:-|rc|a|b).*)?$")


def serve_clone(github: GitHubFake, owner: str, path: Path, *, default_branch: str = "") -> FakeRepository:
    """Serve a clone, with the pull requests that its subjects tell of, and a release for each of its version tags."""
    name = path.resolve().name.removesuffix(".git")
    repository = github.repository(f"{owner}/{name}", path.resolve(), default_branch=default_branch or _branch(path))
    git = github.git(repository)
    for sha in git.history(git.tip(repository.default_branch))[:2000]:
        commit = git.commit(sha)
        assert commit is not None
        login = re.sub(r"[^A-Za-z0-9-]+", "-", commit.author.email.partition("@")[0]) or "ghost"
        if match := _SQUASHED.match(commit.headline):
            repository.pull(int(match["number"]), title=match["title"], body=commit.body, commits=(sha,), author=login)
        elif (match := _MERGED.match(commit.headline)) and len(commit.parents) == 2:
            brought = git.compare(commit.parents[0], commit.parents[1]).ahead
            title, _, body = commit.body.partition("\n")
            head = match["label"].partition("/")[2]
            commits = (*brought, sha)
            repository.pull(
                int(match["number"]), title=title or head, body=body.strip(), commits=commits, head=head, author=login
            )
    for ref in git.refs().values():
        tag = ref.name.removeprefix("refs/tags/")
        if tag != ref.name and (match := _VERSION.match(tag)):
            repository.release(tag, prerelease=bool(match["pre"]), body=ref.tag.message if ref.tag is not None else "")
    return repository


def _branch(path: Path) -> str:
    """Return the branch that a clone's origin starts with, or its own."""
    repo = Repo(path)
    origin = repo.git("symbolic-ref", "-q", "--short", "refs/remotes/origin/HEAD", check=False).removeprefix("origin/")
    own = repo.git("symbolic-ref", "-q", "--short", "HEAD", check=False)
    has_origin = bool(origin and repo.git("rev-parse", "-q", "--verify", f"refs/heads/{origin}", check=False))
    return origin if has_origin else own or "main"


def make_samples(github: GitHubFake, owner: str, folder: Path) -> None:
    """Make and serve repositories: other releases, ways of merging, and ways of being in the way."""
    _squashed(github, owner, folder)
    _merged(github, owner, folder)
    _rebased(github, owner, folder)
    _components(github, owner, folder)
    _release_pull(github, owner, folder)
    _in_the_way(github, owner, folder)


def _begin(folder: Path, name: str, days_ago: int) -> Repo:
    repo = Repo.create(folder / name)
    repo.clock = int(time.time()) - days_ago * _DAY
    repo.commit(f"Begin {name}", {"README.md": f"# {name}\n", f"src/{name}.py": f'"""All of {name}."""\n'})
    return repo


def _wait(repo: Repo, days: float) -> None:
    repo.clock += int(days * _DAY)


def _source(name: str, *functions: str) -> dict[str, str]:
    body = "\n\n\n".join(f"def {one}(text: str) -> str:\n    return text.strip()" for one in functions)
    return {f"src/{name}.py": f'"""All of {name}."""\n\n\n{body}\n'}


def _squashed(github: GitHubFake, owner: str, folder: Path) -> None:
    repo = _begin(folder, "harbor", 120)
    repo.tag("v1.0.0")
    _wait(repo, 30)
    repo.commit("Read crates (#1)", _source("harbor", "read_crate"), body="Crates are read one by one.")
    repo.tag("v1.1.0", message="Crates")
    _wait(repo, 20)
    repo.commit("Read manifests (#2)", _source("harbor", "read_crate", "read_manifest"))
    _wait(repo, 5)
    repo.commit("Pin the linter (#3)", {"lint.txt": "ruff==0.12\n"})
    _wait(repo, 5)
    repo.commit(
        "Bump msgspec from 0.18 to 0.19 (#4)",
        {"needs.txt": "msgspec==0.19\n"},
        author="dependabot[bot] <dependabot@example.com>",
    )
    repo.commit("Drop read_crate (#5)", _source("harbor", "read_manifest"), author="Bo <bo@example.com>")
    made = serve_clone(github, owner, repo.root)
    made.topics, made.description = ("ports", "cargo"), "Reads what ships bring"
    made.pulls[2].title, made.pulls[2].labels = "Read manifests of ships", ["enhancement"]
    made.pulls[3].labels = ["internal"]
    made.pulls[4].author, made.pulls[4].labels = "dependabot[bot]", ["dependencies"]
    made.pulls[5].labels = ["breaking"]
    made.release("v1.2.0", draft=True, body="Not yet told.")


def _merged(github: GitHubFake, owner: str, folder: Path) -> None:
    repo = _begin(folder, "beacon", 90)
    repo.tag("v0.4.0")
    for number, (branch, function) in enumerate((("flash", "flash"), ("fog", "sound_horn")), start=7):
        _wait(repo, 6)
        repo.branch(branch)
        repo.commit(f"Add {function}", {f"src/{branch}.py": f"def {function}() -> None: ...\n"})
        repo.commit(f"Tell of {function}", {f"docs/{branch}.md": f"# {function}\n"})
        repo.checkout("main")
        repo.merge(branch, f"Merge pull request #{number} from {owner}/{branch}\n\nLet the beacon {branch}")
    made = serve_clone(github, owner, repo.root)
    made.language, made.topics = "Rust", ("lights",)


def _rebased(github: GitHubFake, owner: str, folder: Path) -> None:
    repo = _begin(folder, "lantern", 60)
    repo.tag("0.9.0")
    _wait(repo, 10)
    first = repo.commit("Light it by one switch", _source("lantern", "light"))
    second = repo.commit("Put it out again", _source("lantern", "light", "put_out"))
    made = serve_clone(github, owner, repo.root)
    made.pull(
        3, title="A switch for the lantern", commits=(first, second), author="cy", body="Rebased: no number in it."
    )
    made.pull(4, title="Try a second switch", state="open", author="cy")


def _components(github: GitHubFake, owner: str, folder: Path) -> None:
    repo = _begin(folder, "dock", 80)
    repo.commit("Add both parts (#1)", {"api/api.py": "API = 1\n", "web/web.py": "WEB = 1\n"})
    repo.tag("api-v1.0.0")
    repo.tag("web-v0.1.0")
    _wait(repo, 12)
    repo.commit("Let the API page (#2)", {"api/api.py": "API = 2\n"})
    repo.tag("api-v1.1.0")
    _wait(repo, 2)
    repo.commit("Colour the web (#3)", {"web/web.py": "WEB = 2\n"})
    serve_clone(github, owner, repo.root).language = "TypeScript"


def _release_pull(github: GitHubFake, owner: str, folder: Path) -> None:
    repo = _begin(folder, "buoy", 40)
    repo.tag("v2.0.0")
    _wait(repo, 8)
    repo.commit("Float higher (#11)", _source("buoy", "float_higher"))
    repo.branch("prepare/2.1.0")
    repo.commit("Release v2.1.0", {"CHANGELOG.md": "# Changelog\n\n## 2.1.0\n\n- Float higher (#11)\n"})
    repo.checkout("main")
    made = serve_clone(github, owner, repo.root)
    made.pull(
        12, title="Release v2.1.0", state="open", head="prepare/2.1.0", author="grace", body="- Float higher (#11)"
    )
    made.releases[0].prerelease = False
    repo.tag("v2.1.0-rc.1", "main")
    made.release("v2.1.0-rc.1", prerelease=True)


def _in_the_way(github: GitHubFake, owner: str, folder: Path) -> None:
    """A private, an archived, a forked, an empty, a blocked, a renamed one, and one with tags but no releases."""
    for name in ("vault", "relic", "cousin", "anchor", "locked", "pier"):
        repo = _begin(folder, name, 50)
        repo.tag("v0.1.0")
        _wait(repo, 9)
        repo.commit(f"Mend {name} (#1)", _source(name, "mend"))
        made = serve_clone(github, owner, repo.root)
        made.private, made.archived, made.fork = name == "vault", name == "relic", name == "cousin"
        if name == "anchor":
            made.releases.clear()
    github.block(f"{owner}/locked")
    github.rename(f"{owner}/pier", f"{owner}/jetty")
    Repo.create(folder / "blank")
    github.repository(f"{owner}/blank", folder / "blank", language=None)
