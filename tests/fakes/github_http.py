"""The HTTP of the GitHub of the tests: reads a request, lets a fault happen or has the right part answer, and sends that."""

import re
import socket
import struct
import threading
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from tests.fakes.github_messages import Answer, Request
from tests.fakes.github_records import FakeRepository
from tests.fakes.github_refusals import limit_told, refusal

if TYPE_CHECKING:
    from tests.fakes.github import GitHubFake

_GIT = re.compile(r"/(?P<name>[^/]+/[^/]+?)(?:\.git)?/(?P<rest>info/refs|git-upload-pack|git-receive-pack)")
_PAGE = re.compile(r"/(?P<name>[^/]+/[^/]+?)(?:\.git)?(?:/.*)?")
_GRAPHQL = ("/api/graphql", "/api/v3/graphql")


class Server:
    """Listens, and serves every request in a thread of its own."""

    def __init__(self, github: "GitHubFake") -> None:
        self._http = _Listener(("127.0.0.1", github.port), _Handler, github)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self.port = int(self._http.server_address[1])

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler], github: "GitHubFake") -> None:
        super().__init__(address, handler)
        self.github = github
        self.at_once = 0

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that went away."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Listener

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the name is the base class's
        """Keep quiet."""

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_PATCH = do_PUT = do_DELETE = do_HEAD = do_GET  # noqa: N815 -- the base class looks for these

    def _serve(self) -> None:
        github, parts = self.server.github, urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self._body(headers)
        caller = github.access.caller(headers.get("authorization", ""))
        request = Request(self.command, unquote(parts.path), parts.query, headers, body, caller)
        with github.lock:
            github.note(request.verb, request.path, request.query, headers.get("authorization", ""))
            self.server.at_once += 1
            github.most_at_once = max(github.most_at_once, self.server.at_once)
        try:
            github.stopping.wait(github.latency)
            self._answer(github, request)
        finally:
            with github.lock:
                self.server.at_once -= 1

    def _body(self, headers: Mapping[str, str]) -> bytes:
        if "chunked" not in headers.get("transfer-encoding", "").lower():
            return self.rfile.read(int(headers.get("content-length") or 0))
        pieces = []
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            pieces.append(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline().strip():
            """Trailers."""
        return b"".join(pieces)

    def _answer(self, github: "GitHubFake", request: Request) -> None:
        name = f"{request.verb} {request.path}"
        fault = github.take_fault(name, without=("cut-pack",))
        kind = fault.kind if fault is not None else ""
        if kind == "hang":
            github.stopping.wait()
            self.close_connection = True
            return
        if kind == "reset":
            self._reset()
            return
        if fault is not None and kind == "slow":
            github.stopping.wait(fault.seconds)
        request.truncates = kind == "truncated-lists"
        answer = refusal(github, fault) if fault is not None else None
        answer = answer or _routed(github, request, kind)
        answer.headers |= _limit_headers(github, request)
        if fault is not None and "limit" in kind:
            answer.headers |= limit_told(fault)
        if kind == "cut-body" and isinstance(answer.body, bytes):
            self._send(answer, answer.body[: len(answer.body) // 2], promised=len(answer.body))
            self.close_connection = True
        elif isinstance(answer.body, bytes):
            self._send(answer, answer.body)
        else:
            self._stream(github, answer, answer.body, name)

    def _stream(self, github: "GitHubFake", answer: Answer, body: Iterator[bytes], name: str) -> None:
        """Send what git says as it comes; where a pack is to be cut, up to its middle."""
        if github.take_fault(name, only=("cut-pack",)) is None:
            self._head(answer, "Transfer-Encoding: chunked")
            for chunk in body:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
            self.wfile.write(b"0\r\n\r\n")
            return
        told = b"".join(body)
        start = told.find(b"PACK")
        if start < 0:
            # A listing of refs, or a round of negotiation: the fault is for the answer that has the pack.
            github.fault("cut-pack", on=re.escape(name))
            self._send(answer, told)
            return
        self._head(answer, "Transfer-Encoding: chunked")
        part = told[: start + max(16, (len(told) - start) // 2)]
        self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
        self._reset()

    def _send(self, answer: Answer, body: bytes, promised: int | None = None) -> None:
        """Send head and body in one piece: two would wait for each other's acknowledgement."""
        length = len(body) if promised is None else promised
        head = self._head_text(answer, f"Content-Length: {length}")
        self.wfile.write(head + (b"" if self.command == "HEAD" else body))

    def _head(self, answer: Answer, last: str) -> None:
        self.wfile.write(self._head_text(answer, last))

    def _head_text(self, answer: Answer, last: str) -> bytes:
        lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"]
        lines += [f"{key}: {value}" for key, value in answer.headers.items()]
        return "\r\n".join([*lines, last, "", ""]).encode("latin-1", "replace")

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # Reading and writing hold the socket open too: only when all of them are closed is the connection reset.
        self.rfile.close()
        self.connection.close()
        self.close_connection = True


def _routed(github: "GitHubFake", request: Request, fault: str) -> Answer:
    """Have the part answer that a path belongs to."""
    from tests.fakes.github_graphql import answer_query
    from tests.fakes.github_rest import answer_rest

    if request.path in _GRAPHQL:
        return answer_query(github, request, fault)
    if request.path.startswith("/api/v3"):
        return answer_rest(github, request)
    if match := _GIT.fullmatch(request.path):
        return _git(github, request, match["name"], match["rest"])
    match = _PAGE.fullmatch(request.path)
    repository = github.repositories.get(match["name"].lower()) if match else None
    seen = repository is not None and request.caller.may_see(repository)
    return Answer.html(200, request.path) if seen else Answer.html(404, "Page not found")


def _git(github: "GitHubFake", request: Request, name: str, rest: str) -> Answer:
    repository = github.repositories.get(name.lower())
    caller, writes = request.caller, "receive-pack" in rest + request.query
    asks_who = {"WWW-Authenticate": 'Basic realm="GitHub"'}
    if caller.is_wrong:
        return Answer.text(401, "Invalid username or password.\n", asks_who)
    moved = github.renamed.get(name.lower())
    if repository is None and moved is not None:
        return Answer(301, b"", {"Location": f"{github.url}/{moved}.git/{rest}?{request.query}"})
    if caller.token is None and (repository is None or repository.private or writes):
        return Answer.text(401, "No anonymous access.\n", asks_who)
    if repository is None or not caller.may_see(repository) or repository.owner.is_protected:
        return Answer.text(404, "Repository not found.\n")
    if repository.blocked:
        return Answer.text(451, "Repository unavailable due to DMCA takedown.\n")
    if writes and repository.archived:
        return Answer.text(403, "This repository was archived so it is read-only.\n")
    return _backend(github, request, repository, rest)


def _backend(github: "GitHubFake", request: Request, repository: FakeRepository, rest: str) -> Answer:
    told = github.transport.answer(repository, request.verb, rest, request.query, request.headers, request.body)
    return Answer(told.status, told.body, told.headers)


def _limit_headers(github: "GitHubFake", request: Request) -> dict[str, str]:
    """Return the headers about limits and scopes that every answer of the API has."""
    if not request.path.startswith("/api/"):
        return {}
    resource = "graphql" if request.path in _GRAPHQL else "core"
    told = github.access.limits(request.caller, github.limit)[resource]
    scopes = {} if request.caller.token is None else {"x-oauth-scopes": request.caller.token.scopes}
    return {f"x-ratelimit-{name}": str(value) for name, value in told.items()} | {
        "x-ratelimit-resource": resource,
        "x-github-request-id": "FA4E:0001:0002:0003:00000001",
        **scopes,
    }
