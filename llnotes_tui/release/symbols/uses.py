"""What a line of code does with names that others define: calls, exceptions caught and raised."""

import re
from typing import Literal, NamedTuple

from llnotes_tui.release.symbols.words import words

_CALL = re.compile(r"(?<![\w.$@])(?P<name>[A-Za-z_$][\w$]*+(?:(?:\.|::)[A-Za-z_$][\w$]*+)*+)\(")
_CAUGHT = re.compile(r"(?:except\s++\(?|catch\s*+\(\s*+(?:final\s++)?)(?P<names>[\w., |]++)")
_RAISED = re.compile(r"(?:raise|throw(?:\s++new)?)\s++(?P<name>[\w.]*[A-Z]\w*+)")
_IN_BRACES = re.compile(r"\{([^{}]*+)\}")
_STRING = re.compile(r"\"[^\"\\]*+(?:\\.[^\"\\]*+)*+\"|'[^'\\]*+(?:\\.[^'\\]*+)*+'")
_EVERYDAY = words(
    "cls abs all any bool bytes chr dict divmod enumerate filter float format frozenset getattr hasattr hash id input int isinstance "
    "issubclass iter len list map max min next object open ord pow print property range repr reversed round set setattr slice "
    "sorted staticmethod str sum super tuple type vars zip cast dataclass field if for while switch return match elif and or not in is "
    "await async yield lambda function catch assert sizeof typeof append make new panic println printf Some Ok Err None String vec "
    "Error Exception Object Array Number Boolean require import def fn func constructor exec echo List Map Set Seq Option "
    "Optional Dict Any Callable Union Tuple Iterable Iterator Sequence TypeVar NamedTuple Literal Path with except"
)
_EVERYDAY_METHODS = words(
    "append extend get items keys values pop join split strip lstrip rstrip startswith endswith format replace lower upper add update remove "
    "insert sort sorted copy index count find debug info warning warn error exception critical log print push map filter forEach then "
    "catch toString equals hashCode length size isEmpty contains put set unwrap clone iter collect to_string encode decode read write "
    "close group match search sub findall compile reduce slice concat includes has delete expect toBe toEqual assertEqual assertTrue "
    "as_dict asDict __init__ sleep"
)
_RECEIVERS = ("self.", "this.", "cls.", "super.")


class Use(NamedTuple):
    """A name and what is done with it."""

    verb: Literal["call", "catch", "raise"]
    name: str


def uses_of(text: str) -> tuple[Use, ...]:
    """Return what this line uses, everyday functions of the languages left out; strings and comments do not count."""
    code = _STRING.sub("''", text) if '"' in text or "'" in text else text
    if 'f"' in text or "f'" in text:
        code += " " + " ".join(_IN_BRACES.findall(text))
    code = code.split("  # ")[0].split(" // ")[0]
    found: list[Use] = []
    raised = _RAISED.search(code)
    if raised:
        found.append(Use("raise", raised["name"].rpartition(".")[2]))
    caught = _CAUGHT.search(code)
    if caught:
        names = re.split(r"[,|]", caught["names"].partition(" as ")[0])
        found.extend(Use("catch", name.split()[0].rpartition(".")[2]) for name in names if name.strip())
        return tuple(found)
    for match in _CALL.finditer(code):
        name = _called(match["name"])
        if name and not (raised and name == raised["name"].rpartition(".")[2]):
            found.append(Use("call", name))
    return tuple(found)


def _called(dotted: str) -> str:
    """Return how to name what is called: without receiver, its last part where the whole is long; nothing for everyday names."""
    for receiver in _RECEIVERS:
        dotted = dotted.removeprefix(receiver)
    last = re.split(r"\.|::", dotted)[-1]
    if dotted in _EVERYDAY or (last in _EVERYDAY_METHODS and last != dotted) or last in _EVERYDAY or len(last) < 3:
        return ""
    if dotted.startswith(("logger.", "log.", "logging.", "console.", "fmt.", "os.path.", "re.", "time.", "math.")):
        return ""
    return dotted if len(dotted) <= 32 and not dotted.startswith("_") else last
