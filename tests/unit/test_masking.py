import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from llnotes_tui.drafting import masking
from llnotes_tui.drafting.masking import (
    MASK,
    Helper,
    Masker,
    MaskingError,
    Text,
    is_secret_by_name,
    shared_helper,
)
from llnotes_tui.release.digest import digest
from llnotes_tui.storage.cache import AnswerCache

GITHUB = "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a"
DATABRICKS = "dapi" + "0123456789abcdef" * 2
AWS = "AKIA" + "QYLPMN5HHHFPZAM2"
JWT = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ"
    ".SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"
)
ENTROPY = "c3VwZXIgbG9uZyBzdHJpbmcgc2hvdWxkIGNhdXNlIGVub3VnaCBlbnRyb3B5"


@pytest.fixture
def answers(tmp_path: Path) -> Iterator[AnswerCache]:
    cache = AnswerCache.open(tmp_path, 1 << 24)
    yield cache
    cache.close()


@pytest.fixture
def masker(answers: AnswerCache) -> Masker:
    return Masker(answers)


@pytest.mark.parametrize(
    ("name", "line", "secret"),
    [
        ("a.py", f'client = Client(token="{GITHUB}")', GITHUB),
        ("a.py", f'w = WorkspaceClient(token="{DATABRICKS}")', DATABRICKS),
        ("a.py", f'key = "{AWS}"  # pragma: allowlist secret', AWS),
        ("a.py", 'password = "correct-horse"', "correct-horse"),
        ("a.yml", "password: correct-horse", "correct-horse"),
        ("a.yml", "token: aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW", "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW"),
        ("a.js", f'const blob = "{ENTROPY}";', ENTROPY),
        ("a.py", f'jwt = "{JWT}"', JWT.rpartition(".")[2]),
        ("a.py", f'git = "glpat-{GITHUB[4:24]}"', GITHUB[4:24]),
        ("a.txt", "postgres://admin:s3cr3tpass@db/x", "s3cr3tpass"),
        ("a.sh", f'curl -H "Authorization: Bearer {ENTROPY}"', ENTROPY),
        ("a.py", 'x = "' + "y" * 5_000 + f'"; token = "{GITHUB}"', GITHUB),
    ],
)
@pytest.mark.parametrize("sign", ["+", "-", " ", "@@ -1,2 +3,4 @@ "])
def test_secrets_are_masked_in_every_kind_of_line(masker: Masker, name: str, line: str, secret: str, sign: str) -> None:
    (masked,) = masker.mask([Text(name, f"diff --git a/x b/x\n{sign}{line}\n+harmless\n", is_diff=True)])
    assert secret not in masked.text
    assert MASK in masked.text
    assert masked.count == 1
    assert masked.text.startswith("diff --git a/x b/x\n" + sign)
    assert masked.text.endswith("\n+harmless\n")


def test_a_message_is_masked_too(masker: Masker) -> None:
    (masked,) = masker.mask([Text("message", f"Use {GITHUB} to log in, and {GITHUB} again.")])
    assert masked.text == f"Use {MASK} to log in, and {MASK} again."
    assert masked.count == 2


def test_a_word_that_is_a_password_in_one_line_stays_a_word_elsewhere(masker: Masker) -> None:
    (masked,) = masker.mask([Text("a.py", 'password = "changeme"\n# changeme is the default\n')])
    assert masked.text == f'password = "{MASK}"\n# changeme is the default\n'


@pytest.mark.parametrize(
    "line",
    [
        "password = get_password()",
        'password = os.environ["PASSWORD"]',
        "secret: ${{ secrets.TOKEN }}",
        "uses: actions/checkout@8e8c483db84b4bee98b60c0593521ed34d9990e8",
        'version = "1.2.3.4"',
        'UUID = "123e4567-e89b-12d3-a456-426614174000"',
        "def retry(self, timeout: timedelta = timedelta(minutes=20)) -> None:",
        "from databricks.labs.blueprint.installation import Installation, IllegalState",
    ],
)
def test_what_is_no_secret_stays(masker: Masker, line: str) -> None:
    assert masker.mask([Text("a.py", f"+{line}\n", is_diff=True)])[0].count == 0


def test_private_keys_are_masked_whole_and_in_part(masker: Masker) -> None:
    body = ["MIIEpAIBAAKCAQEA" + chr(65 + i) * 20 + "abcdefghij0123456789ABCDEFGH" for i in range(4)]
    begin, end = "-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----"
    whole = "\n".join(f"+{line}" for line in [begin, *body, end, "def after(): ..."])
    middle = "\n".join(f"-{line}" for line in body)
    masked = masker.mask([Text("a.py", whole, is_diff=True), Text("a.py", middle, is_diff=True)])
    for text in masked:
        assert not any(line in text.text for line in body)
    assert "+def after(): ..." in masked[0].text


@pytest.mark.parametrize(
    "path",
    [".env", "app/.env.production", "cert.pem", "deploy/id_rsa", "infra/terraform.tfstate", "x/.netrc", ".npmrc"],
)
def test_files_that_are_secret_by_name(path: str) -> None:
    assert is_secret_by_name(path.encode())


@pytest.mark.parametrize(
    "path", [".env.example", "id_rsa.pub", "src/environment.py", "src/secrets.py", "docs/pem.md", "keys.py", "monkey"]
)
def test_files_that_only_look_like_it(path: str) -> None:
    assert not is_secret_by_name(path.encode())


class Counted(Helper):
    """Counts what it is asked."""

    asked = 0

    def search(self, texts: object) -> list[tuple[tuple[int, int], ...]]:
        self.asked += 1
        return super().search(texts)  # type: ignore[arg-type]


LONG = "\nvalue = 1" * 3_000
"""Of so much text the findings are kept."""


def test_of_a_short_text_nothing_is_written(answers: AnswerCache) -> None:
    helper = Counted()
    masker = Masker(answers, helper)
    for _ in range(2):
        assert masker.mask([Text("a.py", f'token = "{GITHUB}"')])[0].count == 1
    answers.close()
    helper.close()
    assert helper.asked == 1
    assert answers.info().entries == 0


def test_findings_are_kept_by_content_without_their_values(answers: AnswerCache, tmp_path: Path) -> None:
    helper = Counted()
    text = Text("a.py", f'token = "{GITHUB}"' + LONG)
    first = Masker(answers, helper).mask([text])
    assert Masker(answers, helper).mask([text]) == first
    assert helper.asked == 1
    answers.close()
    helper.close()
    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert GITHUB.encode() not in kept


def test_a_damaged_finding_is_searched_for_again(answers: AnswerCache) -> None:
    helper = Counted()
    text = Text("a.py", f'token = "{GITHUB}"' + LONG)
    Masker(answers, helper).mask([text])
    key = digest(["mask", masking._RULES, "file.py", False, text.text])
    assert answers.get(f"mask:{digest([key])}") is not None
    answers.put(f"mask:{digest([key])}", [["x"]])
    assert Masker(answers, helper).mask([text])[0].count == 1
    assert helper.asked == 2
    helper.close()


@pytest.mark.parametrize(
    "command",
    [
        (sys.executable, "-c", "raise SystemExit(1)"),
        (sys.executable, "-c", "print('no frame at all, only words')"),
        ("/does/not/exist",),
    ],
)
def test_where_the_helper_fails_nothing_comes_back(answers: AnswerCache, command: tuple[str, ...]) -> None:
    helper = Helper(command=command)
    with pytest.raises(MaskingError, match="nothing was sent"):
        Masker(answers, helper).mask([Text("a.py", "x = 1")])
    helper.close()


def test_a_search_that_hangs_is_ended(answers: AnswerCache) -> None:
    helper = Helper(scan_time=0.2, command=(sys.executable, "-c", "import time; time.sleep(60)"))
    with pytest.raises(MaskingError):
        Masker(answers, helper).mask([Text("a.py", "x = 1")])
    helper.close()


def test_a_helper_that_died_is_started_anew(answers: AnswerCache) -> None:
    helper = Helper()
    masker = Masker(answers, helper)
    masker.mask([Text("a.py", "first")])
    assert helper._process is not None
    helper._process.kill()
    assert masker.mask([Text("a.py", f"x = '{GITHUB}'")])[0].count == 1
    helper.close()


def test_the_helper_dies_with_the_program_even_if_that_is_killed() -> None:
    program = (
        "import os, signal\n"
        "from llnotes_tui.drafting.masking import Helper\n"
        "helper = Helper()\n"
        "helper.search([['file.py', 'x', False]])\n"
        "print(helper._process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=Path.cwd(), check=False)
    pid = int(done.stdout)
    deadline = time.monotonic() + 60
    while is_running(pid):
        assert time.monotonic() < deadline, "the helper is still there"
        time.sleep(0.01)


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")


def test_the_helper_starts_from_a_path_that_only_this_process_knows(tmp_path: Path) -> None:
    """As in a zipapp, where the package lies wherever `sys.path` was made to point."""
    program = (
        f"import sys; sys.path[:] = {sys.path!r} + [{str(Path.cwd())!r}]\n"
        "from llnotes_tui.drafting.masking import Helper\n"
        f"print(Helper().search([['file.py', 'k = {GITHUB}', False]]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert done.stdout.strip() == "[((4, 44),)]", done.stderr


def test_the_helper_runs_nothing_that_lies_in_the_current_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("json", "re", "struct", "detect_secrets", "llnotes_tui"):
        (tmp_path / f"{module}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w').write({module!r})")
    monkeypatch.chdir(tmp_path)
    helper = Helper()
    assert helper.search([["file.py", f"k = {GITHUB}", False]]) == [((4, 44),)]
    helper.close()
    assert not (tmp_path / "ran").exists()


def test_one_helper_serves_the_whole_process() -> None:
    assert shared_helper() is shared_helper()
