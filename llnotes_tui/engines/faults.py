"""From what went wrong with a call to a sentence that names who, where and what to do.  No secret is ever in one."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from msgspec import Struct

from llnotes_tui.engines.base import EngineError, ErrorKind
from llnotes_tui.engines.credentials import Credentials
from llnotes_tui.release.text import one_line

_LONGEST_MESSAGE = 200
"""Characters of somebody else's message that a sentence may quote."""
_SHORTEST_SECRET = 6
"""Characters; starring out less would take words away."""
_SECRET = re.compile(
    r"dapi[0-9a-zA-Z-]{16,}|dkea[0-9a-zA-Z-]{16,}|dose[0-9a-f]{16,}|(?:bearer|basic)\s+[\w.~+/=-]{8,}"
    r"|eyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]+)?",
    re.IGNORECASE,
)
_BAD_HEADER = re.compile(r"Invalid (?:header value|leading whitespace)|Header part|'latin-1' codec")
_KINDS: dict[int, ErrorKind] = {
    401: "authentication",
    403: "authentication",
    404: "not-found",
    408: "unavailable",
    409: "unavailable",
    425: "unavailable",
    429: "rate-limited",
}


class Place(Struct, frozen=True):
    """Where a call went, for sentences."""

    endpoint: str
    credentials: Credentials
    timeout: float
    """Seconds."""
    asks_model: bool = True
    """Whether a model has to write the answer, or the workspace itself gives it."""

    @property
    def host(self) -> str:
        """Return the workspace, for people."""
        return self.credentials.host or "the workspace"


class RefusedError(EngineError):
    """The endpoint answered 400: the same call will fail again, one without a certain parameter perhaps not."""

    def __init__(self, sentence: str, message: str) -> None:
        super().__init__("rejected", sentence)
        self.message = message
        """What the endpoint said, in lower case."""


def without_secrets(text: str, secrets: frozenset[str] = frozenset()) -> str:
    """Return text with every known secret, and whatever looks like a token, starred out."""
    for secret in secrets:
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, "***").replace(repr(secret)[1:-1], "***")
    return _SECRET.sub("***", text)


def cancelled() -> EngineError:
    """Return the error of a call that somebody called off."""
    return EngineError("cancelled", "The call was called off.")


def status_error(
    status: int, error: BaseException, place: Place, secrets: frozenset[str], retry_after: str | None = None
) -> EngineError:
    """Return what an answer with an HTTP status of 400 or more means.  `retry_after` is the header, if there was one."""
    message = _message(error, secrets)
    endpoint, host, credentials = place.endpoint, place.host, place.credentials
    said = f": {message}" if message else ""
    match status:
        case 429:
            wait = _seconds(_detail(error, "retry_after"), retry_after)
            until = f"; it asks to wait {wait:.3g} s" if wait else "; lower `concurrency` if this goes on"
            sentence = f"Endpoint `{endpoint}` at {host} takes no more calls just now{_limit(error)}{until}."
            return EngineError("rate-limited", sentence, wait)
        case 401:
            sentence = f"{host} does not accept the credentials of {credentials.source}; {credentials.login}."
        case 403:
            sentence = (
                f"The credentials of {credentials.source} may not use endpoint `{endpoint}` at {host}{said}; "
                "ask its owner for the permission Can Query, or set another `endpoint` or `profile`."
            )
        case 404:
            sentence = f"{host} has no endpoint `{endpoint}`; set another `endpoint`."
        case _ if status >= 500 or _KINDS.get(status) == "unavailable" or _is_transient(error):
            sentence = f"Endpoint `{endpoint}` at {host} cannot answer now (status {status}{said}); try again later."
            return EngineError("unavailable", sentence, _seconds(_detail(error, "retry_after"), retry_after))
        case _:
            sentence = (
                f"Endpoint `{endpoint}` at {host} refuses the call (status {status}{said}); "
                "lower `input_budget` if it is too long, else set another `endpoint`."
            )
            return RefusedError(sentence, message.lower())
    return EngineError(_KINDS[status], sentence)


def connection_error(error: BaseException, place: Place, secrets: frozenset[str]) -> EngineError:
    """Return what an exception means that came instead of an answer: from the network, or from looking for credentials."""
    from requests import exceptions

    endpoint, host, source = place.endpoint, place.host, place.credentials.source
    match error:
        case exceptions.SSLError():
            sentence = (
                f"The certificate of {host} is not trusted; check the host of {source} and this machine's certificates."
            )
        case exceptions.ProxyError():
            sentence = f"{host} cannot be reached through the proxy; check HTTPS_PROXY and NO_PROXY."
        case exceptions.ConnectTimeout():
            sentence = f"{host} cannot be reached (no answer); check the network and the host of {source}."
        case exceptions.Timeout() | TimeoutError():
            who = f"Endpoint `{endpoint}` at {host}" if place.asks_model else host
            remedy = (
                "try again, or raise `call_timeout`"
                if place.asks_model
                else f"check the network and the host of {source}"
            )
            sentence = f"{who} did not answer within {place.timeout:g} s; {remedy}."
        case exceptions.ConnectionError() if _was_reached(error):
            sentence = f"{host} broke off the connection; try again."
        case exceptions.ConnectionError():
            sentence = (
                f"{host} cannot be reached ({_network_reason(error)}); check the network and the host of {source}."
            )
        case exceptions.ChunkedEncodingError() | exceptions.ContentDecodingError():
            sentence = f"{host} broke off in the middle of its answer; try again."
        case exceptions.InvalidURL() | exceptions.MissingSchema() | exceptions.InvalidSchema():
            return EngineError("authentication", f"`{host}` is no address; correct the host of {source}.")
        case ValueError() if _BAD_HEADER.search(str(error)):
            # The message holds the header, and the header is the token.
            sentence = f"The token of {source} holds characters that no token has, such as a line end; set it anew."
            return EngineError("authentication", sentence)
        case exceptions.RequestException():
            sentence = (
                f"{host} could not be asked ({_message(error, secrets)}); check the network and the host of {source}."
            )
        case OSError() | ValueError() | RuntimeError():
            return settings_error(error, place, secrets)
        case _:
            what = f"{type(error).__name__}: {_message(error, secrets)}"
            sentence = f"The call to endpoint `{endpoint}` at {host} failed unexpectedly ({what}); try again."
            return EngineError("broken-reply", sentence)
    return EngineError("connection", sentence)


def settings_error(error: BaseException, place: Place, secrets: frozenset[str]) -> EngineError:
    """Return what is wrong with the credentials, before anything was sent."""
    credentials, message = place.credentials, _message(error, secrets)
    if credentials.missing_profile:
        known = ", ".join(credentials.profiles) or "none"
        sentence = (
            f"There is no profile `{credentials.profile}` in {credentials.file} (it has: {known}); "
            f"correct `profile`, or run `databricks auth login --profile {credentials.profile}`."
        )
    elif "more than one authorization method" in message:
        kinds = message.partition("configured: ")[2].partition(".")[0] or "several"
        also = f" and {credentials.source}" if credentials.profile else ""
        sentence = (
            f"More than one kind of credentials is set ({kinds}) by the environment{also}; "
            "unset all but one, or name one in DATABRICKS_AUTH_TYPE."
        )
    elif "cannot configure default credentials" in message or not credentials.host:
        what = f"for {credentials.host} " if credentials.host else ""
        where = f"in profile `{credentials.profile}` of" if credentials.profile else "in the environment or"
        sentence = (
            f"There are no credentials {what}{where} {credentials.file}; run `databricks auth login`, "
            "or set DATABRICKS_HOST and DATABRICKS_TOKEN."
        )
    else:
        sentence = f"The credentials of {credentials.source} cannot be used ({message}); {credentials.login}."
    return EngineError("authentication", sentence)


def _message(error: BaseException, secrets: frozenset[str]) -> str:
    """Return what the other side said, as one short line: no settings, no log of the request, no secret."""
    text = error.args[0] if error.args else ""
    if isinstance(text, dict):
        text = text.get("message", "")
    text = str(text).partition("unable to parse response.")[0]
    text = one_line(without_secrets(re.split(r"\.? Config: ", text, maxsplit=1)[0], secrets)).rstrip(".")
    return text if len(text) <= _LONGEST_MESSAGE else f"{text[:_LONGEST_MESSAGE]}…"


def _detail(error: BaseException, key: str) -> object:
    """Return a field of the body's `error` object, which the SDK hands on as the message."""
    body = error.args[0] if error.args else None
    return body.get(key) if isinstance(body, dict) else None


def _limit(error: BaseException) -> str:
    kind, limit, current = (_detail(error, key) for key in ("limit_type", "limit", "current"))
    if not isinstance(kind, str):
        return ""
    numbers = f": {current} of {limit}" if isinstance(limit, int) and isinstance(current, int) else ""
    return f" ({one_line(kind.replace('_', ' '))[:60]}{numbers})"


def _seconds(in_body: object, header: str | None) -> float | None:
    """Return the longer of the two waits that were named; a header is a number of seconds or a date."""
    waits = [float(in_body)] if isinstance(in_body, (int, float)) else []
    if header:
        try:
            waits.append(float(header))
        except ValueError:
            waits += _until(header)
    return max((wait for wait in waits if 0 <= wait < float("inf")), default=None)


def _until(date: str) -> list[float]:
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return []
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return [max(0.0, (moment - datetime.now(UTC)).total_seconds())]


def _is_transient(error: BaseException) -> bool:
    """Tell a 400 that the platform itself calls temporary."""
    return any(sign in str(error) for sign in ("Please try again later", "token bucket limit", "worker environment"))


def _was_reached(error: BaseException) -> bool:
    """Tell a connection that broke from one that never came about."""
    return any(
        sign in str(error) for sign in ("Connection aborted", "Connection broken", "IncompleteRead", "Read timed out")
    )


def _network_reason(error: BaseException) -> str:
    text = str(error)
    for sign, reason in (
        ("refused", "connection refused"),
        ("resolve", "no such name"),
        ("Name or service not known", "no such name"),
        ("nodename nor servname", "no such name"),
        ("unreachable", "network unreachable"),
    ):
        if sign in text:
            return reason
    return "no connection"
