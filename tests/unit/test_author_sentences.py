"""The author's own words: informative, in the past tense, and nothing that belongs to the pull request only."""

import pytest

from llnotes_tui.engines.sentences import author_sentences
from llnotes_tui.engines.tense import american, begun_in_the_past
from llnotes_tui.release.verbs import past_of


def said(body: str, title: str = "Improved the thing") -> list[str]:
    return author_sentences(title, f"Improve the thing\n\n{body}")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("This PR adds retries to listing.", ["Added retries to listing."]),
        ("This PR also fixes the crawl and removes a cache.", ["Fixed the crawl and removed a cache."]),
        ("The purpose of this PR is to extend the matrix to 3.14.", ["Extended the matrix to 3.14."]),
        ("In this PR we introduce a limit on memory use.", ["Introduced a limit on memory use."]),
        ("This is a small PR intended to remove some warnings.", ["Removed some warnings."]),
        ("Prior to this PR, the log was lost at exit.", ["Previously the log was lost at exit."]),
        ("Adds `a` to the list of names.", ["Added `a` to the list of names."]),
        ("Adds ``a`` to the list of names.", ["Added `a` to the list of names."]),
        ("Adding `a` to the list is a way to fix it.", ["Adding `a` to the list is a way to fix it."]),
        ("Changes to the list of names are kept.", ["Changes to the list of names are kept."]),
        ("Use the `x` argument to set a limit on it.", ["Use the `x` argument to set a limit on it."]),
        ("The host is [normalised](https://example.com/a) by the SDK.", ["The host is normalized by the SDK."]),
        ("Hatch: 1.14.2 → 1.16.5 (older versions are broken).", ["Updated Hatch from 1.14.2 to 1.16.5 (older versions are broken)."]),
        ("**Important**: the cache is *empty* at the start.", ["Important: the cache is empty at the start."]),
        ("It handles `a.b`, e.g. in scripts. Then it stops at once.", ["Handled `a.b`, e.g. in scripts.", "Then it stops at once."]),
    ],
)  # fmt: skip
def test_words_of_the_author_become_notes(body: str, expected: list[str]) -> None:
    assert said(body) == expected


@pytest.mark.parametrize(
    "body",
    [
        "Resolves #12",
        "Fixes https://github.com/a/b/issues/3",
        "I am not sure about this one, please have a look.",
        "@ada can you check this for me?",
        "Should we do this for all of them?",
        "Added unit tests.",
        "Existing unit tests cover this.",
        "See [this comment](https://example.com) for the reason.",
        "This PR is stacked on top of #232.",
        "Expected usage is something like:\n\n```python\nrun(1)\n```",
        "Before:\n\n```\nold\n```\n\nAfter:\n\n```\nnew\n```",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "![image](https://example.com/a.png)",
        "## Tests\n\n- [x] the whole of it was run by hand",
        "TODO: make this work on windows too.",
        "An unbalanced `code span is no sentence at all.",
        "Improve the thing",
    ],
)
def test_talk_code_and_templates_are_left_out(body: str) -> None:
    assert said(body) == []


def test_a_list_becomes_sentences_after_what_its_lead_says() -> None:
    body = "This PR updates the interface, specifically:\n - The limit is now 3.\n - Names only.\n - Adds a way to stop it.\n\nAs such this PR:\n - Is large."
    assert said(body) == ["Updated the interface.", "The limit is now 3.", "Added a way to stop it."]


def test_what_was_done_comes_before_a_long_why() -> None:
    why = "Some users have a URL there. It holds a path as well. The SDK does not take that. "
    assert said(why + "This PR strips the path from the host.")[0] == "Stripped the path from the host."


def test_a_sentence_that_leans_on_one_left_out_is_left_out_too() -> None:
    assert said("I wonder about the cache, see #3. However this does not matter. The limit is 3 now.") == [
        "The limit is 3 now."
    ]


@pytest.mark.parametrize(
    ("present", "past"),
    [("add", "added"), ("copy", "copied"), ("drop", "dropped"), ("make", "made"), ("write", "wrote"), ("allow", "allowed"), ("scrub", "scrubbed")],
)  # fmt: skip
def test_verbs_have_their_past(present: str, past: str) -> None:
    assert past_of(present) == past


@pytest.mark.parametrize(
    ("sentence", "past"),
    [
        ("Support SQL files", "Added support for SQL files"),
        ("Test coverage for the log", "Test coverage for the log"),
        ("Retry function makes it stable", "Retry function makes it stable"),
        ("Add a check and remove the old", "Added a check and removed the old"),
        ("Switch to uv", "Switched to uv"),
        ("Format code", "Formatted code"),
    ],
)
def test_first_verbs_are_put_into_the_past_only_where_they_are_verbs(sentence: str, past: str) -> None:
    assert begun_in_the_past(sentence) == past


def test_spelling_is_american_outside_of_code() -> None:
    assert american("The colourised behaviour of `colour` is customised, otherwise precise.") == (
        "The colorized behavior of `colour` is customized, otherwise precise."
    )
