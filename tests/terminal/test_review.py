"""The installed program in a real terminal, as a person meets it on a bad day."""

import time
from pathlib import Path

import pytest

from tests.fakes.serving import Serving
from tests.repositories import Repo
from tests.terminal.driver import Terminal
from tests.terminal.sample import PROGRAM, sample


@pytest.fixture
def clone(tmp_path: Path) -> Repo:
    return sample(tmp_path)


def test_what_was_typed_is_there_after_kill_9(clone: Repo) -> None:
    with Terminal([PROGRAM], clone.root) as terminal:
        terminal.until("Added retries to job listing")
        terminal.until("drafted without a model")
        terminal.press("e")
        terminal.until("every key is saved")
        terminal.write("Typed a moment before the crash. ")
        terminal.until(r"crash\.")
        terminal.rest(0.1)  # what the promise is about: 100 ms after the last key
        terminal.kill()
    with Terminal([PROGRAM], clone.root) as terminal:
        terminal.until("what you were typing")
        terminal.until("Typed a moment before")


def test_a_decision_is_there_after_kill_9(clone: Repo) -> None:
    with Terminal([PROGRAM], clone.root) as terminal:
        terminal.until("0 of 3 entries reviewed")
        terminal.until("drafted without a model")
        terminal.accept("1 of 3 entries reviewed")
        terminal.kill()
    with Terminal([PROGRAM], clone.root) as terminal:
        terminal.until("1 of 3 entries reviewed")


def test_leaving_while_32_calls_hang_takes_a_second(clone: Repo) -> None:
    for number in range(40):
        path = f"src/module_{number}.py"
        clone.commit(f"Add part {number} (#{number + 10})", {path: f"def part_{number}():\n    return {number}\n"})
    clone.git("update-ref", "refs/remotes/origin/main", "HEAD")
    with Serving(script=["hang"] * 400) as serving:
        environment = serving.environment | {"LLNOTES_CONCURRENCY": "32"}
        with Terminal([PROGRAM, "review"], clone.root, environment) as terminal:
            terminal.until("Draft with a model")
            terminal.press("y")
            terminal.until_gone("Draft with a model")
            deadline = time.monotonic() + 60
            while serving.most_at_once < 32 and time.monotonic() < deadline:
                terminal.until(".")
                time.sleep(0.05)
            assert serving.most_at_once == 32, terminal.text
            terminal.send("ctrl+c")
            assert terminal.ends_within(2.0) == 0  # one second, and what the terminal around it takes


def test_a_window_of_another_size_shows_everything_again(clone: Repo) -> None:
    with Terminal([PROGRAM], clone.root, columns=160, rows=48) as terminal:
        terminal.until("Added retries to job listing")
        terminal.resize(80, 24)
        terminal.until(r"\? help *$")
        terminal.until("#3 Added retries")
        terminal.press("q")
        assert terminal.ended() == 0


def test_the_editor_of_the_environment_is_used_and_left_again(clone: Repo, tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho "Words from my own editor." > "$1"\n')
    editor.chmod(0o755)
    with Terminal([PROGRAM], clone.root, {"EDITOR": str(editor)}) as terminal:
        terminal.until("drafted without a model")
        terminal.press("E")
        terminal.until("Words from my own editor")
        terminal.press("q")
        assert terminal.ended() == 0


def test_hostile_text_is_shown_and_does_nothing(tmp_path: Path) -> None:
    repo = Repo.create(tmp_path / "hostile")
    repo.commit("First", {"a.py": "A = 1\n"})
    repo.tag("v1.0.0")
    repo.git("tag", "--", "zzz")
    nasty = "Add \x1b[31mred\x1b[0m [bold]markup[/bold] [@click=app.quit]press[/] \u202eevil\u202c (#7)"
    repo.commit(nasty, {"--output=x": "B = 2\n", "b[bold].py": "def f():\n    return '\x1b]0;title\x07'\n"})
    repo.git("update-ref", "refs/tags/-x", "HEAD~1")
    with Terminal([PROGRAM], repo.root) as terminal:
        screen = terminal.until(r"\[@click=app\.quit\]press\[/\]")
        assert "\u202e" not in screen
        terminal.press("l", "j", "j")
        terminal.until(r"b\[bold\]\.py")
        terminal.press("q")
        assert terminal.ended() == 0
    assert not (repo.root / "x").exists()


def test_without_a_terminal_the_draft_is_printed(clone: Repo) -> None:
    import subprocess

    done = subprocess.run([PROGRAM], cwd=clone.root, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 0
    assert "no terminal" in done.stderr
    assert "## 0.2.0" in done.stdout
    assert "Added retries to job listing ([#3](https://github.com/acme/jobs/issues/3))" in done.stdout
