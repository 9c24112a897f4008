"""Text from outside, made safe to show: control characters become visible or are dropped, and nothing else changes.

Everything that git, GitHub or a model says passes through here where it enters.  What comes out may still say anything,
but it cannot move a cursor, colour a screen, reorder a line or hide a part of itself.
"""

import re

_INVISIBLE = "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\ufff0-\ufff8"
"""Of no width: they hide text, or make two names look like one."""
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""They reorder what stands around them."""
_CONTROL = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufff9-\ufffb\ufffe\uffff"
_BEYOND = "\U000e0000-\U000e0fff"
"""Tags and further variation selectors: of no width, and able to carry a hidden message."""
_SURROGATES = "\ud800-\udfff"

_UNSAFE = re.compile(f"[{_INVISIBLE}{_BIDI}{_CONTROL}{_BEYOND}{_SURROGATES}]")
_DROPPED = re.compile(f"[{_INVISIBLE}{_BEYOND}]")
_LINE_END = re.compile("\r\n?")
_SPACE = re.compile(r"\s+")


def visible(text: str) -> str:
    r"""Return text with line ends as `\n`, control and bidi characters as signs, and characters of no width dropped."""
    if "\r" in text:
        text = _LINE_END.sub("\n", text)
    if _UNSAFE.search(text) is None:
        return text
    return _UNSAFE.sub(_sign, _DROPPED.sub("", text))


def revealed(text: str) -> str:
    """Return text in which every character can be seen, those of no width too: for diffs, where each one counts."""
    return text if _UNSAFE.search(text) is None else _UNSAFE.sub(_sign, text)


def decode(data: bytes) -> str:
    """Return bytes as visible text: UTF-8, else Latin-1, in which every byte is some character."""
    return visible(decoded(data))


def decoded(data: bytes) -> str:
    """Return bytes as text, UTF-8 or else Latin-1, with nothing made visible yet."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def display_path(path: bytes) -> str:
    r"""Return a path as one line that is safe to show: `\n`, `\t` and the like escaped, bytes that are no UTF-8 as `\xff`."""
    text = path.decode("utf-8", "backslashreplace")
    return _UNSAFE.sub(_sign, text.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r"))


def one_line(text: str) -> str:
    """Return text as one visible line: every run of white space becomes one space."""
    return _SPACE.sub(" ", visible(text)).strip()


def _sign(match: re.Match[str]) -> str:
    """Return what stands for an unsafe character: its control picture where there is one, else its number."""
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if code in (0x2028, 0x2029, 0x85):
        return "\u2424"
    return f"<U+{code:04X}>"
