"""A serving endpoint on loopback that the real SDK talks to, with every fault that the real ones have.

By hand: `python -m tests.fakes.serving --faults 0.33` prints the variables that point llnotes at it.
"""

import hashlib
import json
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal, Self, get_args
from urllib.parse import unquote, urlsplit

from tests.fakes.serving_replies import reply_text

Fault = Literal[
    "ok",
    "blocks",  # the content as a list: reasoning first, then the text
    "no-usage",
    "cut-off",  # finish_reason length, half a text
    "empty",  # nothing but reasoning
    "filtered",
    "429",  # with Retry-After
    "429-bare",
    "429-body",  # the wait stands in the body
    "503",  # with Retry-After
    "503-bare",
    "500",
    "502",
    "504",
    "400",
    "401",
    "403",
    "404",
    "hang",
    "slow",
    "reset",
    "truncated",  # the connection ends in the middle of the body
    "broken-json",
    "no-object",
    "html",  # a login page, with 200
    "html-500",
]
FAULTS: tuple[Fault, ...] = get_args(Fault)
USUAL: tuple[Fault, ...] = ("429", "429-bare", "503", "reset", "cut-off")
ENDPOINT = "databricks-meta-llama-3-3-70b-instruct"
TOKEN = "dapi" + "0123456789abcdef" * 2
_STATUS: dict[str, tuple[int, str]] = {
    "400": (400, "BAD_REQUEST"),
    "401": (401, "UNAUTHENTICATED"),
    "403": (403, "PERMISSION_DENIED"),
    "404": (404, "RESOURCE_DOES_NOT_EXIST"),
    "500": (500, "INTERNAL_ERROR"),
    "502": (502, "BAD_GATEWAY"),
    "503": (503, "TEMPORARILY_UNAVAILABLE"),
    "503-bare": (503, "TEMPORARILY_UNAVAILABLE"),
    "504": (504, "DEADLINE_EXCEEDED"),
}


@dataclass(frozen=True)
class Call:
    """One call as it arrived."""

    endpoint: str
    body: dict[str, Any]
    fault: Fault
    at: float
    """`time.monotonic()` of its arrival."""
    attempt: int
    """How many calls with the same messages came before."""

    @property
    def messages(self) -> list[dict[str, str]]:
        messages: list[dict[str, str]] = self.body["messages"]
        return messages

    @property
    def prompt(self) -> str:
        """Everything that left the house in this call, as one text."""
        return "\n".join(message["content"] for message in self.messages)


@dataclass
class Serving:
    """The endpoint.  Faults come from `script` first, one a call; then at random, at the ratio `faults`, the same for the
    same seed, messages and attempt.  What it received stays in `calls`."""

    script: Iterable[Fault] = ()
    faults: float = 0.0
    kinds: tuple[Fault, ...] = USUAL
    seed: int = 0
    latency: float = 0.0
    """Seconds that every answer takes."""
    retry_after: float | str = 1
    refused: frozenset[str] = frozenset()
    """Parameters that are answered with 400, such as `response_format`."""
    names_refused: bool = True
    """Whether that 400 says which parameter it was."""
    endpoints: tuple[str, ...] = (ENDPOINT, "databricks-gpt-oss-20b", "team-chat")
    metadata: Mapping[str, Any] | None = None
    """What `/.well-known/databricks-config` answers; None: 404."""
    well_known: Fault = "ok"
    silent: bool = False
    """Whether nothing is ever answered."""
    answer: Callable[[list[dict[str, str]], dict[str, Any] | None], str] = reply_text
    port: int = 0
    calls: list[Call] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    """Every other request, as `GET /path`."""
    user_agents: set[str] = field(default_factory=set)
    at_once: int = 0
    most_at_once: int = 0

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._script = deque(self.script)
        self._attempts: dict[str, int] = {}
        self.stopping = threading.Event()
        self._server = _Server(("127.0.0.1", self.port), _Handler, self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def start(self) -> Self:
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop at once; calls that hang are let go."""
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def environment(self) -> dict[str, str]:
        """The variables that point the SDK here."""
        return {"DATABRICKS_HOST": self.url, "DATABRICKS_TOKEN": TOKEN}

    def then(self, *faults: Fault) -> None:
        """Append to the script."""
        with self._lock:
            self._script.extend(faults)

    def forget(self) -> None:
        """Drop the script and what was received, for the next test on the same server."""
        with self._lock:
            self._script.clear()
            self._attempts.clear()
            self.calls.clear()
            self.requests.clear()
            self.most_at_once = self.at_once

    def calls_by_messages(self) -> dict[str, int]:
        """Return how often the same messages came, by their digest."""
        return dict(self._attempts)

    def begin(self, endpoint: str, body: dict[str, Any]) -> Fault:
        """Record a call and choose what happens to it."""
        digest = hashlib.sha256(json.dumps(body.get("messages"), sort_keys=True).encode()).hexdigest()
        with self._lock:
            attempt = self._attempts.get(digest, 0)
            self._attempts[digest] = attempt + 1
            fault = self._script.popleft() if self._script else self._chance(digest, attempt)
            self.calls.append(Call(endpoint, body, fault, time.monotonic(), attempt))
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        return fault

    def end(self) -> None:
        """Record that a call is over; called before its answer leaves, for the next call may come right after that."""
        with self._lock:
            self.at_once -= 1

    def _chance(self, digest: str, attempt: int) -> Fault:
        drawn = int.from_bytes(hashlib.sha256(f"{self.seed} {digest} {attempt}".encode()).digest()[:8])
        if drawn % 10_000 >= self.faults * 10_000:
            return "ok"
        return self.kinds[drawn // 10_000 % len(self.kinds)]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler], serving: Serving) -> None:
        super().__init__(address, handler)
        self.serving = serving

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that went away."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    is_call = False
    """Whether a call was begun that is not over."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the name is the base class's
        """Keep quiet."""

    def do_GET(self) -> None:
        serving, path = self.server.serving, urlsplit(self.path).path
        serving.requests.append(f"GET {path}")
        serving.user_agents.add(self.headers.get("User-Agent", ""))
        if serving.silent:
            serving.stopping.wait()
        elif path == "/.well-known/databricks-config":
            self._well_known(serving)
        elif self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._error(401, "UNAUTHENTICATED", f"Invalid access token {TOKEN}.")
        elif path == "/api/2.0/preview/scim/v2/Me":
            self._json(200, {"id": "1", "userName": "ada@example.com", "displayName": "Ada", "active": True})
        elif path == "/api/2.0/serving-endpoints":
            self._json(
                200,
                {"endpoints": [_listed(name) for name in serving.endpoints] + [_listed("embed", "llm/v1/embeddings")]},
            )
        elif (name := unquote(path.rpartition("/")[2])) in serving.endpoints:
            self._json(200, _listed(name))
        else:
            self._error(404, "RESOURCE_DOES_NOT_EXIST", f"Endpoint with name '{name}' does not exist.")

    def do_POST(self) -> None:
        serving = self.server.serving
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
        name = unquote(urlsplit(self.path).path.removeprefix("/serving-endpoints/").removesuffix("/invocations"))
        serving.user_agents.add(self.headers.get("User-Agent", ""))
        fault = serving.begin(name, body)
        self.is_call = True
        try:
            serving.stopping.wait(serving.latency)
            self._invocation(serving, name, body, fault)
        finally:
            self._over()

    def _over(self) -> None:
        if self.is_call:
            self.is_call = False
            self.server.serving.end()

    def _well_known(self, serving: Serving) -> None:
        if serving.well_known != "ok":
            self._faulty(serving, serving.well_known)
        elif serving.metadata is None:
            self._error(404, "NOT_FOUND", "No such path.")
        else:
            self._json(200, serving.metadata)

    def _invocation(self, serving: Serving, name: str, body: dict[str, Any], fault: Fault) -> None:
        refused = [
            parameter for parameter in ("response_format", "temperature") if parameter in serving.refused & body.keys()
        ]
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._error(401, "UNAUTHENTICATED", "Invalid access token.")
        elif name not in serving.endpoints:
            self._error(404, "RESOURCE_DOES_NOT_EXIST", f"The given endpoint does not exist: {name}.")
        elif refused:
            which = refused[0] if serving.names_refused else "a parameter"
            self._error(400, "BAD_REQUEST", f"Invalid request: {which} is not supported.")
        elif fault in ("ok", "blocks", "no-usage", "cut-off", "empty", "filtered", "slow", "truncated"):
            self._answer(serving, name, body, fault)
        else:
            self._faulty(serving, fault)

    def _answer(self, serving: Serving, name: str, body: dict[str, Any], fault: Fault) -> None:
        if fault == "slow":
            serving.stopping.wait(1.0)
        wanted = body.get("response_format", {}).get("json_schema", {}).get("schema")
        text = serving.answer(body["messages"], wanted)
        reply = _completion(name, body["messages"], text, fault)
        if fault == "truncated":
            self._send(200, json.dumps(reply).encode(), {"Content-Type": "application/json"}, promised=10_000)
            self.close_connection = True
        else:
            self._json(200, reply)

    def _faulty(self, serving: Serving, fault: Fault) -> None:
        """Answer as a server in trouble does."""
        wait = {"Retry-After": str(serving.retry_after)}
        match fault:
            case "hang":
                serving.stopping.wait()
            case "reset":
                self._reset()
            case "429" | "429-bare":
                self._error(429, "REQUEST_LIMIT_EXCEEDED", "Too many requests.", wait if fault == "429" else {})
            case "429-body":
                limits = {"limit_type": "input_tokens_per_minute", "limit": 200000, "current": 200150}
                self._json(429, {"error": {"code": 429, **limits, "retry_after": float(serving.retry_after)}})
            case "html":
                self._send(200, b"<!DOCTYPE html><html><title>Sign in</title></html>", {"Content-Type": "text/html"})
            case "html-500":
                self._send(500, b"<html><body>The gateway is lost.</body></html>", {"Content-Type": "text/html"})
            case "broken-json":
                self._send(200, b'{"choices": [{"message": ', {"Content-Type": "application/json"})
            case "no-object":
                self._json(200, "no object")
            case _:
                status, code = _STATUS[fault]
                self._error(status, code, f"The request failed with {status}.", wait if fault == "503" else {})

    def _error(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        self._json(status, {"error_code": code, "message": message}, headers)

    def _json(self, status: int, value: Any, headers: Mapping[str, str] | None = None) -> None:
        self._send(status, json.dumps(value).encode(), {"Content-Type": "application/json", **(headers or {})})

    def _send(self, status: int, body: bytes, headers: Mapping[str, str], promised: int | None = None) -> None:
        """Send head and body in one piece: two would wait for each other's acknowledgement."""
        head = "".join(f"{key}: {value}\r\n" for key, value in headers.items())
        length = len(body) if promised is None else promised
        reason = HTTPStatus(status).phrase
        self._over()
        self.wfile.write(f"HTTP/1.1 {status} {reason}\r\n{head}Content-Length: {length}\r\n\r\n".encode() + body)

    def _reset(self) -> None:
        self._over()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True


def _listed(name: str, task: str = "llm/v1/chat") -> dict[str, Any]:
    """Return an endpoint as the workspace lists it; those of the vendor have no creator."""
    state = {"ready": "READY", "config_update": "NOT_UPDATING"}
    listed = {"name": name, "id": name, "task": task, "state": state}
    return listed if name.startswith("databricks-") else {**listed, "creator": "grace@example.com"}


def _completion(model: str, messages: list[dict[str, str]], text: str, fault: Fault) -> dict[str, Any]:
    content: Any = text
    if fault == "cut-off":
        content = text[: max(1, len(text) // 2)]
    elif fault in ("blocks", "empty"):
        content = [{"type": "reasoning", "summary": [{"type": "summary_text", "text": "Let me think."}]}]
        if fault == "blocks":
            content += [{"type": "text", "text": text[:20]}, {"type": "text", "text": text[20:]}]
    elif fault == "filtered":
        content = None
    reason = {"cut-off": "length", "empty": "length", "filtered": "content_filter"}.get(fault, "stop")
    reply: dict[str, Any] = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": f"{model}-121024",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": reason}],
    }
    if fault != "no-usage":
        sent, written = sum(len(m["content"]) for m in messages) // 4, len(text) // 4
        reply["usage"] = {"prompt_tokens": sent, "completion_tokens": written, "total_tokens": sent + written}
    return reply


def closed_port_url() -> str:
    """Return the address of a host where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


if __name__ == "__main__":
    from tests.fakes.serving_command import main

    main()
