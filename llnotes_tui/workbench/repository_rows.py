"""A row of a list: what is known of a repository, and how far a person is with its release.  Light, as `clones`."""

from msgspec.structs import replace

from llnotes_tui import config
from llnotes_tui.release.ids import ReviewId
from llnotes_tui.release.model import RepoId
from llnotes_tui.review.summary import ReviewSummary, review_summary
from llnotes_tui.sources.github.hosts import GitHubHost
from llnotes_tui.sources.overview import Overview
from llnotes_tui.storage.cache import AnswerCache
from llnotes_tui.workbench.drafted import drafted_entries
from llnotes_tui.workbench.kept_repositories import Kept
from llnotes_tui.workbench.rows import failed_row, name_with, row_key
from llnotes_tui.workbench.views import RepositoryRow, Stage

ASKED_BY_NOBODY = (
    "GitHub tells nobody in particular which repositories there are, and no more: set GITHUB_TOKEN or run `gh auth login`, "
    "then start again to see what is unreleased."
)


def row_of(kept: Kept, host: GitHubHost, answers: AnswerCache | None) -> RepositoryRow:
    """Return the row of a repository on GitHub."""
    listed = kept.listed
    key = row_key(listed.name, kept.component)
    if kept.fault:
        row = replace(failed_row(key, kept.fault), tag_question=kept.tag_question)
    elif kept.overview is None:
        row = replace(
            failed_row(key, ""), stage="open", state="no token", warning=ASKED_BY_NOBODY, branch=listed.branch
        )
    else:
        identity = ReviewId(
            repository_id(host, listed.name), kept.overview.since or "root", kept.overview.branch, kept.component
        )
        try:
            row = read_row(
                key, kept.overview, identity, answers, listed.pull_request.number if listed.pull_request else 0
            )
        except Exception as fault:
            row = failed_row(key, sentence_of(fault))
    asked = listed.pull_request
    return replace(
        row,
        name=name_with(listed.name, kept.component),
        warning=" ".join(word for word in (kept.note, row.warning) if word),
        fetched_at=kept.read_at,
        web_url=listed.url,
        on_github=True,
        private=listed.private,
        pull_request=asked.number if asked else 0,
        pull_request_url=asked.url if asked else "",
    )


def repository_id(host: GitHubHost, name: str) -> RepoId:
    """Return what reviews know a repository on GitHub (`owner/name`) by."""
    return RepoId(f"{host.name}/{name}".lower())


def read_row(
    key: str, overview: Overview, identity: ReviewId, answers: AnswerCache | None, pull_request: int = 0
) -> RepositoryRow:
    """Return the row of an overview, with how far the review of this identity is.

    Raises:
        Exception: the review cannot be read.
    """
    summary = review_summary(config.state_directory(), identity)
    drafted = drafted_entries(answers, identity, overview.until) if answers is not None else None
    stage, words = standing(overview, summary, drafted, pull_request)
    return RepositoryRow(
        key=key,
        name=overview.name,
        unreleased=overview.unreleased,
        last_version=overview.last_version or "",
        last_released_at=overview.last_released_at,
        fetched_at=overview.fetched_at,
        suggested_version=overview.suggested_version,
        state=words,
        warning=(summary.fault if summary else "") or overview.warning,
        stage=stage,
        branch=overview.branch,
        done=summary.progress.reviewed if summary else 0,
        total=summary.progress.entries if summary else 0,
        tag_question=overview.tag_question,
    )


def standing(
    overview: Overview, summary: ReviewSummary | None, drafted: int | None, pull_request: int = 0
) -> tuple[Stage, str]:
    """Return how far a repository is, and that in few words; `pull_request` is the number of its open release."""
    if summary is not None and summary.archived:
        return "tagged", f"tagged {summary.archived}"
    stage, words = _reviewed(overview, summary, drafted)
    if not pull_request:
        return stage, words
    if stage == "reviewing":
        return stage, f"{words}, PR #{pull_request} open"
    changed = ", changed since" if stage == "written" and summary is not None and summary.changed_since_export else ""
    return "proposed", f"PR #{pull_request} open{changed}"


def _reviewed(overview: Overview, summary: ReviewSummary | None, drafted: int | None) -> tuple[Stage, str]:
    if summary is not None and (done := exported_to(summary)):
        changed = ", changed since" if summary.changed_since_export else ""
        return "written", f"{done}{changed}"
    if summary is not None and (summary.progress.reviewed or summary.decided):
        progress = summary.progress
        red = f", {progress.red} red" if progress.red else ""
        return "reviewing", f"{progress.reviewed} of {progress.entries} reviewed{red}"
    if drafted is not None:
        return "drafted", f"drafted, {drafted} {'entry' if drafted == 1 else 'entries'}"
    if summary is not None and summary.progress.entries:
        return "drafted", f"0 of {summary.progress.entries} reviewed"
    return ("open", "no draft") if overview.unreleased else ("nothing", "nothing unreleased")


def exported_to(summary: ReviewSummary) -> str:
    """Return where the notes went, the farthest place; empty while they went nowhere."""
    if summary.draft_release is not None:
        return f"draft release {summary.draft_release.version}"
    if summary.pull_request is not None:
        return f"proposed {summary.pull_request.version} (#{summary.pull_request.number})"
    return f"written {summary.exported_version}" if summary.exported_version else ""


def sentence_of(fault: Exception) -> str:
    """Return why something cannot be read, in a sentence."""
    return getattr(fault, "sentence", None) or f"It cannot be read ({type(fault).__name__}: {fault})."
