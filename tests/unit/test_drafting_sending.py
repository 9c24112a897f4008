"""What is sent: together, in pieces, masked; and what becomes of replies that are no good."""

import json

import msgspec
import pytest

from llnotes_tui.drafting.events import NoteFailed
from llnotes_tui.engines.base import AnnouncementSubject, Reply, Request
from llnotes_tui.release.ids import commit_note
from tests.unit.drafting_matter import (
    QUICK,
    History,
    OpenDesk,
    Scripted,
    file_id,
    release,
    reply,
    texts_of,
    usual_answer,
)

# -- together, in pieces, cut off ------------------------------------------------------------------------------------


def test_small_files_of_a_commit_travel_together_and_each_keeps_its_note(desk: OpenDesk) -> None:
    engine = Scripted()
    history = release(2, files=3)
    at = desk(history, engine).draft()
    assert sorted(request.purpose for request in engine.requests) == ["entry", "entry", "files", "files"]
    drafts = at.drafting.drafts()
    texts = [drafts[file_id(history.commits[0], f"src/m0_{n}.py")] for n in range(3)]
    assert [draft.text.partition(" ")[0] for draft in texts] == ["file_1", "file_2", "file_3"]
    assert len({draft.call_digest for draft in texts}) == 1
    assert at.drafting.prompt(texts[1].note) == next(
        r for r in engine.requests if r.purpose == "files"
    ).messages or any(at.drafting.prompt(texts[1].note) == request.messages for request in engine.requests)


def test_a_packed_reply_that_does_not_parse_costs_a_call_for_each_file(desk: OpenDesk) -> None:
    def answer(request: Request) -> str:
        return "Sorry, here is prose." if request.purpose == "files" else usual_answer(request)

    engine = Scripted(answer)
    at = desk(release(1, files=3), engine).draft()
    assert sorted(request.purpose for request in engine.requests) == ["entry", "file", "file", "file", "files"]
    assert not at.heard.of(NoteFailed)


def test_only_the_files_that_a_packed_reply_lacks_are_asked_for_alone(desk: OpenDesk) -> None:
    def answer(request: Request) -> str:
        if request.purpose == "files":
            return json.dumps({"file_1": "First.", "file_3": "Third."})
        return usual_answer(request)

    engine = Scripted(answer)
    history = release(1, files=3)
    at = desk(history, engine).draft()
    assert sorted(request.purpose for request in engine.requests) == ["entry", "file", "files"]
    assert at.text(file_id(history.commits[0], "src/m0_2.py")) == "Third."


def test_r_on_a_packed_note_is_a_call_of_its_own(desk: OpenDesk) -> None:
    engine = Scripted()
    history = release(1, files=3)
    at = desk(history, engine).draft()
    note = file_id(history.commits[0], "src/m0_1.py")
    at.drafting.again(note)
    assert at.drafting.wait(60)
    last = engine.requests[-1]
    assert (last.purpose, last.variant) == ("file", 1)
    assert last.temperature > 0
    assert "m0_1.py" in texts_of(last)
    assert "m0_2.py" not in texts_of(last)


def large(lines: int) -> History:
    history = History()
    hunks = [
        line for n in range(lines // 20) for line in (f"@@ -{n},0 +{n},20 @@ x", *[f"+line {n} {i}" for i in range(20)])
    ]
    history.commit("Large", {"src/large.py": hunks})
    return history


def test_a_large_diff_is_told_piece_by_piece_and_joined(desk: OpenDesk) -> None:
    engine = Scripted()
    history = large(1_000)
    at = desk(history, engine, limits=msgspec.structs.replace(QUICK, input_budget=1_000)).draft()
    draft = at.drafting.drafts()[commit_note(history.commits[0].sha)]
    parts = len(engine.requests) - 1
    assert parts > 2
    assert draft.badges == (f"parts:{parts}",)
    sent = "\n".join(texts_of(request) for request in engine.requests)
    assert all(f"line {n} {i}\n" in sent for n in range(50) for i in range(20))
    assert all(f"Note on part {n}:" in texts_of(engine.requests[-1]) for n in range(1, parts + 1))


def test_what_is_not_sent_is_said(desk: OpenDesk) -> None:
    history = large(2_000)
    limits = msgspec.structs.replace(QUICK, input_budget=1_000, max_parts=3)
    at = desk(history, Scripted(), limits=limits).draft()
    assert at.drafting.drafts()[commit_note(history.commits[0].sha)].badges == ("parts:3", "partial")


def test_an_engine_of_this_machine_gets_whole_files_one_by_one(desk: OpenDesk) -> None:
    engine = Scripted(lambda request: f"{request.purpose} by rule", name="extractive")
    history = large(2_000)
    history.commit("Small", {"src/a.py": ["x"], "src/b.py": ["y"]})
    desk(history, engine, limits=msgspec.structs.replace(QUICK, input_budget=100)).draft()
    assert sorted(request.purpose for request in engine.requests) == ["entry", "file", "file", "file"]
    assert all(request.messages == () for request in engine.requests)


def test_a_cut_off_reply_is_asked_for_again_with_more_room(desk: OpenDesk) -> None:
    def answer(request: Request) -> Reply:
        return reply("Whole.") if request.max_tokens > 500 else reply("Who", "length")

    engine = Scripted(answer)
    history = release(1, files=1)
    at = desk(history, engine).draft()
    draft = at.drafting.drafts()[commit_note(history.commits[0].sha)]
    assert [request.max_tokens for request in engine.requests] == [500, 1000]
    assert (draft.text, draft.badges) == ("Whole.", ())


def test_a_reply_that_stays_cut_off_says_so(desk: OpenDesk) -> None:
    engine = Scripted(lambda _: reply("Half a", "length"))
    history = release(1, files=1)
    at = desk(history, engine).draft()
    draft = at.drafting.drafts()[commit_note(history.commits[0].sha)]
    assert (draft.text, draft.badges, len(engine.requests)) == ("Half a", ("cut-off",), 2)
    assert desk(history, engine).draft().drafting.drafts()[draft.note].badges == ("cut-off",)
    assert len(engine.requests) == 2


# -- secrets and hostile text ----------------------------------------------------------------------------------------


def test_no_secret_leaves_in_any_prompt_or_subject(desk: OpenDesk) -> None:
    token, key = "ghp_" + "a1B2" * 9, "ghp_" + "z9Y8" * 9
    history = History()
    history.commit(
        f"Use {token}",
        {
            "src/a.py": [f'TOKEN = "{token}"', f'-OLD = "{key}"', " harmless"],
            "deploy/id_rsa": ["very-secret-key-material"],
            "src/b.py": ["x"],
        },
        body=f"The token is {token}.",
    )
    engine = Scripted()
    local = Scripted(name="extractive", answer=lambda request: "By rule.")
    at = desk(history, engine).draft()
    desk(history, local).draft()
    for request in engine.requests + local.requests:
        subject = request.subject
        assert not isinstance(subject, AnnouncementSubject)
        said = texts_of(request) + "".join(file.diff.decode() for file in subject.files)
        said += (
            getattr(subject, "message", "") + "".join(getattr(subject, "messages", ())) + getattr(subject, "title", "")
        )
        assert token not in said
        assert key not in said
        assert "very-secret" not in said
    masked = at.drafting.drafts()[file_id(history.commits[0], "src/a.py")]
    assert masked.badges == ("masked:4",)
    assert at.drafting.drafts()[file_id(history.commits[0], "deploy/id_rsa")].badges == ("masked:1",)
    assert token not in "".join(message.content for message in at.drafting.prompt(masked.note))


def test_where_masking_fails_nothing_is_sent_and_the_note_says_why(
    desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/does/not/exist")
    monkeypatch.setattr("llnotes_tui.drafting.masking._shared", None)
    engine = Scripted()
    at = desk(release(1, files=1), engine).draft()
    assert engine.requests == []
    assert "nothing was sent" in at.heard.of(NoteFailed)[0].sentence


def test_control_characters_of_a_model_do_not_come_through(desk: OpenDesk) -> None:
    engine = Scripted(lambda _: "Adds\x1b[31m red\u202e text.\n\nSecond\tparagraph.")
    history = release(1, files=1)
    text = desk(history, engine).draft().text(commit_note(history.commits[0].sha))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\n" not in text
