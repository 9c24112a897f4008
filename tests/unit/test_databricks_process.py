"""What the databricks engine does to the process it runs in: to its terminal, its log, and its end."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.fakes.serving import ENDPOINT, TOKEN, Serving
from tests.waiting import Stopwatch, seconds_until_end

ROOT = Path(__file__).parents[2]

WATCHED = """
import logging, sys
from pathlib import Path
from threading import Event
from llnotes_tui.engines.databricks import Databricks
from tests.unit.serving_calls import ask, fault_of
engine = Databricks(None, sys.argv[1], 60, log=Path(sys.argv[2]) if len(sys.argv) > 2 else None)
ask(engine)
for _ in range(3):
    fault_of(engine)
logging.getLogger("urllib3.connectionpool").warning("Connection pool is full")
logging.getLogger("databricks.sdk").warning("a token: %s", "dapi" + "0123456789abcdef" * 2)
"""

HANGING = """
import sys, threading, time
from llnotes_tui.engines.databricks import Databricks
from tests.unit.serving_calls import ask, fault_of
engine = Databricks(None, sys.argv[1], 600)
ask(engine)
threads = [threading.Thread(target=fault_of, args=(engine, str(n)), daemon=True) for n in range(32)]
for thread in threads:
    thread.start()
sys.stdin.readline()
engine.close()
"""


def run(program: str, serving: Serving, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-X", "dev", "-c", program, ENDPOINT, *arguments]
    environment = {**os.environ, **serving.environment}
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120)


def test_nothing_is_written_over_the_screen(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "databricks.log"
    with Serving(script=["ok", "429", "html-500", "reset"]) as serving:
        silent = run(WATCHED, serving)
        serving.then("ok", "429", "html-500", "reset")
        logged = run(WATCHED, serving, str(log))
    for done in (silent, logged):
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    text = log.read_text()
    assert "host metadata" in text
    assert "a token: ***" in text
    assert TOKEN not in text
    assert log.stat().st_mode & 0o077 == 0


def test_thirty_two_hanging_calls_do_not_keep_the_process() -> None:
    with Serving() as serving:
        serving.then("ok", *["hang"] * 32)  # type: ignore[arg-type]
        command = [sys.executable, "-c", HANGING, ENDPOINT]
        environment = {**os.environ, **serving.environment}
        with subprocess.Popen(
            command, env=environment, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            deadline = time.monotonic() + 120
            while serving.at_once < 32 and time.monotonic() < deadline:
                time.sleep(0.01)
            assert serving.at_once == 32
            watch = Stopwatch(process.pid)
            assert process.stdin is not None
            process.stdin.write(b"quit\n")
            process.stdin.flush()
            took = seconds_until_end(process, watch)
            _, errors = process.communicate()
            assert serving.at_once == 32
    assert (process.returncode, errors) == (0, b"")
    assert took < 1


def test_the_endpoint_can_be_run_by_hand() -> None:
    command = [sys.executable, "-m", "tests.fakes.serving", "--faults", "0.33"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(2)]
        process.send_signal(signal.SIGINT)
        process.wait(60)
    assert lines[0].startswith("export DATABRICKS_HOST=http://127.0.0.1:")
    assert lines[1] == f"export DATABRICKS_TOKEN={TOKEN}\n"
    assert process.returncode == 0
