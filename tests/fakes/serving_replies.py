"""What the serving endpoint of the tests writes: prose that follows from the prompt, and JSON that follows from the schema."""

import hashlib
import json
import re
from typing import Any

_DEFINITION = re.compile(
    r"^([+-])\s*(?:async )?(?:def|class|func|fn|function|interface|type|struct)\s+(\w+)", re.MULTILINE
)
_NAME = re.compile(r"^([+-])[^\n]*?\b([A-Za-z]\w*_\w+|[a-z]+[A-Z]\w+)", re.MULTILINE)
_WORDS = ("keeps", "handles", "reports", "validates", "returns", "accepts")
_SENTENCES = (
    "It {word} its input as before where nothing else is said.",
    "Callers that relied on the former behaviour {word} nothing new.",
    "The change {word} the same result in every supported environment.",
)


def reply_text(messages: list[dict[str, str]], schema: dict[str, Any] | None) -> str:
    """Return what a well-behaved model would answer."""
    prompt = "\n".join(message["content"] for message in messages if message["role"] == "user")
    if schema is not None:
        return json.dumps(_filled(schema, prompt, ""), ensure_ascii=False)
    return prose(prompt, "")


def prose(prompt: str, about: str) -> str:
    """Return a paragraph about the definitions that the prompt adds and removes; the same for the same prompt."""
    part = _part_about(prompt, about)
    added = _names(part, "+")
    removed = [name for name in _names(part, "-") if name not in added]
    sentences = []
    if added:
        sentences.append(f"Adds {_listed(added)}.")
    if removed:
        sentences.append(f"Removes {_listed(removed)}.")
    if not sentences:
        sentences.append("Changes how this part of the project works.")
    digest = hashlib.sha256(f"{about}\n{prompt}".encode()).digest()
    sentences.append(_SENTENCES[digest[0] % len(_SENTENCES)].format(word=_WORDS[digest[1] % len(_WORDS)]))
    return " ".join(sentences)


def _part_about(prompt: str, about: str) -> str:
    """Return the part of a packed prompt that starts where `about` is named, or all of it."""
    start = prompt.find(about) if about else -1
    if start < 0:
        return prompt
    end = prompt.find("\ndiff --git", prompt.find("diff --git", start) + 1)
    return prompt[start:end] if end > start else prompt[start:]


def _names(part: str, sign: str) -> list[str]:
    found = [match[2] for match in _DEFINITION.finditer(part) if match[1] == sign]
    found = found or [match[2] for match in _NAME.finditer(part) if match[1] == sign]
    return list(dict.fromkeys(found))[:4]


def _listed(names: list[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def _filled(schema: dict[str, Any], prompt: str, about: str) -> Any:
    """Return a value that follows `schema`; every text in it is about the key that it stands under."""
    match schema.get("type"):
        case "object":
            properties: dict[str, Any] = schema.get("properties", {})
            return {key: _filled(value, prompt, key) for key, value in properties.items()}
        case "array":
            return [_filled(schema["items"], prompt, about)]
        case "integer" | "number":
            return 0
        case "boolean":
            return False
        case _:
            return schema["enum"][0] if "enum" in schema else prose(prompt, about)
