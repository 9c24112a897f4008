"""What the tests of the databricks engine share: requests, and a profile file."""

from pathlib import Path
from threading import Event
from typing import Any

from llnotes_tui.engines.base import EngineError, FilesSubject, Message, Reply, Request
from llnotes_tui.engines.databricks import Databricks
from llnotes_tui.release.model import Commit

COMMIT = Commit("a" * 40, (), "Ada", "ada@example.com", 0, 0, "Add retries", "", ())
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"src/jobs.py": {"type": "string"}, "src/runtime.py": {"type": "string"}},
    "required": ["src/jobs.py", "src/runtime.py"],
    "additionalProperties": False,
}
DIFF = "diff --git a/src/jobs.py b/src/jobs.py\n+def list_jobs(self):\n-def all_jobs(self):\n"


def request(prompt: str = DIFF, schema: dict[str, Any] | None = None, **fields: Any) -> Request:
    messages = (Message("system", "You are a staff engineer."), Message("user", prompt))
    subject = FilesSubject(COMMIT, "Add retries", ())
    return Request("files" if schema else "file", messages, subject, 300, response_schema=schema, **fields)


def ask(engine: Databricks, prompt: str = DIFF, schema: dict[str, Any] | None = None) -> Reply:
    return engine.complete(request(prompt, schema), Event())


def fault_of(engine: Databricks, prompt: str = DIFF, cancel: Event | None = None) -> EngineError:
    """Make a call that has to fail, and return how it did."""
    try:
        reply = engine.complete(request(prompt), cancel or Event())
    except EngineError as error:
        return error
    raise AssertionError(f"the call succeeded: {reply}")


def write_profiles(home: Path, text: str) -> Path:
    file = home / ".databrickscfg"
    file.write_text(text)
    return file
