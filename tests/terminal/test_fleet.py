"""Many repositories in a real terminal: an owner on GitHub, and twelve marked ones gone through in a row."""

from pathlib import Path

from tests.fakes.github import GitHubFake
from tests.fleets import acme, released
from tests.terminal.driver import Terminal
from tests.terminal.sample import PROGRAM

ENGINE = {"LLNOTES_ENGINE": "extractive"}


def test_an_owner_on_github_from_the_shell_and_back(tmp_path: Path) -> None:
    with GitHubFake() as github:
        acme(github, tmp_path / "served")
        with Terminal([PROGRAM, "repos", "acme"], tmp_path, github.environment | ENGINE) as terminal:
            terminal.until(r"7 repositories, 17 unreleased(?!.*(reading|listing))")
            terminal.until(r"acme/harbor +9 +v1\.4\.0")
            terminal.until(r"acme/lantern .*PR #9 open")
            terminal.until("acme/void is empty: nothing was pushed")
            terminal.press("/")
            terminal.write("harbor")
            terminal.until("1 with “harbor”")
            terminal.press("enter", "enter")
            terminal.until("0 of 9 entries reviewed")
            terminal.press("q")
            terminal.until("acme/harbor +9")
            terminal.send("ctrl+c")
            assert terminal.ends_within(2.0) == 0  # one second, and what the terminal around it takes


def test_three_of_twelve_marked_ones_are_reviewed_and_exported_without_going_back(tmp_path: Path) -> None:
    for number in range(1, 13):
        released(tmp_path / "src" / f"boat-{number:02}", "v1.0.0", [f"Add a mast to boat {number} (#{number})"])
    with Terminal([PROGRAM, "repos", str(tmp_path / "src")], tmp_path, ENGINE) as terminal:
        terminal.until(r"12 repositories, 12 unreleased(?!.*reading)")
        terminal.press("A")
        terminal.until("12 marked")
        terminal.press("enter")
        for number in (1, 2, 3):
            terminal.until(rf"boat-{number:02} .*0 of 1 entry reviewed")
            terminal.until("drafted without a model")
            terminal.accept("1 of 1 entry reviewed")
            terminal.press("w")
            terminal.until(r"1\.1\.0 in new file CHANGELOG\.md")
            terminal.press("w")
            terminal.until(r"Wrote CHANGELOG\.md")
            terminal.press("enter")
        terminal.until(r"boat-04 .*0 of 1 entry reviewed")
        terminal.press("q")
        terminal.until("9 marked")
        terminal.until(r"boat-03 .*written 1\.1\.0")
        terminal.press("q")
        assert terminal.ended() == 0
    for number in range(1, 13):
        written = tmp_path / "src" / f"boat-{number:02}" / "CHANGELOG.md"
        assert written.exists() == (number <= 3)


def test_three_of_twelve_on_github_are_reviewed_and_proposed_without_a_clone(tmp_path: Path) -> None:
    with GitHubFake() as github:
        for number in range(1, 13):
            boat = released(
                tmp_path / "served" / f"boat-{number:02}", "v1.0.0", [f"Add a mast to boat {number} (#{number})"]
            )
            github.repository(f"fleet/boat-{number:02}", boat.root)
        with Terminal([PROGRAM, "repos", "fleet"], tmp_path, github.environment | ENGINE) as terminal:
            terminal.until(r"12 repositories, 12 unreleased(?!.*(reading|listing))")
            terminal.press("A")
            terminal.until("12 marked")
            terminal.press("enter")
            for number in (1, 2, 3):
                terminal.until(rf"boat-{number:02} .*0 of 1 entry reviewed")
                terminal.until("drafted without a model")
                terminal.accept("1 of 1 entry reviewed")
                terminal.press("w")
                terminal.until(r"1\.1\.0 in new file CHANGELOG\.md")
                terminal.press("p")
                terminal.until(r"Propose 1\.1\.0 on GitHub|prepare/1\.1\.0")
                terminal.until("y do it")
                terminal.press("y")
                terminal.until(r"Opened pull request #\d+")
                terminal.press("enter")
            terminal.until(r"boat-04 .*0 of 1 entry reviewed")
            terminal.press("ctrl+c")
            assert terminal.ended() == 0
        proposed = [
            name
            for name, record in github.repositories.items()
            if any(p.title == "Release v1.1.0" for p in record.pulls.values())
        ]
        assert proposed == [f"fleet/boat-{number:02}" for number in (1, 2, 3)]
