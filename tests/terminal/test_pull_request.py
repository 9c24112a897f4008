"""A pull request's description in a real terminal: drafted, accepted, shown beside what is there, and saved."""

from pathlib import Path

from tests.fakes.github import GitHubFake
from tests.repositories import Repo
from tests.terminal.driver import Terminal
from tests.terminal.sample import PROGRAM


def test_a_description_is_accepted_looked_at_and_saved(tmp_path: Path) -> None:
    repo = Repo.create(tmp_path / "harbor")
    repo.commit("Release v0.1.0", {"src/ships.py": "def list_ships(): ...\n"})
    repo.tag("v0.1.0")
    repo.branch("retries")
    sha = repo.commit("Retry", {"src/cli.py": "def main(retries: int = 3): ...\n"})
    repo.checkout("main")
    with GitHubFake() as github:
        hosted = github.repository("acme/harbor", repo.root)
        pull = hosted.pull(
            7, title="Retry listing", body="Slow offices end no run.", state="open", head="retries", commits=[sha]
        )
        command = [PROGRAM, "pull-request", "7", "--repo", "acme/harbor", "--engine", "extractive"]
        with Terminal(command, tmp_path, github.environment) as terminal:
            terminal.until("0 of 1 entry reviewed")
            terminal.until("drafted without a model")
            terminal.accept("1 of 1 entry reviewed")
            terminal.press("w")
            terminal.until("<!-- llnotes -->")
            assert pull.body == "Slow offices end no run."
            terminal.press("w")
            terminal.until("Saved the description of acme/harbor#7")
            terminal.press("q")
            terminal.until_gone("Saved the description")
            terminal.press("q")
            assert terminal.ended() == 0
    assert pull.body is not None
    assert pull.body.startswith("<!-- llnotes -->\n")
    assert pull.body.endswith("<!-- /llnotes -->\n\nSlow offices end no run.")
