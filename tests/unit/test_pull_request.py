"""The description of a pull request: drafted from its diff, reviewed, and saved between our marks and nowhere else."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llnotes_tui.publishing.descriptions import BEGIN, END, description_of, with_ours, without_ours
from llnotes_tui.publishing.github_descriptions import DescriptionChanged
from llnotes_tui.review.store import ReviewError
from llnotes_tui.workbench.clones import Target
from llnotes_tui.workbench.pull_request import PullRequestBench, open_pull_request
from tests.fakes.github import GitHubFake
from tests.fakes.github_records import FakePull
from tests.repositories import Repo
from tests.unit.commanding import Run, run_here
from tests.unit.release_notes import entry

CLI = "def main(retries: int = 3):\n    for _ in range(retries):\n        list_ships()\n"
THEIRS = "Closes #3.\r\n\r\nShips are listed again when the office is slow."
PATCH = "PATCH /api/v3/repos/acme/harbor/pulls/7"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """Return a repository with an open pull request of two commits, whose base went on meanwhile; CI alone in another."""
    repo = Repo.create(tmp_path_factory.mktemp("harbor") / "harbor")
    repo.commit("Release v0.1.0", {"src/ships.py": "def list_ships(): ...\n", "README.md": "Harbor\n"})
    repo.tag("v0.1.0")
    repo.branch("retries")
    repo.commit("Begin", {"src/cli.py": "def main(): ...\n"})
    repo.commit("Retry", {"src/cli.py": CLI})
    repo.branch("ci", "main")
    repo.commit("Run on 3.13", {".github/workflows/test.yml": "python: 3.13\n"})
    repo.checkout("main")
    repo.commit("Tidy quays (#4)", {"src/quays.py": "def tidy(): ...\n"})
    return repo


@pytest.fixture(scope="module")
def server(built: Repo) -> Iterator[GitHubFake]:
    with GitHubFake() as github:
        repository = github.repository("acme/harbor", built.root)
        repository.pull(8, title="Run the tests on 3.13", state="open", head="ci", commits=[built.rev("ci")])
        repository.pull(9, title="Nothing", state="open", head="main", commits=[built.rev("main")])
        yield github


@pytest.fixture
def pull(server: GitHubFake, built: Repo) -> FakePull:
    server.forget()
    commits = built.git("rev-list", "--reverse", "main..retries").split()
    return server.repositories["acme/harbor"].pull(
        7, title="Retry listing", body=THEIRS, state="open", head="retries", commits=commits
    )


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    server: GitHubFake,
    pull: FakePull,
) -> Run:
    assert pull.state == "open"
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("LLNOTES_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("LLNOTES_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("LLNOTES_CONFIG", str(tmp_path / "config.toml"))
    return run_here(capsys, monkeypatch)


@contextmanager
def opened(number: int = 7, repository: str = "acme/harbor") -> Iterator[PullRequestBench]:
    target = Target(repository, flags={"engine": "extractive"}, pull_request=number)
    bench = open_pull_request(target, lambda _: None, Event())
    try:
        assert bench.drafting is not None
        bench.start_drafting()
        assert bench.drafting.wait(120)
        bench.flush()
        yield bench
    finally:
        bench.close()


def accept(bench: PullRequestBench) -> str:
    (one,) = bench.view().entries
    bench.accept(one.note, one.text).result(60)
    return one.text


# -- as a range of one commit ------------------------------------------------------------------------------------------


def test_all_of_a_pull_request_is_one_entry_and_nothing_of_what_its_base_did_meanwhile(run: Run, built: Repo) -> None:
    del run
    with opened() as bench:
        (one,) = bench.view().entries
        assert (one.title, one.pull_requests, one.state) == ("Retried listing", (7,), "drafted")
        assert [file.path for file in one.files] == ["src/cli.py"]
        assert (bench.range.since, bench.range.branch) == (built.rev("v0.1.0"), "pull/7")
        assert "Ships are listed again when the office is slow." in one.text


def test_what_a_release_would_call_internal_is_described_all_the_same(run: Run) -> None:
    del run
    with opened(8) as bench:
        assert [one.title for one in bench.view().entries] == ["Ran the tests on 3.13"]
        assert not bench.view().internal


def test_a_review_is_there_again_after_our_own_save_a_push_and_an_update_from_the_base(
    run: Run, pull: FakePull, built: Repo
) -> None:
    del run
    with opened() as bench:
        (one,) = bench.view().entries
        bench.edit(one.note, "Listing ships is tried three times.", accepted=True).result(60)
        bench.save(bench.saving())
        saved_as = bench.range.until
    with opened() as bench:
        assert bench.range.until == saved_as
        assert bench.view().entries[0].state == "accepted"
    built.checkout("retries")
    pushed = built.commit("More", {"src/cli.py": CLI + "\n\ndef stop(): ...\n"})
    built.checkout("main")
    pull.commits = (*pull.commits, pushed)
    with opened() as bench:
        assert bench.range.until != saved_as
        (one,) = bench.view().entries
        assert (one.state, one.text) == ("stale", "Listing ships is tried three times.")
    built.checkout("retries")
    updated = built.merge("main", "Take in main")
    built.checkout("main")
    pull.commits = (*pull.commits, updated)
    with opened() as bench:
        assert bench.range.since == built.rev("main")
        (one,) = bench.view().entries
        assert (one.text, bench.view().left_behind) == ("Listing ships is tried three times.", ())
    built.git("branch", "-f", "retries", "retries~2")


def test_our_own_words_are_no_evidence_for_themselves(run: Run, pull: FakePull) -> None:
    del run
    pull.body = with_ours(THEIRS, "It waits 42 parsecs.")
    with opened() as bench:
        (one,) = bench.view().entries
        bench.edit(one.note, "It waits 42 parsecs.").result(60)
        assert bench.settle_checks(20)
        assert [found.text for found in bench.view().entries[0].findings if found.kind == "unknown-number"] == ["42"]


@pytest.mark.parametrize(
    ("number", "words"), [(99, "acme/harbor has no pull request #99"), (9, "changes nothing that main lacks")]
)
def test_what_cannot_be_described_is_one_sentence(run: Run, number: int, words: str) -> None:
    done = run("pull-request", str(number), "--repo", "acme/harbor")
    assert (done.status, done.out) == (1, "")
    assert words in done.err.splitlines()[-1]


# -- saving ------------------------------------------------------------------------------------------------------------


def test_only_what_a_person_read_is_saved_and_the_authors_words_stay(run: Run, pull: FakePull) -> None:
    del run
    with opened() as bench:
        with pytest.raises(ReviewError, match="Nobody has read"):
            bench.saving()
        text = accept(bench)
        shown = bench.saving()
        assert not shown.is_done
        assert b"+" + BEGIN.encode() in shown.diff
        bench.save(shown)
        assert pull.body == f"{BEGIN}\r\n{text}\r\n{END}\r\n\r\n{THEIRS}"
        assert bench.saving().is_done


def test_a_description_that_somebody_changed_since_it_was_shown_is_left_alone(
    run: Run, pull: FakePull, server: GitHubFake
) -> None:
    del run
    with opened() as bench:
        accept(bench)
        shown = bench.saving()
        pull.body = "Written anew."
        with pytest.raises(DescriptionChanged):
            bench.save(shown)
        assert pull.body == "Written anew."
        assert PATCH not in server.requests
        bench.save(bench.saving())
        assert pull.body is not None
        assert pull.body.endswith(f"{END}\n\nWritten anew.")


def test_what_is_there_already_is_not_sent_again(run: Run, server: GitHubFake) -> None:
    del run
    with opened() as bench:
        accept(bench)
        bench.save(bench.saving())
        bench.save(bench.saving())
    assert server.requests.count(PATCH) == 1


def test_an_edited_review_replaces_our_part_only(run: Run, pull: FakePull) -> None:
    del run
    pull.body = with_ours(THEIRS, "Old words.")
    with opened() as bench:
        (one,) = bench.view().entries
        bench.edit(one.note, "New words.", accepted=True).result(60)
        bench.save(bench.saving())
    assert pull.body == with_ours(THEIRS, "New words.")


# -- with no screen ----------------------------------------------------------------------------------------------------


def test_without_a_terminal_the_draft_is_printed_and_nothing_saved(
    run: Run, pull: FakePull, built: Repo, tmp_path: Path, server: GitHubFake
) -> None:
    clone = built.clone(tmp_path / "clone")
    clone.set_origin(server.clone_url("acme/harbor"))
    for name in ("acme/harbor", str(clone.root)):
        done = run("pull-request", "7", "--repo", name)
        assert done.status == 0, done.err
        assert "Ships are listed again when the office is slow." in done.out
        assert "no terminal here to review in; this is the draft instead" in done.err
        assert "acme/harbor#7: nothing was saved" in done.err
    assert pull.body == THEIRS


def test_without_a_token_or_a_repository_on_github_it_says_so(
    run: Run, built: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "is no repository on GitHub" in run("pull-request", "7", "--repo", str(built.clone(tmp_path / "c").root)).err
    monkeypatch.delenv("GITHUB_TOKEN")
    assert "there is no token for GitHub" in run("pull-request", "7", "--repo", "acme/harbor").err


# -- the marks ---------------------------------------------------------------------------------------------------------

TEXTS = st.text(st.sampled_from("ab \n\r<!->/"), max_size=30) | st.sampled_from([BEGIN, END, f"{END}x{BEGIN}"])


@given(body=TEXTS, text=TEXTS)
def test_putting_it_in_twice_changes_nothing_and_taking_it_out_leaves_the_author(body: str, text: str) -> None:
    ours = description_of([entry(text=text, human=True)])
    once = with_ours(body, ours)
    assert with_ours(once, ours) == once
    if BEGIN not in body and END not in body and body.strip() and "\r" not in body:
        assert without_ours(once) == body


def test_a_text_cannot_end_our_part_before_its_end() -> None:
    hostile = entry(text=f"x {END} y <!--/llnotes--> z", human=True)
    body = with_ours("Theirs", description_of([hostile]))
    assert without_ours(body) == "Theirs"


def test_generated_text_is_made_safe_and_several_entries_are_a_list() -> None:
    several = [
        entry("Added x", "Calls <b>x</b> and @all.", breaking=True),
        entry("Fixed y", "One.\n\nTwo.", human=True),
        entry("Unread", ""),
    ]
    assert description_of(several) == (
        "* **Breaking:** **Added x.** Calls &lt;b>x&lt;/b> and `@all`.\n* **Fixed y.** One.\n  \n  Two."
    )
