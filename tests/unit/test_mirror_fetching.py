"""Fetching from GitHub: broken off and gone on with, stopped, by two at once, from a damaged copy; and no token anywhere."""

import fcntl
import os
import re
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from llnotes_tui.sources.github.client import GitHub
from llnotes_tui.sources.github.faults import GitHubFault
from llnotes_tui.sources.github.fetching import fetching_into
from llnotes_tui.sources.github.hosts import GitHubPlace, host_of
from llnotes_tui.sources.github.login import Login
from llnotes_tui.sources.github.shelf import Shelf, kept_clones
from llnotes_tui.sources.options import SourceError, silent
from llnotes_tui.sources.process import GitFault, Place, fetch
from llnotes_tui.workbench import lookout
from llnotes_tui.workbench.start import Opened
from tests.fakes import github_transport
from tests.fakes.github import TOKEN, GitHubFake
from tests.repositories import Repo
from tests.unit.commanding import opened as review
from tests.unit.mirroring import NAME, everything, fetched, port, served
from tests.waiting import Stopwatch, until

SOON = 60.0


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return port(tmp_path / "harbor")


@pytest.fixture
def github(tmp_path: Path, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHubFake]:
    with served(monkeypatch, tmp_path, repo) as github:
        yield github


def read(opened: Opened) -> list[object]:
    return everything(opened.clone, opened)


def packs(github: GitHubFake) -> int:
    return sum(request.endswith("/git-upload-pack") for request in github.requests)


# -- broken off ------------------------------------------------------------------------------------------------------


def test_a_fetch_that_breaks_off_once_is_tried_again(github: GitHubFake) -> None:
    github.fault("cut-pack")
    assert read(fetched())


def test_what_came_before_a_connection_broke_is_kept(github: GitHubFake, repo: Repo) -> None:
    repo.commit("Add much", {f"data/{number}.txt": os.urandom(9000).hex() for number in range(60)})
    opened = fetched()
    expected = read(opened)
    kept = opened.clone.root
    newer = repo.commit("Add more", {f"more/{number}.txt": os.urandom(9000).hex() for number in range(60)})
    github.fault("cut-pack", times=None, on=r"POST .*upload-pack")

    with pytest.raises(SourceError, match="broke while acme/harbor was fetched; what came is kept, so try again"):
        opened.clone.refresh()
    assert read(opened) == expected

    github.heal()
    opened = fetched()
    assert opened.clone.root == kept
    assert read(opened)[1] == newer


def test_a_first_fetch_that_broke_off_is_begun_again(github: GitHubFake) -> None:
    github.fault("cut-pack", times=None)
    with pytest.raises(GitHubFault, match="broke while acme/harbor was fetched"):
        fetched()
    with pytest.raises(GitHubFault, match="was not fetched yet"):
        fetched(offline=True)
    github.heal()
    assert read(fetched())


@pytest.mark.parametrize("harm", ["a pack is cut", "the objects are gone", "HEAD is empty", "a name is broken"])
def test_a_damaged_copy_is_set_aside_and_made_anew(github: GitHubFake, harm: str) -> None:
    opened = fetched()
    expected = read(opened)
    root = opened.clone.root
    match harm:
        case "a pack is cut":
            for pack in root.glob("objects/pack/*.pack"):
                pack.chmod(0o600)
                pack.write_bytes(pack.read_bytes()[:40])
        case "the objects are gone":
            for file in root.glob("objects/pack/*"):
                file.unlink()
        case "HEAD is empty":
            (root / "HEAD").write_text("")
        case _:
            (root / "refs/remotes/origin/main").write_text("no sha\n")

    assert read(fetched()) == expected


def test_many_packs_become_one_with_all_that_was_in_them(github: GitHubFake, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = fetched()
    expected = read(opened)
    assert len(list(opened.clone.root.glob("objects/pack/*.pack"))) > 2
    monkeypatch.setattr("llnotes_tui.sources.github.fetching.MOST_PACKS", 2)
    again = fetched()
    assert len(list(again.clone.root.glob("objects/pack/*.pack"))) == 1
    assert read(again) == expected
    assert read(fetched(offline=True)) == expected


def test_what_a_killed_git_left_behind_stops_nothing(github: GitHubFake, repo: Repo) -> None:
    opened = fetched()
    newer = repo.commit("Go on", {"on.txt": "on"})
    for name in ("refs/remotes/origin/main.lock", "packed-refs.lock", "config.lock", "objects/pack/tmp_pack_1"):
        (opened.clone.root / name).touch()
    assert read(fetched())[1] == newer
    assert not list(opened.clone.root.rglob("tmp_pack_*"))


def test_a_server_that_knows_no_filter_gives_everything_at_once(
    github: GitHubFake, repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = read(fetched())
    subprocess.run(["rm", "-rf", str(kept_clones()[0][0])], check=True)
    settings = tuple(
        (key, "false" if key == "uploadpack.allowFilter" else value) for key, value in github_transport._SETTINGS
    )
    monkeypatch.setattr(github_transport, "_SETTINGS", settings)
    github.forget()
    assert read(fetched()) == whole
    assert packs(github) <= 3


# -- stopped, and two at once ----------------------------------------------------------------------------------------


def test_a_fetch_can_be_stopped_and_leaves_no_git_behind(github: GitHubFake) -> None:
    github.fault("hang", times=None, on=r"git-upload-pack$")
    cancel = threading.Event()
    said: list[str] = []
    failed: list[BaseException] = []

    def work() -> None:
        try:
            fetched(cancel=cancel, said=said)
        except SourceError as fault:
            failed.append(fault)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    until(lambda: any("git-upload-pack" in request for request in github.requests))
    watch = Stopwatch()
    cancel.set()
    thread.join(SOON)
    assert watch.look() < 2
    assert not thread.is_alive(), "the server keeps silent still"
    assert "Fetching acme/harbor was stopped" in str(failed)
    assert said[0] == "Fetching acme/harbor ..."
    until(lambda: not _processes_with(github.url))


def test_a_limit_that_is_waited_for_is_said(github: GitHubFake) -> None:
    github.fault("primary-limit", seconds=1)
    said: list[str] = []
    fetched(said=said)
    assert re.match(r"acme/harbor: waiting for 127\.0\.0\.1's limit until \d\d:\d\d \.\.\.", said[0])


def test_how_much_came_is_said(github: GitHubFake, repo: Repo) -> None:
    repo.commit("Add much", {f"data/{number}.bin": os.urandom(40_000) for number in range(60)})
    said: list[str] = []
    opened = fetched(said=said)
    opened.clone.prepare(opened.range_options, None, said.append)
    assert any(re.fullmatch(r"Fetching acme/harbor: \d+\.\d MB \.\.\.", sentence) for sentence in said), said


def test_two_processes_never_fetch_at_once(github: GitHubFake, repo: Repo) -> None:
    opened = fetched()
    lock = opened.clone.root.with_name("harbor.lock")
    newer = repo.commit("Go on", {"on.txt": "on"})
    said: list[str] = []
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        thread = threading.Thread(target=lambda: fetched(said=said), daemon=True)
        thread.start()
        until(lambda: bool(said))
        assert said == ["Waiting for another llnotes that fetches acme/harbor ..."]
        assert opened.clone.resolve(newer) is None
    thread.join(SOON)
    assert opened.clone.resolve(newer) == newer


def test_many_that_open_it_at_once_read_the_same(github: GitHubFake) -> None:
    found: list[list[object]] = []
    threads = [threading.Thread(target=lambda: found.append(read(fetched())), daemon=True) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SOON)
    assert len(found) == 3
    assert found[0] == found[1] == found[2]


# -- what is new -----------------------------------------------------------------------------------------------------


def test_new_commits_are_fetched_when_asked_for_and_unasked_every_five_minutes(
    github: GitHubFake, repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    with review(Path(NAME)) as bench:
        assert bench.fetches
        newer = repo.commit("Light the pier (#12)", {"src/harbor/pier.py": "def light(): ...\n"})
        github.forget()
        bench.look_for_commits().result(SOON)
        assert github.requests == []
        assert bench.view().new_commits == 0

        monkeypatch.setattr(lookout, "EVERY", 0.0)
        bench.look_for_commits().result(SOON)
        until(lambda: bench.view().new_commits == 1)

        bench.take_in_new_commits()
        assert bench.view().range.until == newer
        newest = repo.commit("Paint the pier (#13)", {"src/harbor/pier.py": "def light(): ...\n\n\ndef paint(): ...\n"})
        bench.take_in_new_commits()
        assert bench.view().range.until == newest


# -- no token anywhere -----------------------------------------------------------------------------------------------


def test_no_token_is_in_arguments_files_or_errors(github: GitHubFake, tmp_path: Path) -> None:
    seen: list[str] = []
    github.fault("hang", times=None, on=r"git-upload-pack$")
    cancel = threading.Event()

    def stopped() -> None:
        with suppress(SourceError):
            fetched(cancel=cancel)

    thread = threading.Thread(target=stopped, daemon=True)
    thread.start()
    until(lambda: any("git-upload-pack" in request for request in github.requests))
    seen += _processes_with(github.url)
    cancel.set()
    thread.join(SOON)
    assert any("fetch" in line for line in seen)
    github.heal()
    github.fault("slow", times=None, on=r"git-upload-pack$", seconds=0.2)
    thread = threading.Thread(target=lambda: read(fetched()), daemon=True)
    thread.start()
    while thread.is_alive():
        seen += _processes_with(github.url)
        time.sleep(0.01)
    github.heal()
    opened = fetched()
    github.fault("git-refused", times=None)
    with pytest.raises(GitHubFault, match="does not let git fetch") as failed:
        opened.clone.refresh()
    secrets = [TOKEN, *(value.partition(" ")[2].removeprefix("Basic ") for value in github.authorizations)]
    assert any("Basic" in value for value in github.authorizations)
    for secret in secrets:
        assert not any(secret in line for line in seen)
        assert secret not in failed.value.sentence + str(failed.value.__cause__) + getattr(
            failed.value.__cause__, "said", ""
        )
        for path in tmp_path.rglob("*"):
            assert not path.is_file() or secret.encode() not in path.read_bytes(), path


def test_no_redirect_takes_the_token_to_another_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLNOTES_CACHE_DIR", str(tmp_path / "cache"))
    heard: list[str | None] = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.headers.get("Authorization"))
            self.send_error(404)

        def log_message(self, *_: object) -> None: ...

    class Redirecting(Elsewhere):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", f"http://localhost:{elsewhere.server_address[1]}{self.path}")
            self.send_header("Content-Length", "0")
            self.end_headers()

    elsewhere = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    here = ThreadingHTTPServer(("127.0.0.1", 0), Redirecting)
    for server in (elsewhere, here):
        threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        host = host_of(f"http://127.0.0.1:{here.server_address[1]}")
        client = GitHub(host, Login("environment", "GITHUB_TOKEN", TOKEN))
        shelf = Shelf(GitHubPlace(host, "acme", "harbor"))
        with (
            fetching_into(shelf, client, None, silent, is_known=True) as fetching,
            pytest.raises(GitHubFault) as failed,
        ):
            fetching.names()
        assert failed.value.kind == "moved"
        assert heard == []
    finally:
        for server in (elsewhere, here):
            server.shutdown()
            server.server_close()


def test_settings_of_the_user_lead_nowhere_else_and_refuse_nothing(github: GitHubFake, home: Path) -> None:
    (home / ".gitconfig").write_text(
        '[url "ssh://git@elsewhere.example/"]\n\tinsteadOf = http://\n[fetch]\n\tfsckObjects = true\n\tprune = false\n'
        "[init]\n\tdefaultBranch = trunk\n[remote]\n\tpushDefault = x\n[core]\n\thooksPath = /nowhere\n"
    )
    assert read(fetched())


def test_only_clones_of_our_own_are_fetched_and_only_by_https(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLNOTES_CACHE_DIR", str(tmp_path / "cache"))
    own = Place(tmp_path / "cache", tmp_path / "cache" / "clones")
    for url in ("http://github.com/a/b.git", "ssh://git@github.com/a/b", "file:///etc", "ext::sh -c id"):
        with pytest.raises(GitFault, match="only https is"):
            fetch(["fetch", "origin"], own, url)
    with pytest.raises(GitFault, match="not llnotes' own clone, and is never fetched by it"):
        fetch(["fetch", "origin"], Place(tmp_path, tmp_path / ".git"), "https://github.com/a/b.git")


def _processes_with(word: str) -> list[str]:
    """Return the arguments of all processes, as `ps` shows them, that have a word in their arguments."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        if word in line and "git" in line and "http-backend" not in line and "upload-pack" not in line:
            found.append(line)
    return found
