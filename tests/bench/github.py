"""An organisation on the fake GitHub, in a process of its own, for the bench: what is measured is the asking side."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.fakes.github import GitHubFake
from tests.fleets import many

LATENCY = 0.05
"""Seconds of every answer, as over a good line."""


@contextmanager
def serving(folder: Path, count: int) -> Iterator[dict[str, str]]:
    """Serve `acme` with so many repositories; yield the variables that point llnotes there."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _serve(folder, count, writer)
    os.close(writer)
    try:
        with os.fdopen(reader) as told:
            parts = [line.rstrip("\n").partition("=") for line in told]
        assert parts, "the fake GitHub did not start"
        yield {name: value for name, _, value in parts}
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _serve(folder: Path, count: int, writer: int) -> None:
    """Tell the variables, and serve until killed."""
    try:
        with GitHubFake(latency=LATENCY) as github:
            many(github, folder, count)
            github.warm()
            with os.fdopen(writer, "w") as told:
                told.writelines(f"{name}={value}\n" for name, value in github.environment.items())
            signal.pause()
    finally:
        sys.stderr.flush()
        os._exit(0)
