"""`make dist`: wheel, sdist and one single-file program, each tried outside the checkout.

The zipapp holds compiled wheels, so it belongs to one platform and one minor version of Python; its name says which.
"""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from llnotes_tui import __version__
from tests.repositories import Repo
from tests.terminal.driver import Terminal

CHECKOUT = Path(__file__).resolve().parent.parent
DIST = CHECKOUT / "dist"


def main() -> None:
    """Build, try, and name what was built."""
    shutil.rmtree(DIST, ignore_errors=True)
    _run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-t", "wheel", cwd=CHECKOUT)
    wheel, sdist = next(DIST.glob("*.whl")), next(DIST.glob("*.tar.gz"))
    with tempfile.TemporaryDirectory(prefix="llnotes-dist-") as name:
        outside = Path(name)
        constraints = outside / "constraints.txt"
        constraints.write_text(_pins(CHECKOUT / ".requirements.lock"))
        zipapp = _build_zipapp(wheel, constraints)
        for built in (wheel, sdist):
            _try_out(_installed(built, outside / built.suffix.strip("."), constraints), outside)
        _try_out([sys.executable, str(zipapp)], outside)
    for built in (wheel, sdist, zipapp):
        print(f"{built.relative_to(CHECKOUT)}  {built.stat().st_size / 1e6:.1f} MB  starts outside the checkout")


def _pins(lock: Path) -> str:
    """Return the lock file's versions without hashes, which pip refuses for a wheel built a moment ago."""
    return "\n".join(re.findall(r"^[A-Za-z0-9_.-]+==[^\s\\;]+(?: ; [^\\\n]+)?", lock.read_text(), re.MULTILINE)) + "\n"


def _build_zipapp(wheel: Path, constraints: Path) -> Path:
    platform = re.sub(r"[^a-z0-9]+", "_", sysconfig.get_platform())
    target = DIST / f"llnotes-{__version__}-{sys.implementation.cache_tag}-{platform}.pyz"
    _run(
        sys.executable, "-m", "shiv.cli", "--console-script", "llnotes", "--output-file", str(target), "--compressed",
        "--python", "/usr/bin/env python3", "--constraint", str(constraints), "--quiet", "--disable-pip-version-check", str(wheel),
        cwd=CHECKOUT,
    )  # fmt: skip
    return target


def _installed(built: Path, where: Path, constraints: Path) -> list[str]:
    """Install into a fresh environment, and return the command that starts the program there."""
    _run(sys.executable, "-m", "venv", str(where))
    pip = [str(where / "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run(*pip, "--constraint", str(constraints), str(built))
    return [str(where / "bin/llnotes")]


def _try_out(command: list[str], outside: Path) -> None:
    """Ask the version, and have a clone drafted on the first screen: styles, git and the helper that masks are all there."""
    home = Path(tempfile.mkdtemp(dir=outside))
    repository = Repo.create(home / "sample")
    repository.commit("Release v0.1.0", {"README.md": "sample\n"})
    repository.tag("v0.1.0")
    repository.commit("Add a greeting (#2)", {"greeting.py": "def greet() -> str:\n    return 'hello'\n"})
    clean = {
        key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV", "LLNOTES"))
    }
    clean |= {
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_STATE_HOME": str(home / "state"),
        "SHIV_ROOT": str(home / "shiv"),
    }
    said = subprocess.run(
        [*command, "--version"], cwd=home, env=clean, capture_output=True, text=True, check=True
    ).stdout
    assert said.strip() == f"llnotes {__version__}", said
    with Terminal([*command, "review", str(repository.root)], home, clean) as terminal:
        terminal.until(r"Added a greeting", timeout=60)
        terminal.until("drafted without a model", timeout=60)
        colours = {cell.bg for row in terminal.emulator.buffer.values() for cell in row.values()}
        assert len(colours) > 1, f"the first screen came without its styles:\n{terminal.text}"
        terminal.press("q")
        assert terminal.ended() == 0


def _run(*command: str, cwd: Path | None = None) -> None:
    subprocess.run(command, cwd=cwd, check=True)


if __name__ == "__main__":
    main()
