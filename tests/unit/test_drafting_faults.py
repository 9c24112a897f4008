"""Drafting with the real databricks engine, over HTTP, against an endpoint that fails a third of all calls, or hangs."""

import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from llnotes_tui.drafting.events import EngineStatus, NoteFailed, NoteWritten
from llnotes_tui.drafting.limits import DraftLimits
from llnotes_tui.engines.databricks import Databricks
from tests.fakes.serving import ENDPOINT, FAULTS, Serving
from tests.unit.drafting_matter import Desk, History
from tests.waiting import Stopwatch, seconds_until_end

ROOT = Path(__file__).parents[2]
LIMITS = DraftLimits(concurrency=16, backoff=0.002, longest_wait=0.02, probe_every=0.05, packed_budget=0)


def release(commits: int, files: int = 3) -> History:
    history = History()
    for number in range(commits):
        paths = {f"src/m{number}_{file}.py": [f"def work_{number}_{file}(): ..."] for file in range(files)}
        history.commit(f"Change {number}", paths, body=f"In {number} ways.")
    return history


@pytest.mark.parametrize("seed", [1, 2])
def test_with_a_third_of_all_calls_failing_nearly_all_notes_are_written(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Serving(faults=1 / 3, seed=seed, retry_after=0) as serving:
        for name, value in serving.environment.items():
            monkeypatch.setenv(name, value)
        desk = Desk(release(50), Databricks(None, ENDPOINT, 60.0), tmp_path, LIMITS)
        desk.draft(timeout=120)
        written = {event.draft.note for event in desk.heard.of(NoteWritten)}
        failed = {event.note: event.sentence for event in desk.heard.of(NoteFailed)}
        desk.close()
    faults = Counter(call.fault for call in serving.calls)
    assert sum(faults[kind] for kind in ("429", "429-bare", "503", "reset", "cut-off")) > 0.28 * len(serving.calls)
    assert len(written) + len(failed) == 200
    assert len(written) >= 198
    assert all("tried 6 times" in sentence for sentence in failed.values())
    assert serving.most_at_once <= 16
    # Six attempts at a call; one that was cut off is another call, with more room for its reply.
    attempts = Counter((call.prompt, call.body["max_tokens"]) for call in serving.calls)
    assert max(attempts.values()) <= 6


@pytest.mark.parametrize("fault", ["html-500", "broken-json", "truncated", "empty", "400"])
def test_what_never_works_fails_with_a_sentence_that_names_the_fault(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert fault in FAULTS
    with Serving(faults=1.0, kinds=(fault,)) as serving:
        for name, value in serving.environment.items():
            monkeypatch.setenv(name, value)
        limits = DraftLimits(concurrency=1, backoff=0.002, longest_wait=0.01, failures_to_stop=100)
        desk = Desk(release(1, files=1), Databricks(None, ENDPOINT, 60.0), tmp_path, limits).draft()
        failed = desk.heard.of(NoteFailed)
        desk.close()
    assert len(failed) == 1
    assert ENDPOINT in failed[0].sentence or serving.url in failed[0].sentence
    assert len(serving.calls) <= 6


def test_credentials_that_are_refused_stop_the_engine_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Serving() as serving:
        monkeypatch.setenv("DATABRICKS_HOST", serving.url)
        monkeypatch.setenv("DATABRICKS_TOKEN", "wrong")
        desk = Desk(release(20, files=1), Databricks(None, ENDPOINT, 60.0), tmp_path, LIMITS)
        desk.drafting.draft(desk.entries)
        deadline = time.monotonic() + 60
        while not desk.heard.of(EngineStatus):
            assert time.monotonic() < deadline
            time.sleep(0.005)
        assert not desk.drafting.wait(0.2)
        desk.close()
    assert [status.stopped for status in desk.heard.of(EngineStatus)] == [True]
    assert "Drafting waits" in desk.heard.of(EngineStatus)[0].sentence
    assert not desk.heard.of(NoteFailed)


HANGING = """
import sys, time
from pathlib import Path
from tests.unit.drafting_matter import Desk
from tests.unit.test_drafting_faults import release
from llnotes_tui.drafting.limits import DraftLimits
from llnotes_tui.engines.databricks import Databricks

desk = Desk(release(40, files=1), Databricks(None, sys.argv[1], 600.0), Path(sys.argv[2]), DraftLimits(concurrency=32))
desk.drafting.draft(desk.entries)
sys.stdin.readline()
desk.close()
"""


def test_quitting_with_32_calls_hanging_takes_less_than_a_second(tmp_path: Path) -> None:
    with Serving(faults=1.0, kinds=("hang",)) as serving:
        command = [sys.executable, "-c", HANGING, ENDPOINT, str(tmp_path)]
        environment = {**os.environ, **serving.environment}
        with subprocess.Popen(
            command, env=environment, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            deadline = time.monotonic() + 120
            while serving.at_once < 32:
                assert time.monotonic() < deadline, process.poll()
                time.sleep(0.01)
            watch = Stopwatch(process.pid)
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
            took = seconds_until_end(process, watch)
            _, errors = process.communicate()
            assert serving.at_once == 32
    assert (process.returncode, errors) == (0, "")
    assert took < 1.0
