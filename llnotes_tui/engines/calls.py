"""What is sent to a serving endpoint, and what is left out where it does not know a parameter."""

import re
from typing import Any

from llnotes_tui.engines.base import Request
from llnotes_tui.engines.faults import RefusedError

_OPTIONAL = ("response_format", "temperature")
"""Parameters that some endpoints answer with 400; the most doubtful first."""
_TOO_LONG = re.compile(r"too (?:long|large|many tokens)|context (?:length|window)|maximum .*tokens|exceed")
"""A 400 that no parameter is to blame for."""


def call_body(request: Request) -> dict[str, Any]:
    """Return the call for a request."""
    body: dict[str, Any] = {
        "messages": [{"role": message.role, "content": message.content} for message in request.messages],
        "max_tokens": request.max_tokens,
        "temperature": request.temperature,
    }
    if request.response_schema is not None:
        schema = {"name": request.purpose, "schema": request.response_schema, "strict": True}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    return body


def blamed_parameter(error: RefusedError, body: dict[str, Any], known: frozenset[str]) -> str | None:
    """Return the parameter that the endpoint does not know: the one it names, else the most doubtful that was sent."""
    if _TOO_LONG.search(error.message):
        return None
    sent = [parameter for parameter in _OPTIONAL if parameter in body and parameter not in known]
    named = [parameter for parameter in sent if parameter in error.message]
    if "json_schema" in error.message and "response_format" in sent:
        named.append("response_format")
    return next(iter(named or sent), None)
