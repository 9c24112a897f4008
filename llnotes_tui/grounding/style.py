"""What is not wrong, and nobody misses: fillers, talk of the release, files named, talk of prompts."""

import re
from collections.abc import Iterator

from llnotes_tui.grounding.evidence import Evidence
from llnotes_tui.grounding.note import Note
from llnotes_tui.release.model import Finding

_OPENING = re.compile(
    r"(?:(?<=^)|(?<=[.!?] )|(?<=\n))(?:In this (?:release|version|update|commit|change|pull request|PR|diff|new release)|With this (?:release|update|change|commit)|As part of this (?:release|change|update)|In (?:the|our) latest (?:release|version|update)|This (?:commit|diff|pull request|PR))\b,? ?",
    re.MULTILINE,
)
_FILLER = re.compile(
    r"\b(?:demonstrat(?:es?|ing)|reflect(?:s|ing)?|show(?:s|ing|cas(?:es|ing))?|underscor(?:es|ing)|highlight(?:s|ing)?) (?:our|the (?:team|project)'s|a|an ongoing|the) (?:ongoing |continued |strong |continuous )?(?:commitment|dedication|effort)\b"
    r"|\b(?:software engineers|readers|users|developers) (?:who )?adopt(?:ing)? (?:this|the) project\b|\bwe (?:are (?:excited|pleased|happy|thrilled)|hope|believe)\b|\bit is worth (?:noting|mentioning)\b|\bsignificant milestone\b"
    r"|\b(?:overall|in summary|in conclusion), (?:this|these|the) (?:change|changes|update|updates|commit|modification|modifications|improvement|improvements|enhancement|enhancements)\b"
    r"|\b(?:valuable|welcome) (?:addition|update|contribution|enhancement)\b|\b(?:game[- ]changer|cutting[- ]edge|seamless (?:experience|user experience)|a testament to)\b",
    re.IGNORECASE,
)
_PROMPT = re.compile(
    r"\b(?:as (?:requested|instructed|per your instructions)|here is (?:the|a) (?:summary|release note|paragraph)|the provided (?:diff|code|patch|commit message)|based on the (?:provided|given) (?:diff|code|summary)|I (?:cannot|can't|am unable))\b",
    re.IGNORECASE,
)
_LIST = re.compile(r"^[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+(?=\S)", re.MULTILINE)
_FILE = re.compile(
    r"(?<![\w/.-])(?:[\w-]{1,80}+/){0,12}+[\w-]{1,80}+\.(?:py|go|java|scala|kt|ts|tsx|js|jsx|rs|rb|php|cs|cpp|sql|sh|c|h)\b(?![\w(])"
)


def style(note: Note, evidence: Evidence, *, is_item: bool = False) -> Iterator[Finding]:
    """`style`: words that the fix deletes.  None of it contradicts anything."""
    del evidence
    for match in _OPENING.finditer(note.text):
        has_verb = match[0].startswith("This ")
        yield note.finding(
            "style", match.start(), match.end(), "Notes are about a release anyway.", None if has_verb else ""
        )
    for match in _FILLER.finditer(note.text):
        start, end = _clause(note, match.start(), match.end())
        yield note.finding("style", start, end, "This says nothing of the change.", "")
    for match in _PROMPT.finditer(note.text):
        yield note.finding("style", match.start(), match.end(), "This speaks of the prompt.")
    matches = list(_LIST.finditer(note.text))
    for match in matches if len(matches) > 1 and not is_item else ():
        yield note.finding("style", match.start(), match.end(), "An entry is one paragraph, not a list.", "")
    for match in _FILE.finditer(note.text):
        yield note.finding("style", match.start(), match.end(), "Readers know no files; say what it does.")


def _clause(note: Note, start: int, end: int) -> tuple[int, int]:
    """Return the clause around a filler, up to commas, so that what is left still reads; never a whole sentence."""
    sentence = note.sentence_at(start)
    if sentence is None:
        return start, end
    comma = note.text.rfind(",", sentence.start, start)
    if comma < 0 or comma <= sentence.start:
        return start, end
    stop = note.text.find(",", end, sentence.end)
    last = sentence.end - 1 if note.text[sentence.end - 1 : sentence.end] in ".!?" else sentence.end
    return comma, stop if stop >= 0 else last
