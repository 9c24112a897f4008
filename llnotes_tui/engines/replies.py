"""What a serving endpoint answered: the text, how it ended, and what it cost."""

from typing import Any

import msgspec

from llnotes_tui.engines.base import EngineError, Reply
from llnotes_tui.engines.faults import Place
from llnotes_tui.engines.tokens import estimated_tokens
from llnotes_tui.release.text import one_line, visible

_CUT_OFF = frozenset({"length", "max_tokens", "max_output_tokens"})


def read_reply(data: bytes, place: Place, body: dict[str, Any]) -> Reply:
    """Return the reply in `data`, the body of an answer with status 200 to the call with `body`.

    Raises:
        EngineError: it is a web page, no reply, or a reply with no text.
    """
    answer = _decoded(data, place)
    choices = answer.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else None
    message = choice.get("message") if choice else None
    if choice is None or not isinstance(message, dict):
        raise _broken(place)
    reason = _finish_reason(choice)
    text = visible(_text(message.get("content"))).strip()
    if not text:
        raise _silent(reason, place, body)
    usage = answer.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    sent = sum(estimated_tokens(turn["content"]) for turn in body["messages"])
    model = answer.get("model")
    return Reply(
        text=text,
        finish_reason=reason,
        input_tokens=_count(usage.get("prompt_tokens"), sent),
        output_tokens=_count(usage.get("completion_tokens"), estimated_tokens(text)),
        model=one_line(model)[:200] if isinstance(model, str) and model else place.endpoint,
    )


def _decoded(data: bytes, place: Place) -> dict[str, Any]:
    try:
        answer = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        if data.lstrip()[:1] == b"<":
            raise EngineError(
                "authentication",
                f"{place.host} answered with a web page instead of a reply, probably to log in; "
                f"check the host of {place.credentials.source}, and {place.credentials.login}.",
            ) from None
        raise _broken(place) from None
    if not isinstance(answer, dict):
        raise _broken(place)
    return answer


def _text(content: Any) -> str:
    """Return a text that may come in blocks, of which those that are reasoning are left out."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    blocks = (block for block in content if isinstance(block, dict) and block.get("type") == "text")
    return "".join(block["text"] for block in blocks if isinstance(block.get("text"), str))


def _finish_reason(choice: dict[str, Any]) -> str:
    reason = choice.get("finish_reason") or choice.get("finishReason") or "stop"
    reason = one_line(str(reason))[:40].lower()
    return "length" if reason in _CUT_OFF else reason


def _silent(reason: str, place: Place, body: dict[str, Any]) -> EngineError:
    where = f"Endpoint `{place.endpoint}` at {place.host}"
    if reason == "length":
        return EngineError(
            "rejected",
            f"{where} wrote nothing within {body['max_tokens']} tokens; raise `max_tokens`, or set another `endpoint`.",
        )
    if reason == "content_filter":
        return EngineError("rejected", f"{where} declined to write (content filter); write this one yourself.")
    return EngineError("broken-reply", f"{where} answered without a text; try again.")


def _broken(place: Place) -> EngineError:
    return EngineError(
        "broken-reply",
        f"Endpoint `{place.endpoint}` at {place.host} answered with something that is no reply; try again.",
    )


def _count(value: Any, otherwise: int) -> int:
    return value if isinstance(value, int) and value > 0 else otherwise
