"""The helper process that looks for secrets in text.  It imports nothing of ours, so that it starts quickly.

Spoken to over its standard streams: four bytes of length and as much JSON, both ways.  It ends when its input does, so
it never outlives the process that started it, however that one dies.
"""

import json
import re
import struct
import sys
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import IO, Any, Protocol

READY = "ready"
_WINDOW, _OVERLAP = 2_000, 300
"""Characters of a very long line that are looked at in one go: the patterns are slower than linear."""
_EVERYWHERE = re.compile(r"(?=.*\d).{12,}", re.DOTALL)
"""A found value like this is masked wherever it stands in the text; another one may be a word, and only in its line."""
_EVERYWHERE_LONG = re.compile(r"(?=.*\d).{20,}", re.DOTALL)
"""What is no name of a setting, and no word."""
_HUNK = re.compile(r"@@ -\S+ \+\S+ @@ ?")
_BLOBS = re.compile(r"index [0-9a-f]{7,64}\.\.[0-9a-f]{7,64}")
_SETTING = re.compile(r"^\s*(?:-\s+|export\s+)?[\w.\-]+\s*[:=]\s*(?P<value>[^\s'\"`#{}$<>()\[\],]{16,})\s*(?:#.*)?$")
_SETTINGS_FILES = (".yaml", ".yml", ".ini", ".cfg", ".conf", ".toml", ".properties", ".env", ".sh", ".tf", ".tfvars")
_OWN = (
    re.compile(r"\bdapi[0-9a-f]{32}(?:-\d+)?\b"),  # Databricks
    re.compile(r"\bdose[0-9a-f]{32}\b"),
    re.compile(r"\bgithub_pat_\w{30,}"),
    re.compile(r"(?i)\bbearer\s+([\w.~+/\-]{20,}=*)"),
)
_KEY_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----")
_KEY_END = re.compile(r"-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----")
_KEY_LINE = re.compile(r"^[\s'\"+,]*(?P<key>[A-Za-z0-9+/]{16,}={0,2}|[A-Za-z0-9+/]{1,15}={1,2})(?:\\n)?[\s'\",\\+;)]*$")
_LONG_KEY_LINE = re.compile(r"^[\s'\"]*(?P<key>[A-Za-z0-9+/]{60,76}={0,2})(?:\\n)?[\s'\",\\]*$")
_LONG_KEY_RUN = re.compile(r"[A-Za-z0-9+/]{60}")
_LONG_RUN = re.compile(r"[\w\-]{24,}")
_NEEDLES: dict[str, tuple[str, ...]] = {
    "AWSKeyDetector": ("a3t", "abia", "acca", "akia", "asia", "aws"),
    "ArtifactoryDetector": ("akc", *(f"ap{digit}" for digit in "0123456789abcdef")),
    "AzureStorageKeyDetector": ("accountkey=",),
    "BasicAuthDetector": ("://",),
    "CloudantDetector": (),
    "DiscordBotTokenDetector": (),
    "GitHubTokenDetector": ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
    "GitLabTokenDetector": (
        "glpat-",
        "gldt-",
        "glft-",
        "glsoat-",
        "glrt-",
        "gr1348941",
        "glcbt-",
        "glimt-",
        "glptt-",
        "glagent-",
        "gloas-",
    ),
    "IbmCloudIamDetector": (),
    "IbmCosHmacDetector": (),
    "JwtTokenDetector": ("eyj",),
    "MailchimpDetector": (),
    "NpmDetector": ("_authtoken",),
    "OpenAIDetector": ("t3blbkfj",),
    "PypiTokenDetector": ("pypi-age",),
    "SendGridDetector": ("sg.",),
    "SlackDetector": ("xox", "hooks.slack.com"),
    "SoftlayerDetector": (),
    "SquareOAuthDetector": ("sq0csp-",),
    "StripeDetector": ("k_live_",),
    "TelegramBotTokenDetector": (),
    "TwilioKeyDetector": (),
}
"""What stands (in lower case) in every secret that a plugin knows by its patterns; nothing: a long run of characters.
The patterns of a plugin that is not here run over the whole text, which is slow."""
_OWN_NEEDLES = ("dapi", "dose", "github_pat_", "bearer")
_LEFT_OUT = frozenset({"IPPublicDetector", "PrivateKeyDetector"})
"""An address is no secret (and versions look like one), and of keys more is masked below than their first line."""
_DIGIT_AND_CASES = (re.compile(r"\d"), re.compile(r"[a-z]"), re.compile(r"[A-Z]"))

_SHORTEST_GROUP = 8
"""Characters; a shorter group of a plugin's pattern is no value but a part of its syntax."""
_TAIL = re.compile(r"[\w+/=\-]*(?:\.[\w+/=\-]{10,})*")

Span = tuple[int, int]


class Detector(Protocol):
    """Finds secrets, in two steps: which lines may hold any (quick, on the whole text), and which do."""

    def candidates(self, text: str) -> set[int]:
        """Return the numbers (from 0) of the lines that are worth a look."""

    def secrets(self, name: str, line: str) -> set[str]:
        """Return the secrets in a line of the file `name`."""


def serve(requests: IO[bytes], replies: IO[bytes]) -> None:
    """Say that it is ready, and answer until the input ends.

    A request is a list of `[name, text, is_diff]`, a reply a list of spans for each.
    """
    detect = PluginDetector()
    write_frame(replies, READY)
    while (request := read_frame(requests)) is not None:
        write_frame(replies, [secret_spans(name, text, detect, is_diff=is_diff) for name, text, is_diff in request])


def read_frame(stream: IO[bytes]) -> Any | None:
    """Return the next value of a stream, None at its end or where it breaks off."""
    head = stream.read(4)
    if len(head) < 4:
        return None
    (size,) = struct.unpack(">I", head)
    body = stream.read(size)
    return json.loads(body) if len(body) == size else None


def write_frame(stream: IO[bytes], value: Any) -> None:
    """Write one value to a stream.

    Raises:
        OSError: nobody reads any more.
    """
    body = json.dumps(value).encode()
    stream.write(struct.pack(">I", len(body)) + body)
    stream.flush()


def secret_spans(name: str, text: str, detect: Detector, *, is_diff: bool) -> list[Span]:
    """Return where secrets stand in a text, in order and not overlapping, as code points with an exclusive end."""
    spans: list[Span] = []
    everywhere: set[str] = set()
    seen: dict[str, set[str]] = {}
    lines = [(start + at, window) for start, line in _lines(text, is_diff=is_diff) for at, window in _windows(line)]
    candidates = detect.candidates("\n".join(line for _, line in lines))
    is_settings = name.endswith(_SETTINGS_FILES) or "." not in name
    for number, (start, line) in enumerate(lines):
        if number not in candidates and not (is_settings and _is_setting(line)):
            continue
        if line not in seen:
            seen[line] = _secrets_in(name, line, detect, is_settings=is_settings)
        for secret in seen[line]:
            if _EVERYWHERE.fullmatch(secret):
                everywhere.add(secret)
            else:
                spans += _occurrences(line, secret, start)
    for secret in everywhere:
        spans += _occurrences(text, secret, 0)
    spans += _key_material(text, is_diff=is_diff)
    return _merged(spans)


class PluginDetector:
    """detect-secrets' plugins at the limits of its file scan.

    Its own loop asks every plugin, and every filter before them, about every line: 0.2 ms.  Here only lines that hold
    what every secret holds (a long run of letters and digits, quotes around a shorter one, a telling word) are looked at.
    Markers such as `pragma: allowlist` count for nothing: what they vouch for is masked all the same.
    """

    def __init__(self) -> None:
        from detect_secrets.filters import heuristic
        from detect_secrets.plugins.base import RegexBasedDetector
        from detect_secrets.plugins.keyword import DENYLIST
        from detect_secrets.settings import default_settings, get_plugins

        with default_settings():
            plugins = [p for p in get_plugins() if p.json()["name"] not in _LEFT_OUT]
        self._heuristic = heuristic
        self._by_pattern = [plugin for plugin in plugins if isinstance(plugin, RegexBasedDetector)]
        self._guessing = [plugin for plugin in plugins if not isinstance(plugin, RegexBasedDetector)]
        names = [plugin.json()["name"] for plugin in self._by_pattern]
        words = [word for guess in DENYLIST for word in _spellings(guess)]
        needles = [needle for name in names for needle in _NEEDLES.get(name, ())]
        self._needles = tuple(dict.fromkeys((*words, *needles, *_OWN_NEEDLES)))
        unknown = [p for p, name in zip(self._by_pattern, names, strict=True) if name not in _NEEDLES]
        patterns = [pattern for plugin in unknown for pattern in plugin.denylist]
        self._patterns = [
            _LONG_RUN,
            *(_quoted(plugin) for plugin in self._guessing if hasattr(plugin, "entropy_limit")),
            *(re.compile(pattern.pattern, pattern.flags | re.MULTILINE) for pattern in patterns),
        ]

    def candidates(self, text: str) -> set[int]:
        """Return the numbers (from 0) of the lines that may hold a secret."""
        lowered = text.lower()
        needles = [needle for needle in self._needles if needle in lowered]
        found = _line_numbers(lowered, {at for needle in needles for at, _ in _occurrences(lowered, needle, 0)})
        starts = {match.start() for pattern in self._patterns for match in pattern.finditer(text)}
        # A pattern may begin with the white space before its line.
        return found | {number + more for number in _line_numbers(text, starts) for more in (0, 1)}

    def secrets(self, name: str, line: str) -> set[str]:
        """Return the secrets in a line of the file `name`, each whole."""
        found: set[str] = set()
        for plugin in self._by_pattern:
            if plugin.analyze_line(filename=name, line=line, line_number=1):
                found.update(v for v in _whole_values(plugin.denylist, line) if not self._is_harmless(v, line, plugin))
        guessed: set[str] = set()
        for plugin in self._guessing:
            secrets = plugin.analyze_line(filename=name, line=line, line_number=1)
            values = [secret.secret_value for secret in secrets]
            guessed.update(value for value in values if value and not self._is_harmless(value, line, plugin))
        # `password = get_password()` is no secret, `Client(token="ghp_...")` is one: only guesses are excused, and of
        # those none that stands there as a literal, as in `connect(token="c3VwZX...")`.
        if guessed and self._heuristic.is_indirect_reference(line):
            return found | {value for value in guessed if _is_literal(value, line)}
        return found | guessed

    def _is_harmless(self, secret: str, line: str, plugin: Any) -> bool:
        heuristic = self._heuristic
        return (
            not secret.strip()
            or heuristic.is_not_alphanumeric_string(secret)
            or heuristic.is_templated_secret(secret)
            or heuristic.is_prefixed_with_dollar_sign(secret)
            or heuristic.is_sequential_string(secret)
            or heuristic.is_potential_uuid(secret)
            or heuristic.is_likely_id_string(secret, line, plugin)
        )


def _is_literal(value: str, line: str) -> bool:
    is_quoted = any(f"{quote}{value}{quote}" in line for quote in "'\"")
    return is_quoted and _EVERYWHERE_LONG.fullmatch(value) is not None


def _quoted(plugin: Any) -> re.Pattern[str]:
    """Return what a plugin for high entropy looks at: n characters have an entropy of log2(n) at most."""
    return re.compile(rf"""(['"])[{re.escape(plugin.charset)}]{{{int(2**plugin.entropy_limit) + 1},}}\1""")


def _spellings(guess: str) -> list[str]:
    """Return the words that one of detect-secrets' keywords (`api_?key`) stands for."""
    return [guess.replace("_?", "").lower(), guess.replace("_?", "_").lower()]


def _line_numbers(text: str, starts: set[int]) -> set[int]:
    if not starts:
        return set()
    ends = [match.start() for match in re.finditer("\n", text)]
    return {bisect_left(ends, start) for start in starts}


def _whole_values(patterns: Iterable[re.Pattern[str]], line: str) -> set[str]:
    """Return what the patterns of a plugin match, whole: its own values are at times the prefix of a token only."""
    values = set()
    for pattern in patterns:
        for match in pattern.finditer(line):
            groups = [match.span(number) for number in range(1, pattern.groups + 1) if match[number]]
            start, end = max(groups, key=lambda span: span[1] - span[0], default=match.span())
            if end - start < _SHORTEST_GROUP:
                start, end = match.span()
            tail = _TAIL.match(line, end)
            values.add(line[start : tail.end() if tail else end].strip(" \t\"'=:"))
    return values


def _secrets_in(name: str, line: str, detect: Detector, *, is_settings: bool) -> set[str]:
    found = detect.secrets(name, line)
    for pattern in _OWN:
        found.update(match[match.lastindex or 0] for match in pattern.finditer(line))
    # detect-secrets quotes the values of settings files so that their entropy is looked at; it needs the whole file.
    setting = _SETTING.match(line) if is_settings else None
    if setting is not None and _is_mixed(setting["value"]):
        found |= detect.secrets(name, f'value = "{setting["value"]}"')
    return found


def _is_setting(line: str) -> bool:
    setting = _SETTING.match(line)
    return setting is not None and _is_mixed(setting["value"])


def _is_mixed(text: str) -> bool:
    return all(pattern.search(text) for pattern in _DIGIT_AND_CASES)


def _windows(line: str) -> Iterator[tuple[int, str]]:
    """Yield a line with its offset 0, a very long one in pieces that overlap."""
    if len(line) <= _WINDOW:
        yield 0, line
        return
    for start in range(0, len(line), _WINDOW - _OVERLAP):
        yield start, line[start : start + _WINDOW]


def _lines(text: str, *, is_diff: bool) -> Iterator[tuple[int, str]]:
    """Yield the lines with their offsets; of a diff without the sign in front, and of a hunk's head what follows it."""
    position = 0
    for line in text.split("\n"):
        lead = 0
        if is_diff and line[:1] in ("+", "-", " "):
            lead = 1
        elif is_diff and line.startswith("@@"):
            hunk = _HUNK.match(line)
            lead = hunk.end() if hunk else 0
        if not (is_diff and _BLOBS.match(line)):
            yield position + lead, line[lead:]
        position += len(line) + 1


def _occurrences(text: str, secret: str, offset: int) -> Iterator[Span]:
    start = text.find(secret)
    while start >= 0:
        yield offset + start, offset + start + len(secret)
        start = text.find(secret, start + len(secret))


def _key_material(text: str, *, is_diff: bool) -> Iterator[Span]:
    """Yield the lines of private keys, of those too whose beginning lies outside the text."""
    if "-----BEGIN " not in text and _LONG_KEY_RUN.search(text) is None:
        return
    inside = False
    for start, line in _lines(text, is_diff=is_diff):
        begin, end = _KEY_BEGIN.search(line), _KEY_END.search(line)
        if begin is not None:
            inside = end is None
            if end is not None and end.start() > begin.end():
                yield start + begin.end(), start + end.start()
            elif end is None and len(line.rstrip()) > begin.end():
                yield start + begin.end(), start + len(line.rstrip())
            continue
        if end is not None:
            if inside and end.start() > 0 and line[: end.start()].strip():
                yield start, start + end.start()
            inside = False
            continue
        key = (_KEY_LINE if inside else _LONG_KEY_LINE).match(line)
        if key is not None and (inside or _is_mixed(key["key"])):
            yield start + key.start("key"), start + key.end("key")
        elif inside and line.strip() and ":" not in line:
            inside = False


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def main() -> None:
    """Serve the process that started this one."""
    try:
        serve(sys.stdin.buffer, sys.stdout.buffer)
    except (BrokenPipeError, KeyboardInterrupt):
        sys.exit(0)
