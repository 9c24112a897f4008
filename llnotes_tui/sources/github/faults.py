"""What goes wrong with GitHub, in words for people.  Light: what it is asked about is read by attribute."""

import re
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from llnotes_tui.release.text import one_line
from llnotes_tui.sources.options import SourceError

Kind = Literal[
    "unreachable",  # nobody answered, or the connection broke
    "unauthorized",  # the token is wrong or has expired
    "forbidden",  # the token may not do this
    "missing",  # there is no such thing, or one may not see it
    "empty",  # a repository without commits
    "moved",  # renamed, and GitHub does not lead there
    "blocked",  # for legal reasons
    "refused",  # git may not fetch, whatever the API says
    "limited",  # the primary limit: so many requests an hour
    "slowed",  # the secondary limit: too many at once
    "too-large",  # GitHub does not show a diff of this size
    "rejected",  # GitHub does not take what was sent (422)
    "conflict",  # somebody was quicker
    "broken",  # the server is in trouble, or answered something else
    "stopped",  # told to stop
]
_SLOW_DOWN = 60.0
"""Seconds to wait where a secondary limit does not say how long (GitHub's documentation: at least one minute)."""
_TOKEN = re.compile(r"\b(?:gh[opsur]_[A-Za-z0-9]{16,}|github_pat_[A-Za-z0-9_]{20,})|(?<=x-access-token:)[^@\s]+")


class GitHubFault(SourceError):  # noqa: N818 - the house's word
    """GitHub did not do what was asked; the sentence says what, where, and what to do."""

    def __init__(self, kind: Kind, sentence: str, *, status: int = 0, retry_at: float | None = None) -> None:
        super().__init__(without_tokens(sentence))
        self.kind: Kind = kind
        self.status = status
        """Of HTTP; 0 where there was no answer."""
        self.retry_at = retry_at
        """When it may be asked again, in seconds since the epoch; None where waiting is no cure."""

    @property
    def can_pass(self) -> bool:
        """Whether the same request may succeed later."""
        return self.kind in ("unreachable", "limited", "slowed", "broken")


def without_tokens(text: str) -> str:
    """Return a text in which no token of GitHub's stands."""
    return _TOKEN.sub("***", text)


def clock(moment: float) -> str:
    """Return a moment of today as it is told: `14:05`, in this machine's time zone."""
    return datetime.fromtimestamp(moment).astimezone().strftime("%H:%M")


def fault_of_status(
    status: int, headers: Mapping[str, Any], data: Any, what: str, host: str, now: float | None = None
) -> GitHubFault:
    """Return the fault that an answer of GitHub's tells; `what` names what was asked for, such as `acme/harbor`."""
    now = time.time() if now is None else now
    said = one_line(str(data.get("message") or "")) if isinstance(data, Mapping) else ""
    if status in (403, 429) and (limit := _limit(status, headers, said, host, now)) is not None:
        return limit
    kind, sentence = _told(status, said, what, host)
    return GitHubFault(kind, sentence, status=status)


def fault_of_error(
    error: Mapping[str, Any], what: str, host: str, headers: Mapping[str, Any] | None = None
) -> GitHubFault:
    """Return the fault that one error of a GraphQL answer tells: such answers come with status 200."""
    kind, said = str(error.get("type", "")), one_line(str(error.get("message") or ""))
    if re.search(r"\b(?:blocked|dmca|takedown|legal reasons)\b", said, re.IGNORECASE):
        status = 451
    else:
        status = {"NOT_FOUND": 404, "FORBIDDEN": 403, "RATE_LIMITED": 403, "INSUFFICIENT_SCOPES": 403}.get(kind, 502)
    message = "API rate limit exceeded" if kind == "RATE_LIMITED" else said
    return fault_of_status(status, headers or {}, {"message": "Not Found" if status == 404 else message}, what, host)


def _limit(status: int, headers: Mapping[str, Any], said: str, host: str, now: float) -> GitHubFault | None:
    lower = said.lower()
    if str(headers.get("x-ratelimit-remaining", "")) == "0" or lower.startswith("api rate limit exceeded"):
        end = max(now + 1, _number(headers.get("x-ratelimit-reset")) or now + _SLOW_DOWN)
        sentence = f"The hour's requests to {host} are used up; they are given anew at {clock(end)}."
        return GitHubFault("limited", sentence, status=status, retry_at=end)
    if status == 429 or "retry-after" in headers or "secondary rate limit" in lower or "abuse detection" in lower:
        wait = _number(headers.get("retry-after"))
        end = now + (_SLOW_DOWN if wait is None else wait)
        sentence = f"{host} asks to go slower (its secondary limit) until {clock(end)}."
        return GitHubFault("slowed", sentence, status=status, retry_at=end)
    return None


def _told(status: int, said: str, what: str, host: str) -> tuple[Kind, str]:
    because = f" ({said})" if said and said.lower() not in ("not found", "bad credentials") else ""
    match status:
        case 401:
            return "unauthorized", (
                f"{host} does not accept the token{because}; renew it, or run `gh auth login`; `llnotes doctor` says where it is from."
            )
        case 403:
            return "forbidden", f"{what}: the token may not do this{because}; give it the permission, or take another."
        case 404:
            return "missing", (
                f"{what} is not on {host}, or the token may not see it; check the name, and what the token may read."
            )
        case 406:
            return "too-large", f"{what}: {host} does not show a diff of this size."
        case 409 if "empty" in said.lower():
            return "empty", f"{what} is empty: nothing was pushed to it yet."
        case 409:
            return "conflict", f"{what}: {host} says that somebody was quicker{because}; look again."
        case 410:
            return "missing", f"{what} is gone from {host}{because}."
        case 422:
            return "rejected", f"{what}: {host} does not take it{because}; correct that and try again."
        case 451:
            return "blocked", f"{what} is blocked on {host} for legal reasons{because}; nothing of it can be read."
        case _:
            return "broken", f"{what}: {host} is in trouble (status {status}){because}; try again in a moment."


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None
