"""The commands that remain for a person once the files are written.  Text to read and copy; nothing here runs one."""

import shlex
from collections.abc import Sequence

from llnotes_tui.release.model import ReleaseNotes


def remaining_commands(
    notes: ReleaseNotes, files: Sequence[str], *, branch: str = "main", remote: str | None = "origin"
) -> tuple[str, ...]:
    """Return commands that commit the files, propose them, and tag what was merged, each quoted for a shell.

    `files` are relative to the repository's root, `branch` is the one that releases are made from.  The tag is set on
    what the remote's branch has after the merge: a squashed merge is another commit than the one proposed.  With no
    remote it is set on the commit itself.
    """
    message = f"Release {notes.tag}"
    commands = [["git", "add", "--", *files], ["git", "commit", "-m", message]] if files else []
    if remote is None:
        return _quoted([*commands, ["git", "tag", notes.tag]])
    base = branch.removeprefix(f"{remote}/")
    proposal = f"prepare/{notes.version}"
    if files:
        commands = [["git", "switch", "-c", proposal], *commands, ["git", "push", "-u", remote, proposal]]
    return _quoted(
        [
            *commands,
            ["git", "fetch", remote, base],
            ["git", "tag", notes.tag, f"{remote}/{base}"],
            ["git", "push", remote, f"refs/tags/{notes.tag}"],
        ]
    )


def push_commands(notes: ReleaseNotes, proposal: str, *, branch: str, remote: str = "origin") -> tuple[str, ...]:
    """Return commands that propose a commit which stands on the branch `proposal` already, and tag what was merged."""
    push = _quoted([["git", "push", "-u", remote, proposal]])
    return (*push, *remaining_commands(notes, (), branch=branch, remote=remote))


def _quoted(commands: Sequence[Sequence[str]]) -> tuple[str, ...]:
    return tuple(shlex.join(command) for command in commands)
