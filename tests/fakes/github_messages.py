"""Requests and answers of the GitHub of the tests."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from tests.fakes.github_access import Caller

_DOCUMENTATION = "https://docs.github.com/rest"


@dataclass
class Request:
    """A request as it came."""

    verb: str
    path: str
    query: str
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes
    caller: Caller
    truncates: bool = False
    """Whether lists are cut short: the fault `truncated-lists`."""

    @property
    def parameters(self) -> dict[str, str]:
        return dict(parse_qsl(self.query, keep_blank_values=True))

    @property
    def accept(self) -> str:
        return self.headers.get("accept", "")

    def json(self) -> dict[str, Any]:
        """Return the body, empty where it is no JSON object."""
        told = self.any_json()
        return told if isinstance(told, dict) else {}

    def any_json(self) -> Any:
        """Return the body, whatever it is; an empty object where it is no JSON."""
        try:
            return json.loads(self.body or b"{}")
        except ValueError:
            return {}


@dataclass
class Answer:
    """An answer to send."""

    status: int = 200
    body: bytes | Iterator[bytes] = b""
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> "Answer":
        kind = {"Content-Type": "application/json; charset=utf-8"}
        return cls(status, json.dumps(value).encode(), kind | dict(headers or {}))

    @classmethod
    def error(cls, status: int, message: str, headers: Mapping[str, str] | None = None, **more: Any) -> "Answer":
        told = {"message": message, **more, "documentation_url": _DOCUMENTATION, "status": str(status)}
        return cls.json(told, status, headers)

    @classmethod
    def html(cls, status: int, words: str) -> "Answer":
        page = f"<!DOCTYPE html>\n<html><head><title>{words}</title></head><body><h1>{words}</h1></body></html>\n"
        return cls(status, page.encode(), {"Content-Type": "text/html; charset=utf-8"})

    @classmethod
    def text(cls, status: int, words: str, headers: Mapping[str, str] | None = None) -> "Answer":
        return cls(status, words.encode(), {"Content-Type": "text/plain; charset=utf-8"} | dict(headers or {}))
