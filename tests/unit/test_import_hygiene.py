"""What is loaded when: in fresh processes, for `sys.modules` tells it."""

import json
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import llnotes_tui
from tests.repositories import Repo

HEAVY = {"databricks", "detect_secrets", "jinja2", "unidiff"}
"""Libraries that cost more than the first paint."""
ABOVE = ("llnotes_tui.app", "llnotes_tui.screens", "llnotes_tui.widgets", "llnotes_tui.__main__")
"""The rooms that know Textual."""

FIRST_PAINT = """
import asyncio, json, sys
from llnotes_tui.app import LlnotesApp
from llnotes_tui.workbench.clones import Target, found_repositories

async def main(folder, what):
    flags = {"engine": "extractive"}
    app = LlnotesApp(Target(folder, flags=flags)) if what == "review" else LlnotesApp(clones=found_repositories((folder,), {}))
    ready = (lambda: app.screen.query("#entries")) if what == "review" else (lambda: app.screen.query("#table"))
    async with app.run_test(size=(120, 40)) as pilot:
        while not ready():
            await pilot.pause(0.01)
        await pilot.pause()
        print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
    app.let_go()

asyncio.run(main(*sys.argv[1:]))
"""


def loaded(code: str, *arguments: str) -> set[str]:
    """Return the top names of what a fresh process has loaded after some code."""
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("what", ["repositories", "review"])
def test_the_first_screen_waits_for_no_heavy_library(tmp_path: Path, what: str) -> None:
    repo = Repo.create(tmp_path / "clone")
    repo.commit("Begin", {"a.py": "A = 1\n"})
    repo.tag("v1.0.0")
    repo.commit("Add b (#1)", {"b.py": "B = 1\n"})
    assert not HEAVY & loaded(FIRST_PAINT, str(repo.root), what)


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_load_neither_the_screen_nor_the_settings(option: str) -> None:
    code = f"""
import json, sys
sys.argv = ["llnotes", "{option}"]
from llnotes_tui.cli import main
try:
    main()
except SystemExit as end:
    assert not end.code
print(json.dumps([name for name in sys.modules if "." not in name]))
"""
    assert not {"textual", "rich", "msgspec", "platformdirs", *HEAVY} & loaded(code)


def test_only_the_rooms_of_the_screen_load_textual() -> None:
    names = [module.name for module in pkgutil.walk_packages(llnotes_tui.__path__, "llnotes_tui.")]
    below = [name for name in names if not name.startswith(ABOVE)]
    assert len(below) > 60
    code = f"""
import importlib, json, sys
for name in {below!r}:
    importlib.import_module(name)
print(json.dumps([name for name in sys.modules if "." not in name]))
"""
    assert not {"textual", "rich", *HEAVY} & loaded(code)
