"""Commands with a serving endpoint behind them, in all its moods; and ctrl+c."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.serving import ENDPOINT, Fault, Serving, closed_port_url
from tests.repositories import Repo
from tests.unit.commanding import LABS, PROGRAM, Run, harbor, run_here
from tests.waiting import Stopwatch, seconds_until_end

UNAUTHORIZED: tuple[Fault, ...] = ("401",) * 500


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.setenv("LLNOTES_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("LLNOTES_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("LLNOTES_CONFIG", str(tmp_path / "config.toml"))
    return run_here(capsys, monkeypatch)


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    made = harbor(tmp_path / "harbor")
    for number in range(10, 14):
        made.commit(f"Add crane {number} (#{number})", {f"src/harbor/crane_{number}.py": f"def lift_{number}(): ...\n"})
    made.stand_at_origin()
    monkeypatch.chdir(made.root)
    return made


@pytest.fixture
def serving(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serving]:
    with Serving() as endpoint:
        for name, value in endpoint.environment.items():
            monkeypatch.setenv(name, value)
        yield endpoint


def test_a_draft_with_a_model_counts_calls_tokens_and_the_cache(run: Run, repo: Repo, serving: Serving) -> None:
    first = run("draft", "--format", "json")
    assert first.status == 0, first.err
    told = json.loads(first.out)
    assert told["engine"] == "databricks"
    assert told["calls"] == len(serving.calls) > 0
    assert told["tokens"]["input"] > 0
    assert told["tokens"]["output"] > 0
    assert f"with {told['calls']} calls to {ENDPOINT} at {serving.url}, 0 notes from the cache," in first.err
    assert f"{told['tokens']['input']:,} tokens in and {told['tokens']['output']:,} out" in first.err
    assert {one["state"] for one in told["entries"]} == {"drafted"}
    again = run("draft", "--format", "json")
    assert json.loads(again.out)["calls"] == 0
    assert json.loads(again.out)["entries"] == told["entries"]
    without = run("draft", "--engine", "extractive", "--format", "json")
    assert json.loads(without.out)["engine"] == "extractive"
    assert len(serving.calls) == told["calls"]


@pytest.mark.parametrize(
    ("fault", "words"), [("401", "does not accept the credentials"), ("closed", "cannot be reached")]
)
def test_an_engine_that_is_stopped_ends_a_draft_with_its_sentence(
    run: Run, repo: Repo, serving: Serving, monkeypatch: pytest.MonkeyPatch, fault: str, words: str, tmp_path: Path
) -> None:
    whole = run("draft")
    assert whole.status == 0
    repo.commit("Add pier 20 (#20)", {f"src/harbor/pier_{n}.py": f"def pier_{n}(): ...\n" for n in range(8)})
    repo.commit("Add buoy 21 (#21)", {f"docs/buoy_{n}.md": f"# Buoy {n}\n" for n in range(2)})
    for number in range(22, 27):
        repo.commit(f"Add lamp {number} (#{number})", {f"src/harbor/lamp_{number}.py": f"def shine_{number}(): ...\n"})
    repo.stand_at_origin()
    other = harbor(tmp_path / "other")
    other.commit("Add dock 30 (#30)", {"src/harbor/dock_30.py": "def moor_30(): ...\n"})
    other.stand_at_origin()
    other.set_origin("https://github.com/acme/other.git")
    if fault == "closed":
        monkeypatch.setenv("DATABRICKS_HOST", closed_port_url())
    else:
        serving.then(*UNAUTHORIZED)
    watch = Stopwatch()
    done = run("draft", str(repo.root), str(other.root), "--format", "json")
    assert watch.look() < 20
    assert done.status == 1
    here, there = json.loads(done.out)
    states = {one["pull_requests"][0]: one["state"] for one in here["entries"]}
    assert states[10] == states[13] == "drafted", "what is cached is told"
    assert states[22] == states[26] == "failed"
    assert next(one for one in there["entries"] if 30 in one["pull_requests"])["state"] == "failed"
    reasons = [line for line in done.err.splitlines() if "could not be drafted" in line]
    assert len(reasons) == 2, done.err
    assert "acme/other: drafted 3 of 4 entries of 8 commits with 0 calls to" in done.err
    assert there["calls"] == 0
    assert all(words in line for line in reasons)
    assert "looks again" not in done.err, "nobody waits here"
    if fault == "401":
        assert len(serving.calls) < 60, "the other repository is not tried with an engine that was stopped"


def test_nothing_is_written_of_a_draft_that_has_holes(run: Run, repo: Repo, serving: Serving) -> None:
    serving.then(*UNAUTHORIZED)
    done = run("draft", "--write")
    assert done.status == 1
    assert "nothing was written, for" in done.err
    assert done.out.startswith("## 0.2.0")
    assert repo.read("CHANGELOG.md").decode() == LABS
    serving.forget()
    assert run("draft", "--write").status == 0
    assert "## 0.2.0" in repo.read("CHANGELOG.md").decode()


def test_an_export_asks_no_engine(run: Run, repo: Repo, serving: Serving) -> None:
    assert run("export", "--unreviewed", "drafts").status == 0
    assert serving.calls == []
    assert run("draft").status == 0
    calls = len(serving.calls)
    assert run("export", "--unreviewed", "drafts").status == 0
    assert len(serving.calls) == calls
    assert run("draft").out.strip() in repo.read("CHANGELOG.md").decode()


def test_the_doctor_without_a_model_is_well(run: Run, repo: Repo) -> None:
    done = run("doctor")
    assert done.status == 0
    assert "ok  engine: extractive: drafts without a model" in done.out
    assert "ok  clone: acme/harbor in" in done.out


def test_the_doctor_says_as_whom_and_what_can_be_asked(run: Run, repo: Repo, serving: Serving) -> None:
    done = run("doctor")
    assert done.status == 0, done.out
    assert f"workspace: {serving.url} (by the environment)" in done.out
    assert "ok  user: ada@example.com" in done.out
    assert f"ok  endpoint: {ENDPOINT}: ready" in done.out
    assert "team-chat" in done.out


def test_the_doctor_names_the_endpoints_that_exist(run: Run, repo: Repo, serving: Serving) -> None:
    done = run("doctor", "--endpoint", "wrong")
    assert done.status == 1
    (fault,) = [line for line in done.out.splitlines() if "FAIL" in line]
    assert "wrong" in fault
    assert ENDPOINT in done.out
    assert "team-chat" in done.out


def test_the_doctor_says_that_a_host_is_not_reached(run: Run, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABRICKS_HOST", closed_port_url())
    monkeypatch.setenv("DATABRICKS_TOKEN", "x")
    done = run("doctor")
    assert done.status == 1
    assert len([line for line in done.out.splitlines() if "FAIL" in line]) == 1
    assert "127.0.0.1" in done.out


def test_the_doctor_tells_of_wrong_settings_and_of_no_clone(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config.toml").write_text("colour = 1\n")
    monkeypatch.chdir(tmp_path)
    done = run("doctor")
    assert done.status == 1
    assert "FAIL  clone:" in done.out
    assert "FAIL  settings:" in done.out
    assert "unknown setting `colour`" in done.out


def test_the_cache_is_told_and_cleared_and_reviews_stay(run: Run, repo: Repo, tmp_path: Path) -> None:
    empty = run("cache", "info")
    assert empty.status == 0
    assert "answers   0 in" in empty.out
    assert not (tmp_path / "cache").exists(), "looking makes nothing"
    assert run("draft", "--write", "--engine", "extractive").status == 0
    info = run("cache", "info").out
    assert "answers   0 " not in info
    assert "reviews   1 in" in info
    cleared = run("cache", "clear")
    assert cleared.status == 0
    assert "1 review stays" in cleared.out
    info = run("cache", "info").out
    assert "answers   0 in" in info
    assert "reviews   1 in" in info


def test_ctrl_c_ends_a_draft_whose_calls_hang_at_once(run: Run, repo: Repo) -> None:
    with Serving(script=["hang"] * 100) as serving:
        process = subprocess.Popen(
            [PROGRAM, "draft"],
            cwd=repo.root,
            env=os.environ | serving.environment | {"LLNOTES_CALL_TIMEOUT": "600"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        with process:
            deadline = time.monotonic() + 120
            while len(serving.calls) < 3:
                assert time.monotonic() < deadline
                assert process.poll() is None, process.communicate()
                time.sleep(0.02)
            watch = Stopwatch(process.pid)
            process.send_signal(signal.SIGINT)
            took = seconds_until_end(process, watch)
            out, err = process.communicate()
            assert serving.at_once >= 3
    assert took < 2
    assert process.returncode == 130
    assert out == ""
    assert err.strip() == "llnotes: interrupted."
