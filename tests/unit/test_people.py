"""Who took part in a release: each person once, without bots, and who is new."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from llnotes_tui.publishing import keepachangelog, labs
from llnotes_tui.publishing.people import contributors_line, contributors_lines
from llnotes_tui.publishing.splice import insert_section, replace_section
from llnotes_tui.release.changelog import parse
from llnotes_tui.release.model import Commit, Contributor, PullRequest, ReleaseNotes
from llnotes_tui.release.people import contributors_of
from llnotes_tui.release.written import read_notes
from llnotes_tui.sources.earlier import earlier_people
from llnotes_tui.sources.git import Clone
from llnotes_tui.sources.options import RangeOptions
from tests.repositories import Repo
from tests.unit.planning import BOT, commit
from tests.unit.release_notes import entry, notes

NOREPLY = "4711+ada-l@users.noreply.github.com"


def by(name: str, email: str, at: int = 0, number: int | None = None, login: str = "", **more: object) -> Commit:
    """Return a commit of somebody, squashed from a pull request where there is a number."""
    subject = f"Change {at} (#{number})" if number is not None else f"Change {at}"
    made = commit(subject, f"src/{at}.py", author=(name, email), name=f"{name}{at}", **more)  # type: ignore[arg-type]
    pull = PullRequest(number, f"Change {at}", "", author=login) if number is not None and login else None
    return msgspec.structs.replace(made, committed_at=at, pull_request=number, pull=pull)


def names(commits: Sequence[Commit], known: frozenset[str] | None = None) -> list[tuple[str, str, int | None]]:
    return [(one.name, one.login, one.pull_request) for one in contributors_of(commits, known)]


def test_a_person_counts_once_whatever_name_address_or_login_a_commit_has() -> None:
    commits = (
        by("ada l.", "ada@work.example", 4, 12),
        by("Ada L.", NOREPLY, 3, 11),
        by("Grace", "grace@example.com", 2, 10, "grace-h"),
        by("Ada", "ADA@work.example", 1, 9),
    )
    assert names(commits) == [("Ada", "ada-l", 9), ("Grace", "grace-h", 10)]


def test_two_addresses_become_one_person_when_a_later_commit_joins_them() -> None:
    commits = (
        by("B", "two@x.example", 3),
        by("B", "one@x.example", 2),
        by("A", "two@x.example", 1),
        by("C", "one@x.example", 0),
    )
    assert len(names(commits)) == 1


def test_co_authors_take_part_and_assistants_do_not() -> None:
    body = "Co-authored-by: Grace <grace@example.com>\nco-authored-by: Some Model <noreply@model.example>"
    assert [name for name, *_ in names([by("Ada", "ada@example.com", body=body)])] == ["Ada", "Grace"]


@pytest.mark.parametrize(
    ("name", "email"),
    [
        BOT,
        ("github-actions", "github-actions@github.com"),
        ("GitHub", "noreply@github.com"),
        ("renovate-bot", "bot@renovateapp.com"),
        ("k8s-ci-robot", "robot@example.com"),
        ("Release CI", "noreply@example.com"),
    ],
)
def test_bots_are_nobody(name: str, email: str) -> None:
    assert names([by(name, email)]) == []


def test_an_author_that_github_calls_a_bot_is_nobody() -> None:
    one = by("Helper", "helper@example.com", 0, 3, "helper")
    assert one.pull is not None
    assert names([msgspec.structs.replace(one, pull=msgspec.structs.replace(one.pull, is_bot=True))]) == []


def test_of_a_merge_the_author_of_its_pull_request_took_part_and_not_who_merged() -> None:
    merge = commit("Merge pull request #5 from ada-l/topic", "a.py", parents=2, author=("Keeper", "keeper@example.com"))
    told = msgspec.structs.replace(merge, pull_request=5, pull=PullRequest(5, "Dock", "", author="ada-l"))
    assert names([told]) == [("ada-l", "ada-l", 5)]
    assert names([merge]) == []


def test_a_login_goes_to_the_one_author_of_a_rebased_pull_request_only() -> None:
    pull = PullRequest(7, "Dock", "", author="ada-l")

    def rebased(name: str, at: int) -> Commit:
        return msgspec.structs.replace(by(name, f"{name}@example.com", at), pull_request=7, pull=pull)

    assert names([rebased("Ada", 2), rebased("Ada", 1)]) == [("Ada", "ada-l", 7)]
    assert names([rebased("Ada", 2), rebased("Grace", 1)]) == [("Grace", "", 7), ("Ada", "", 7)]


def test_who_is_new_is_told_by_address_name_and_login_and_by_nothing_where_history_ends() -> None:
    commits = [by("Ada", "ada@new.example", 1, 4, "ada-l"), by("Grace", "grace@example.com", 0)]
    new = [one.name for one in contributors_of(commits, frozenset({"grace@example.com"})) if one.is_new]
    assert new == ["Ada"]
    assert not [one for one in contributors_of(commits, frozenset({"ada-l", "grace"})) if one.is_new]
    assert not [one for one in contributors_of(commits, None) if one.is_new]


def test_the_history_of_the_base_tells_who_was_there_and_a_shallow_clone_does_not(tmp_path: Path) -> None:
    repo = Repo.create(tmp_path / "origin")
    repo.commit("Begin\n\nCo-authored-by: Linus <linus@example.com>", {"a": "1"}, author="Grace <grace@example.com>")
    repo.tag("v0.1.0")
    repo.commit("Go on", {"a": "2"})
    clone = Clone.open(repo.clone(tmp_path / "whole").root)
    wanted = {"grace", "linus@example.com", "ada@example.com", "ada lovelace"}
    assert earlier_people(clone, clone.range(RangeOptions()), wanted) == frozenset({"grace", "linus@example.com"})
    shallow = Clone.open(repo.clone(tmp_path / "shallow", "--depth=1").root)
    span = clone.range(RangeOptions())
    assert earlier_people(shallow, msgspec.structs.replace(span, shallow=True), wanted) is None
    assert earlier_people(clone, msgspec.structs.replace(span, since=None), wanted) is None


# -- how they are named ------------------------------------------------------------------------------------------------

PEOPLE = (
    Contributor("Ada Lovelace", "ada-l", 4),
    Contributor("Grace", "grace-h", 7, is_new=True),
    Contributor("Linus"),
)
HOSTILE = "@evil ## [x](https://evil.example) <img src=x> `*_"


def with_people(*people: Contributor, always: bool = False) -> ReleaseNotes:
    return msgspec.structs.replace(
        notes(entry("Added a parser", "It reads.", pull_requests=(4,))),
        contributors=people,
        always_names_contributors=always,
    )


def test_a_changelog_names_people_in_one_sentence_and_labs_only_when_asked() -> None:
    sentence = "With contributions by Ada Lovelace, Grace (first contribution) and Linus."
    assert keepachangelog.render(with_people(*PEOPLE)).endswith(f"\n### Contributors\n\n{sentence}\n\n")
    assert labs.render(with_people(*PEOPLE)) == labs.render(with_people())
    assert labs.render(with_people(*PEOPLE, always=True)) == f"{labs.render(with_people())[:-1]}{sentence}\n\n"


def test_a_release_on_github_mentions_those_with_a_login_and_welcomes_newcomers() -> None:
    assert contributors_lines(with_people(*PEOPLE), mentions=True) == (
        "With contributions by @ada-l, @grace-h and Linus.",
        "",
        "* @grace-h made their first contribution in https://github.com/acme/tool/pull/7",
    )
    assert contributors_lines(with_people(*PEOPLE), mentions=False) == (contributors_line(with_people(*PEOPLE)),)
    assert contributors_lines(with_people(), mentions=True) == ()


def test_a_name_is_words_and_calls_nobody() -> None:
    line = contributors_line(with_people(Contributor(HOSTILE), Contributor("x\n## 9.9.9", "no login; @all")))
    assert line == (r"With contributions by evil ## \[x\](https:evil.example) \<img src=x\> \`\*\_ and x ## 9.9.9.")
    assert "@" not in "".join(contributors_lines(with_people(Contributor("A", "no login; @all")), mentions=True))


@pytest.mark.parametrize("layout", ["labs", "keepachangelog"])
def test_people_are_no_entries_and_sections_with_them_are_written_once(layout: str) -> None:
    shown = with_people(*PEOPLE, Contributor(HOSTILE), always=True)
    section = labs.render(shown) if layout == "labs" else keepachangelog.render(shown)
    title = "# Version changelog\n\n" if layout == "labs" else keepachangelog.PREAMBLE + keepachangelog.UNRELEASED
    empty = title.encode()
    once = insert_section(empty, parse(empty, None), shown.version, section, final_newline=True)
    read = parse(once, "https://github.com/acme/tool").section(shown.version)
    assert read is not None
    assert [item.pull_requests for item in read.items] == [(4,)]
    assert replace_section(once, read, section) == once
    assert [one.pull_requests for one in read_notes(once, "https://github.com/acme/tool", shown.version).entries] == [
        (4,)
    ]
