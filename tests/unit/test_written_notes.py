"""Notes that anybody wrote, taken apart: entries with their places in the file, and the commits they are about."""

from hypothesis import given, settings
from hypothesis import strategies as st

from llnotes_tui.release.matching import matched, text_to_check
from llnotes_tui.release.model import Commit
from llnotes_tui.release.written import NoSuchSectionError, read_notes

WEB = "https://github.com/octo/robot"
PIECES = st.sampled_from(
    (
        "# Changelog\n",
        "## 1.0.0\n",
        "## [Unreleased]\n",
        "* Added `x` (#1)\n",
        "- a\n  b\n\n  c\n",
        "Prose.\n",
        "\t- t\n",
        "```\n* code\n```\n",
        "\r\n",
        "\r",
        "\n",
        "\u00e9\u4e2d\U0001f600 ",
        "1. one\n",
        "<!-- c -->\n",
        "by @me in https://github.com/octo/robot/pull/3\n",
        "([abcdef1](x))",
    )
)


def commit(sha: str, subject: str, number: int | None = None) -> Commit:
    return Commit(sha * 40, (), "Ada", "ada@example.com", 0, 0, subject, "", (), pull_request=number)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=14).map("".join), st.booleans())
def test_every_entry_stands_in_the_file_where_it_says(text: str, mark: bool) -> None:
    data = (("\ufeff" if mark else "") + text).encode("utf-8", "replace")
    try:
        notes = read_notes(data, WEB)
    except NoSuchSectionError:
        return
    whole = data.decode()
    assert notes.text == whole
    for entry in notes.entries:
        place = 0
        for line in entry.text.split("\n"):
            start = entry.place(place)
            assert "\t" in whole or whole[start : start + len(line)] == line
            place += len(line) + 1
    for match in matched(notes.entries, (commit("a", "Add x (#1)", 1),)):
        assert len(text_to_check(match, WEB)) == len(match.entry.text)


def test_a_number_goes_before_a_sha_and_a_sha_before_a_title() -> None:
    commits = (commit("a", "Add x", 1), commit("b", "feat(core)!: add retries to calls"), commit("c", "Limit rows"))
    notes = read_notes(
        b"* Limited rows (#1)\n* Limited rows (bbbbbbb)\n* Limited rows\n* Added retries to calls\n* Mops\n", WEB
    )
    found = ["".join(one.sha[0] for one in match.commits) for match in matched(notes.entries, commits)]
    assert found == ["a", "b", "c", "b", ""]


def test_what_only_credits_is_not_checked() -> None:
    notes = read_notes(f"* Add x by @octocat in {WEB}/pull/1\n* Add y ([#1]({WEB}/pull/1), #9)\n".encode(), WEB)
    matches = matched(notes.entries, (commit("a", "Add x", 1),))
    assert text_to_check(matches[0], WEB).rstrip() == "Add x"
    assert "#9" in text_to_check(matches[1], WEB)
    assert "#1" not in text_to_check(matches[1], WEB)
