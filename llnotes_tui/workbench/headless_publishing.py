"""A release put into a commit, a pull request or a draft release with no screen: as it was reviewed, or not at all."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from llnotes_tui.publishing.files import ExportError
from llnotes_tui.publishing.github import Difference, another_is_open
from llnotes_tui.publishing.github_releases import is_published
from llnotes_tui.workbench.committing import commit_release, look_at_commit
from llnotes_tui.workbench.loading_section import load_section
from llnotes_tui.workbench.proposing import hosted, look_at_proposal, write_proposal
from llnotes_tui.workbench.releasing import look_at_draft, write_draft
from llnotes_tui.workbench.wishes import ExportOutcome, ExportWishes
from llnotes_tui.workbench.workbench import Workbench


def publish(
    bench: Workbench, wishes: ExportWishes, version: str, say: Callable[[str], None] = lambda _: None
) -> ExportOutcome:
    """Do what `wishes.goal` says, of all but `files`; `say` is told what is waited for.

    Raises:
        ExportError, SourceError, ReviewError: something stands against it.
    """
    if wishes.goal == "commit":
        return _committed(bench, wishes, version)
    with waits_told(bench, say):
        return _on_github(bench, wishes, version)


@contextmanager
def waits_told(bench: Workbench, say: Callable[[str], None]) -> Iterator[None]:
    """Have `say` told, from any thread, that GitHub is waited for, and until when.

    Raises:
        ExportError, SourceError: it is on no GitHub, or nobody may ask.
    """
    github, _ = hosted(bench)

    def waits(sentence: str) -> None:
        if sentence:
            say(f"{sentence[:1].upper()}{sentence[1:]}.")

    github.subscribe(waits)
    try:
        yield
    finally:
        github.unsubscribe(waits)


def _on_github(bench: Workbench, wishes: ExportWishes, version: str) -> ExportOutcome:
    match wishes.goal:
        case "pull-request":
            return _proposed(bench, wishes, version)
        case "release":
            return _drafted(bench, wishes, version)
        case _:
            return ExportOutcome("", load_section(bench).sentences(), 0)


def _committed(bench: Workbench, wishes: ExportWishes, version: str) -> ExportOutcome:
    shown = look_at_commit(bench, wishes.unreviewed or "titles", version)
    if shown.composed.conflict is not None and wishes.take is None:
        return _undecided(shown.composed.conflict)
    done = commit_release(bench, shown, wishes.take)
    what = "Committed" if done.is_new else "It is committed already as"
    said = [f"{what} {done.sha[:12]} on {done.branch}: {', '.join(done.files)}."]
    said += [shown.beyond] if shown.beyond else []
    return ExportOutcome(f"{done.sha}\n", (*said, *(f"  {command}" for command in done.commands)), 0)


def _proposed(bench: Workbench, wishes: ExportWishes, version: str) -> ExportOutcome:
    shown = look_at_proposal(bench, wishes.unreviewed or "titles", version)
    if shown.seen.other is not None:
        raise ExportError(f"{another_is_open(shown.seen.other)}  --load-pull-request loads it.")
    if shown.difference is not None and wishes.take is None:
        return _undecided(shown.difference)
    before = shown.seen.found
    done = write_proposal(bench, shown, wishes.take)
    if done is None:
        assert before is not None or shown.difference is not None, "what is not there and not refused is made"
        url = before.url if before is not None else ""
        return ExportOutcome(f"{url}\n" if url else "", (_left(before.number if before else 0, shown.difference),), 0)
    verb = "Opened" if before is None else "Updated"
    said = [f"{verb} #{done.number} “{shown.wanted.message}” from {done.branch}.", *_about(shown.beyond, bench)]
    return ExportOutcome(f"{done.url}\n", tuple(said), 0)


def _drafted(bench: Workbench, wishes: ExportWishes, version: str) -> ExportOutcome:
    shown = look_at_draft(bench, wishes.unreviewed or "titles", version)
    if shown.seen.published is not None:
        raise ExportError(is_published(shown.seen.published))
    if shown.seen.difference is not None and wishes.take is None:
        return _undecided(shown.seen.difference)
    before = shown.seen.found
    done = write_draft(bench, shown, wishes.take)
    if done is None:
        assert before is not None, "what is not there is made"
        kept = "was left as it is" if shown.seen.difference is not None else "says all of it already"
        return ExportOutcome(f"{before.url}\n", (f"The draft of {before.tag} {kept}; nothing was changed.",), 0)
    verb = "Made" if before is None else "Updated"
    return ExportOutcome(f"{done.url}\n", (f"{verb} the draft release {done.tag}; publishing it is yours.",), 0)


def _undecided(difference: Difference) -> ExportOutcome:
    lines = difference.patch.decode("utf-8", "replace").splitlines()
    sentence = f"llnotes: {difference.why}  Look at the difference, then say --take ours or --take theirs."
    return ExportOutcome("", (*lines, sentence), 1)


def _left(number: int, difference: Difference | None) -> str:
    what = f"#{number}" if number else "It"
    kept = "was left as it is" if difference is not None else "says all of it already"
    return f"{what} {kept}; nothing was changed."


def _about(beyond: str, bench: Workbench) -> Iterator[str]:
    if beyond:
        yield f"The notes end at {bench.range.until[:12]}.  {beyond}"
    suspected = [e for e in bench.view().entries if e.breaking == "suspected" and e.state != "excluded"]
    if suspected:
        yield f"Suspected breaks that nobody confirmed or denied: {len(suspected)}; they were not published as breaking."
