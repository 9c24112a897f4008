"""Writing a file: the old one or the new one is there, whole, whatever happens."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any

import pytest

from llnotes_tui.publishing.files import ExportError, write_atomically

OLD = b"old\n" * 200_000
NEW = b"new!\n" * 200_000

WRITE_FOREVER = """
import sys
from pathlib import Path
from llnotes_tui.publishing.files import write_atomically
target, texts = Path(sys.argv[1]), (b"new!\\n" * 200_000, b"old\\n" * 200_000)
print("ready", flush=True)
while True:
    for text in texts:
        write_atomically(target, text)
"""

WRITE_ONCE = """
import sys
from pathlib import Path
from llnotes_tui.publishing.files import ExportError, write_atomically
{first}
try:
    write_atomically(Path(sys.argv[1]), b"new!\\n" * 200_000)
except ExportError as refused:
    print(refused.sentence)
"""


def run(script: str, target: Path) -> str:
    done = subprocess.run([sys.executable, "-c", script, str(target)], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_kill_9_while_writing_leaves_the_old_or_the_new_file_whole(tmp_path: Path) -> None:
    target = tmp_path / "CHANGELOG.md"
    for wait in (0.0, 0.001, 0.003, 0.005, 0.007, 0.011, 0.02, 0.04):
        target.write_bytes(OLD)
        with subprocess.Popen([sys.executable, "-c", WRITE_FOREVER, str(target)], stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
            time.sleep(wait)  # not for luck: each moment of the kill is a case of its own
            writer.send_signal(signal.SIGKILL)
        assert target.read_bytes() in (OLD, NEW)
    write_atomically(target, NEW)
    assert target.read_bytes() == NEW
    assert names(tmp_path) == ["CHANGELOG.md"]


def test_what_a_killed_writer_left_is_removed_and_a_living_ones_is_not(tmp_path: Path) -> None:
    target = tmp_path / "CHANGELOG.md"
    (tmp_path / ".CHANGELOG.md.0123456789ab.llnotes-tmp").write_bytes(b"half")
    alive = tmp_path / ".CHANGELOG.md.ba9876543210.llnotes-tmp"
    locking = "import fcntl, sys; f = open(sys.argv[1], 'w'); fcntl.flock(f, fcntl.LOCK_EX); print('locked', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", locking, str(alive)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        write_atomically(target, NEW)
        assert names(tmp_path) == [alive.name, "CHANGELOG.md"]
    write_atomically(target, NEW)
    assert names(tmp_path) == ["CHANGELOG.md"]


def test_a_disk_without_room_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "CHANGELOG.md"
    target.write_bytes(OLD)
    limit = "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))"
    said = run(WRITE_ONCE.format(first=limit), target)
    assert said.startswith(f"{target} was left as it was, for there is no room to write it")
    assert target.read_bytes() == OLD
    assert names(tmp_path) == ["CHANGELOG.md"]


def test_a_folder_that_may_not_be_written_is_named() -> None:
    with TemporaryDirectory(dir="/tmp") as name:
        folder = Path(name) / "folder"
        folder.mkdir()
        target = folder / "CHANGELOG.md"
        target.write_bytes(OLD)
        target.chmod(0o666)
        Path(name).chmod(0o755)
        folder.chmod(0o555)
        unprivileged = "import os; os.geteuid() or os.setuid(65534)"
        said = run(WRITE_ONCE.format(first=unprivileged), target)
        folder.chmod(0o755)
        assert said.startswith(
            f"{target} was left as it was, for it or its folder may not be written (permission denied)"
        )
        assert target.read_bytes() == OLD
        assert names(folder) == ["CHANGELOG.md"]


def test_a_file_marked_read_only_is_not_replaced(tmp_path: Path) -> None:
    target = tmp_path / "CHANGELOG.md"
    target.write_bytes(OLD)
    target.chmod(0o444)
    with pytest.raises(ExportError, match="the file is marked read-only"):
        write_atomically(target, NEW)
    assert target.read_bytes() == OLD


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"the folder .*docs is not there; make it"):
        write_atomically(tmp_path / "docs" / "CHANGELOG.md", NEW)
    assert names(tmp_path) == []


def test_the_mode_stays_and_a_new_file_has_the_usual_one(tmp_path: Path) -> None:
    old, new = tmp_path / "old.md", tmp_path / "new.md"
    old.write_bytes(OLD)
    old.chmod(0o640)
    write_atomically(old, NEW)
    assert stat.S_IMODE(old.stat().st_mode) == 0o640
    before = os.umask(0o027)
    try:
        write_atomically(new, NEW)
    finally:
        os.umask(before)
    assert stat.S_IMODE(new.stat().st_mode) == 0o640


def test_a_symbolic_link_is_followed_and_stays(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "changes.md").write_bytes(OLD)
    (tmp_path / "again.md").symlink_to("docs/changes.md")
    (tmp_path / "CHANGELOG.md").symlink_to("again.md")
    write_atomically(tmp_path / "CHANGELOG.md", NEW)
    assert (tmp_path / "CHANGELOG.md").readlink() == Path("again.md")
    assert (tmp_path / "docs" / "changes.md").read_bytes() == NEW
    assert names(tmp_path / "docs") == ["changes.md"]


def test_an_interrupted_write_leaves_nothing_beside_the_file(tmp_path: Path) -> None:
    target = tmp_path / "CHANGELOG.md"
    target.write_bytes(OLD)
    with subprocess.Popen(
        [sys.executable, "-c", WRITE_FOREVER, str(target)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        writer.send_signal(signal.SIGINT)
    assert target.read_bytes() in (OLD, NEW)
    assert names(tmp_path) == ["CHANGELOG.md"]


def interrupted_after(events: int, target: Path) -> bool:
    """Write with ctrl+c coming at one event (a line, a return) of the module; say whether it still came."""
    left = events

    def watch(frame: FrameType, event: str, _: object) -> Any:
        nonlocal left
        if Path(frame.f_code.co_filename).name != "files.py":
            return None
        left -= 1
        if left == 0:
            raise KeyboardInterrupt
        return watch

    before = sys.gettrace()
    sys.settrace(watch)
    try:
        write_atomically(target, NEW)
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    return False


# A descriptor that ctrl+c leaves open is closed by the end of the process, which this test plays without ending.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
def test_an_interrupt_between_any_two_statements_leaves_nothing_beside_the_file(tmp_path: Path) -> None:
    target = tmp_path / "CHANGELOG.md"
    events = 1
    while True:
        target.write_bytes(OLD)
        came = interrupted_after(events, target)
        assert target.read_bytes() in (OLD, NEW)
        assert names(tmp_path) == ["CHANGELOG.md"], events
        if not came:
            break
        events += 1
    assert events > 20
