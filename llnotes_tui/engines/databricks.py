"""The engine behind a Databricks serving endpoint: the one door to databricks-sdk, which is imported where it is used."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Event, Lock
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from urllib.parse import quote

import msgspec
from msgspec import Struct

from llnotes_tui import __version__
from llnotes_tui.engines.base import EngineError, Reply, Request
from llnotes_tui.engines.calls import blamed_parameter, call_body
from llnotes_tui.engines.credentials import find_credentials, known_secrets
from llnotes_tui.engines.faults import Place, RefusedError, cancelled, connection_error, settings_error, status_error
from llnotes_tui.engines.logs import keep_off_the_screen
from llnotes_tui.engines.once import Once
from llnotes_tui.engines.replies import read_reply
from llnotes_tui.release.text import one_line

if TYPE_CHECKING:
    import requests
    from databricks.sdk import WorkspaceClient
    from databricks.sdk.clock import Clock

_QUICK = 10.0
"""Seconds for a question that no model answers."""
_PATIENCE = 1
"""Seconds after which the SDK repeats its look at a host no more."""
_CONNECTING = 30.0
"""Seconds until a client must have been made, the import included."""
_POOL = 64
"""Connections at once."""
_LONGEST_REPLY = 8 << 20
"""Bytes; whatever is longer is no note."""
_CHUNK = 1 << 16
_LISTED_FOR = 60.0
"""Seconds for which the list of endpoints is taken as true."""

_Result = TypeVar("_Result")


class Description(Struct, frozen=True):
    """What `llnotes doctor` says of the engine.  `faults` are sentences; what they are about is empty."""

    host: str
    profile: str
    """Empty where the environment names the credentials."""
    user: str
    endpoint: str
    endpoint_state: str
    """`ready`, or what the workspace says instead."""
    chat_endpoints: tuple[str, ...]
    faults: tuple[str, ...]


class _Clients(NamedTuple):
    """The same workspace asked in two ways: a model may take its time, everything else may not."""

    patient: "WorkspaceClient"
    quick: "WorkspaceClient"
    secrets: frozenset[str]


class _Seen:
    """What the SDK's errors do not tell of an answer: its status, and the wait that it really named."""

    def __init__(self) -> None:
        self.status = 0
        self.retry_after: str | None = None

    def look(self, response: "requests.Response", *_: object, **__: object) -> None:
        """Take note of an answer: a response hook of `requests`."""
        self.status = response.status_code
        self.retry_after = response.headers.get("Retry-After")


class _NoRetryError(Exception):
    """Thrown where the SDK would go to sleep and then send the same call again; its context is the reason."""


class Databricks:
    """Writes with the chat endpoint of a workspace.  Cheap to make: SDK, credentials and network wait for the first call."""

    name = "databricks"

    def __init__(
        self, profile: str | None, endpoint: str, timeout_s: float = 120.0, *, log: Path | None = None
    ) -> None:
        """Prepare to use `endpoint` with the credentials of `profile`, or of the environment.

        `timeout_s` is how long a reply may keep silent; `log` is the file for what the SDK has to say, which is dropped
        otherwise.
        """
        self.model = endpoint
        self._place = Place(endpoint, find_credentials(profile), timeout_s)
        self._front = msgspec.structs.replace(self._place, timeout=_QUICK, asks_model=False)
        self._profile = profile or None
        self._log = log
        self._clients = Once(self._connected, _CONNECTING, self._too_late)
        self._closed = Event()
        self._refused: frozenset[str] = frozenset()
        self._listing = Lock()
        self._listed: tuple[float, tuple[str, ...]] = (0.0, ())

    def __repr__(self) -> str:
        return f"Databricks(endpoint={self.model!r}, host={self.host!r}, profile={self.profile!r})"

    @property
    def host(self) -> str:
        """The workspace's address as the settings tell it, with no question to the network; empty if they do not."""
        clients = self._clients.made
        return str(clients.patient.config.host or "") if clients is not None else self._place.credentials.host

    @property
    def profile(self) -> str:
        """The profile whose credentials are used; empty where the environment names them."""
        return self._place.credentials.profile

    def complete(self, request: Request, cancel: Event) -> Reply:
        """Write the text that `request` asks for.

        Raises:
            EngineError: the call failed; `kind` says how, `cancelled` if `cancel` was set before there was a reply.
        """
        body = call_body(request)
        refused: list[str] = []
        while True:
            try:
                reply = self._invoked(body, cancel)
            except RefusedError as error:
                parameter = blamed_parameter(error, body, self._refused.union(refused))
                if parameter is None:
                    raise
                refused.append(parameter)
                body = {key: value for key, value in body.items() if key != parameter}
            else:
                self._refused = self._refused.union(refused)
                return reply

    def probe(self) -> None:
        """Ask for one word: nothing less tells whether host, credentials, permission and endpoint are all right.

        Raises:
            EngineError: they are not.
        """
        body = {"messages": [{"role": "user", "content": "Answer with one word: ready?"}], "max_tokens": 8}
        try:
            self._invoked(body, Event())
        except EngineError as error:
            if error.kind not in ("rate-limited", "rejected", "broken-reply"):
                raise

    def close(self) -> None:
        """Refuse further calls; those under way end by themselves."""
        self._closed.set()

    def whoami(self) -> str:
        """Return the name of the user (or service principal) that the workspace takes us for.

        Raises:
            EngineError: it cannot be asked.
        """
        user = self._asked(lambda client: client.current_user.me())
        return one_line(user.user_name or user.display_name or "")

    def chat_endpoints(self) -> tuple[str, ...]:
        """Return the names of the workspace's endpoints that chat, those of the vendor first.

        Raises:
            EngineError: it cannot be asked.
        """
        with self._listing:
            at, names = self._listed
            if not names or time.monotonic() - at > _LISTED_FOR:
                found = self._asked(lambda client: list(client.serving_endpoints.list()))
                chats = [
                    (endpoint.creator is not None, endpoint.name or "")
                    for endpoint in found
                    if endpoint.task == "llm/v1/chat"
                ]
                names = tuple(one_line(name) for _, name in sorted(chats))
                self._listed = (time.monotonic(), names)
            return names

    def describe(self) -> Description:
        """Return what can be found out about the engine, and a sentence for everything that cannot."""
        faults: list[str] = []

        def told(question: Callable[[], _Result], otherwise: _Result) -> _Result:
            try:
                return question()
            except EngineError as error:
                if error.sentence not in faults:
                    faults.append(error.sentence)
                return otherwise

        user = told(self.whoami, "")
        # Where nobody knows us, the other questions would only say so again, each after its own wait.
        nothing: tuple[str, ...] = ()
        endpoints = told(self.chat_endpoints, nothing) if user else nothing
        state = told(self._endpoint_state, "") if user else ""
        return Description(self.host, self.profile, user, self.model, state, endpoints, tuple(faults))

    def _endpoint_state(self) -> str:
        endpoint = self._asked(lambda client: client.serving_endpoints.get(quote(self.model, safe="")))
        ready = endpoint.state.ready if endpoint.state is not None else None
        return one_line(ready.value if ready is not None else "unknown").replace("_", " ").lower()

    def _invoked(self, body: dict[str, Any], cancel: Event) -> Reply:
        """Send one call, once.

        Raises:
            EngineError: it failed.
        """
        body = {key: value for key, value in body.items() if key not in self._refused}
        try:
            clients = self._ready(cancel)
            data = self._answer(clients, body, cancel)
            return read_reply(data, self._place, body)
        except EngineError as error:
            if cancel.is_set():
                raise cancelled() from None
            raise self._with_endpoints(error) from None

    def _answer(self, clients: _Clients, body: dict[str, Any], cancel: Event) -> bytes:
        """Return the body of the endpoint's answer to one call."""
        seen = _Seen()

        def sign(prepared: "requests.PreparedRequest") -> "requests.PreparedRequest":
            prepared.headers.update(clients.patient.config.authenticate())
            prepared.register_hook("response", seen.look)
            return prepared

        path = f"/serving-endpoints/{quote(self.model, safe='')}/invocations"
        try:
            answer = clients.patient.api_client.do("POST", path, body=body, raw=True, auth=sign)
            assert isinstance(answer, dict)
            with answer["contents"] as stream:
                return self._read(stream, cancel)
        except EngineError:
            raise
        except Exception as error:  # whatever a library throws is one failed call, not the end of a thread
            raise _error(error, seen, self._place, clients.secrets) from None

    def _read(self, stream: Iterable[bytes], cancel: Event) -> bytes:
        """Read an answer as long as somebody wants it and it is no longer than a reply can be."""
        data = bytearray()
        for chunk in stream:
            data += chunk
            if cancel.is_set():
                raise cancelled()
            if len(data) > _LONGEST_REPLY:
                raise EngineError(
                    "broken-reply", f"Endpoint `{self.model}` at {self.host} answered without end; try again."
                )
        return bytes(data)

    def _asked(self, question: "Callable[[WorkspaceClient], _Result]") -> _Result:
        """Ask the workspace something that is quickly answered."""
        clients = self._ready(None)
        try:
            return question(clients.quick)
        except Exception as error:
            raise _error(error, _Seen(), self._front, clients.secrets) from None

    def _ready(self, cancel: Event | None) -> _Clients:
        """Return the clients, as long as calls are wanted."""
        if self._closed.is_set() or (cancel is not None and cancel.is_set()):
            raise cancelled()
        return self._clients.get(cancel)

    def _with_endpoints(self, error: EngineError) -> EngineError:
        """Add to an endpoint that does not exist those that do."""
        if error.kind != "not-found":
            return error
        try:
            names = self.chat_endpoints()
        except EngineError:
            return error
        known = f"its chat endpoints are: {', '.join(names)}" if names else "it has no chat endpoint at all"
        return EngineError("not-found", f"{error.sentence.removesuffix('.')} ({known}).")

    def _too_late(self) -> EngineError:
        where = f"{self._place.host} did not let us in within {_CONNECTING:g} s"
        return EngineError(
            "connection", f"{where}; check the network and the host of {self._place.credentials.source}."
        )

    def _connected(self) -> _Clients:
        """Import the SDK, find the credentials, and look at the host: seconds, and never on the screen's thread."""
        keep_off_the_screen("databricks", self._log)
        from databricks.sdk import WorkspaceClient
        from databricks.sdk.core import Config

        try:
            config = Config(
                profile=self._profile,
                product="llnotes",
                product_version=__version__,
                http_timeout_seconds=_QUICK,
                retry_timeout_seconds=_PATIENCE,
                max_connection_pools=_POOL,  # which is what the SDK calls the size of the one pool
                debug_headers=False,
                clock=_no_retry_clock(),
            )
            quick = WorkspaceClient(config=config)
            config.http_timeout_seconds = self._place.timeout
            clients = _Clients(WorkspaceClient(config=config), quick, _secrets(config))
        except Exception as error:
            raise settings_error(error, self._place, known_secrets(self._profile)) from None
        self._greet(clients)
        return clients

    def _greet(self, clients: _Clients) -> None:
        """Find out soon whether the host can be reached: a call waits for a connection as long as for a reply."""
        try:
            clients.quick.current_user.me()
        except Exception as error:
            known = _error(error, _Seen(), self._front, clients.secrets)
            if known.kind == "connection":
                raise known from None


def _error(error: BaseException, seen: _Seen, place: Place, secrets: frozenset[str]) -> EngineError:
    """Return the error that `error`, thrown by the SDK or below it, stands for."""
    if isinstance(error, _NoRetryError) and error.__context__ is not None:
        error = error.__context__
    if isinstance(error, TimeoutError) and error.__cause__ is not None:
        error = error.__cause__
    status = seen.status if seen.status >= 400 else _status(error)
    if status:
        return status_error(status, error, place, secrets, seen.retry_after)
    return connection_error(error, place, secrets)


def _status(error: BaseException) -> int:
    """Return the HTTP status that an error of the SDK was made from, 0 for other errors."""
    from databricks.sdk.errors.base import DatabricksError
    from databricks.sdk.errors.platform import STATUS_CODE_MAPPING

    if not isinstance(error, DatabricksError):
        return 0
    for status, kind in STATUS_CODE_MAPPING.items():
        if isinstance(error, kind):
            return int(status)
    return 500


def _secrets(config: Any) -> frozenset[str]:
    """Return every value of the settings that must not be shown."""
    sensitive = (attribute.name for attribute in config.attributes() if attribute.sensitive)
    values = (getattr(config, name) for name in sensitive)
    return frozenset(str(value) for value in values if value)


def _no_retry_clock() -> "Clock":
    """Return a clock that throws where the SDK would sleep: it repeats calls that cost money, for minutes, unstoppably."""
    from databricks.sdk.clock import Clock

    class NoRetryClock(Clock):
        def time(self) -> float:
            return time.time()

        def sleep(self, seconds: float) -> None:
            raise _NoRetryError(f"would wait {seconds:.3g} s")

    return NoRetryClock()
