"""What the serving endpoint of the tests writes: prose that follows from the prompt, and JSON that follows from the schema."""

import hashlib
import json
import re
from typing import Any

_BLOCK = re.compile(
    r"^(?P<label>[^\n]+):\nBEGIN (?P<word>\w+)\n(?P<text>.*?)\nEND (?P=word)$", re.MULTILINE | re.DOTALL
)
_KEYS = re.compile(r"one JSON object with the keys (`[^`\n]+`(?:, `[^`\n]+`)*)")
_DEFINITION = re.compile(
    r"^([+-])\s*(?:async )?(?:def|class|func|fn|function|interface|type|struct)\s+(\w+)", re.MULTILINE
)
_NAME = re.compile(r"^([+-])[^\n]*?\b([A-Za-z]\w*_\w+|[a-z]+[A-Z]\w+)", re.MULTILINE)
_QUOTED = re.compile(r"`([^`\n]+)`")
_SENTENCES = (
    "It keeps its input as before where nothing else is said.",
    "Callers that relied on the former behaviour see nothing new.",
    "The change gives the same result in every supported environment.",
    "Errors are reported as they were before.",
)


def reply_text(messages: list[dict[str, str]], schema: dict[str, Any] | None) -> str:
    """Return what a well-behaved model would answer.

    Where JSON is asked for, its keys come from the schema, or from the prompt if the schema was not sent.
    """
    prompt = "\n".join(message["content"] for message in messages if message["role"] == "user")
    keys = _KEYS.search(prompt)
    if schema is None and keys is not None:
        schema = {"type": "object", "properties": {key: {} for key in _QUOTED.findall(keys[1])}}
    if schema is not None:
        return json.dumps(_filled(schema, prompt, ""), ensure_ascii=False)
    blocks = _blocks(prompt)
    release = next((text for label, text in blocks if label == "Release"), "")
    return (
        _announcement(release, [text for label, text in blocks if label.startswith("Entry")])
        if release
        else prose(prompt)
    )


def prose(prompt: str, about: str = "") -> str:
    """Return a paragraph about the names that the prompt (or its part under the key `about`) adds, removes or quotes.

    The same prompt gives the same paragraph.
    """
    part = _part_about(prompt, about)
    added = _names(part, "+")
    removed = [name for name in _names(part, "-") if name not in added]
    quoted = [] if added or removed else list(dict.fromkeys(_QUOTED.findall(part)))[:4]
    sentences = [
        f"{verb} {_listed(names)}."
        for verb, names in (("Adds", added), ("Removes", removed), ("Changes", quoted))
        if names
    ]
    digest = hashlib.sha256(f"{about}\n{prompt}".encode()).digest()
    return " ".join([*(sentences or ["Changes how this part works."]), _SENTENCES[digest[0] % len(_SENTENCES)]])


def _announcement(release: str, entries: list[str]) -> str:
    """Return a title and two paragraphs that keep the links of the entries."""
    told = [entry.partition("\n")[0].rstrip(".") for entry in entries]
    first, half = re.sub(r"\s*\(\[.*", "", told[0]) if told else "no change", (len(told) + 1) // 2
    paragraphs = [" ".join(f"{title}." for title in part) for part in (told[:half], told[half:]) if part]
    return "\n\n".join([f"{release}: {first}.", *paragraphs])


def _blocks(prompt: str) -> list[tuple[str, str]]:
    """Return label and text of what stands between fences."""
    return [(match["label"], match["text"]) for match in _BLOCK.finditer(prompt)]


def _part_about(prompt: str, about: str) -> str:
    """Return what the prompt says under the key or about the path `about`; all of it if it names no such thing."""
    labelled = [text for label, text in _blocks(prompt) if about and label.startswith(f"{about}:")]
    if labelled:
        return "\n".join(labelled)
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
