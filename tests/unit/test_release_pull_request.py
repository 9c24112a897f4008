"""`llnotes export --pull-request`, on a real repository served as GitHub does: proposed once, updated, and left alone."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from llnotes_tui.publishing.files import ExportError
from llnotes_tui.publishing.github_bodies import LONGEST_PULL_REQUEST
from llnotes_tui.sources.options import SourceError
from llnotes_tui.workbench.proposing import look_at_proposal
from llnotes_tui.workbench.releasing import look_at_draft
from llnotes_tui.workbench.writing import preview_release
from tests.unit.commanding import KEEP, accept, opened
from tests.unit.publishing_cases import Case, cases


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Case]:
    yield from cases(tmp_path, monkeypatch, capsys)


def test_a_release_is_proposed_with_one_commit_and_its_manifest(case: Case) -> None:
    case.review()
    done = case.export("--pull-request")
    assert done.status == 0, done.err
    pull = case.pull
    assert done.out == f"{case.github.url}/acme/harbor/pull/{pull.number}\n"
    assert (pull.title, pull.head, pull.base, pull.state) == ("Release v0.2.0", "prepare/0.2.0", "main", "open")
    head = case.site.rev("prepare/0.2.0")
    assert case.site.git("log", "--format=%s", f"main..{head}") == "Release v0.2.0"
    assert case.site.git("diff", "--name-only", "main", head).split() == ["CHANGELOG.md", "src/harbor/__about__.py"]
    with opened(case.repo.root) as bench:
        shown = preview_release(bench, "titles")
    assert case.on_site(head, "CHANGELOG.md").encode() + b"\n" == shown.after, (
        "the same bytes as an export into the clone"
    )
    assert shown.section.strip() in pull.body
    assert f"The notes end at {case.repo.rev('origin/main')} on `main`." in pull.body
    assert "A person has read 3 of 3 entries." in pull.body
    assert "7 commits: 3 in the changelog · 1 folded · 1 internal · 2 cancelled · 0 left out" in pull.body
    assert "<details><summary>In the changelog (3)</summary>" in pull.body
    assert "requests from 2.31.0 to 2.32.3" in pull.body


def test_the_clone_is_not_touched(case: Case) -> None:
    case.review()
    case.repo.write("CHANGELOG.md", "half a thought\n")
    refs, status = case.repo.git("for-each-ref"), case.repo.git("status", "--porcelain")
    assert case.export("--pull-request").status == 0
    assert (case.repo.git("for-each-ref"), case.repo.git("status", "--porcelain")) == (refs, status)


def test_proposing_again_changes_nothing_and_says_so(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    case.review()
    first = case.export("--pull-request")
    case.writes()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1900000000")
    again = case.export("--pull-request")
    assert (again.status, again.out) == (0, first.out)
    assert "says all of it already; nothing was changed" in again.err
    assert case.writes() == [], "a day later nothing has changed"


def test_its_own_is_updated_after_another_look_at_the_text(case: Case) -> None:
    case.review()
    case.export("--pull-request")
    before, number = case.site.rev("prepare/0.2.0"), case.pull.number
    case.edit(4, "Waits for 30 s.")
    done = case.export("--pull-request")
    assert done.status == 0, done.err
    assert f"Updated #{number}" in done.err
    assert len(case.record.pulls) == 1
    assert "Waits for 30 s." in case.pull.body
    assert "Waits for 30 s." in case.on_site("prepare/0.2.0", "CHANGELOG.md")
    assert case.site.rev("prepare/0.2.0^") == case.site.rev("main"), "one commit, not one on top of the other"
    assert case.site.rev("prepare/0.2.0") != before


def test_the_branch_follows_the_default_branch(case: Case) -> None:
    case.review()
    case.export("--pull-request")
    case.repo.commit("Add a lighthouse (#8)", {"src/harbor/light.py": "def shine(): ...\n"})
    case.repo.git("push", "-q", f"file://{case.site.root}", "main")
    done = case.export("--pull-request")
    assert done.status == 0, done.err
    assert "main is 1 commit beyond that; they are not in these notes." in done.err
    assert "main is 1 commit beyond that" in case.pull.body
    assert case.site.rev("prepare/0.2.0^") == case.site.rev("main")
    assert "shine" in case.on_site("prepare/0.2.0", "src/harbor/light.py")


@pytest.mark.parametrize("take", ["theirs", "ours"])
def test_words_that_a_person_changed_are_not_written_over_unasked(case: Case, take: str) -> None:
    case.review()
    case.export("--pull-request")
    case.pull.body = case.pull.body.replace("Listing is tried", "It is tried").replace("\n", "\r\n")
    theirs = case.pull.body
    case.edit(4, "Waits for 30 s.")
    head = case.site.rev("prepare/0.2.0")
    case.writes()
    refused = case.export("--pull-request")
    assert refused.status == 1
    assert "It is tried" in refused.err
    assert "+* Fixed the timeout" in refused.err
    assert "Somebody changed the words of #" in refused.err.splitlines()[-1]
    assert "--take ours or --take theirs" in refused.err.splitlines()[-1]
    assert (case.writes(), case.pull.body, case.site.rev("prepare/0.2.0")) == ([], theirs, head)
    done = case.export("--pull-request", "--take", take)
    assert done.status == 0, done.err
    assert (case.pull.body == theirs) == (take == "theirs")
    assert (case.site.rev("prepare/0.2.0") == head) == (take == "theirs")
    assert ("was left as it is" in done.err) == (take == "theirs")


def test_line_ends_that_github_changed_are_no_persons(case: Case) -> None:
    case.review()
    case.export("--pull-request")
    case.pull.body = case.pull.body.replace("\n", "\r\n") + "\r\n"
    case.edit(4, "Waits for 30 s.")
    assert case.export("--pull-request").status == 0


@pytest.mark.parametrize("take", ["theirs", "ours"])
def test_a_branch_that_a_person_pushed_to_is_not_moved_unasked(case: Case, take: str) -> None:
    case.review()
    case.export("--pull-request")
    case.repo.git("fetch", "-q", f"file://{case.site.root}", "prepare/0.2.0")
    case.repo.git("checkout", "-q", "FETCH_HEAD")
    text = case.repo.read("CHANGELOG.md").decode().replace("Listing is tried", "It is tried")
    theirs = case.repo.commit("Mend a word", {"CHANGELOG.md": text, "docs/more.md": "More.\n"})
    case.repo.git("push", "-q", f"file://{case.site.root}", "HEAD:prepare/0.2.0")
    case.repo.checkout("main")
    refused = case.export("--pull-request")
    assert refused.status == 1
    assert f"stands at {theirs[:7]} “Mend a word” by Ada Lovelace" in refused.err
    assert "It changes docs/more.md too." in refused.err
    assert "-* Added a `--retries` option" in refused.err
    assert case.site.rev("prepare/0.2.0") == theirs
    assert case.export("--pull-request", "--take", take).status == 0
    assert (case.site.rev("prepare/0.2.0") == theirs) == (take == "theirs")
    if take == "ours":
        assert "Listing is tried" in case.on_site("prepare/0.2.0", "CHANGELOG.md")


def test_a_second_open_one_is_refused(case: Case) -> None:
    case.review()
    case.site.git("branch", "prepare/0.9.0", "main")
    other = case.record.pull(40, title="Get 0.9.0 ready", state="open", head="prepare/0.9.0", author="bob")
    refused = case.export("--pull-request", "--take", "ours")
    assert refused.status == 1
    assert "Another release pull request is open: #40 “Get 0.9.0 ready” by bob, from prepare/0.9.0" in refused.err
    assert "--load-pull-request" in refused.err
    assert case.writes() == []
    other.state = "closed"
    case.record.pull(41, title="Release v0.9.0", state="open", head="topic")
    assert "#41" in case.export("--pull-request").err
    case.record.pulls[41].title = "Release the hounds"
    assert case.export("--pull-request").status == 0


def test_the_section_of_another_one_becomes_edits_that_can_be_undone(case: Case) -> None:
    case.review()
    case.repo.branch("theirs", "main")
    case.repo.commit(
        "Prepare",
        {
            "CHANGELOG.md": "# Version changelog\n\n## 0.2.0\n\n"
            "* Added a `--retries` option (#2). Listing survives a nap.\n"
            "* **Breaking:** Renamed `dock` to `berth` (#3).\n"
            "* Told the crew ([#77](https://github.com/acme/harbor/issues/77)). They know.\n\n"
            "Dependency updates:\n\n * Updated requests (#6).\n\n## 0.1.0\n\n* Old.\n"
        },
    )
    case.repo.git("push", "-q", f"file://{case.site.root}", "HEAD:prepare/0.2.0")
    case.repo.checkout("main")
    case.record.pull(40, title="Release v0.2.0", state="open", head="prepare/0.2.0")
    done = case.export("--load-pull-request")
    assert done.status == 0, done.err
    assert "Took the words of 1 entry from #40 (0.2.0)" in done.err
    assert "In no entry of this review: Told the crew" in done.err
    with opened(case.repo.root) as bench:
        edited = next(one for one in bench.view().entries if 2 in one.pull_requests)
        assert (edited.text, edited.state, edited.engine) == ("Listing survives a nap.", "edited", "person")
        bench.undo().result(60)
        undone = next(one for one in bench.view().entries if 2 in one.pull_requests)
        assert undone.text != "Listing survives a nap."
    assert case.writes() == []
    case.record.pulls[40].state = "closed"
    assert "nothing to load" in case.export("--load-pull-request").err


def test_unread_entries_are_asked_about_first(case: Case) -> None:
    case.review(2)
    refused = case.export("--pull-request")
    assert refused.status == 1
    assert "2 of 3 entries were read by nobody" in refused.err
    assert case.writes() == []
    assert case.export("--pull-request", "--unreviewed", "skip").status == 0
    assert "A person has read 1 of 3 entries; the others are left out." in case.pull.body
    assert "left out: nobody has read it" in case.pull.body


@pytest.mark.parametrize("fault", ["502-html", "cut-body"])
def test_trouble_in_the_middle_is_mended_by_running_again(case: Case, fault: str) -> None:
    """One step after the other fails, be it that nothing was done or that the answer got lost."""
    case.review()
    for step in ("git/blobs", "git/trees", "git/commits", "git/refs", "pulls"):
        case.github.fault(fault, times=3, on=f"POST .*/{step}$")  # type: ignore[arg-type]
        failed = case.export("--pull-request")
        case.github.heal()
        if failed.status:
            assert failed.err.startswith("llnotes: ")
            assert failed.err.count("\n") == 1
    done = case.export("--pull-request")
    assert done.status == 0, done.err
    assert len(case.record.pulls) == 1
    assert case.site.git("log", "--format=%s", "main..prepare/0.2.0") == "Release v0.2.0"
    case.writes()
    assert "says all of it already" in case.export("--pull-request").err
    assert case.writes() == []


def test_a_secondary_limit_in_the_middle_is_waited_for(case: Case) -> None:
    case.review()
    case.github.fault("secondary-limit", on="POST .*/git/commits", seconds=1)
    case.github.fault("secondary-limit-429", on="POST .*/pulls", seconds=1)
    done = case.export("--pull-request")
    assert done.status == 0, done.err
    assert len(case.record.pulls) == 1


def test_a_token_that_may_not_write_says_which_permission_it_takes(case: Case) -> None:
    case.review()
    case.github.fault("404", on="POST .*/git/blobs")
    refused = case.export("--pull-request")
    assert refused.status == 1
    assert "GITHUB_TOKEN may not write to acme/harbor" in refused.err
    assert "“Contents: read and write”" in refused.err
    case.github.fault("404", on="POST .*/pulls")
    assert "“Pull requests: read and write”" in case.export("--pull-request").err
    assert case.export("--pull-request").status == 0


def test_an_archived_repository_and_none_at_all_are_refused_in_a_sentence(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    case.review()
    case.record.archived = True
    assert "acme/harbor is archived" in case.export("--pull-request").err
    monkeypatch.delenv("GITHUB_TOKEN")
    assert "No token for 127.0.0.1 was found" in case.export("--pull-request").err
    case.repo.git("remote", "remove", "origin")
    case.repo.git("remote", "add", "origin", "https://gitlab.example.com/acme/harbor.git")
    case.repo.stand_at_origin()
    case.review()
    refused = case.export("--pull-request", "--unreviewed", "titles")
    assert refused.status == 1
    assert "acme/harbor is not on 127.0.0.1" in refused.err


def test_a_long_section_is_cut_at_an_entry_and_says_so(case: Case) -> None:
    case.review()
    case.edit(2, "\n".join(f"Line {n} of many words about listing." for n in range(1200)))
    case.edit(4, "W" * 40_000)
    done = case.export("--pull-request")
    assert done.status == 0, done.err
    assert len(case.pull.body) <= LONGEST_PULL_REQUEST
    assert "The section is longer than a pull request may be; 3 more entries are in the changelog" in case.pull.body
    assert "W" * 40_000 in case.on_site("prepare/0.2.0", "CHANGELOG.md")


def test_a_layout_with_links_at_the_foot_is_proposed_with_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for case in cases(tmp_path, monkeypatch, capsys, changelog=KEEP.replace("\n", "\r\n").encode()):
        case.review()
        assert case.export("--pull-request").status == 0
        assert case.export("--commit").status == 0
        assert case.export().status == 0
        written = case.repo.read("CHANGELOG.md")
        assert b"[Unreleased]: https://github.com/acme/harbor/compare/v0.2.0...HEAD\r\n" in written
        for repo in (case.repo, case.site):
            blob = repo.git("rev-parse", "prepare/0.2.0:CHANGELOG.md")
            assert blob == case.repo.git("hash-object", "--no-filters", "CHANGELOG.md")


def test_a_version_that_changed_keeps_its_pull_request(case: Case) -> None:
    case.review()
    case.export("--pull-request")
    done = case.export("--pull-request", "--version", "0.3.0")
    assert done.status == 0, done.err
    assert len(case.record.pulls) == 1
    assert (case.pull.title, case.pull.head) == ("Release v0.3.0", "prepare/0.2.0")
    text = case.on_site("prepare/0.2.0", "CHANGELOG.md")
    assert "## 0.3.0" in text
    assert "## 0.2.0" not in text


def test_a_pull_request_that_was_closed_is_made_anew(case: Case) -> None:
    case.review()
    case.export("--pull-request")
    case.pull.state = "closed"
    done = case.export("--pull-request")
    assert done.status == 0, done.err
    assert len(case.record.pulls) == 2


def test_a_merged_one_leaves_nothing_to_propose(case: Case) -> None:
    case.review()
    case.export("--pull-request")
    case.site.git("update-ref", "refs/heads/main", "prepare/0.2.0")
    case.pull.state = "merged"
    refused = case.export("--pull-request")
    assert refused.status == 1
    assert "main of acme/harbor says all of 0.2.0 already" in refused.err


def test_a_repository_without_a_clone_is_proposed_with_the_same_bytes(case: Case, tmp_path: Path) -> None:
    """By `owner/name`: the files of the default branch come from GitHub, and no file of this machine is written."""
    case.review()
    case.export("--pull-request")
    from_clone = case.site.git("rev-parse", "prepare/0.2.0^{tree}")
    case.pull.state = "closed"
    case.site.git("update-ref", "-d", "refs/heads/prepare/0.2.0")
    refused = case.run("export", "acme/harbor")
    assert refused.status == 1
    assert "--pull-request" in refused.err
    assert "--release" in refused.err
    assert "there is no clone of yours to commit in" in case.run("export", "acme/harbor", "--commit").err
    done = case.run("export", "acme/harbor", "--pull-request")
    assert done.status == 0, done.err
    assert case.site.git("rev-parse", "prepare/0.2.0^{tree}") == from_clone
    assert case.run("export", "acme/harbor", "--release").status == 0
    assert "says all of it already" in case.run("export", "acme/harbor", "--pull-request").err
    assert "GitHub is not asked with --offline" in case.run("export", "acme/harbor", "--pull-request", "--offline").err


def test_a_repository_that_was_renamed_is_found_under_its_new_name(case: Case) -> None:
    case.review()
    case.github.rename("acme/harbor", "acme/haven")
    done = case.export("--pull-request")
    assert done.status == 0, done.err
    assert done.out == f"{case.github.url}/acme/haven/pull/1\n"


def test_a_version_that_is_tagged_is_refused_wherever_the_tag_is(case: Case) -> None:
    with opened(case.repo.root) as bench:
        accept(bench)
        bench.set_version("0.2.0").result(60)
    case.site.tag("v0.2.0", "v0.1.0")
    refused = case.export("--pull-request", "--take", "ours")
    assert refused.status == 1
    assert "v0.2.0 is tagged already in acme/harbor; name another version." in refused.err
    case.repo.tag("v0.2.0", "v0.1.0")
    for goal in ("--pull-request", "--commit"):
        refused = case.export(goal, "--take", "ours")
        assert refused.status == 1
        assert "v0.2.0 is tagged already" in refused.err
    assert case.writes() == []


def test_whatever_github_answers_ends_in_a_sentence_and_a_retry_works(case: Case) -> None:
    case.review()
    case.export("--pull-request")
    told = set()
    with opened(case.repo.root) as bench:
        for fault in ("401", "404", "451", "406", "no-object"):
            for path in ("harbor$", "harbor/pulls", "git/ref/", "git/commits/", "git/trees", "compare/", "releases"):
                case.github.fault(fault, on=f"GET .*/{path}")
                with suppress(SourceError, ExportError):
                    look = look_at_draft if path == "releases" else look_at_proposal
                    look(bench, "titles")
                    told.add((fault, path))
                case.github.heal()
        assert look_at_proposal(bench, "titles").seen.step == "nothing"
        assert look_at_draft(bench, "titles").seen.step == "create"
    harmless = {("404", "git/ref/"), *((fault, "compare/") for fault in ("401", "404", "451", "406"))}
    assert told <= harmless, "what GitHub does not say is not taken for something else"
