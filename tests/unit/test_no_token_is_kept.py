"""A token of GitHub's, looked for everywhere after all that llnotes does with one."""

import base64
from pathlib import Path

import pytest

from tests.fakes.github import TOKEN, GitHubFake
from tests.unit.commanding import Run, harbor, run_here


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    return run_here(capsys, monkeypatch)


def test_no_token_is_printed_or_kept_whatever_is_done(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    served = harbor(tmp_path / "site" / "harbor")
    for variable in ("CACHE", "STATE"):
        monkeypatch.setenv(f"LLNOTES_{variable}_DIR", str(tmp_path / variable.lower()))
    with GitHubFake() as github:
        github.repository("acme/harbor", served.root)
        for name, value in github.environment.items():
            monkeypatch.setenv(name, value)
        done = [
            run("repos", "acme"),
            run("doctor", "acme/harbor"),
            run("draft", "acme/harbor", "--engine", "extractive"),
            run("export", "acme/harbor", "--pull-request", "--unreviewed", "titles"),
            run("export", "acme/harbor", "--release", "--unreviewed", "titles"),
            run("cache", "info"),
        ]
        assert any("prepare/" in sent or "git/refs" in sent for sent in github.requests), "something was published"
        github.fault("401", times=None)
        done += [run("draft", "acme/harbor", "--debug"), run("doctor", "acme/harbor")]
    secrets = {TOKEN, base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()}
    for secret in secrets:
        assert not [one for one in done if secret in one.out + one.err]
        for folder in (tmp_path, home):
            kept = [path for path in folder.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]
            assert kept == []
    assert list((tmp_path / "cache").rglob("*")), "there was something to look through"
    assert list((tmp_path / "state").rglob("*"))
