"""Repositories of a size, built quickly by `git fast-import`, for the bench."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

BEGAN = 1_700_000_000


def build(folder: Path, commits: int, files: int, lines: int, *, large: int = 0) -> Path:
    """Make a clone with a release and `commits` after it, each with `files` new files of `lines`; return its path.

    With `large`, one more commit adds a file of so many lines.
    """
    folder.mkdir(parents=True)
    _git(folder, "init", "-q", "--initial-branch=main")
    stream = b"".join(_stream(commits, files, lines, large))
    subprocess.run(["git", "fast-import", "--quiet"], cwd=folder, input=stream, check=True)
    _git(folder, "reset", "-q", "--hard")
    _git(folder, "tag", "v1.0.0", "HEAD~" + str(commits + bool(large)))
    return folder


def _stream(commits: int, files: int, lines: int, large: int) -> Iterator[bytes]:
    yield _commit(0, "Release v1.0.0", {"README.md": b"Bench\n"})
    for number in range(1, commits + 1):
        content = {
            f"src/part{number}/module{file}.py": b"".join(
                b"def work_%d_%d_%d(value):\n    return value + %d\n" % (number, file, line, line)
                for line in range(lines // 2)
            )
            for file in range(files)
        }
        yield _commit(number, f"Add part {number} (#{number})", content)
    if large:
        yield _commit(
            commits + 1,
            f"Add a table (#{commits + 1})",
            {"src/table.py": b"".join(b"ROW_%d = %d\n" % (n, n) for n in range(large))},
        )


def _commit(number: int, message: str, content: dict[str, bytes]) -> bytes:
    who = b"Ada Lovelace <ada@example.com> %d +0000" % (BEGAN + number * 60)
    text = message.encode()
    head = b"commit refs/heads/main\nauthor %s\ncommitter %s\ndata %d\n%s\n" % (who, who, len(text), text)
    parts = [b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data) for path, data in content.items()]
    return head + b"".join(parts) + b"\n"


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)
