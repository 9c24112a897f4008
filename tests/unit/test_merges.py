"""What the message of a merge says: its request, its title, and whether it only moves a branch."""

import pytest

from llnotes_tui.release.merges import (
    is_long_lived,
    is_long_lived_head,
    is_transport_title,
    merged_head,
    merged_requests,
    moved_head,
    only_moves,
    sentence_of,
)
from llnotes_tui.release.message import merged_branch_of, pull_request_of, title_of


@pytest.mark.parametrize(
    ("subject", "body", "number", "title"),
    [
        ("Merge pull request #7 from octo/retries", "Add retries", 7, "Add retries"),
        ("Merge pull request #7 from octo/retries", "\nSigned-off-by: Ada <a@b.c>", 7, ""),
        ("Merge pull request 'Add retries' (#7) from octo/retries into main", "Reviewed-on: x", 7, "Add retries"),
        ("Merged in fix/x (pull request #12)", "Add the x exporter\n\nApproved-by: Bo", 12, "Add the x exporter"),
        ("Merged PR 13: Add the y exporter", "Related work items: #44", 13, "Add the y exporter"),
        ("Merge branch 'x' into 'main'", "Add x\n\nSee merge request acme/tools/kit!12", 12, "Add x"),
        ("Merge branch 'x' into 'main'", "See merge request acme/kit!12", 12, ""),
        ("Auto merge of #123 - ada:fix, r=bo", "Fix the lexer\n\nIt was wrong.", 123, "Fix the lexer"),
        ("Rollup merge of #124 - ada:fix, r=bo", "Fix the parser", 124, "Fix the parser"),
        ("Merge PR #77: Speed up the kernel", "", 77, "Speed up the kernel"),
        ("Merge bitcoin/bitcoin#78: Drop the wallet", "", 78, "Drop the wallet"),
        ("bug #57984 [Validator] Add the D modifier (ada)", "This PR was merged into the 7.1 branch.", 57984, "[Validator] Add the D modifier"),
        ("Fix the leak", "Why.\n\nPR-URL: https://github.com/octo/robot/pull/31", 31, "Fix the leak"),
        ("Fix the leak", "Merge-Request: !31", 31, "Fix the leak"),
    ],
)  # fmt: skip
def test_the_request_of_a_merge_with_its_title(subject: str, body: str, number: int, title: str) -> None:
    (request,) = merged_requests(subject, body)
    assert (request.number, request.title) == (number, title)
    assert pull_request_of(subject, body) == number
    assert not title or title_of(subject, body) == title


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Fix #12 when the file is empty", ""),
        ("bug #12 is back", "We saw it again."),
        ("Fix the leak", "Like octo/other!12, see merge request there."),
        ("Merge lines", ""),
        ("Fix", "See merge request acme/kit!12\n" + "\n".join(f"line {n}" for n in range(20))),
    ],
)
def test_a_number_that_is_only_mentioned_is_no_request(subject: str, body: str) -> None:
    assert merged_requests(subject, body) == ()


def test_a_merge_queue_takes_in_several_requests() -> None:
    found = merged_requests("Merge #12 #13", "12: Add a r=bo a=ada\n\n13: Fix b r=bo a=ada\nLonger.")
    assert [(request.number, request.title) for request in found] == [(12, "Add a"), (13, "Fix b")]


@pytest.mark.parametrize(
    "subject",
    [
        "Merge branch 'develop'",
        "Merge branch 'x' of github.com:acme/kit",
        "Merge branch '7.1' into 7.2",
        "Merge branches 'a', 'b' and 'c'",
        "Merge remote-tracking branch 'upstream/main' into feature",
        "Merge tag 'v1.2.3' into develop",
        "Merge commit 'abc1234'",
        "Merge main into develop",
        "Merge https://example.com/kit",
        "Merge origin/main",
        "Merge 5.4 into 6.0",
        "merge master",
    ],
)
def test_subjects_that_name_only_branches(subject: str) -> None:
    assert only_moves(subject)


@pytest.mark.parametrize(
    "subject",
    [
        "Merge duplicate keys in settings",
        "Merge: improve the parser",
        "Merge the two loaders into one",
        "Add a merge driver",
        "Merge sort for long lists",
        "Merge lines",
    ],
)
def test_subjects_that_say_what_was_done(subject: str) -> None:
    assert not only_moves(subject)
    assert not is_transport_title(subject)


@pytest.mark.parametrize(
    ("title", "head"),
    [
        ("Release 1.1.0", "acme/develop"),
        ("`v1.2.3`", ""),
        ("Prepare RubyGems 3.7.2", "rubygems/3.7.2"),
        ("chore: release 2.0.0 (#12)", ""),
        ("[release] 2.0.0", ""),
        ("Develop", "acme/develop"),
        ("Feature/new parser", "acme/feature/new-parser"),
        ("develop -> main", ""),
        ("dev → master", "acme/dev"),
        ("Sync with upstream main", ""),
        ("Back-merge release/1.2 into develop", ""),
        ("Merge 7.1 into 7.2", ""),
        ("Pull main", ""),
        ("Rollup of 9 pull requests", ""),
    ],
)
def test_titles_that_only_move_work(title: str, head: str) -> None:
    assert is_transport_title(title, head)


@pytest.mark.parametrize(
    ("title", "head"),
    [
        ("Bump syntect to v5.3.0", "acme/bump"),
        ("Release 3.9: fix the relabel", "acme/release-3.9"),
        ("Release the lock before waiting", "acme/lock"),
        ("Prepare the ground for plugins", "acme/plugins"),
        ("Sync translations", "acme/l10n"),
        ("Pull the timeout out of the client", "acme/x"),
        ("Merge duplicate keys in main config", "acme/x"),
        ("Cut the start-up time", "acme/fast"),
    ],
)
def test_titles_of_work(title: str, head: str) -> None:
    assert not is_transport_title(title, head)


@pytest.mark.parametrize(
    "branch", ["main", "develop", "5.4", "2.x", "release/1.2", "v8-stable", "maint-2.43", "stable"]
)
def test_branches_that_stay(branch: str) -> None:
    assert is_long_lived(branch)


@pytest.mark.parametrize("branch", ["fix-main", "feature/x", "ab/topic", "mainframe", "patch-1", "releases"])
def test_branches_of_one_change(branch: str) -> None:
    assert not is_long_lived(branch)


def test_a_forks_main_is_a_branch_of_one_change() -> None:
    assert is_long_lived_head("acme/develop", "acme")
    assert not is_long_lived_head("ada/main", "acme")
    assert is_long_lived_head("acme/develop", None)


@pytest.mark.parametrize(
    ("subject", "head"),
    [
        ("Merge branch 'ab/topic' into main", "ab/topic"),
        ("Merge pull request #7 from octo/retries", "octo/retries"),
        ("Merge lines", ""),
    ],
)
def test_what_a_merge_takes_in(subject: str, head: str) -> None:
    assert merged_head(subject) == head
    assert moved_head(subject) == head


def test_what_a_merge_takes_in_is_found_in_other_words_too() -> None:
    assert moved_head("Merge develop into main") == "develop"
    assert merged_head("Merge develop into main") == ""


@pytest.mark.parametrize(
    "title", ["Docs: fix the link", "Fix: crash on start", "Core: add retries", "Note: this is new"]
)
@pytest.mark.parametrize(
    ("subject", "trailer"),
    [("Merge pull request #7 from ada/x", ""), ("Merge branch 'x' into 'main'", "\n\nSee merge request acme/kit!7")],
)
def test_a_title_with_a_colon_is_a_title(title: str, subject: str, trailer: str) -> None:
    assert merged_requests(subject, title + trailer)[0].title == title


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Merge `Foo` and `Bar`", "They shared most of the code."),
        ("Sync docs/index.md", "It was out of date since spring."),
        ("Sync `setup.cfg`", "It was out of date since spring."),
        ("Merge main into the list of branches", "That one was missing there."),
    ],
)
def test_commits_that_use_the_words_of_merges_keep_their_title(subject: str, body: str) -> None:
    assert title_of(subject, body) == subject
    assert merged_branch_of(subject) is None


def test_long_subjects_take_no_long_time() -> None:
    for subject in ("." * 50_000, " " * 50_000 + "x", "Merge " + "main " * 20_000, "(#1)" * 20_000):
        assert not is_transport_title(subject)
        assert title_of(subject, "") is not None


def test_the_sentence_of_a_person_in_a_merge() -> None:
    body = "Foo learned to bar,\neven on Tuesdays.  It is fast.\n\n* ab/topic:\n  foo: use it\n  foo: prepare\n"
    assert sentence_of(body) == "Foo learned to bar, even on Tuesdays."


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("Pulls the timeout out of the client.", "Pulls the timeout out of the client."),
        (
            "We now reject keys that\nmerge two settings into one.",
            "We now reject keys that merge two settings into one.",
        ),
        ("Note: the cache is gone.\nIt was never used.", "Note: the cache is gone."),
    ],
)
def test_sentences_may_begin_like_merges_and_trailers(body: str, sentence: str) -> None:
    assert sentence_of(body) == sentence


@pytest.mark.parametrize(
    "body",
    [
        "",
        "* ab/topic:\n  foo: use it everywhere now\n\n  foo: prepare the ground for it\n",
        "* 7.1: (24 commits)\n  [Mailer] Fix the transport of mails\n  ...\n",
        "Conflicts:\n\tsrc/kit.py\n\tsrc/other file.py\n",
        "# Conflicts:\n#\tsrc/kit.py\n",
        "Signed-off-by: Ada Lovelace <ada@example.com>",
        "Reviewed-by: Ada <a@b.c>\nHelped-by: Bo <b@b.c>",
        "By Ada (3) and Bo (1)\nVia Ada\n* ab/topic:\n  foo",
        "src/kit.py",
        "Closes #12, #13",
        "See merge request acme/kit!12",
    ],
)
def test_what_tools_write_into_a_merge_is_no_sentence(body: str) -> None:
    assert sentence_of(body) == ""
