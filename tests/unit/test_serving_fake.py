"""The endpoint that the tests talk to: it has to be right about what it says it received, and the same every time."""

import json
from typing import Any

from llnotes_tui.drafting.prompts import FileText, announcement_messages, entry_messages, files_messages, files_schema
from llnotes_tui.engines.base import Message
from tests.fakes.serving import Serving
from tests.fakes.serving_replies import reply_text

FILES = (
    FileText("src/jobs.py", "modified", "@@ -1 +1 @@\n-def old_list(self):\n+def list_jobs(self):"),
    FileText("src/runtime.py", "added", "@@ -0,0 +1 @@\n+class RuntimeBackend:"),
)


def as_sent(messages: tuple[Message, ...]) -> list[dict[str, str]]:
    return [{"role": message.role, "content": message.content} for message in messages]


def drawn(serving: Serving) -> list[str]:
    bodies: list[dict[str, Any]] = [{"messages": [{"role": "user", "content": str(n)}]} for n in range(200)]
    return [serving.begin("e", body) for body in bodies for _ in range(2)]


def test_packed_files_are_answered_each_for_itself_with_and_without_a_schema() -> None:
    messages = as_sent(files_messages("Add retries", FILES))
    with_schema, without = json.loads(reply_text(messages, files_schema(2))), json.loads(reply_text(messages, None))
    assert with_schema == without
    assert with_schema["file_1"].startswith("Adds `list_jobs`. Removes `old_list`.")
    assert with_schema["file_2"].startswith("Adds `RuntimeBackend`.")


def test_an_entry_is_written_from_the_names_in_its_notes() -> None:
    notes = (("src/jobs.py", "Adds `list_jobs`, which retries."),)
    text = reply_text(as_sent(entry_messages("Add retries", (), ("src/jobs.py",), notes)), None)
    assert text.startswith("Changes `list_jobs`.")


def test_an_announcement_has_a_title_and_keeps_the_links() -> None:
    entries = [
        ("Added retries ([#7](https://example.com/7)).", "Text."),
        ("Fixed a leak ([#8](https://example.com/8)).", ""),
    ]
    title, *paragraphs = reply_text(as_sent(announcement_messages("ada/engine", "1.2.0", entries)), None).split("\n\n")
    assert title == "ada/engine 1.2.0: Added retries."
    assert "[#7](https://example.com/7)" in paragraphs[0]
    assert "[#8](https://example.com/8)" in paragraphs[1]


def test_faults_at_random_are_the_same_for_the_same_seed() -> None:
    with (
        Serving(faults=0.33, seed=1) as one,
        Serving(faults=0.33, seed=1) as same,
        Serving(faults=0.33, seed=2) as another,
    ):
        first = drawn(one)
        assert drawn(same) == first
        assert drawn(another) != first
    assert 0.25 < sum(fault != "ok" for fault in first) / len(first) < 0.41
    assert set(first) == {"ok", *one.kinds}
    assert set(one.calls_by_messages().values()) == {2}
