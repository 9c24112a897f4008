from hypothesis import given
from hypothesis import strategies as st

from llnotes_tui.release.digest import announcement_digest, call_digest, digest, entry_digest, file_digest, given_digest
from llnotes_tui.release.ids import commit_note
from llnotes_tui.release.model import NotesEntry
from tests.unit.drafting_matter import change


def test_a_digest_does_not_depend_on_the_order_of_keys() -> None:
    assert digest({"a": 1, "b": [2]}) == digest({"b": [2], "a": 1})
    assert digest(["é"]) != digest(["e"])


@given(st.text(), st.text())
def test_texts_that_join_to_the_same_have_different_digests(left: str, right: str) -> None:
    assert entry_digest("t", [left, right], [], []) != entry_digest("t", [left + right], [], [])


def test_a_file_is_about_message_path_status_and_body() -> None:
    one = change("c" * 40, "a.py", ["x"], 0)
    base = file_digest("m", one, "body")
    assert base == file_digest("m", change("d" * 40, "a.py", ["x"], 7), "body"), "not about its commit or its place"
    assert len({base, file_digest("n", one, "body"), file_digest("m", one, "other"), given_digest("m", "body")}) == 4
    assert base != file_digest("m", change("c" * 40, "b.py", ["x"], 0), "body")


def test_a_call_is_engine_model_parameters_messages_and_variant() -> None:
    messages = [("user", "hi")]
    base = call_digest("e", "m", {"t": 0.0}, messages, 0)
    others = [
        call_digest("x", "m", {"t": 0.0}, messages, 0),
        call_digest("e", "x", {"t": 0.0}, messages, 0),
        call_digest("e", "m", {"t": 0.7}, messages, 0),
        call_digest("e", "m", {"t": 0.0}, [("system", "hi")], 0),
        call_digest("e", "m", {"t": 0.0}, messages, 1),
    ]
    assert len({base, *others}) == 6


def test_the_announcement_is_about_the_entries_in_their_order() -> None:
    one, two = (NotesEntry(commit_note(x), x, "text", "added", False, (1,), (x,)) for x in "ab")
    assert announcement_digest([one, two]) != announcement_digest([two, one])
