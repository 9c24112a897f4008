"""A reviewed clone whose origin is the GitHub of the tests, for the tests of what is published there."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.github import GitHubFake
from tests.repositories import Repo
from tests.unit.commanding import Done, Run, accept, entry, harbor, opened, run_here

FILES = {
    "src/harbor/__about__.py": '__version__ = "0.1.0"\n',
    ".codegen.json": '{"version": {"src/harbor/__about__.py": "__version__ = \\"$VERSION\\""}}\n',
}


class Case:
    """A clone, the repository on GitHub that it is of, and a shell to type commands in."""

    def __init__(self, github: GitHubFake, repo: Repo, site: Repo, run: Run) -> None:
        self.github = github
        self.repo = repo
        self.site = site
        self.run = run
        """Run any command."""
        self.record = github.repository("acme/harbor", site.root)

    def export(self, *words: str) -> Done:
        """Run `llnotes export` on the clone."""
        return self.run("export", str(self.repo.root), *words)

    def review(self, *numbers: int) -> None:
        """Accept the drafts of some pull requests, of all where none is named."""
        with opened(self.repo.root) as bench:
            accept(bench, *numbers)

    def edit(self, number: int, text: str) -> None:
        """Write the prose of an entry by hand."""
        with opened(self.repo.root) as bench:
            bench.edit(entry(bench, number).note, text, accepted=True).result(60)

    def writes(self) -> list[str]:
        """Return the requests that changed something, and forget all that came."""
        sent = [one for one in self.github.requests if not one.startswith("GET") and "graphql" not in one]
        self.github.requests.clear()
        return [one.replace("/api/v3/repos/acme/harbor", "") for one in sent]

    def on_site(self, name: str, path: str) -> str:
        """Return a file as a branch on GitHub has it."""
        return self.site.git("show", f"{name}:{path}")

    @property
    def pull(self) -> Any:
        """The newest pull request."""
        return self.record.pulls_newest_first()[0]


def cases(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], **harbored: Any
) -> Iterator[Case]:
    """Yield a case; everything that llnotes keeps is in the folder of the test."""
    monkeypatch.setenv("LLNOTES_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("LLNOTES_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("LLNOTES_CONFIG", str(tmp_path / "config.toml"))
    (Path.home() / ".gitconfig").write_text("[user]\n\tname = Ada Lovelace\n\temail = ada@example.com\n")
    repo = harbor(tmp_path / "harbor", files=FILES, **harbored)
    site = repo.clone(tmp_path / "site.git", "--bare")
    with GitHubFake() as github:
        for name, value in github.environment.items():
            monkeypatch.setenv(name, value)
        repo.set_origin(github.clone_url("acme/harbor"))
        yield Case(github, repo, site, run_here(capsys, monkeypatch))
