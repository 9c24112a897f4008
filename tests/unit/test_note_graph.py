from pathlib import Path

import pytest

from llnotes_tui.drafting.graph import NoteGraph
from llnotes_tui.drafting.masking import KEPT_BACK
from llnotes_tui.release.ids import commit_note, entry_note
from llnotes_tui.release.model import EntryPlan, Noise, NoiseKind
from llnotes_tui.storage.cache import AnswerCache
from tests.unit.drafting_matter import History, entry, file_id, plan

LOCK = Noise(NoiseKind.LOCK, "The lock file was renewed.")


def test_one_file_note_is_the_entry() -> None:
    history = History()
    commit = history.commit("Add retries", {"src/a.py": ["def retry(): ..."]})
    graph = history.graph()
    layout = graph.layout(entry(commit))
    assert layout.way == "single"
    assert [file.note for file in layout.files] == [commit_note(commit.sha)]
    assert graph.file_notes(entry(commit)) == ()


def test_an_entry_of_several_files_is_joined_from_their_notes() -> None:
    history = History()
    commit = history.commit("Add retries", {"src/a.py": ["x"], "src/b c.py": ["y"]})
    graph = history.graph()
    assert graph.layout(entry(commit)).way == "joined"
    assert graph.file_notes(entry(commit)) == (file_id(commit, "src/a.py"), file_id(commit, "src/b c.py"))


def test_noise_and_tests_beside_sources_are_told_by_rule() -> None:
    history = History()
    commit = history.commit(
        "Add retries",
        {"src/a.py": ["x"], "uv.lock": ["y"], "tests/test_a.py": ["def test(): ...", "-old"]},
        noise={"uv.lock": LOCK},
    )
    layout = history.graph().layout(entry(commit))
    assert layout.way == "single"
    assert [file.sentence for file in layout.files] == [
        "",
        "The lock file was renewed.",
        "Tests changed along with the sources: 1 line added, 1 line removed.",
    ]


def test_tests_alone_are_told_by_an_engine() -> None:
    history = History()
    commit = history.commit("Test more", {"tests/test_a.py": ["x"], "README.md": ["y"]})
    assert len(history.graph().layout(entry(commit)).asked) == 2


def test_only_noise_makes_an_entry_by_rule() -> None:
    history = History()
    commit = history.commit("Lock", {"uv.lock": ["y"]}, noise={"uv.lock": LOCK})
    layout = history.graph().layout(entry(commit))
    assert (layout.way, layout.text) == ("rule", "The lock file was renewed.")


@pytest.mark.parametrize(("diff", "badge"), [("missing", "no-diff"), ("history-cut", "history-cut")])
def test_without_a_diff_the_message_is_the_text(diff: str, badge: str) -> None:
    history = History()
    body = "It waits now.\n\nSigned-off-by: Ada <ada@example.com>"
    commit = history.commit("Add retries", {"src/a.py": ["x"]}, body=body, diff=diff)  # type: ignore[arg-type]
    layout = history.graph().layout(entry(commit))
    assert (layout.way, layout.text, layout.badges) == ("rule", "It waits now.", (badge,))


def test_an_empty_diff_is_never_sent_the_entry_is_its_title() -> None:
    history = History()
    commit = history.commit("Trigger", {}, body="Nothing to see.", diff="empty")
    layout = history.graph().layout(entry(commit))
    assert (layout.way, layout.text, layout.badges) == ("rule", "", ("no-diff",))


def test_what_a_person_wrote_needs_no_engine() -> None:
    own = EntryPlan(entry_note("x"), (), (), "Hello", origin="hand-written", text="World")
    layout = plan_graph(own).layout(own)
    assert (layout.way, layout.text, layout.files) == ("given", "World", ())


def plan_graph(*entries: EntryPlan) -> NoteGraph:
    return NoteGraph(plan(entries), History().patch)


def test_files_that_are_secret_by_name_are_kept_back() -> None:
    history = History()
    commit = history.commit("Add key", {"deploy/id_rsa": ["key"], "src/a.py": ["x"]})
    secret, _ = history.graph().layout(entry(commit)).files
    assert (secret.sentence, secret.badges) == (KEPT_BACK, ("masked:1",))


def test_a_merged_entry_has_the_files_of_all_its_commits() -> None:
    history = History()
    one = history.commit("One", {"src/a.py": ["x"]})
    two = history.commit("Two", {"src/a.py": ["y"]})
    layout = history.graph().layout(entry(one, two))
    assert layout.way == "joined"
    assert [file.note for file in layout.files] == [file_id(one, "src/a.py"), file_id(two, "src/a.py")]


def test_a_second_entry_from_one_commit_is_written_for_its_own_title() -> None:
    history = History()
    commit = history.commit("One", {"src/a.py": ["x"]})
    assert history.graph().layout(entry(commit, note=entry_note("2"), title="Other half")).way == "joined"


def digests(first_line: int, sha: str, line: str = "x = 2") -> tuple[str, str]:
    history = History()
    files = {"src/a.py": [" keep", "-x = 1", f"+{line}"], "src/b.py": ["y"]}
    commit = history.commit("One (#1)", files, first_line=first_line, sha=sha)
    graph = history.graph()
    return graph.input_digest(entry(commit)), graph.input_digest(graph.file_notes(entry(commit))[0])


def test_input_digests_stay_when_only_line_numbers_and_blobs_move() -> None:
    assert digests(1, "a" * 40) == digests(900, "b" * 40)


def test_input_digests_move_with_the_diff() -> None:
    assert not set(digests(1, "a" * 40)) & set(digests(1, "a" * 40, line="x = 3"))


def test_correcting_a_file_note_changes_what_the_entry_is_about() -> None:
    history = History()
    commit = history.commit("One", {"src/a.py": ["x"], "src/b.py": ["y"]})
    graph = history.graph()
    before = graph.input_digest(entry(commit))
    note = file_id(commit, "src/a.py")
    after = graph.input_digest(entry(commit), {note: "corrected"})
    assert before != after
    assert before == graph.input_digest(entry(commit), {commit_note(commit.sha): "the entry's own text"})
    assert graph.input_digest(note) == graph.input_digest(note, {note: "corrected"})


def test_a_title_that_a_person_gave_makes_nothing_stale() -> None:
    history = History()
    commit = history.commit("One", {"src/a.py": ["x"]})
    graph = history.graph()
    assert graph.input_digest(entry(commit)) == graph.input_digest(entry(commit, title="A better title"))


def test_an_unknown_note_is_an_error() -> None:
    history = History()
    commit = history.commit("One", {"src/a.py": ["x"]})
    graph = history.graph()
    with pytest.raises(KeyError):
        graph.input_digest(file_id(commit, "src/none.py"))


def test_diffs_are_read_once_for_good(tmp_path: Path) -> None:
    history = History()
    commit = history.commit("One", {"src/a.py": ["x"], "src/b.py": ["y"]})
    answers = AnswerCache.open(tmp_path, 1 << 20)
    first = history.graph(answers).input_digest(entry(commit))
    assert history.reads == 1
    graph = history.graph(answers)
    graph.load((commit,))
    assert graph.input_digest(entry(commit)) == first
    assert history.reads == 1
    answers.close()
