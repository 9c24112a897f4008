"""Notes and entries from facts: the author's words, then the code, then the scope."""

import re
from collections.abc import Sequence

from msgspec.structs import replace

from llnotes_tui.engines.phrases import counted, listed, sentence
from llnotes_tui.engines.sentences import Wording, author_sentences, repeats
from llnotes_tui.engines.wording import FileFacts, code_sentences, phrase
from llnotes_tui.release.symbols import Area

_MOST_WORDS = 118
_CODE = re.compile(r"`([^`]+)`")
_NAME = re.compile(r"\w+")
_CODE_LIKE = re.compile(r"\w*(?:_|[a-z][A-Z])\w*")
_AREAS: tuple[Area, ...] = ("build", "test", "documentation", "data")
"""What an entry is about where no source changed, the first of them that did."""


def file_text(facts: FileFacts) -> str:
    """Return the note of one file change: its names, or at least its size; nothing of what the diff does not show."""
    added = [symbol for symbol in facts.symbols if symbol.change == "added" and symbol.public and not symbol.owner]
    what = f"{facts.language} file" if facts.language else "file"
    if facts.status == "A":
        size = f" of {counted(facts.added, 'line')}" if facts.added else ""
        return sentence(f"added a new {what}{size}" + (f" with {phrase(added)}" if added else ""))
    if facts.status == "D":
        gone = [symbol for symbol in facts.symbols if symbol.change == "removed" and symbol.public and not symbol.owner]
        size = f" of {counted(facts.removed, 'line')}" if facts.removed else ""
        return sentence(f"removed a {what}{size}" + (f" with {phrase(gone)}" if gone else ""))
    said = code_sentences([facts])
    return " ".join(_within(said, _MOST_WORDS)) if said else sentence(_size(facts))


def entry_text(title: str, messages: Sequence[str], files: Sequence[FileFacts], corrected: Sequence[str] = ()) -> str:
    """Return the text of an entry.

    `files` are all file changes but noise; `corrected` are notes of files that a person (or a model) wrote, which stand
    for what the rules would say about them.  With nothing to tell from, it is the title.
    """
    wording = Wording() if len(messages) <= 1 else Wording(words=40, sentences=2)
    words = [said for message in messages[:3] for said in author_sentences(title, message, wording)]
    known = _names_in(" ".join(words))
    code = [*corrected, *_code(files, known)]
    room = _MOST_WORDS - _length(words)
    scope = _scope(files, is_first=not (words or code), told=_told_area(files, code))
    if scope.startswith("Also ") and code and code[-1].startswith("Also "):
        scope = sentence(scope.removeprefix("Also "))
    text = [*words, *_within(code, max(room - _length([scope]), 30)), *([scope] if scope else [])]
    if not text or (len(text) == 1 and repeats(text[0], title) and not code):
        text = [*text, _total(files)]
    return " ".join(part for part in text if part) or sentence(title)


def _names_in(text: str) -> frozenset[str]:
    """Return the names of code that a text gives: all in backticks, and words that no language but code has."""
    in_code = _NAME.findall(" ".join(_CODE.findall(text)))
    return frozenset([*in_code, *(word for word in _NAME.findall(text) if _CODE_LIKE.fullmatch(word))])


def _code(files: Sequence[FileFacts], known: frozenset[str]) -> list[str]:
    """Return sentences on the sources; on build files, tests or documents only where no source changed."""
    sources = [file for file in files if file.area == "source"]
    requirements = [_only_requirements(file) for file in files if file.area == "build"]
    said = code_sentences([*sources, *requirements], known)
    if said or any(file.has_diff for file in sources):
        return said
    for area in _AREAS:
        said = code_sentences([file for file in files if file.area == area], known)
        if said:
            return said[:2]
    return []


def _only_requirements(file: FileFacts) -> FileFacts:
    return replace(file, symbols=tuple(symbol for symbol in file.symbols if symbol.kind == "requirement"))


def _told_area(files: Sequence[FileFacts], code: Sequence[str]) -> str:
    """Return the area that the sentences on code are about, where it is not the sources."""
    if not code or any(file.area == "source" for file in files):
        return ""
    return next((area for area in _AREAS if any(file.area == area for file in files)), "")


def _scope(files: Sequence[FileFacts], *, is_first: bool, told: str) -> str:
    """Say in one sentence what else changed: tests, documents, workflows, build files."""
    parts: list[str] = []
    silent = [file for file in files if file.area == "source" and not code_sentences([file])]
    if silent and is_first:
        parts.append(_sizes(silent))
    parts.extend(part for area, part in _other_areas(files) if part and area != told)
    if not parts:
        return ""
    return sentence(("" if is_first else "also ") + listed(_without_repeated_verbs(parts)))


def _other_areas(files: Sequence[FileFacts]) -> list[tuple[str, str]]:
    tests = [file for file in files if file.area == "test"]
    new_tests = {
        symbol.name for file in tests for symbol in file.symbols if symbol.kind == "test" and symbol.change == "added"
    }
    documents = [file for file in files if file.area == "documentation"]
    workflows = [file for file in files if file.area == "workflow"]
    builds = [
        file
        for file in files
        if file.area == "build" and not any(symbol.kind == "requirement" for symbol in file.symbols)
    ]
    data = [file for file in files if file.area == "data"]
    return [
        ("test", f"added {counted(len(new_tests), 'test')}" if new_tests else "updated the tests" if tests else ""),
        ("documentation", "updated the documentation" if documents else ""),
        (
            "workflow",
            f"updated {'the CI configuration' if len(workflows) == 1 else 'the CI workflows'}" if workflows else "",
        ),
        ("build", "updated the build configuration" if builds else ""),
        ("data", f"updated {counted(len(data), 'data file')}" if data else ""),
    ]


def _without_repeated_verbs(parts: Sequence[str]) -> list[str]:
    """`updated a, updated b` becomes `updated a, b`."""
    verbs: dict[str, list[str]] = {}
    for part in parts:
        verb, _, rest = part.partition(" ")
        verbs.setdefault(verb, []).append(rest)
    return [f"{verb} {listed(rests)}" for verb, rests in verbs.items()]


def _size(facts: FileFacts) -> str:
    return _sizes([facts])


def _sizes(files: Sequence[FileFacts]) -> str:
    added, removed = sum(file.added for file in files), sum(file.removed for file in files)
    languages = {file.language for file in files}
    language = languages.pop() if len(languages) == 1 else ""
    of_language = f" of {language}" if language else ""
    where = f" in {counted(len(files), 'file')}" if len(files) > 1 else ""
    moved = [file for file in files if file.status in ("R", "C")]
    if moved and len(moved) * 2 > len(files):
        return f"moved {counted(len(moved), 'file')}"
    if added == removed == 1:
        return f"changed one line{of_language}"
    if added and removed:
        return (
            f"changed {counted(max(added, removed), 'line')}{of_language}{where} ({added:,} added, {removed:,} removed)"
        )
    if added or removed:
        return f"{'added' if added else 'removed'} {counted(added or removed, 'line')}{of_language}{where}"
    return f"changed {counted(len(files), 'file')}"


def _total(files: Sequence[FileFacts]) -> str:
    return sentence(_sizes(files)) if files else ""


def _within(sentences: Sequence[str], words: int) -> list[str]:
    """Return the first sentences that fit, at least one."""
    kept: list[str] = []
    for text in sentences:
        if kept and _length([*kept, text]) > words:
            continue
        kept.append(text)
    return kept


def _length(sentences: Sequence[str]) -> int:
    return sum(len(text.split()) for text in sentences)
