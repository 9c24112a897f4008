"""Saving the description of a pull request, and never over words that nobody has seen."""

from threading import Event

from llnotes_tui.sources.github.client import GitHub
from llnotes_tui.sources.github.hosts import GitHubPlace
from llnotes_tui.sources.github.proposed import ProposedPull, read_proposed


class DescriptionChanged(Exception):  # noqa: N818 - what it is
    """Somebody changed the description since it was shown; nothing was saved.  `pull` is how it is now."""

    def __init__(self, pull: ProposedPull) -> None:
        super().__init__()
        self.pull = pull


def save_description(
    github: GitHub, place: GitHubPlace, number: int, shown: str, after: str, cancel: Event | None = None
) -> None:
    """Put `after` in place of the description that was shown.

    GitHub takes no condition with a change, so it is read right before; nothing is sent where it says `after` already.

    Raises:
        DescriptionChanged: it is another one by now.
        GitHubFault: it cannot be read or saved.
    """
    now = read_proposed(github, place, number, cancel)
    if now.body == after:
        return
    if now.body != shown:
        raise DescriptionChanged(now)
    github.send(
        "PATCH", f"/repos/{place.full_name}/pulls/{number}", f"{place.full_name}#{number}", {"body": after}, cancel
    )
