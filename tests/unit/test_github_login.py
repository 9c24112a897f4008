"""Who asks GitHub: a token of the environment, of `gh`, of an App, or nobody; and what the doctor says of it."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from llnotes_tui.sources.github.hosts import host_of
from llnotes_tui.sources.github.login import AppLogin, find_login
from tests.fakes.github import TOKEN, GitHubFake
from tests.unit.commanding import Run, harbor, run_here

PUBLIC, ENTERPRISE = host_of("github.com"), host_of("github.example.com")


@pytest.fixture(scope="module")
def server() -> Iterator[GitHubFake]:
    with GitHubFake() as github:
        yield github


@pytest.fixture
def github(server: GitHubFake, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> GitHubFake:
    """A GitHub that nobody has a token for yet, and a clone to stand in."""
    server.forget()
    monkeypatch.setenv("LLNOTES_GITHUB", server.url)
    monkeypatch.setenv("PATH", os.defpath)
    monkeypatch.chdir(harbor(tmp_path / "harbor").root)
    return server


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    return run_here(capsys, monkeypatch)


@pytest.fixture(scope="module")
def keys() -> tuple[str, str]:
    """A private and a public key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return private.decode(), key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def gh(folder: Path, monkeypatch: pytest.MonkeyPatch, token: str, status: int = 0) -> Path:
    """Put a `gh` on PATH that prints a token, and notes down how it was called."""
    folder.mkdir()
    program = folder / "gh"
    program.write_text(f'#!/bin/sh\necho "$@" > {folder}/called\necho {token}\nexit {status}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.defpath}")
    return folder / "called"


def lines(out: str) -> list[str]:
    return [line.strip() for line in out.splitlines() if "github" in line]


# -- where the token is from -----------------------------------------------------------------------------------------


def test_the_environment_comes_first_then_gh_then_an_app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = AppLogin(1, 2, "key.pem")
    called = gh(tmp_path / "bin", monkeypatch, "of-gh")
    monkeypatch.setenv("GH_TOKEN", "second")
    assert (find_login(PUBLIC, app).source, find_login(PUBLIC, app).token) == ("GH_TOKEN", "second")
    monkeypatch.setenv("GITHUB_TOKEN", " first\n")
    assert (find_login(PUBLIC, app).source, find_login(PUBLIC, app).token) == ("GITHUB_TOKEN", "first")
    monkeypatch.delenv("GITHUB_TOKEN")
    monkeypatch.delenv("GH_TOKEN")
    assert (find_login(PUBLIC, app).source, find_login(PUBLIC, app).token) == ("gh auth token", "of-gh")
    assert called.read_text().split() == ["auth", "token", "--hostname", "github.com"]
    called.with_name("gh").unlink()
    assert (find_login(PUBLIC, app).way, find_login(PUBLIC, app).token) == ("app", "")
    assert find_login(PUBLIC).way == "nobody"


def test_a_token_of_the_public_github_never_goes_to_another_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("GITHUB_TOKEN", "public")
    assert find_login(ENTERPRISE).way == "nobody"
    monkeypatch.setenv("GH_ENTERPRISE_TOKEN", "enterprise")
    assert (find_login(ENTERPRISE).source, find_login(ENTERPRISE).token) == ("GH_ENTERPRISE_TOKEN", "enterprise")
    assert find_login(PUBLIC).token == "public"


def test_gh_is_asked_about_the_host_and_its_failure_is_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    called = gh(tmp_path / "bin", monkeypatch, "of-gh", status=1)
    assert find_login(ENTERPRISE).way == "nobody"
    assert called.read_text().split()[-1] == "github.example.com"


def test_a_login_is_printed_without_its_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    assert TOKEN not in repr(find_login(PUBLIC))
    assert TOKEN not in f"{[find_login(PUBLIC)]}"


# -- the doctor ------------------------------------------------------------------------------------------------------


def test_the_doctor_says_whose_token_it_is_and_what_is_left(
    run: Run, github: GitHubFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    done = run("doctor")
    assert done.status == 0, done.out
    host, user, scopes, *limits = lines(done.out)
    assert host == f"--  github: 127.0.0.1 (API at {github.url}/api/v3)"
    assert user == "ok  github user: grace (token from GITHUB_TOKEN)"
    assert scopes.startswith("--  github scopes: repo")
    assert "core:" in limits[0]
    assert "of 5,000 requests left, given anew at " in limits[0]
    assert "graphql:" in limits[1]
    assert TOKEN not in done.out


def test_the_doctor_knows_the_token_of_gh(
    run: Run, github: GitHubFake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gh(tmp_path / "bin", monkeypatch, TOKEN)
    done = run("doctor")
    assert "ok  github user: grace (token from gh auth token)" in done.out


def test_a_wrong_token_is_a_failure_that_says_what_to_do(
    run: Run, github: GitHubFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GH_TOKEN", "ghp_wrongwrongwrongwrongwrong")
    done = run("doctor")
    assert done.status == 1
    (fault,) = [line for line in done.out.splitlines() if "FAIL" in line]
    assert "does not accept the token" in fault
    assert "gh auth login" in fault
    assert "(token from GH_TOKEN)" in fault
    assert "wrongwrong" not in done.out


def test_a_token_that_sees_no_private_repository_is_told_so(
    run: Run, github: GitHubFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    github.access.grant("ghp_few", "ada", "public_repo, gist")
    monkeypatch.setenv("GITHUB_TOKEN", "ghp_few")
    assert "public_repo, gist; private repositories need `repo`" in run("doctor").out


def test_nobody_is_a_note_and_no_failure(run: Run, github: GitHubFake) -> None:
    done = run("doctor")
    assert done.status == 0
    (note,) = [line for line in lines(done.out) if "github user" in line]
    assert note.startswith("--  github user: nobody: no token in ")
    assert "60 requests an hour" in note
    assert not github.requests


def test_a_host_that_is_not_reached_is_a_note(run: Run, github: GitHubFake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    github.fault("reset", times=None)
    done = run("doctor")
    assert done.status == 0
    assert "cannot be reached" in done.out


def test_offline_nobody_is_asked(run: Run, github: GitHubFake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    monkeypatch.setenv("LLNOTES_OFFLINE", "true")
    assert "not asked: `offline` is set" in run("doctor").out
    assert not github.requests


def test_an_app_signs_with_its_key_and_asks_by_its_installation(
    run: Run, github: GitHubFake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keys: tuple[str, str]
) -> None:
    private, public = keys
    github.access.install(12, 34, public, "acme")
    key = tmp_path / "app.pem"
    key.write_text(private)
    for name, value in (("", "12"), ("_INSTALLATION", "34"), ("_KEY", str(key))):
        monkeypatch.setenv(f"LLNOTES_GITHUB_APP{name}", value)
    done = run("doctor")
    assert done.status == 0, done.out
    assert "ok  github user: GitHub App 12, installation 34" in done.out
    assert "POST /api/v3/app/installations/34/access_tokens" in github.requests
    assert "PRIVATE KEY" not in done.out


@pytest.mark.parametrize("what", ["another key", "no key", "no such file", "a part"])
def test_an_app_that_is_not_accepted_says_which_settings_to_check(
    run: Run, github: GitHubFake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keys: tuple[str, str], what: str
) -> None:
    private, _ = keys
    key = tmp_path / "app.pem"
    if what != "no such file":
        key.write_text("nothing" if what == "no key" else private)
    monkeypatch.setenv("LLNOTES_GITHUB_APP", "77")
    monkeypatch.setenv("LLNOTES_GITHUB_APP_INSTALLATION", "34")
    if what != "a part":
        monkeypatch.setenv("LLNOTES_GITHUB_APP_KEY", str(key))
    done = run("doctor")
    assert done.status == 1
    (fault,) = [line for line in done.out.splitlines() if "FAIL" in line]
    assert "GitHub App" in fault
    assert "github_app_key" in fault or what == "no key"
    assert "PRIVATE KEY" not in json.dumps(done.out)
