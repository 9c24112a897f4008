"""Which commit of a range a `fixup!`, `squash!` or `amend!` commit belongs to, as `git rebase --autosquash` finds it."""

import re
from collections.abc import Mapping, Sequence

from llnotes_tui.release.message import autosquash_target_of, title_of
from llnotes_tui.release.model import Commit

_SHA = re.compile(r"[0-9a-f]{7,64}$")


def autosquash_targets(commits: Sequence[Commit]) -> Mapping[str, Commit]:
    """Return the commit that each autosquash commit amends, by SHA of the latter.

    `commits` are newest first. Only an older commit of the range is a target: the one with that subject, else that
    title, else that (abbreviated) SHA, else the one whose subject begins with it; the newest of several. Commits
    whose target is not in the range are not in the result.
    """
    targets: dict[str, Commit] = {}
    for position, commit in enumerate(commits):
        named = autosquash_target_of(commit.subject)
        if named is not None:
            older = [one for one in commits[position + 1 :] if autosquash_target_of(one.subject) is None]
            target = _find(named, older)
            if target is not None:
                targets[commit.sha] = target
    return targets


def _find(named: str, older: Sequence[Commit]) -> Commit | None:
    title = title_of(named, "")
    candidates = (
        (one for one in older if one.subject == named),
        (one for one in older if title_of(one.subject, one.body) == title),
        (one for one in older if _SHA.match(named) and one.sha.startswith(named)),
        (one for one in older if len(named) > 3 and one.subject.startswith(named)),
    )
    return next((one for found in candidates for one in found), None)
