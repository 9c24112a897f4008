"""Asking GitHub, through PyGithub's requester: REST, GraphQL and raw downloads, with limits waited for and faults told.

PyGithub's objects are not used: they ask for more than is needed.  Its requester signs, checks addresses and reads the
limits; its pauses and retries are off, for it sleeps where nobody can stop it.  One client serves many threads.
"""

import base64
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct

from llnotes_tui import __version__
from llnotes_tui.sources.github.faults import GitHubFault, clock, fault_of_error, fault_of_status
from llnotes_tui.sources.github.hosts import GitHubHost
from llnotes_tui.sources.github.login import Login
from llnotes_tui.sources.github.trouble import faults_told

if TYPE_CHECKING:
    from github import Github

_TIMEOUT = 30
"""Seconds until a request counts as lost; GitHub itself gives up after ten."""
_PAUSES = (0.5, 2.0)
"""Seconds before a request that only reads is tried again after trouble on the way."""
_RENEW = 300.0
"""Seconds before its end from which on a GitHub App's token is made anew."""
_PER_PAGE = 100

Result = TypeVar("Result")


class Answer(Struct, frozen=True):
    """What GitHub answered."""

    headers: Mapping[str, Any]
    """Names in lower case."""
    data: Any


class GraphQLAnswer(Struct, frozen=True):
    """What a query brought: GitHub may answer a part and say of the rest why not."""

    data: Mapping[str, Any]
    errors: tuple[Mapping[str, Any], ...] = ()
    """As GitHub has them: `type`, `message`, `path`."""

    def error_at(self, alias: str) -> Mapping[str, Any] | None:
        """Return the first error below one of the query's own fields, by the name that the query gives it."""
        return next((one for one in self.errors if (one.get("path") or [None])[0] == alias), None)


class Limit(Struct, frozen=True):
    """One of GitHub's limits."""

    name: str
    """`core`, `graphql`, ..."""
    limit: int
    remaining: int
    resets_at: int
    """Seconds since the epoch."""


class GitHub:
    """One GitHub, asked as one login.  Thread-safe; every method waits for an answer, so none belongs on the UI thread."""

    def __init__(
        self,
        host: GitHubHost,
        login: Login,
        *,
        patience: float | None = None,
        timeout: int = _TIMEOUT,
        pauses: Sequence[float] | None = None,
    ) -> None:
        """`patience` is how many seconds a limit is waited for at most; None: as long as it takes.  `pauses` are those before
        a request that only reads is tried again, in seconds."""
        self.host = host
        self.login = login
        self._patience = patience
        self._timeout = timeout
        self._pauses = tuple(_PAUSES if pauses is None else pauses)
        self._mine = threading.local()
        self._lock = threading.Lock()
        self._closed_until = 0.0
        self._listeners: list[Callable[[str], None]] = []
        self._app_token = ("", 0.0)
        self.requests = 0
        """How many were sent."""
        logging.getLogger("github").addHandler(logging.NullHandler())

    # -- asking ----------------------------------------------------------------------------------------------------

    def get(
        self,
        path: str,
        what: str,
        parameters: Mapping[str, Any] | None = None,
        cancel: threading.Event | None = None,
    ) -> Answer:
        """Return what is at a path of the API (such as `/repos/acme/harbor`); `what` names it in errors.

        Raises:
            GitHubFault: it is not to be had, or `cancel` was set.
        """

        def ask(client: "Github") -> Answer:
            return Answer(*client.requester.requestJsonAndCheck("GET", path, dict(parameters or {})))

        return self._asked(ask, what, cancel, reads=True)

    def send(
        self, verb: str, path: str, what: str, body: Mapping[str, Any], cancel: threading.Event | None = None
    ) -> Answer:
        """Write something (`POST`, `PATCH`, `PUT`, `DELETE`); only a limit makes it be tried again.

        Raises:
            GitHubFault: it was not done, or nobody knows (`unreachable`).
        """

        def ask(client: "Github") -> Answer:
            return Answer(*client.requester.requestJsonAndCheck(verb, path, input=dict(body)))

        return self._asked(ask, what, cancel, reads=False)

    def pages(
        self,
        path: str,
        what: str,
        parameters: Mapping[str, Any] | None = None,
        cancel: threading.Event | None = None,
    ) -> Iterator[list[Any]]:
        """Yield a list page by page, as long as there are more.

        Raises:
            GitHubFault: as `get`.
        """
        answer = self.get(path, what, {"per_page": _PER_PAGE, **(parameters or {})}, cancel)
        while True:
            yield list(answer.data or ())
            following = _next_page(str(answer.headers.get("link", "")))
            if following is None:
                return
            answer = self.get(following, what, None, cancel)

    def graphql(
        self, query: str, variables: Mapping[str, Any], what: str, cancel: threading.Event | None = None
    ) -> GraphQLAnswer:
        """Return what a query brings; what it says of missing parts is in `errors`, and raised where nothing came.

        Raises:
            GitHubFault: nothing came.
        """
        from github import GithubException

        def ask(client: "Github") -> GraphQLAnswer:
            try:
                _, data = client.requester.graphql_query(query, dict(variables))
            except GithubException as fault:
                told = fault.data if isinstance(fault.data, Mapping) else {}
                errors = tuple(error for error in told.get("errors") or () if isinstance(error, Mapping))
                if not errors:
                    raise
                if not any((told.get("data") or {}).values()):
                    raise fault_of_error(errors[0], what, self.host.name, fault.headers) from None
                return GraphQLAnswer(told["data"], errors)
            answered: Any = data
            if not isinstance(answered, Mapping) or not isinstance(answered.get("data"), Mapping):
                raise TypeError("an answer to a query is an object with data")
            return GraphQLAnswer(answered["data"])

        return self._asked(ask, what, cancel, reads=True)

    def download(
        self,
        path: str,
        what: str,
        accept: str,
        parameters: Mapping[str, Any] | None = None,
        cancel: threading.Event | None = None,
    ) -> bytes:
        """Return what is at a path byte for byte, in the form `accept` names (a media type).

        Raises:
            GitHubFault: as `get`.
        """
        import requests

        def ask(client: "Github") -> bytes:
            # PyGithub decodes what it reads and asks streams as one type only, so its own signature is put on a plain request.
            headers = {"Accept": accept, "User-Agent": _agent()}
            if client.requester.auth is not None:
                client.requester.auth.authentication(headers)
            answer = requests.get(
                f"{self.host.api}{path}", params=dict(parameters or {}), headers=headers, timeout=self._timeout
            )
            if answer.status_code >= 400:
                raise fault_of_status(answer.status_code, _lower(answer.headers), _json(answer), what, self.host.name)
            return answer.content

        return self._asked(ask, what, cancel, reads=True)

    # -- who asks --------------------------------------------------------------------------------------------------

    def git_environment(self) -> dict[str, str]:
        """Return the variables by which git sends the token to this host, and to no other; empty for nobody.

        It is `http.extraHeader` given by the environment: neither an argument nor an URL nor a file ever has the token.

        Raises:
            GitHubFault: a GitHub App's token cannot be had.
        """
        token = self._token()
        if not token:
            return {}
        basic = base64.b64encode(f"x-access-token:{token}".encode()).decode("ascii")
        return {
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"http.{self.host.web}/.extraHeader",
            "GIT_CONFIG_VALUE_0": f"Authorization: Basic {basic}",
        }

    def user(self, cancel: threading.Event | None = None) -> tuple[str, str]:
        """Return who GitHub takes us for, and the token's scopes (empty where it has none, as fine-grained ones).

        Raises:
            GitHubFault: it does not know us.
        """
        path = "/installation/repositories" if self.login.way == "app" else "/user"
        answer = self.get(path, "who we are", {"per_page": 1} if self.login.way == "app" else None, cancel)
        name = self.login.source if self.login.way == "app" else str(answer.data.get("login", ""))
        return name, str(answer.headers.get("x-oauth-scopes", ""))

    def limits(self, cancel: threading.Event | None = None) -> tuple[Limit, ...]:
        """Return what is left of the hour's requests; asking costs none.

        Raises:
            GitHubFault: GitHub does not say (an Enterprise server may have no limits).
        """
        told = self.get("/rate_limit", "the limits", None, cancel).data.get("resources", {})
        wanted = ((name, told[name]) for name in ("core", "graphql") if name in told)
        return tuple(Limit(name, one["limit"], one["remaining"], one["reset"]) for name, one in wanted)

    # -- waiting ---------------------------------------------------------------------------------------------------

    @property
    def waiting(self) -> str:
        """For what limit all requests wait at the moment, in one sentence; else empty."""
        until = self._closed_until
        return f"waiting for {self.host.name}'s limit until {clock(until)}" if until > time.time() else ""

    def subscribe(self, listener: Callable[[str], None]) -> None:
        """Have a listener told, from any thread, what is waited for; with an empty sentence when it is over."""
        self._listeners.append(listener)

    def unsubscribe(self, listener: Callable[[str], None]) -> None:
        """Tell it no more."""
        with suppress(ValueError):
            self._listeners.remove(listener)

    def _asked(
        self, ask: Callable[["Github"], Result], what: str, cancel: threading.Event | None, *, reads: bool
    ) -> Result:
        pauses = list(self._pauses) if reads else []
        patience = self._patience
        while True:
            self._wait_for_limit(what, cancel)
            try:
                with faults_told(what, self.host.name):
                    self.requests += 1
                    return ask(self._client())
            except GitHubFault as fault:
                if fault.retry_at is not None:
                    wait = fault.retry_at - time.time()
                    if patience is not None and wait > patience:
                        raise
                    patience = None if patience is None else patience - wait
                    self._closed_until = max(self._closed_until, fault.retry_at)
                elif fault.can_pass and pauses:
                    self._pause(pauses.pop(0), what, cancel)
                else:
                    raise

    def _wait_for_limit(self, what: str, cancel: threading.Event | None) -> None:
        waited = False
        while (rest := self._closed_until - time.time()) > 0:
            if not waited:
                self._tell(self.waiting)
            waited = True
            self._pause(min(rest, 1.0), what, cancel)
        if waited:
            self._tell("")

    def _pause(self, seconds: float, what: str, cancel: threading.Event | None) -> None:
        if (cancel or threading.Event()).wait(seconds):
            raise GitHubFault("stopped", f"Reading {what} was stopped.")

    def _tell(self, sentence: str) -> None:
        for listener in tuple(self._listeners):
            listener(sentence)

    # -- within ----------------------------------------------------------------------------------------------------

    def _client(self) -> "Github":
        """Return this thread's client: a connection of PyGithub's serves one request at a time."""
        from github import Auth, Github

        token = self._token()
        if getattr(self._mine, "token", None) != token:
            self._mine.token = token
            self._mine.client = Github(
                auth=Auth.Token(token) if token else None,
                base_url=self.host.api,
                timeout=self._timeout,
                user_agent=_agent(),
                per_page=_PER_PAGE,
                retry=None,
                seconds_between_requests=None,
                seconds_between_writes=None,
            )
        client: Github = self._mine.client
        return client

    def _token(self) -> str:
        if self.login.app is None:
            return self.login.token
        with self._lock:
            token, ends_at = self._app_token
            if time.time() > ends_at - _RENEW:
                self._app_token = token, _ = self._new_app_token()
            return token

    def _new_app_token(self) -> tuple[str, float]:
        from github import Auth, GithubIntegration

        app = self.login.app
        assert app is not None
        key = app.private_key()
        with faults_told(self.login.source, self.host.name):
            integration = GithubIntegration(
                auth=Auth.AppAuth(app.app, key), base_url=self.host.api, timeout=self._timeout, retry=None
            )
            made = integration.get_access_token(app.installation)
            return made.token, made.expires_at.timestamp()


_clients: dict[tuple[GitHubHost, str, str, object], GitHub] = {}
_clients_lock = threading.Lock()


def shared(host: GitHubHost, login: Login) -> GitHub:
    """Return the process's client for a login, so that all that ask share its limits."""
    key = (host, login.way, login.token, login.app)
    with _clients_lock:
        if key not in _clients:
            _clients[key] = GitHub(host, login)
        return _clients[key]


def _agent() -> str:
    return f"llnotes/{__version__}"


def _next_page(link: str) -> str | None:
    """Return the address of the next page from a `Link` header (RFC 8288), None on the last one."""
    for part in link.split(","):
        url, _, rest = part.partition(";")
        if 'rel="next"' in rest:
            return url.strip().strip("<>")
    return None


def _lower(headers: Mapping[str, Any]) -> dict[str, Any]:
    return {name.lower(): value for name, value in headers.items()}


def _json(answer: Any) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None
