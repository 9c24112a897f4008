"""A release to be drawn: entries in every state, with real diffs made from two texts each."""

import difflib
from hashlib import sha1

from msgspec.structs import replace

from llnotes_tui.release.ids import commit_note, file_note
from llnotes_tui.release.model import (
    Breaking,
    Commit,
    FileChange,
    FileStatus,
    Manifest,
    Noise,
    NoiseKind,
    NoteState,
    Range,
    RepoId,
    Section,
)
from llnotes_tui.release.patch import Patch
from llnotes_tui.workbench.views import EntryView, FileView, Group, ReleaseView, Totals

WHEN = 1_700_000_000
BEFORE = '''"""Jobs of a workspace."""

import logging
from collections.abc import Iterator

logger = logging.getLogger(__name__)


class JobsCrawler:
    """Reads all jobs."""

    def __init__(self, api: JobsApi) -> None:
        self._api = api
        self._seen: set[int] = set()

    def list_jobs(self) -> Iterator[Job]:
        """Yield every job once."""
        return self._api.list()

    def refresh(self) -> None:
        self._seen.clear()


def describe(job: Job) -> str:
    return f"{job.job_id}: {job.settings.name}"
'''
AFTER = '''"""Jobs of a workspace."""

import logging
from collections.abc import Iterator
from datetime import timedelta

from .retries import retried

logger = logging.getLogger(__name__)


class JobsCrawler:
    """Reads all jobs, and tries again where the service is slow."""

    def __init__(self, api: JobsApi, timeout: timedelta = timedelta(seconds=30)) -> None:
        self._api = api
        self._timeout = timeout
        self._seen: set[int] = set()

    @retried(on=[TimeoutError])
    def list_jobs(self) -> Iterator[Job]:
        """Yield every job once."""
        for job in self._api.list(timeout=self._timeout):
            if job.job_id not in self._seen:
                self._seen.add(job.job_id)
                yield job

    def refresh(self) -> None:
        self._seen.clear()


def describe(job: Job) -> str:
    # 名前は全角でもよい: names may be wide, with emoji ✅ too
    return f"{job.job_id}: {job.settings.name or 'unnamed job'}"
'''
RUNTIME_BEFORE = "retries = 3\n\ndef wait(seconds):\n    time.sleep(seconds)\n"
RUNTIME_AFTER = "retries = 5\n\ndef wait(seconds):\n\tif seconds > 0:\n\t\ttime.sleep(seconds)\n"
DOCS_BEFORE = "# Harbor\n\nLists jobs.\n"
DOCS_AFTER = "# Harbor\n\nLists jobs, and tries again on a timeout.\n\n```sh\nharbor jobs --timeout 30s\n```\n"


def sha(name: str) -> str:
    """Return a commit's name made from any text."""
    return sha1(name.encode(), usedforsecurity=False).hexdigest()


def part_of(path: str, before: str, after: str) -> bytes:
    """Return one file's part of a patch, as git writes it."""
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), f"a/{path}" if before else "/dev/null", f"b/{path}", lineterm=""
    )
    return "\n".join([f"diff --git a/{path} b/{path}", "index 1111111..2222222 100644", *lines, ""]).encode()


FILES: dict[str, tuple[str, str]] = {
    "src/harbor/jobs.py": (BEFORE, AFTER),
    "src/harbor/runtime.py": (RUNTIME_BEFORE, RUNTIME_AFTER),
    "docs/index.md": (DOCS_BEFORE, DOCS_AFTER),
}
PATCH = Patch(b"".join(part_of(path, *texts) for path, texts in FILES.items()))


def change(commit: str, path: str, position: int, *, noise: Noise | None = None) -> FileChange:
    """Return a file change of the sample patch."""
    before, after = FILES.get(path, ("", "x\n"))
    diff = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    return FileChange(
        commit=commit,
        path=path.encode(),
        old_path=None,
        status=FileStatus.MODIFIED,
        old_mode=0o100644,
        new_mode=0o100644,
        old_blob="1" * 40,
        new_blob="2" * 40,
        added=sum(line.startswith("+ ") for line in diff),
        removed=sum(line.startswith("- ") for line in diff),
        position=position,
        noise=noise,
    )


def commit_of(name: str, title: str, number: int | None, files: tuple[str, ...]) -> Commit:
    """Return a commit with some of the sample's files."""
    ident = sha(name)
    return Commit(
        sha=ident,
        parents=(sha(f"{name}^"),),
        author="Ada Lovelace",
        author_email="ada@example.com",
        authored_at=WHEN,
        committed_at=WHEN,
        subject=f"{title} (#{number})" if number else title,
        body="",
        files=tuple(change(ident, path, list(FILES).index(path)) for path in files),
        pull_request=number,
    )


def entry(
    number: int | None,
    title: str,
    text: str = "",
    state: NoteState = "drafted",
    *,
    group: Group = "entry",
    files: tuple[str, ...] = ("src/harbor/jobs.py",),
    section: Section = "changed",
    breaking: Breaking = "no",
    why: str = "",
    badges: tuple[str, ...] = (),
) -> EntryView:
    """Return an entry of one commit; it has file notes where it has several files."""
    commit = commit_of(title, title, number, files)
    return EntryView(
        note=commit_note(commit.sha),
        group=group,
        title=title,
        text=text,
        section=section,
        breaking=breaking,
        breaking_line="def list_jobs(self, limit)" if breaking == "suspected" else "",
        state=state,
        origin="drafted",
        commits=(commit,),
        pull_requests=(number,) if number else (),
        files=tuple(
            FileView(
                note=file_note(commit.sha, one.path),
                commit=commit.sha,
                path=one.path.decode(),
                change=one,
                state="drafted" if text else state,
                text=f"Told about `{one.path.decode()}`." if text else "",
            )
            for one in commit.files
        )
        if len(files) > 1
        else (),
        engine="extractive" if text else "",
        input_digest="d1",
        why=why,
        badges=badges,
        variants=1 if text else 0,
        reviewed=state in ("accepted", "edited"),
    )


RETRIES = (
    "The `list_jobs` method of `JobsCrawler` now tries again after a timeout, and yields every job once. The timeout "
    "can be given as a `timedelta`; it is 30 seconds unless told otherwise. Jobs with no name are described as "
    "`unnamed job`."
)
ENTRIES = (
    entry(4432, "Removed the `limit` argument of `list_jobs`", RETRIES, breaking="suspected", section="removed"),
    entry(4431, "Enhanced export of assessment results to several workspaces", RETRIES, "accepted", files=tuple(FILES)),
    entry(4395, "Split assessment into smaller jobs", "Assessment now runs as several smaller jobs.", "edited"),
    entry(4380, "Added an option to name the inventory database", RETRIES, section="added", files=tuple(FILES)),
    entry(4377, "Fixed reading of group names with 全角 characters and emoji ✅", RETRIES, section="fixed"),
    entry(4371, "Updated the dashboards of migration progress", state="writing"),
    entry(4370, "Retries listing of groups", state="waiting"),
    entry(4366, "Handled [bold]markup[/bold] and [@click=app.quit]links[/] in names", state="waiting"),
    entry(
        4359,
        "Let table migration go on after a fault",
        state="failed",
        why="The endpoint `llama` answered 429 six times; r asks again.",
    ),
    entry(4351, "Renamed an internal helper", "Renamed a helper.", "excluded", why="trivial"),
)
INTERNAL = tuple(entry(4300 + n, f"Updated the workflow {n}", group="internal", why="only CI files") for n in range(18))
UPDATES = tuple(entry(4200 + n, f"Bump library {n} to 2.{n}", group="dependency", why="a bot's bump") for n in range(7))
LEFT = tuple(
    entry(4100 + n, f"Told before {n}", group="left-out", why=f"released in 0.60.{n} (#{4100 + n})") for n in range(9)
)
RANGE = Range(
    repository=RepoId("github.com/acme/harbor"),
    name="acme/harbor",
    web_url="https://github.com/acme/harbor",
    branch="main",
    since=sha("base"),
    since_name="v0.60.1",
    until=sha("head"),
    base_from="tag",
    last_version="0.60.1",
    last_released_at=WHEN - 86_400 * 12,
    fetched_at=WHEN,
)


def totals_of(view: ReleaseView) -> Totals:
    """Return the header's numbers of a view."""
    counted = [one for one in view.entries if one.state != "excluded"]
    notes = view.entries
    return Totals(
        entries=len(counted),
        reviewed=sum(one.reviewed for one in counted),
        unread_words=sum(len(one.text.split()) for one in counted if not one.reviewed),
        breaking_open=sum(one.breaking == "suspected" for one in counted),
        red=sum(found.level == "red" for one in counted for found in one.findings),
        amber=sum(found.level == "amber" for one in counted for found in one.findings),
        notes_done=sum(one.state not in ("waiting", "writing") for one in notes),
        notes_total=len(notes),
        notes_failed=sum(one.state == "failed" for one in notes),
        calls=41,
        cached=7,
        input_tokens=52_310,
        output_tokens=4_105,
    )


def release(entries: tuple[EntryView, ...] = ENTRIES) -> ReleaseView:
    """Return the sample release with some entries."""
    view = ReleaseView(
        range=RANGE,
        version="0.61.0",
        version_reason="Something was added.",
        entries=entries,
        internal=INTERNAL,
        dependency_updates=UPDATES,
        left_out=LEFT,
        publish_internal=False,
        totals=Totals(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        manifest=Manifest(44, len(entries), 7, 18, 0, 9),
        engine="extractive",
        engine_sentence="",
        engine_stopped=False,
        read_only="",
        save_fault="",
        new_commits=3,
        left_behind=(),
        can_undo=False,
        can_redo=False,
    )
    return replace(view, totals=totals_of(view))


NOISE = Noise(NoiseKind.LOCK, "A lock file was updated.")
