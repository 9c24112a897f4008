"""The announcement, cleaned where an engine wrote it; and the commands that remain."""

import shlex
from pathlib import Path

import pytest

from llnotes_tui.engines.announcing import announcement_text
from llnotes_tui.engines.base import AnnouncementSubject
from llnotes_tui.publishing.announcement import cleaned_announcement
from llnotes_tui.publishing.remaining import remaining_commands
from tests.repositories import Repo
from tests.unit.release_notes import WEB, entry, notes


def test_hostile_titles_stay_text_in_an_announcement() -> None:
    subject = AnnouncementSubject(
        "acme/tool", "1.2.0", WEB, (entry("<script>x</script> # One", "@ada", section="changed", pull_requests=(4,)),)
    )
    text = cleaned_announcement(announcement_text(subject))
    assert "&lt;script>x&lt;/script>" in text
    assert f"([#4]({WEB}/pull/4))" in text
    assert "`@ada`" in text
    assert "\n# " not in text
    assert "<script>" not in text


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
