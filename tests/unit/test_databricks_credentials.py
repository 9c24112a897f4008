"""Which engine is chosen, whose credentials it uses, and what it says where there are none that serve."""

import subprocess
import sys
from pathlib import Path
from threading import Event, Thread

import pytest

from llnotes_tui.engines import databricks as module
from llnotes_tui.engines.base import EngineError
from llnotes_tui.engines.choice import choose
from llnotes_tui.engines.credentials import find_credentials
from llnotes_tui.engines.databricks import Databricks
from tests.fakes.serving import ENDPOINT, TOKEN, Serving, closed_port_url
from tests.unit.serving_calls import ask, fault_of, write_profiles
from tests.waiting import Stopwatch

PROFILES = """
[DEFAULT]
host = https://default.example.com
token = dapi00000000000000000000000000000000

[work]
host = work.example.com/
auth_type = databricks-cli

[bare]
host = https://bare.example.com

[oauth]
host = https://oauth.example.com
client_id = me
client_secret = hush
"""


def chosen(profile: str = "", environ: dict[str, str] | None = None) -> str:
    return choose("auto", profile=profile, endpoint=ENDPOINT, call_timeout=1, environ=environ or {}).name


def test_without_credentials_no_model_writes(home: Path) -> None:
    assert chosen() == "extractive"
    assert chosen(environ={"DATABRICKS_HOST": "https://a.example.com"}) == "extractive"
    assert chosen(environ={"DATABRICKS_TOKEN": TOKEN}) == "extractive"


def test_the_environment_chooses_the_endpoint() -> None:
    host = {"DATABRICKS_HOST": "a.example.com"}
    assert chosen(environ={**host, "DATABRICKS_TOKEN": TOKEN}) == "databricks"
    assert chosen(environ={**host, "DATABRICKS_CLIENT_ID": "a", "DATABRICKS_CLIENT_SECRET": "b"}) == "databricks"
    assert chosen(environ={**host, "DATABRICKS_CLIENT_ID": "a"}) == "extractive"
    assert chosen(environ={**host, "DATABRICKS_AUTH_TYPE": "azure-cli"}) == "databricks"
    assert chosen(environ={"DATABRICKS_CONFIG_PROFILE": "gone"}) == "databricks", "asked for by name"


def test_a_profile_chooses_the_endpoint(home: Path) -> None:
    write_profiles(home, PROFILES)
    assert chosen() == "databricks"
    assert chosen("work") == "databricks"
    write_profiles(home, "[other]\nhost = https://o.example.com\ntoken = x\n")
    assert chosen() == "extractive", "no default profile"
    write_profiles(home, "[__settings__]\ndefault_profile = other\n[other]\nhost = https://o.example.com\ntoken = x\n")
    assert chosen() == "databricks"
    write_profiles(home, "[DEFAULT]\nhost = https://o.example.com\n")
    assert chosen() == "extractive"
    (home / ".databricks").mkdir()
    (home / ".databricks" / "token-cache.json").write_text("{}")
    assert chosen() == "databricks", "logged in by the Databricks CLI"


def test_another_file_may_hold_the_profiles(home: Path, tmp_path: Path) -> None:
    file = write_profiles(tmp_path, PROFILES)
    assert chosen(environ={"DATABRICKS_CONFIG_FILE": str(file)}) == "databricks"
    assert find_credentials("oauth", {"DATABRICKS_CONFIG_FILE": str(file)}).host == "https://oauth.example.com"


@pytest.mark.parametrize("text", ["no section\n", "[broken\n", "[a]\nx\n[a]\n", "\0\x01", "[DEFAULT]\ntoken = 50%\n"])
def test_a_file_that_cannot_be_read_chooses_nothing(home: Path, text: str) -> None:
    write_profiles(home, text)
    assert chosen() == "extractive"


def test_an_engine_can_be_asked_for(home: Path) -> None:
    assert choose("databricks", endpoint="mine", call_timeout=1, environ={}).model == "mine"
    write_profiles(home, PROFILES)
    assert choose("extractive", endpoint="mine", call_timeout=1).name == "extractive"


def test_the_host_is_known_before_anything_is_asked(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_profiles(home, PROFILES)
    assert Databricks(None, ENDPOINT).host == "https://default.example.com"
    assert Databricks("work", ENDPOINT).host == "https://work.example.com"
    assert Databricks("gone", ENDPOINT).host == ""
    monkeypatch.setenv("DATABRICKS_HOST", "https://env.example.com")
    assert Databricks("work", ENDPOINT).host == "https://env.example.com", "the environment goes before the profile"


def test_choosing_loads_no_sdk(home: Path) -> None:
    write_profiles(home, PROFILES)
    program = (
        "import sys; from llnotes_tui.engines.choice import choose\n"
        "engine = choose('auto', endpoint='e', call_timeout=1)\n"
        "assert engine.host == 'https://default.example.com'\n"
        "sys.exit('databricks' in sys.modules or 'requests' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0


def test_a_profile_is_used_and_named(home: Path) -> None:
    with Serving() as serving:
        write_profiles(home, f"[mine]\nhost = {serving.url}\ntoken = {TOKEN}\n")
        engine = Databricks("mine", ENDPOINT)
        assert ask(engine).text
        serving.then("401")
        sentence = fault_of(engine).sentence
    assert "does not accept the credentials of profile `mine`; run `databricks auth login --profile mine`." in sentence


def test_a_missing_profile_is_named_with_those_that_exist(home: Path) -> None:
    write_profiles(home, PROFILES)
    error = fault_of(Databricks("gone", ENDPOINT))
    assert error.kind == "authentication"
    assert f"no profile `gone` in {home}/.databrickscfg (it has: DEFAULT, work, bare, oauth)" in error.sentence


def test_no_credentials_at_all(home: Path) -> None:
    error = fault_of(Databricks(None, ENDPOINT))
    assert error.kind == "authentication"
    assert "run `databricks auth login`, or set DATABRICKS_HOST and DATABRICKS_TOKEN" in error.sentence


def test_a_broken_file_of_profiles_is_one_sentence(home: Path) -> None:
    write_profiles(home, "host = x\n")
    error = fault_of(Databricks(None, ENDPOINT))
    assert error.kind == "authentication"
    assert "\n" not in error.sentence


def test_two_kinds_of_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    with Serving() as serving:
        for name, value in serving.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("DATABRICKS_CLIENT_ID", "me")
        monkeypatch.setenv("DATABRICKS_CLIENT_SECRET", "hush-hush-hush")
        error = fault_of(Databricks(None, ENDPOINT))
    assert error.kind == "authentication"
    assert "More than one kind of credentials is set (oauth and pat) by the environment" in error.sentence
    assert "hush" not in error.sentence


@pytest.mark.parametrize("token", ["my secret\nword", "my secret\r", "my sécret \u2603"])
def test_a_token_that_cannot_be_sent_is_said_and_not_shown(monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    with Serving() as serving:
        monkeypatch.setenv("DATABRICKS_HOST", serving.url)
        monkeypatch.setenv("DATABRICKS_TOKEN", token)
        error = fault_of(Databricks(None, ENDPOINT))
    assert error.kind == "authentication"
    assert "such as a line end" in error.sentence
    assert "cret" not in error.sentence


def test_a_host_that_cannot_be_reached_is_said_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABRICKS_HOST", closed_port_url())
    monkeypatch.setenv("DATABRICKS_TOKEN", TOKEN)
    engine = Databricks(None, ENDPOINT)
    watch = Stopwatch()
    error = fault_of(engine)
    assert watch.look() < 6
    assert error.kind == "connection"
    assert (
        "cannot be reached (connection refused); check the network and the host of the environment." in error.sentence
    )
    assert TOKEN not in repr(engine) + error.sentence


def test_a_host_that_keeps_silent_does_not_keep_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_CONNECTING", 0.3)
    with Serving(well_known="hang") as serving:
        for name, value in serving.environment.items():
            monkeypatch.setenv(name, value)
        engine = Databricks(None, ENDPOINT)
        error = fault_of(engine)
        assert error.kind == "connection"
        assert "did not let us in within 0.3 s" in error.sentence


def test_a_host_that_is_reached_but_never_answers_fails_before_the_long_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_QUICK", 0.2)
    with Serving(silent=True) as serving:
        for name, value in serving.environment.items():
            monkeypatch.setenv(name, value)
        error = fault_of(Databricks(None, ENDPOINT, 120))
        assert serving.calls == [], "nothing left the house"
    assert error.kind == "connection"
    assert (
        f"{serving.url} did not answer within 0.2 s; check the network and the host of the environment."
        == error.sentence
    )


def test_calling_off_does_not_wait_for_the_client(monkeypatch: pytest.MonkeyPatch) -> None:
    with Serving(well_known="hang") as serving:
        for name, value in serving.environment.items():
            monkeypatch.setenv(name, value)
        engine, cancel = Databricks(None, ENDPOINT), Event()
        errors: list[EngineError] = []
        threads = [Thread(target=lambda: errors.append(fault_of(engine, cancel=cancel))) for _ in range(8)]
        for thread in threads:
            thread.start()
        watch = Stopwatch()
        cancel.set()
        for thread in threads:
            thread.join(60)
        assert watch.look() < 1
        assert not any(thread.is_alive() for thread in threads), "the host keeps silent still"
    assert [error.kind for error in errors] == ["cancelled"] * 8


def test_the_host_may_tell_more_of_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    with Serving(metadata={"workspace_id": "12", "account_id": "34"}) as serving:
        for name, value in serving.environment.items():
            monkeypatch.setenv(name, value)
        assert Databricks(None, ENDPOINT).whoami() == "ada@example.com"
