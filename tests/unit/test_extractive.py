"""Drafts without a model: honest about the diff, useful to a release engineer, and never a mere echo of the title."""

import json
import re
import time
from pathlib import Path
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llnotes_tui.drafting.prompts import files_schema
from llnotes_tui.engines.base import AnnouncementSubject, EntrySubject, FilesSubject, FileSubject, Reply, Request
from llnotes_tui.engines.composing import file_text
from llnotes_tui.engines.extractive import Extractive
from llnotes_tui.engines.facts import facts_of
from llnotes_tui.engines.wording import code_sentences
from llnotes_tui.release.ids import commit_note
from llnotes_tui.release.message import cleaned, title_of
from llnotes_tui.release.model import Commit, FileChange, FileStatus, NotesEntry
from llnotes_tui.release.titles import published_title
from llnotes_tui.sources.git import Clone
from llnotes_tui.sources.options import RangeOptions
from tests.repositories import Content, Repo

ENGINE = Extractive()
CODE_SPAN = re.compile(r"`([^`]+)`")


def complete(request: Request) -> Reply:
    return ENGINE.complete(request, Event())


class Case:
    """One commit in a real repository, drafted as the product drafts it."""

    def __init__(self, folder: Path, message: str, before: dict[str, Content], after: dict[str, Content]) -> None:
        repo = Repo.create(folder / "repo")
        repo.commit("Begin", before or {"empty.txt": ""})
        repo.tag("v0.1.0")
        repo.commit(message, after)
        self.clone = Clone.open(repo.root)
        options = RangeOptions(since="v0.1.0")
        (self.commit,) = self.clone.commits(self.clone.range(options), options)
        patch = self.clone.patch(self.commit.sha)
        self.files = tuple(FileSubject(change, patch.part(change.position)) for change in self.commit.files)
        self.title = published_title(title_of(self.commit.subject, self.commit.body))
        self.message = cleaned(self.commit.subject, self.commit.body)

    def file_notes(self) -> tuple[str, ...]:
        return tuple(self.file(file) for file in self.files)

    def file(self, *files: FileSubject) -> str:
        return complete(Request("file", (), FilesSubject(self.commit, self.message, files), 500)).text

    def entry(self, notes: tuple[str, ...] | None = None) -> str:
        notes = self.file_notes() if notes is None else notes
        subject = EntrySubject(self.title, (self.commit,), (self.message,), self.files, notes)
        return complete(Request("entry", (), subject, 500)).text


BEFORE = """import asyncio


class Jobs:
    def __init__(self, api):
        self._api = api

    def list_jobs(self):
        return self._api.list()


def legacy(api):
    return api
"""
AFTER = '''import asyncio


class Jobs:
    def __init__(self, api, timeout: int = 30):
        self._api = api

    def list_jobs(self):
        return retried(self._api.list)


def retried(call):
    """Call a function again until it succeeds or a minute is over."""
    return call()
'''
MESSAGE = """Retry job listing (#12)

## Changes

This PR adds retries to the listing of jobs, because the service drops one call in
a hundred (see #11). I think this is fine. Previously a single failure ended the whole crawl.

Resolves #11

### Tests
- [x] manually tested
- [ ] added unit tests
"""


def test_an_entry_has_the_author_first_then_the_code_then_the_scope(tmp_path: Path) -> None:
    tests = {"tests/test_jobs.py": "def test_one():\n    pass\n\n\ndef test_two():\n    pass\n"}
    case = Case(tmp_path, MESSAGE, {"src/jobs.py": BEFORE}, {"src/jobs.py": AFTER, "README.md": "# Jobs\n", **tests})
    assert case.entry() == (
        "Added retries to the listing of jobs, because the service drops one call in a hundred. "
        "Previously a single failure ended the whole crawl. "
        "Removed the `legacy` function. "
        "Added the `retried` function. "
        '`retried` is documented as "Call a function again until it succeeds or a minute is over". '
        "The `__init__` method of `Jobs` gained the parameter `timeout`. "
        "Changed the `list_jobs` method of `Jobs` to use `retried`. "
        "Also added two tests and updated the documentation."
    )


def test_a_commit_of_one_source_gets_an_entry_for_its_file_note(tmp_path: Path) -> None:
    after: dict[str, Content] = {"src/jobs.py": AFTER, "tests/test_jobs.py": "def test_one():\n    pass\n"}
    case = Case(tmp_path, MESSAGE, {"src/jobs.py": BEFORE}, after)
    text = case.file(next(file for file in case.files if file.change.path == b"src/jobs.py"))
    assert text.startswith("Added retries to the listing of jobs")
    assert "`retried`" in text
    assert text.endswith("Also updated the tests.")


def test_a_file_note_of_several_speaks_of_its_file_alone(tmp_path: Path) -> None:
    case = Case(tmp_path, MESSAGE, {"a.py": "AA = 1\n"}, {"a.py": "AA = 1\nBB = 2\n", "b.py": "def cc(x):\n    pass\n"})
    assert case.file_notes() == (
        "Added the `BB` constant.",
        "Added a new Python file of two lines with the `cc` function.",
    )


def test_what_a_person_wrote_about_a_file_stands_in_the_entry(tmp_path: Path) -> None:
    case = Case(tmp_path, "Change it", {"a.py": "AA = 1\n"}, {"a.py": "AA = 2\n", "b.py": "def cc(x):\n    pass\n"})
    generated = case.file_notes()
    text = case.entry((generated[0], "Doubled the answer. It holds for all of them. And more."))
    assert "Doubled the answer. It holds for all of them." in text
    assert "And more" not in text
    assert "`cc`" not in text
    assert "`AA`" in text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"a.py": "x = 1\n"}, {"a.py": "x = 2\n"}),
        ({"a.bin": b"\0\1"}, {"a.bin": b"\0\2"}),
        ({"a.txt": "gr\u00fcn".encode("latin-1")}, {"a.txt": "bl\u00e4u".encode("latin-1")}),
        ({"a.sql": "SELECT 1"}, {"a.sql": "SELECT 2"}),
        ({"a.py": "x = 1\n"}, {"a.py": None, "b.py": "y = 1\n"}),
        ({"a": "1"}, {"a": "2", "b \"q'\n": "3"}),
    ],
)
def test_odd_input_gets_a_sentence_that_is_not_the_title(
    tmp_path: Path, before: dict[str, Content], after: dict[str, Content]
) -> None:
    case = Case(tmp_path, "Fix things", before, after)
    text = case.entry()
    assert text.endswith(".")
    assert case.title not in text
    assert all(note.endswith(".") for note in case.file_notes())


def test_an_empty_commit_gets_its_title(tmp_path: Path) -> None:
    assert Case(tmp_path, "Fix things", {}, {}).entry() == "Fixed things."


def test_a_body_that_only_repeats_the_title_is_left_out(tmp_path: Path) -> None:
    case = Case(tmp_path, "Pin the actions (#3)\n\nPin the actions", {"a.sql": "SELECT 1\n"}, {"a.sql": "SELECT 2\n"})
    assert case.entry() == "Changed one line of SQL."


def test_packed_files_come_back_under_the_keys_that_were_asked_for(tmp_path: Path) -> None:
    case = Case(
        tmp_path, "Change it", {"a.py": "AA = 1\n"}, {"a.py": "AA = 1\nBB = 2\n", "b.py": "def cc(x):\n    pass\n"}
    )
    subject = FilesSubject(case.commit, case.message, case.files)
    asked = json.loads(complete(Request("files", (), subject, 500, response_schema=files_schema(2))).text)
    assert asked == dict(zip(("file_1", "file_2"), case.file_notes(), strict=True))
    named = json.loads(complete(Request("files", (), subject, 500)).text)
    assert list(named) == ["a.py", "b.py"]


def test_every_reply_is_finished_free_and_the_same_again(tmp_path: Path) -> None:
    case = Case(tmp_path, MESSAGE, {"a.py": BEFORE}, {"a.py": AFTER, "b.py": "x = 1\n"})
    request = Request("file", (), FilesSubject(case.commit, case.message, case.files[:1]), 500)
    first = complete(request)
    assert first == complete(request)
    assert (first.finish_reason, first.input_tokens, first.output_tokens) == ("stop", 0, 0)
    ENGINE.probe()
    ENGINE.close()


# -- nothing that is not there -----------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        "def load(self, path: str) -> None:", "    def save(self):", "class Store(Base):", "class Shelf:", "    size: int = 3", "@property", "@fixture", "    return open_file(path)",
        "        except (NotFound, Denied) as e:", "        raise Broken(path)", '    """Say what it is."""', '"""', "LIMIT = 3", "limit: int = 4", "func (s *Server) Run(ctx Context) error {", "type Mode struct {",
        "}", "public static int count(List<String> names) {", "export const pick = (a) => a;", "interface Shape {", "fn parse(text: &str) {", "impl Tree {", '@click.option("--dry-run")', 'os.environ["APP_HOME"]',
        "CREATE TABLE jobs (", "  SELECT a AS title,", "retries: 3", "  - name: move", "commands:", "[tool.ruff]", '    "click>=8.1,<9",', "## How to `use` it", "install:", "FROM a AS b", "", "    x = make_random(4)",
        "    # nothing", "`", "def test_one():", "    " * 9 + "deep()", "def \u00fcber(gr\u00f6\u00dfe):", "def f(", "    a,", "):", "-- a", "++ b",
    ]
)  # fmt: skip
LINES = st.lists(st.tuples(st.sampled_from("+- "), st.one_of(PIECES, st.text(max_size=30))), max_size=30)
PATHS = st.sampled_from(["a.py", "tests/test_a.py", "a.go", "A.java", "a.ts", "a.rs", "a.sql", "a.yml", "pyproject.toml", "README.md", "Makefile", "Dockerfile", "a.txt", "a.kt", "a.cpp"])  # fmt: skip


def change_of(path: str, status: FileStatus = FileStatus.MODIFIED) -> FileChange:
    return FileChange("c" * 40, path.encode(), None, status, 0o100644, 0o100644, "a" * 40, "b" * 40, 1, 1, 0)


def diff_of(path: str, heading: str, lines: list[tuple[str, str]]) -> bytes:
    body = "".join(f"{sign}{text}\n" for sign, text in lines)
    return f"diff --git a/{path} b/{path}\n--- a/{path}\n+++ b/{path}\n@@ -1,9 +1,9 @@ {heading}\n{body}".encode(
        "utf-8", "replace"
    )


@given(st.lists(st.tuples(PATHS, PIECES, LINES), min_size=1, max_size=3))
def test_every_name_that_the_rules_put_in_occurs_in_the_diff(
    files: list[tuple[str, str, list[tuple[str, str]]]],
) -> None:
    subjects = [FileSubject(change_of(path), diff_of(path, heading, lines)) for path, heading, lines in files]
    evidence = "\n".join(subject.diff.decode() for subject in subjects)
    facts = [facts_of(subject) for subject in subjects]
    for text in (*code_sentences(facts), *map(file_text, facts)):
        assert text.endswith(".")
        assert text.count("`") % 2 == 0
        assert "\n" not in text
        for name in CODE_SPAN.findall(text):
            assert name in evidence


@given(st.text(max_size=300), LINES, PATHS, st.sampled_from(list(FileStatus)))
def test_no_message_and_no_diff_breaks_an_entry(
    body: str, lines: list[tuple[str, str]], path: str, status: FileStatus
) -> None:
    change = change_of(path, status)
    subject = FileSubject(change, diff_of(path, "", lines))
    commit = Commit("c" * 40, (), "Ada", "a@example.com", 0, 0, "Fix things", body, (change,))
    message = cleaned(commit.subject, commit.body)
    text = complete(
        Request("entry", (), EntrySubject("Fixed things", (commit,), (message,), (subject,), ("",)), 500)
    ).text
    assert text
    assert "\n" not in text
    assert text.count("`") % 2 == 0
    assert complete(Request("file", (), FilesSubject(commit, message, (subject,)), 500)).text


def test_a_note_costs_about_a_millisecond(tmp_path: Path) -> None:
    case = Case(tmp_path, MESSAGE, {"src/jobs.py": BEFORE}, {"src/jobs.py": AFTER, "b.py": BEFORE})
    case.file_notes()
    started = time.process_time()
    for _ in range(50):
        case.file_notes()
    assert (time.process_time() - started) / 100 < 0.01


# -- the announcement --------------------------------------------------------------------------------------------------


def notes_entry(
    number: int, title: str, text: str = "", section: str = "changed", *, breaking: bool = False
) -> NotesEntry:
    return NotesEntry(commit_note(f"{number:040x}"), title, text, section, breaking, (number,), (f"{number:040x}",))  # type: ignore[arg-type]


def test_an_announcement_begins_with_what_matters_most_and_keeps_links() -> None:
    entries = (
        notes_entry(1, "Added retries", "Listing jobs is tried again. It takes a minute at most. And more.", "added"),
        notes_entry(2, "Removed the old command", "Use the new one.", "removed", breaking=True),
        *(notes_entry(number, f"Fixed case {number}", section="fixed") for number in range(3, 10)),
    )
    web = "https://github.com/acme/jobs"
    text = complete(Request("announcement", (), AnnouncementSubject("acme/jobs", "0.3.0", web, entries), 900)).text
    paragraphs = text.split("\n\n")
    assert paragraphs[0] == "jobs 0.3.0 removed the old command, added retries, and brought seven more changes."
    assert paragraphs[1] == f"Breaking: Removed the old command ([#2]({web}/pull/2)). Use the new one."
    assert (
        paragraphs[2] == f"Added retries ([#1]({web}/pull/1)). Listing jobs is tried again. It takes a minute at most."
    )
    assert all(f"[#{number}]({web}/pull/{number})" in text for number in range(1, 10))
    assert not any(line.startswith("#") for line in text.splitlines())


def test_an_announcement_of_titles_without_a_verb_counts() -> None:
    entries = (notes_entry(1, "Case sensitive validation", section="added"), notes_entry(2, "HMS guide", breaking=True))
    text = complete(Request("announcement", (), AnnouncementSubject("acme/jobs", "0.3.0", None, entries), 900)).text
    assert text.startswith("jobs 0.3.0 has been released with one addition and one other change, one of them breaking.")


def test_an_announcement_of_nothing_says_no_more() -> None:
    text = complete(Request("announcement", (), AnnouncementSubject("acme/jobs", "0.3.0", None, ()), 900)).text
    assert text == "jobs 0.3.0 has been released."
