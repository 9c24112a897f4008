"""A repository's own Jinja2 template for its section, rendered in a process of its own with limits of time and size.

The caller decides whether a template is trusted; trusted or not, it is sandboxed, reads no files, and what it does wrong
is one sentence.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec

from llnotes_tui.publishing.files import ExportError
from llnotes_tui.publishing.labs import render as render_labs
from llnotes_tui.publishing.lines import all_entries, dependency_updates, links, plain
from llnotes_tui.publishing.people import safe_name
from llnotes_tui.publishing.safe_text import safe_line, safe_title
from llnotes_tui.release.model import NotesEntry, ReleaseNotes

TIME_LIMIT = 10.0
"""Seconds until a template is stopped."""
TEMPLATE_LIMIT = 64 * 1024
"""Bytes of a template."""
OUTPUT_LIMIT = 1024 * 1024
"""Characters that a template may write."""
_MEMORY_LIMIT = 512 * 1024 * 1024
_START = "import sys; sys.path[:] = sys.argv[1:]; from llnotes_tui.publishing.template import _serve; _serve()"


def render(path: Path, notes: ReleaseNotes, *, time_limit: float = TIME_LIMIT) -> str:
    """Return what a template makes of a release.

    It gets `version`, `date`, `tag`, `previous_tag`, `web_url`, `entries` (each with `title`, `text`, `links`, `section`,
    `breaking`, `pull_requests`, `commits`, `origin`), `dependency_updates` (each with `title`, `links`,
    `pull_request`), `contributors` (each with `name`, `login`, `pull_request`, `is_new`) and `default`, the section as the layout `labs` has it.  Generated text is made safe before.

    Raises:
        ExportError: the template cannot be read, is wrong, takes too long or writes too much.
    """
    source = _read(path)
    request = json.dumps({"source": source, "values": _values(notes)}).encode()
    try:
        # In a process of its own it can be stopped, whatever it does.
        done = subprocess.run(
            [sys.executable, "-I", "-c", _START, *_search_path()],
            input=request,
            capture_output=True,
            timeout=time_limit,
            check=False,
        )
    except subprocess.TimeoutExpired as fault:
        raise ExportError(
            f"{path} did not finish within {time_limit:g} s; nothing was written: simplify it."
        ) from fault
    except OSError as fault:
        raise ExportError(f"{path} could not be rendered: {fault.strerror}; nothing was written.") from fault
    return _result(path, done)


def _search_path() -> list[str]:
    """Return where the child finds what we are made of, without the folder it happens to start in."""
    return list(dict.fromkeys([str(Path(__file__).parents[2]), *(folder for folder in sys.path if folder)]))


def _read(path: Path) -> str:
    try:
        data = path.read_bytes()
        if len(data) > TEMPLATE_LIMIT:
            raise ExportError(f"{path} is larger than {TEMPLATE_LIMIT // 1024} kB; a template of one section is short.")
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as fault:
        raise ExportError(f"{path} cannot be read: {fault.strerror}; name another template or none.") from fault
    except UnicodeDecodeError as fault:
        raise ExportError(f"{path} is not UTF-8; save it so.") from fault


def _result(path: Path, done: subprocess.CompletedProcess[bytes]) -> str:
    try:
        reply = json.loads(done.stdout)
    except ValueError as fault:
        raise ExportError(f"{path} used more memory or time than a template may; nothing was written.") from fault
    if "fault" in reply:
        raise ExportError(f"{path}{reply['fault']}; nothing was written: correct the template.")
    return str(reply["text"])


def _values(notes: ReleaseNotes) -> dict[str, Any]:
    return {
        "version": notes.version,
        "date": notes.date,
        "tag": notes.tag,
        "previous_tag": notes.previous_tag,
        "web_url": notes.web_url,
        "entries": [_entry(entry, notes.web_url) for entry in all_entries(notes)],
        "dependency_updates": [
            {
                "title": safe_title(title),
                "pull_request": number,
                "links": links([number] if number is not None else [], notes.web_url, "pull").strip(),
            }
            for title, number in dependency_updates(notes)
        ],
        "contributors": [{**msgspec.to_builtins(one), "name": safe_name(one.name)} for one in notes.contributors],
        "default": render_labs(notes),
    }


def _entry(entry: NotesEntry, web_url: str | None) -> dict[str, Any]:
    typed = entry.human or entry.origin != "drafted"
    values: dict[str, Any] = msgspec.to_builtins(entry)
    title = " ".join(entry.title.split()) if entry.origin != "drafted" else safe_title(entry.title)
    text = plain(entry.text) if typed else safe_line(entry.text)
    return values | {"title": title, "text": text, "links": links(entry.pull_requests, web_url, "issues").strip()}


def _serve() -> None:
    """Render the one template that stands on standard input: what the child process does."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_LIMIT, _MEMORY_LIMIT)) if sys.platform == "linux" else None
    request = json.load(sys.stdin)
    json.dump(_rendered(request["source"], request["values"]), sys.stdout)


def _rendered(source: str, values: dict[str, Any]) -> dict[str, str]:
    import jinja2
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    written: list[str] = []
    size = 0
    try:
        for chunk in environment.from_string(source).generate(values):
            written.append(chunk)
            size += len(chunk)
            if size > OUTPUT_LIMIT:
                return {"fault": f" writes more than {OUTPUT_LIMIT // 1024} kB"}
    except MemoryError:
        return {"fault": " uses more memory than a template may"}
    except jinja2.TemplateSyntaxError as fault:
        return {"fault": f", line {fault.lineno}: {_one_line(fault.message)}"}
    except Exception as fault:
        return {"fault": f"{_line_of(fault)}: {_one_line(str(fault) or type(fault).__name__)}"}
    return {"text": "".join(written)}


def _line_of(fault: BaseException) -> str:
    """Return `, line N` of the template where the fault's traceback knows it."""
    trace, line = fault.__traceback__, 0
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return f", line {line}" if line else ""


def _one_line(text: str | None) -> str:
    return " ".join((text or "it is wrong").split()).rstrip(".")[:300]
