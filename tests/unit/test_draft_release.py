"""`llnotes export --release`, on a real repository served as GitHub does: a draft, updated, left alone, never published."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from llnotes_tui.publishing.github_bodies import LONGEST_RELEASE, release_body
from llnotes_tui.release.ids import entry_note
from llnotes_tui.release.model import NotesEntry, ReleaseNotes
from tests.fakes.github_records import FakeRelease
from tests.unit.publishing_cases import Case, cases


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Case]:
    yield from cases(tmp_path, monkeypatch, capsys)


def release(case: Case) -> FakeRelease:
    return case.record.releases[-1]


def notes(*entries: NotesEntry) -> ReleaseNotes:
    return ReleaseNotes("0.2.0", "2024-01-01", "v0.2.0", "v0.1.0", "https://github.com/acme/harbor", entries)


def told(number: int, title: str, text: str, **facts: object) -> NotesEntry:
    known = {"section": "added", "breaking": False, "commits": (), **facts}
    return NotesEntry(entry_note(str(number)), title, text, pull_requests=(number,), **known)  # type: ignore[arg-type]


def test_a_draft_is_made_with_the_entries_and_what_to_compare_with(case: Case) -> None:
    case.review()
    done = case.export("--release")
    assert done.status == 0, done.err
    made = release(case)
    assert (made.tag, made.name, made.draft, made.prerelease) == ("v0.2.0", "v0.2.0", True, False)
    assert made.target == "main"
    assert done.out.startswith(f"{case.github.url}/acme/harbor/releases/")
    assert "Made the draft release v0.2.0; publishing it is yours." in done.err
    lines = made.body.split("\n")
    assert [line for line in lines if line.startswith("## ")] == [
        "## Added",
        "## Changed",
        "## Fixed",
        "## Dependency updates",
        "## Contributors",
    ]
    linked = "* Added a `--retries` option ([#2](https://127.0.0.1/acme/harbor/pull/2)). Listing is tried three times."
    assert any(line.startswith(linked) for line in lines)
    assert (
        made.body.strip().split("\n")[-1] == "**Full Changelog**: https://127.0.0.1/acme/harbor/compare/v0.1.0...v0.2.0"
    )
    assert case.site.git("tag") == "v0.1.0", "no tag is made"
    assert case.site.git("branch", "--list", "prepare/*") == ""


def test_making_it_again_changes_nothing_and_says_so(case: Case) -> None:
    case.review()
    first = case.export("--release")
    case.writes()
    again = case.export("--release")
    assert (again.status, again.out) == (0, first.out)
    assert "says all of it already; nothing was changed" in again.err
    assert case.writes() == []


def test_its_own_is_updated_and_stays_a_draft(case: Case) -> None:
    case.review()
    case.export("--release")
    release(case).body = release(case).body.replace("\n", "\r\n")
    case.edit(4, "Waits for 30 s.")
    done = case.export("--release")
    assert done.status == 0, done.err
    assert "Updated the draft release v0.2.0" in done.err
    assert len(case.record.releases) == 1
    assert "Waits for 30 s." in release(case).body
    assert release(case).draft


@pytest.mark.parametrize("take", ["theirs", "ours"])
def test_what_a_person_changed_in_the_draft_is_not_written_over_unasked(case: Case, take: str) -> None:
    case.review()
    case.export("--release")
    release(case).body += "\nWith thanks to the crew."
    theirs = release(case).body
    case.writes()
    refused = case.export("--release")
    assert refused.status == 1
    assert "-With thanks to the crew." in refused.err
    assert "Somebody changed the draft of v0.2.0 since it was written." in refused.err
    assert (case.writes(), release(case).body) == ([], theirs)
    done = case.export("--release", "--take", take)
    assert done.status == 0, done.err
    assert (release(case).body == theirs) == (take == "theirs")


def test_a_draft_that_somebody_else_made_is_not_written_over_unasked(case: Case) -> None:
    case.review()
    case.record.release("v0.2.0", draft=True, body="By hand.", name="Harbor")
    refused = case.export("--release")
    assert refused.status == 1
    assert "There is a draft of v0.2.0 already that this review did not write." in refused.err
    assert "-By hand." in refused.err
    assert release(case).body == "By hand."
    assert case.export("--release", "--take", "ours").status == 0
    assert len(case.record.releases) == 1
    assert "Listing is tried" in release(case).body


def test_a_published_release_is_history(case: Case) -> None:
    case.review()
    case.export("--release")
    release(case).draft = False
    body = release(case).body
    case.edit(4, "Waits for 30 s.")
    for words in ((), ("--take", "ours")):
        refused = case.export("--release", *words)
        assert refused.status == 1
        assert "The release v0.2.0 is published" in refused.err
    assert release(case).body == body
    assert case.export("--release", "--version", "0.2.1").status == 0
    assert (release(case).tag, release(case).draft) == ("v0.2.1", True)


def test_a_version_that_changed_keeps_its_draft(case: Case) -> None:
    case.review()
    case.export("--release")
    assert case.export("--release", "--version", "0.3.0rc1").status == 0
    assert [one.tag for one in case.record.releases] == ["v0.3.0rc1"]


@pytest.mark.parametrize("fault", ["502-html", "cut-body", "reset"])
def test_an_answer_that_got_lost_makes_no_second_draft(case: Case, fault: str) -> None:
    case.review()
    case.github.fault(fault, on="POST .*/releases")  # type: ignore[arg-type]
    case.export("--release")
    case.github.heal()
    done = case.export("--release")
    assert done.status == 0, done.err
    assert len(case.record.releases) == 1
    case.edit(4, "Waits for 30 s.")
    assert case.export("--release").status == 0, "it is known to be ours"
    assert len(case.record.releases) == 1


def test_a_limit_is_waited_for_and_a_token_without_permission_says_which(case: Case) -> None:
    case.review()
    case.github.fault("404", on="POST .*/releases")
    refused = case.export("--release")
    assert refused.status == 1
    assert "“Contents: read and write”" in refused.err
    case.github.fault("secondary-limit", on="POST .*/releases", seconds=1)
    assert case.export("--release").status == 0


def test_a_body_is_cut_at_a_whole_entry_and_says_where_the_rest_is(case: Case) -> None:
    case.review()
    case.edit(2, "a" * 90_000)
    case.edit(3, "b" * 40_000)
    done = case.export("--release")
    assert done.status == 0, done.err
    body = release(case).body
    assert len(body) <= LONGEST_RELEASE
    assert "a" * 90_000 in body
    assert "bbb" not in body
    where = f"[the changelog]({case.github.url}/acme/harbor/blob/main/CHANGELOG.md)"
    assert f"_A release may be no longer than this; 3 more entries are in {where}._" in body
    assert body.rstrip().endswith("compare/v0.1.0...v0.2.0")


def test_125_000_characters_are_kept_whatever_the_entries_are() -> None:
    for size in (1, 40, 700, 124_000):
        entries = [told(n, f"Entry {n}", "é" * size) for n in range(1, 125_000 // size // 20 + 3)]
        body = release_body(notes(*entries), "https://github.com/acme/harbor/blob/main/CHANGELOG.md")
        assert len(body) <= LONGEST_RELEASE
        items = [line for line in body.split("\n") if line.startswith("* ")]
        assert all(line.endswith("é" * size) for line in items), "no entry is cut"
        more = len(entries) - len(items)
        assert (f"{more} more entr" in body) == bool(more)


def test_generated_words_are_safe_and_breaks_come_first() -> None:
    body = release_body(
        notes(
            told(2, "Add <img src=x>", "Look ![here](http://x/y.png), @octocat."),
            told(3, "Drop it", "It is gone.", breaking=True),
            told(4, "Mend <b>it</b>", "By <b>hand</b>.", human=True, section="fixed"),
        ),
        "",
    )
    assert body.index("**Breaking:** Drop it") < body.index("Add &lt;img src=x>")
    assert r"Look !\[here](http://x/y.png), `@octocat`." in body
    assert "By <b>hand</b>." in body, "a person's words are not changed"


def test_the_first_release_points_to_its_commits() -> None:
    first = ReleaseNotes("0.1.0", "", "v0.1.0", None, "https://github.com/acme/harbor", (told(1, "Begin", ""),))
    assert release_body(first, "").endswith("**Full Changelog**: https://github.com/acme/harbor/commits/v0.1.0\n")
