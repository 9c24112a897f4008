import pytest
from hypothesis import given
from hypothesis import strategies as st

from llnotes_tui.release.message import (
    Reverts,
    breaking_line,
    cherry_picked_from,
    cleaned,
    is_release_subject,
    merged_branch_of,
    pull_request_of,
    release_version_of,
    reverts,
    title_of,
)


@pytest.mark.parametrize(
    ("subject", "body", "number", "title"),
    [
        ("Add a parser (#12)", "", 12, "Add a parser"),
        ("Add a parser", "", None, "Add a parser"),
        ("Fix what #3 broke (#12)", "", 12, "Fix what #3 broke"),
        ("Backport a fix (#3) (#12)", "", 12, "Backport a fix"),
        ("Merge pull request #7 from octo/retries", "Add retries\n\nOn timeouts.", 7, "Add retries"),
        ("Merge pull request #7 from octo/retries", "", 7, "Merge pull request #7 from octo/retries"),
        ("Merged PR 51: Add retries", "", 51, "Add retries"),
        ("Add retries (pull request #8)", "", 8, "Add retries"),
        ('Revert "Add retries (#8)"', "", None, 'Revert "Add retries (#8)"'),
        ("Ensure that a title which is far too long for one l…", "…ine is joined (#31)\n\nMore.", 31, "Ensure that a title which is far too long for one line is joined"),
        ("Remove what is unneces… (#221)", "…sary\n\nMore.", 221, "Remove what is unnecessary"),
        ("Cut for good… (#222)", "More.", 222, "Cut for good…"),
        ("Close #5", "", None, "Close #5"),
        ("", "", None, ""),
    ],
)  # fmt: skip
def test_pull_request_and_title(subject: str, body: str, number: int | None, title: str) -> None:
    assert pull_request_of(subject, body) == number
    assert title_of(subject, body) == title


def test_the_branch_of_a_merge() -> None:
    assert merged_branch_of("Merge branch 'feature/x' into main") == "feature/x"
    assert merged_branch_of("Merge pull request #7 from octo/fix/retries") == "fix/retries"
    assert merged_branch_of("Merge lines") is None


@pytest.mark.parametrize(
    ("subject", "body", "line"),
    [
        ("feat!: drop Python 3.9", "", "feat!: drop Python 3.9"),
        ("FIX(api)!: rename", "", "FIX(api)!: rename"),
        ("[BREAKING] Drop it", "", "[BREAKING] Drop it"),
        ("x", "BREAKING CHANGE: foo is gone", "BREAKING CHANGE: foo is gone"),
        ("x", "BREAKING-CHANGE: foo is gone", "BREAKING-CHANGE: foo is gone"),
        ("x", "Breaking changes: foo is gone", "Breaking changes: foo is gone"),
        ("x", "no blank line\nbreaking change: foo is gone", "breaking change: foo is gone"),
        ("x", "Changes:\n* BREAKING CHANGE: foo is gone", "* BREAKING CHANGE: foo is gone"),
        ("x", "💥 BREAKING CHANGES:\n\nfoo is gone", "💥 BREAKING CHANGES: foo is gone"),
        ("x", "### Breaking changes\n\nfoo is gone", "foo is gone"),
        ("x", "- [x] Breaking change (needs a major version)", "- [x] Breaking change (needs a major version)"),
        ("x", "### Breaking changes\n\nNone.", None),
        ("x", "BREAKING CHANGE: none", None),
        ("x", "- [ ] Breaking change", None),
        ("x", "<!-- BREAKING CHANGE: say what breaks -->", None),
        ("x", "```\nBREAKING CHANGE: quoted\n```", None),
        ("x", "Breaking changes in the other library need type hints", None),
        ("Fix a breaking change: revert the hook", "", None),
    ],
)
def test_suspected_breaks(subject: str, body: str, line: str | None) -> None:
    assert breaking_line(subject, body) == line


SHA = "be3f14ab662b07be9205bf55c7f364e55c8a4c99"


@pytest.mark.parametrize(
    ("subject", "body", "expected"),
    [
        ('Revert "Add x (#5)"', f"This reverts commit {SHA}.", Reverts((SHA,), (), "Add x (#5)")),
        ('Revert "Add x" (#6)', "Reverts octo/robot#5", Reverts((), (5,), "Add x")),
        ("Revert #5 (#6)", "", Reverts((), (5,), "")),
        ("Take the hook out again", f"This reverts commit {SHA}, reversing\nchanges made to 1234567.", Reverts((SHA,), (), "")),
        ('Revert "Revert "Add x""', f"This reverts commit {SHA}.", Reverts((SHA,), (), 'Revert "Add x"')),
        ('Reapply "Add x"', f"This reverts commit {SHA}.", Reverts((SHA,), (), 'Revert "Add x"')),
        ("revert: add x", "", Reverts((), (), "add x")),
        ('Partial revert "Add x" (#6)', "Reverts octo/robot#5", None),
        ("Revert workaround for #2887 (#2937)", "", None),
        ("Add revert command", "", None),
    ],
)  # fmt: skip
def test_reverts(subject: str, body: str, expected: Reverts | None) -> None:
    assert reverts(subject, body) == expected


def test_cherry_picks() -> None:
    body = f"Text.\n\n(cherry picked from commit {SHA})\n(cherry picked from commit abcdef1)"
    assert cherry_picked_from(body) == (SHA, "abcdef1")
    assert cherry_picked_from("picked by hand") == ()


@pytest.mark.parametrize(
    ("subject", "version"),
    [
        ("Release v1.2.3 (#4)", "v1.2.3"),
        ("Release 1.2", "1.2"),
        ("Release lsql 0.14.2", "0.14.2"),
        ("Prepare release v1.2.3", "v1.2.3"),
        ("Prepare for release 2.0.0", "2.0.0"),
        ("chore(release): 1.2.3-rc.1", "1.2.3-rc.1"),
        ("chore(main): release core 1.2.3", "1.2.3"),
        ("Bump version: 1.2.2 → 1.2.3", "1.2.3"),
        ("Bump version to 1.2.3", "1.2.3"),
        ("[maven-release-plugin] prepare release robot-1.2.3", "1.2.3"),
        ("v1.2.3", "v1.2.3"),
        ("Prepare Python 3.14", None),
        ("Bump ruff from 0.1.2 to 0.1.3", None),
        ("Bump setuptools to 1.2.3", None),
        ("Add release 1.2.3 notes", None),
        ("Release the lock", None),
        ("Support Python 3.14", None),
        ('Revert "Release v1.2.3"', None),
    ],
)
def test_release_versions(subject: str, version: str | None) -> None:
    assert release_version_of(subject) == version


def test_releases_without_a_version() -> None:
    assert is_release_subject("Prepare release")
    assert is_release_subject("Version bump")
    assert is_release_subject("Prepare for next development iteration")
    assert not is_release_subject("Prepare for a PyPI release (#1038)")


MESSAGE = """## Changes
<!-- Describe your changes
here -->
Adds a retry to `fetch`,\u200b which waits for 30 s.

### Linked issues
Resolves #3566, #3567

### Functionality

- [x] added a new workflow: `retry-all`, which is
`--dry-run` by default
- [x] added relevant user documentation
- [ ] modified existing command: `databricks labs
ucx ...`

### Tests
- [x] manually tested
- [ ] added unit tests

<img width="990" src="https://example.com/x.png"
/>
![shot](https://example.com/y.png)

---------

Co-authored-by: Ada Lovelace <ada@example.com>
Signed-off-by: dependabot[bot] <support@github.com>
"""


def test_cleaning_leaves_what_a_person_wrote() -> None:
    assert cleaned("Retry fetches (#12)", MESSAGE) == (
        "Retry fetches\n\nAdds a retry to `fetch`, which waits for 30 s.\n\n- added a new workflow: `retry-all`, which is\n`--dry-run` by default"
    )


def test_cleaning_drops_what_bots_quote() -> None:
    body = (
        "Bumps x from 1 to 2.\n<details>\n<summary>Changelog</summary>\n<blockquote>BREAKING CHANGE: y</blockquote>\n</details>\n<br />\n\n"
        "[![Dependabot compatibility score](https://badges.example/x)](https://docs.example/y)\n\n"
        "[//]: # (dependabot-automerge-start)\n"
    )
    assert cleaned("Bump x from 1 to 2", body) == "Bump x from 1 to 2\n\nBumps x from 1 to 2."
    assert breaking_line("Bump x from 1 to 2", body) is None


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("Write to ada@example.com for more.", "Write to for more."),
        ("Clone git@github.com:octo/robot.git first", "Clone git@github.com:octo/robot.git first"),
        ("Uses `actions/checkout@v4` now", "Uses `actions/checkout@v4` now"),
        ("Returns List<String> now", "Returns List<String> now"),
        ("A <b>bold</b> word", "A bold word"),
        ("Reviewed-by: Ada", ""),
        ("Note: this is said", "Note: this is said"),
        ("* address review comments", ""),
        ("* Add the parser", "* Add the parser"),
        ("(cherry picked from commit abcdef1234)", ""),
        ("Fixes #12", ""),
        ("Fixes #12 by waiting", "Fixes #12 by waiting"),
        ("# Usage", ""),
    ],
)
def test_cleaning_of_a_line(line: str, kept: str) -> None:
    assert cleaned("Title", line) == (f"Title\n\n{kept}" if kept else "Title")


def test_a_link_at_the_end_of_a_sentence_stays() -> None:
    body = "Mends what came with\nhttps://github.com/octo/robot/pull/4209\n\nhttps://github.com/octo/robot/pull/1"
    assert cleaned("T", body) == "T\n\nMends what came with\nhttps://github.com/octo/robot/pull/4209"


def test_code_in_fences_is_not_taken_for_a_template() -> None:
    body = "Like this:\n```\n# Tests\n- [ ] box\n```\nDone."
    assert cleaned("T", body) == f"T\n\n{body}"


def test_a_title_that_the_body_repeats_stands_once() -> None:
    assert cleaned("Add x (#1)", "Add x\n\nMore.") == "Add x\n\nMore."


@given(st.text(), st.text())
def test_any_text_can_be_read(subject: str, body: str) -> None:
    pull_request_of(subject, body)
    breaking_line(subject, body)
    reverts(subject, body)
    is_release_subject(subject)
    once = cleaned(subject, body)
    assert "\u200b" not in once


@pytest.mark.parametrize(
    "piece",
    [
        "<!--",
        "<details>",
        "![",
        "[![",
        "`" * 3 + "\n",
        "<img ",
        " ",
        "#1 ",
        "- [ ] x\n",
        "\ufeff",
        "a@",
        "**",
        "https://x/issues/",
    ],
)
def test_long_messages_take_no_long_time(piece: str) -> None:
    body = piece * 20_000
    cleaned(piece * 200, body)
    breaking_line(piece * 200, body)
    reverts(piece * 200, body)


def test_the_frame_of_a_merge_tool_is_no_part_of_the_message() -> None:
    body = (
        "This PR was merged into the 7.2 branch.\n\nDiscussion\n----------\n\n[Validator] Add a modifier\n\n"
        "| Q             | A\n| ------------- | ---\n| Branch?       | 7.2\n\nIt matches line ends too.\n\n"
        "Commits\n-------\n\n1932601abc [Validator] Add a modifier\n"
    )
    said = cleaned("feature #58145 [Validator] Add a modifier (ada)", body)
    assert said == "[Validator] Add a modifier\n\nIt matches line ends too."


def test_the_list_of_commits_in_a_merge_is_no_part_of_the_message() -> None:
    body = "Foo learned to bar.\n\n* ab/topic:\n  foo: use it\n  foo: prepare\n\nConflicts:\n\tsrc/foo.c\n"
    assert cleaned("Merge branch 'ab/topic'", body) == "Foo learned to bar."
