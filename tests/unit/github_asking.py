"""A repository on the GitHub of the tests, and the real PyGithub and git to ask it by."""

import base64
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from github import Auth, Github

from tests.fakes.github import TOKEN, GitHubFake
from tests.repositories import Repo


class Harbor:
    """A repository with three pull requests: one squashed, one merged, one rebased."""

    def __init__(self, root: Path) -> None:
        repo = Repo.create(root)
        self.first = repo.commit("Add a parser", {"a.py": "x = 1\n", "README.md": "# Harbor\n"})
        repo.tag("v0.1.0")
        repo.branch("topic")
        self.side = repo.commit("Parse tabs", {"tabs.py": "y = 1\n"})
        repo.checkout("main")
        self.squashed = repo.commit("Mend the parser (#1)", {"a.py": "x = 2\n"})
        self.merged = repo.merge("topic", "Merge pull request #2 from acme/topic")
        self.rebased = repo.commit("Write the guide", {"guide.md": "# Guide\n"}, author="Bo <bo@example.com>")
        repo.tag("v0.2.0", message="The second")
        repo.branch("next")
        self.open = repo.commit("Try more", {"more.py": "z = 1\n"})
        repo.checkout("main")


def client(github: GitHubFake, token: str = TOKEN, **more: Any) -> Github:
    return Github(
        auth=Auth.Token(token) if token else None,
        base_url=f"{github.url}/api/v3",
        retry=None,
        timeout=60,
        seconds_between_requests=None,
        seconds_between_writes=None,
        **more,
    )


def git(where: Path, *arguments: str, token: str = "", check: bool = True) -> subprocess.CompletedProcess[str]:
    basic = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    signed = ("1", "http.extraHeader", f"Authorization: Basic {basic}") if token else ("0", "", "")
    names = ("GIT_CONFIG_COUNT", "GIT_CONFIG_KEY_0", "GIT_CONFIG_VALUE_0")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_TERMINAL_PROMPT": "0"} | dict(
        zip(names, signed, strict=True)
    )
    where.mkdir(exist_ok=True)
    done = subprocess.run(["git", *arguments], cwd=where, env=environment, capture_output=True, text=True)
    assert not check or done.returncode == 0, done.stderr
    return done


@contextmanager
def harbor_served(built: Harbor, root: Path, copy: Path) -> Iterator[GitHubFake]:
    """Serve a copy as `acme/harbor` with its pull requests and releases, and as `acme/vault`, which is private."""
    shutil.copytree(root, copy, symlinks=True)
    with GitHubFake() as github:
        repo = github.repository("acme/harbor", copy, topics=("ports",))
        repo.pull(1, title="Mend the parser", commits=(built.squashed,), labels=("internal",))
        repo.pull(2, title="Parse tabs", commits=(built.side, built.merged), head="topic", author="dependabot[bot]")
        repo.pull(3, title="A guide", commits=(built.rebased,), author="bo")
        repo.pull(4, title="Try more", state="open", head="next")
        repo.release("v0.1.0", body="First")
        repo.release("v0.2.0", draft=True)
        github.repository("acme/vault", copy, private=True)
        yield github
