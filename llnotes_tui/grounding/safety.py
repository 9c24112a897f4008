"""What a text may bring in from outside: links, images, HTML, mentions, addresses, and words meant for a model."""

import re
from bisect import bisect_right
from collections.abc import Iterator

from llnotes_tui.grounding.evidence import Evidence
from llnotes_tui.grounding.note import Note
from llnotes_tui.release.model import Finding

_URL = re.compile(
    r"(?:https?|ftp|file|javascript|data)://?[^\s<>()\[\]`\"']{1,2000}+|(?<!\w)www\.[^\s<>()\[\]`\"']{1,500}+|(?<!\w)(?:javascript|data|vbscript):[^\s<>()]{1,500}+",
    re.IGNORECASE,
)
_IMAGE = re.compile(r"!\[[^\[\]\n]{0,300}+\][(\[]")
_HTML = re.compile(
    r"</?[A-Za-z][A-Za-z0-9-]{0,30}+(?:\s[^<>\n]{0,500}+)?/?>|<!--|-->|&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|lt|gt|amp|nbsp);"
)
_MENTION = re.compile(r"(?<![\w./@`-])@(?P<who>[A-Za-z0-9](?:[A-Za-z0-9-]{0,38}+)(?:/[\w-]{1,50}+)?)(?![\w.]*\()")
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+%-]{1,64}+@[\w-]{1,63}+(?:\.[\w-]{1,63}+){1,5}+")
_INSTRUCTION = re.compile(
    r"\b(?:ignore|disregard|forget|override)\s+(?:(?:all|any|the|your|every|of|these|those|my|prior|previous|above|earlier|preceding|foregoing|system)\s+){1,5}+(?:instructions?|prompts?|rules|directions|guidelines|messages?|context)\b"
    r"|\b(?:you are|act as|pretend to be|as) (?:now )?an? (?:AI|large language model|language model|assistant|chatbot|helpful)\b"
    r"|\b(?:system prompt|developer message|do not hallucinate|avoid(?:ing)? (?:the )?hallucinat\w+|without hallucinat\w+|jailbreak|DAN mode)\b"
    r"|<\|[a-z_]{1,30}\|>|\[/?INST\]|\bBEGIN (?:SYSTEM|PROMPT)\b"
    r"|\b(?:reply|respond|answer|output|write|say|print) (?:only|exactly|nothing but|just) (?:with )?[\"“'`]"
    r"|\b(?:reviewer|assistant|model|AI):? (?:must|should|please) (?:approve|accept|ignore|merge|publish)\b",
    re.IGNORECASE,
)


def unsafe(note: Note, evidence: Evidence) -> Iterator[Finding]:
    """`unsafe`: a link, image, HTML, mention or address that is in no evidence; an instruction to a model."""
    known = _Known(evidence)
    for match in _IMAGE.finditer(note.text):
        if not _in_code(note, match.start()):
            yield note.finding(
                "unsafe", match.start(), match.end() - 1, "An image loads something from elsewhere when it is shown."
            )
    for match in _URL.finditer(note.text):
        address = match[0].rstrip(".,;:!?*_")
        if not known.address(address):
            end = match.start() + len(address)
            yield note.finding(
                "unsafe", match.start(), end, "This address stands neither in the diff nor in the message."
            )
    for match in _HTML.finditer(note.text):
        if not _in_code(note, match.start()):
            yield note.finding(
                "unsafe",
                match.start(),
                match.end(),
                "HTML is taken for markup where the notes are shown.",
                _escaped(match[0]),
            )
    for match in _ADDRESS.finditer(note.text):
        if not _in_code(note, match.start()) and not known.text(match[0]):
            yield note.finding(
                "unsafe", match.start(), match.end(), "This address stands neither in the diff nor in the message."
            )
    for match in _MENTION.finditer(note.text):
        if not _in_code(note, match.start()) and not known.text(match[0]):
            yield note.finding(
                "unsafe",
                match.start(),
                match.end(),
                f"This notifies {match[0]} where the notes are published.",
                f"`{match[0]}`",
            )
    for match in _INSTRUCTION.finditer(note.text):
        yield note.finding("unsafe", match.start(), match.end(), "This speaks to a model, not to a reader.")


_PAGE = re.compile(
    r"(?P<project>https://(?P<host>[\w.-]{1,100})/[\w.-]{1,100}/[\w.-]{1,100})/(?:-/)?"
    r"(?:(?:issues|pulls?|merge_requests)/(?P<number>\d{1,9})$|(?:compare|releases|commits?|tree|blob)/)"
)
_FORGES = ("github.com", "gitlab.com", "bitbucket.org")
"""Where the number of an issue or pull request is all that a link adds; whether it is known is another check."""
_MOST = 60
"""Addresses of one text that are looked for."""


class _Known:
    """What the evidence vouches for, asked as seldom as can be."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._answers: dict[str, bool] = {}

    def text(self, wanted: str) -> bool:
        """Tell whether a text stands in the message or the diff."""
        if wanted not in self._answers:
            # Nobody writes so many addresses: the rest of them is unknown without a look.
            self._answers[wanted] = len(self._answers) < _MOST and self._stands(wanted)
        return self._answers[wanted]

    def _stands(self, wanted: str) -> bool:
        evidence = self._evidence
        return wanted in evidence.raw_message or any(wanted in line.text for line in evidence.lines)

    def address(self, address: str) -> bool:
        """Tell whether an address stands there, or is the page of this entry's own issue or pull request."""
        page = _PAGE.match(address)
        if page is not None and (page["host"] in _FORGES or self.text(page["project"])):
            return page["number"] is not None or self.text(page["project"])
        return self.text(address.rstrip("/"))


def _in_code(note: Note, offset: int) -> bool:
    at = bisect_right(note.codes, offset, key=lambda code: code.outer_start) - 1
    return at >= 0 and offset < note.codes[at].outer_end


def _escaped(html: str) -> str:
    return html.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
