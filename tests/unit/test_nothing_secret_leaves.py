"""What an endpoint received of a release in which secrets were planted: nothing of them, in diff, message or title."""

import json
from pathlib import Path
from threading import Event

import pytest
from click.testing import CliRunner

from llnotes_tui.cli import llnotes
from llnotes_tui.drafting.masking import MASK
from llnotes_tui.workbench.opening import open_release
from llnotes_tui.workbench.start import Target
from tests.fakes.serving import ENDPOINT, Serving
from tests.repositories import Repo

# In two pieces each: no scanner of this repository should take them for real ones.
SECRETS = {
    "GitHub token": "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a",
    "GitHub fine-grained token": "github_pat_" + "11ABCDEFG0a1b2c3d4e5f6_g7h8i9j0k1l2m3n4o5p6q7r8s9t0u1v2w3x4y5",
    "GitLab token": "glpat-" + "16C7e42F292c6912E771",
    "Databricks token": "dapi" + "0123456789abcdef" * 2,
    "AWS access key": "AKIA" + "QYLPMN5HHHFPZAM2",
    "AWS secret key": "wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYEXAMPLEKEY",
    "JSON web token": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4ifQ"
    ".SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
    "Slack token": "xoxb-" + "123456789012-1234567890123-a1B2c3D4e5F6g7H8i9J0k1L2",
    "Stripe key": "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dcAB",
    "OpenAI key": "sk-" + "abcdefghij0123456789T3BlbkFJabcdefghij0123456789",
    "PyPI token": "pypi-AgEIcHlwaS5vcmc" + "CJDc0ZjRjNGE2LTk3ZjQtNGM0Yy05ZjQ0LTk3ZjQ0YzRjOWY0NAACKlszLCJh" + "b" * 40,
    "SendGrid key": "SG." + "ngeVfQFYQlKU0ufo8x5d1A.TwL2iGABf9DHoTf-09kqeF8tAmbihYzrnopKc-1s5cr",
    "password in an address": "s3cr3t-harbor-pass",
    "password in quotes": "correct-horse-battery",
    "value of high entropy": "c3VwZXIgbG9uZyBzdHJpbmcgc2hvdWxkIGNhdXNlIGVub3VnaCBlbnRyb3B5",
    "hexadecimal key": "9f86d081884c7d659a2feaa0c55ad015",
    "bearer token": "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY",
    "Azure storage key": "lJzRc1YdHaAA2KCNJJ1tkYwF/+mKK6Ygw0NGe170Xu592euJv2wYUtBlV8z+qnlcNQSnIYVTkLWntUO1F8j8rQ==",
}
_KEY = ["MIIEpAIBAAKCAQEA" + chr(65 + n) * 20 + "abcdefghij0123456789ABCDEFGH" for n in range(3)]
_LINES = {
    "password in an address": 'URL = "postgres://admin:{}@db.example/ships"',
    "password in quotes": 'password = "{}"',
    "bearer token": 'headers = {{"Authorization": "Bearer {}"}}',
    "Azure storage key": 'CONNECT = "DefaultEndpointsProtocol=https;AccountName=harbor;AccountKey={}"',
    "AWS secret key": 'aws_secret_access_key = "{}"',
}


def line(kind: str) -> str:
    """Return a line of a program that holds a secret."""
    return _LINES.get(kind, 'client = connect(token="{}")').format(SECRETS[kind])


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo.create(tmp_path / "harbor", origin="https://github.com/acme/harbor.git")
    repo.commit("Release v0.1.0", {"src/ships.py": "def dock():\n    return 1\n", "src/berth.py": "x = 1\n"})
    repo.tag("v0.1.0")
    planted = "\n".join(f"def use_{n}():\n    {line(kind)}\n" for n, kind in enumerate(SECRETS))
    repo.commit("Connect to the harbor office (#2)", {"src/ships.py": planted, "src/berth.py": "x = 2\n"})
    key = "\n".join(["KEY = '''", "-----BEGIN RSA PRIVATE KEY-----", *_KEY, "-----END RSA PRIVATE KEY-----", "'''"])
    repo.commit("Sign requests (#3)", {"src/sign.py": f"{key}\n\ndef sign():\n    return KEY\n"})
    told = "\n".join(f"Use it so: {line(kind)}" for kind in SECRETS)
    repo.commit("Tell how to connect (#4)", {"src/told.py": "def told():\n    return 4\n"}, body=told)
    repo.commit("Rename the office", {"src/ships.py": "def dock():\n    return 2\n", ".env": line("Stripe key")})
    repo.stand_at_origin()
    return repo


def test_no_planted_secret_of_any_kind_reaches_the_endpoint(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    with Serving() as serving:
        for name, value in serving.environment.items():
            monkeypatch.setenv(name, value)
        flags = {"engine": "databricks", "endpoint": ENDPOINT}
        bench = open_release(Target(str(repo.root), flags=flags), lambda _: None, Event())
        bench.start_drafting()
        assert bench.drafting is not None
        assert bench.drafting.wait(120)
        for note in [entry.note for entry in bench.view().entries]:
            bench.again(note, f"Mind the {line('Slack token')}")
        assert bench.drafting.wait(120)
        bench.close()
    sent = "\n".join(json.dumps(call.body, ensure_ascii=False) for call in serving.calls)
    assert len(SECRETS) >= 15
    assert serving.calls
    assert [kind for kind, secret in SECRETS.items() if secret in sent] == []
    assert [line for line in _KEY if line in sent] == []
    assert sent.count(MASK) >= 2 * len(SECRETS)
    assert "def use_0" in sent
    assert "Use it so" in sent


def test_prompts_can_be_read_before_anything_is_sent(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    with Serving() as serving:
        for name, value in serving.environment.items():
            monkeypatch.setenv(name, value)
        command = ["draft", str(repo.root), "--engine", "databricks", "--endpoint", ENDPOINT, "--show-prompts"]
        done = CliRunner().invoke(llnotes, command)
        assert done.exit_code == 0, done.output
        assert serving.calls == []
    assert [kind for kind, secret in SECRETS.items() if secret in done.output] == []
    assert f"masked as {MASK}" in done.output
    assert "· src/ships.py" in done.output
    assert done.output.count("You are a staff engineer") <= 3
