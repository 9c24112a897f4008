"""The announcement: by template, and cleaned where an engine wrote it; and the commands that remain."""

import shlex
from pathlib import Path

import pytest

from llnotes_tui.publishing.announcement import announcement, cleaned_announcement
from llnotes_tui.publishing.remaining import remaining_commands
from tests.repositories import Repo
from tests.unit.release_notes import WEB, entry, notes


def test_the_most_important_comes_first_in_paragraphs_without_headings() -> None:
    text = announcement(
        notes(
            entry("Fixed a crash", "", section="fixed", pull_requests=(1,)),
            entry("Added retries", "One. Two. Three. Four.", pull_requests=(2,)),
            entry("Fixed the parser", "It leaked.", section="security", pull_requests=(3,)),
            entry("Renamed x", "Use `y`.", section="changed", breaking=True, pull_requests=(4,)),
            dependency_updates=(("Bump b from 1 to 2", 5),),
        )
    )
    assert text.split("\n\n") == [
        "tool 1.2.0 is out with a breaking change, a new feature, a fix and a security fix.",
        f"**Breaking:** Renamed x ([#4]({WEB}/pull/4)). Use `y`.",
        f"Fixed the parser ([#3]({WEB}/pull/3)). It leaked.",
        f"Added retries ([#2]({WEB}/pull/2)). One. Two.",
        f"Further fixes: Fixed a crash ([#1]({WEB}/pull/1)).",
        f"Dependencies moved along: Bump b from 1 to 2 ([#5]({WEB}/pull/5)).",
        f"All of it is at [v1.2.0]({WEB}/compare/v1.1.0...v1.2.0).\n",
    ]


def test_every_link_is_kept_and_code_is_never_cut() -> None:
    entries = [entry(f"Added {n}", "A `b. C. D. E.` f. G. H.", pull_requests=(n,)) for n in range(1, 9)]
    text = announcement(notes(*entries))
    assert all(f"([#{n}]({WEB}/pull/{n}))" in text for n in range(1, 9))
    assert text.count("A `b. C. D. E.` f. G.") == 8


def test_hostile_titles_stay_text_in_an_announcement() -> None:
    text = announcement(notes(entry("<script>x</script>\n# One", "@ada", section="changed")), "# <b>name</b>")
    assert text.startswith(
        "\\# &lt;b>name&lt;/b> 1.2.0 is out with a change.\n\n&lt;script>x&lt;/script> # One. `@ada`"
    )


def test_a_generated_announcement_is_cleaned() -> None:
    written = (
        "Here is the announcement:\n\n```markdown\n# **Tool 1.2.0 retries for you**\n\n## Highlights\n\n"
        "The `Map<K, V>` option <b>retries</b> ([#2](https://github.com/acme/tool/pull/2)),\nas @ada asked.\n\n"
        "**Fixes**\n\n* A crash is gone\n* So is another.\n\n![logo](https://e.f/l.png)\n\n---\n\nEnjoy\n=====\n```\n"
    )
    assert cleaned_announcement(written) == (
        "Tool 1.2.0 retries for you\n\n"
        "The `Map<K, V>` option &lt;b>retries&lt;/b> ([#2](https://github.com/acme/tool/pull/2)), as `@ada` asked.\n\n"
        "A crash is gone. So is another.\n\n"
        "!\\[logo](https://e.f/l.png)\n\n"
        "Enjoy\n"
    )
    assert cleaned_announcement("  \n") == ""
    long_heading = "# Title\n\n## This heading is really a sentence that tells a lot.\n\nMore."
    assert (
        cleaned_announcement(long_heading) == "Title\n\nThis heading is really a sentence that tells a lot.\n\nMore.\n"
    )


def test_the_commands_that_remain_are_quoted_for_a_shell() -> None:
    commands = remaining_commands(notes(tag="v1;rm -rf $HOME", version="1;x"), ["a b.md", "-x", "it's.py"])
    assert [shlex.split(command) for command in commands] == [
        ["git", "switch", "-c", "prepare/1;x"],
        ["git", "add", "--", "a b.md", "-x", "it's.py"],
        ["git", "commit", "-m", "Release v1;rm -rf $HOME"],
        ["git", "push", "-u", "origin", "prepare/1;x"],
        ["git", "fetch", "origin", "main"],
        ["git", "tag", "v1;rm -rf $HOME", "origin/main"],
        ["git", "push", "origin", "refs/tags/v1;rm -rf $HOME"],
    ]


@pytest.mark.parametrize("squashed", [True, False])
def test_the_commands_that_remain_do_what_they_say(tmp_path: Path, squashed: bool) -> None:
    origin = Repo.create(tmp_path / "origin.git", bare=True)
    work = Repo.create(tmp_path / "work")
    work.commit("Begin (#1)", {"a.py": "x = 1\n"})
    work.git("remote", "add", "origin", str(origin.root))
    work.git("push", "-q", "origin", "main")
    (work.root / "CHANGELOG.md").write_text("# Version changelog\n\n## 1.2.0\n")
    commands = remaining_commands(notes(), ["CHANGELOG.md"], branch="origin/main")
    for command in commands[:4]:
        work.git(*shlex.split(command)[1:])
    if squashed:
        work.git("switch", "-q", "main")
        work.git("merge", "-q", "--squash", "prepare/1.2.0")
        work.git("commit", "-q", "-m", "Release v1.2.0 (#2)")
    work.git("push", "-q", "origin", "HEAD:main")
    for command in commands[4:]:
        work.git(*shlex.split(command)[1:])
    assert origin.git("rev-parse", "v1.2.0") == origin.git("rev-parse", "main")


def test_without_a_remote_the_commit_is_tagged() -> None:
    assert remaining_commands(notes(), ["CHANGELOG.md"], remote=None) == (
        "git add -- CHANGELOG.md",
        "git commit -m 'Release v1.2.0'",
        "git tag v1.2.0",
    )
