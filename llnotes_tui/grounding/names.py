"""Names that are nowhere, and classes that are none."""

import re
from collections.abc import Iterator

from llnotes_tui.grounding.blobs import is_type
from llnotes_tui.grounding.everyday import LANGUAGE_NAMES
from llnotes_tui.grounding.evidence import Evidence
from llnotes_tui.grounding.likeness import nearest
from llnotes_tui.grounding.note import Named, Note
from llnotes_tui.grounding.words import NAME, is_code_like, may_stand_for
from llnotes_tui.release.model import EvidenceLine, Finding

_AFTER_CLASS = re.compile(
    r"\s{1,3}+(?:abstract |base |data ?|mixin |helper )?class(?:es)?\b(?! ?-?(?:methods?|variables?|attributes?|propert|decorator|constant|field|level|name|definition|hierarch|instance))"
)
_AFTER_METHOD = re.compile(r" (?:class |static )?(?:method|function)\b(?! (?:of|name|call|signature)\b)")
_BEFORE_CLASS = re.compile(r"\bclass(?:es)?(?: called| named|,)? ?$")
_SHORTEST = 3
_LONGEST = 100
_MOST_LOOKED_FOR = 12
"""Unknown names of one text for which the nearest real one is looked for."""


def unknown_names(note: Note, evidence: Evidence) -> Iterator[Finding]:
    """`unknown-name`: a name that is in no evidence and nowhere in the trees.  Its parts being real is no excuse."""
    if evidence.commits and evidence.after is None:
        return
    known: dict[str, bool] = {}
    nearer: dict[str, str] = {}
    for named in note.names:
        for word, start, end in _pieces(named):
            if word not in known:
                known[word] = is_known(word, evidence)
            if known[word]:
                continue
            if word not in nearer:
                nearer[word] = nearest(word, evidence) if len(nearer) < _MOST_LOOKED_FOR else ""
            near = nearer[word]
            hint = f"; the nearest name is `{near}`" if near else ""
            evidence_lines = evidence.lines_with([near]) if near else ()
            yield note.finding(
                "unknown-name",
                start,
                end,
                f"`{word}` stands nowhere in the diff, the message or the repository{hint}.",
                near or None,
                evidence_lines or _definition(near, evidence),
            )


def no_such_classes(note: Note, evidence: Evidence) -> Iterator[Finding]:
    """`no-such-class`: "the `X` class" where no class has this name; models guess them from the names of files."""
    if evidence.after is None:
        return
    nearer: dict[str, str] = {}
    for named in note.names:
        if not _is_called_class(note, named) or NAME.fullmatch(named.text.rpartition(".")[2]) is None:
            continue
        word = named.text.rpartition(".")[2]
        if _is_class(word, evidence):
            continue
        if word not in nearer:
            nearer[word] = _class_like(word, evidence) if len(nearer) < _MOST_LOOKED_FOR else ""
        real = nearer[word]
        places = [place for tree in evidence.trees for place in tree.definitions(real)] if real else []
        what = next((place.kind for place in evidence.after.definitions(word)), "")
        other = f"`{word}` is a {what}" if what else f"no class is called `{word}`"
        yield note.finding(
            "no-such-class",
            named.end - len(word),
            named.end,
            f"There is no such class: {other}{f'; there is a class `{real}`' if real else ''}.",
            real or None,
            tuple(place.shown(real) for place in places[:2]) or evidence.lines_with([word]),
        )


def no_such_methods(note: Note, evidence: Evidence) -> Iterator[Finding]:
    """`no-such-method`: "the `X` method" where `X` is a class, and nothing else has this name."""
    if evidence.after is None:
        return
    for named in note.names:
        word = named.text.rpartition(".")[2]
        after = _AFTER_METHOD.match(note.grammar, named.outer_end)
        if after is None or NAME.fullmatch(word) is None:
            continue
        places = [place for tree in evidence.trees for place in tree.definitions(word)]
        if not places or not all(is_type(place.kind) for place in places):
            continue
        if any(symbol.name == word and not is_type(symbol.kind) for symbol in evidence.symbols):
            continue
        kind = places[0].kind
        start = after.end() - len(after[0].rpartition(" ")[2])
        reason = f"`{word}` is a {kind}, no {note.text[start : after.end()]}."
        yield note.finding("no-such-method", start, after.end(), reason, kind, (places[0].shown(word),))


def is_known(word: str, evidence: Evidence) -> bool:
    """Tell whether a name stands in the evidence or a tree, case and separators aside."""
    if word in LANGUAGE_NAMES or evidence.sides(word) or may_stand_for(word, evidence.spelled(word)):
        return True
    if any(tree.has(word) or tree.like(word) for tree in evidence.trees):
        return True
    return len(word) > _SHORTEST and word.endswith("s") and is_known(word[:-1], evidence)


def _pieces(named: Named) -> Iterator[tuple[str, int, int]]:
    """Yield the names in a name with dots, slashes or blanks, each with its span."""
    if len(named.raw) > _LONGEST:
        return
    whole = NAME.fullmatch(named.text) is not None
    for match in NAME.finditer(named.text):
        word = match[0]
        before, after = named.text[: match.start()][-1:], named.text[match.end() :][:1]
        if before in ("*", "<", "{", "%", "$", "\\", "[") or after in ("*", ">", "}", "\\") or len(word) < _SHORTEST:
            continue
        # In a command or an expression only what can be nothing but a name is looked at.
        if not whole and " " in named.text and not (is_code_like(word) or "-" in word):
            continue
        if before.isdigit() or after in ("'", '"') or before in ("'", '"'):
            continue
        yield word, named.start + match.start(), named.start + match.end()


def _is_called_class(note: Note, named: Named) -> bool:
    if " " in named.text:
        return False
    if _AFTER_CLASS.match(note.grammar, named.outer_end) is not None:
        return True
    before = note.grammar[max(0, named.outer_start - 16) : named.outer_start]
    return _BEFORE_CLASS.search(before) is not None and not note.grammar[named.outer_end :].startswith(
        (" method", " func")
    )


def _is_class(word: str, evidence: Evidence) -> bool:
    if any(is_type(place.kind) for tree in evidence.trees for place in tree.definitions(word)):
        return True
    if any(symbol.name == word and is_type(symbol.kind) for symbol in evidence.symbols):
        return True
    if word in LANGUAGE_NAMES:
        return True
    # A class of a library is not defined here, but it is written somewhere, and as classes are.
    is_written = bool(evidence.sides(word)) or any(tree.has(word) for tree in evidence.trees)
    return word[:1].isupper() and is_written


def _class_like(word: str, evidence: Evidence) -> str:
    """Return the class whose name differs in case, separators or a plural only; else the one most like it."""
    for candidate in (word, word.removesuffix("s"), word + "s"):
        for tree in evidence.trees:
            for name in tree.alike(candidate):
                if any(is_type(place.kind) for place in tree.definitions(name)):
                    return name
    return nearest(word, evidence, only_types=True)


def _definition(name: str, evidence: Evidence) -> tuple[EvidenceLine, ...]:
    if not name or evidence.after is None:
        return ()
    return tuple(place.shown(name) for place in evidence.after.definitions(name)[:2])
