"""Titles as they are published: in the past tense, without the marks of tools; and the section that a title belongs to."""

import re
from collections.abc import Mapping

from llnotes_tui.release.cleaning import abbreviated
from llnotes_tui.release.message import merged_branch_of, title_of
from llnotes_tui.release.model import Section
from llnotes_tui.release.verbs import begins_noun, is_past, past_of, verb_of

_CONVENTIONAL = re.compile(
    r"^(?P<type>build|chore|ci|deps|docs?|enhancement|feat(?:ure)?|fix|bugfix|hotfix|imp(?:rovement)?|perf|refactor|release|revert|sec(?:urity)?|style|tests?|types?|typing|breaking)"
    r"(?:\s*\((?P<scope>[^()]*)\))?!?:\s*(?=\S)",
    re.IGNORECASE,
)
LONGEST_TITLE = 120
"""Characters of a generated title; a person's own is never cut."""
_TAG = re.compile(r"^\[(?P<tag>[^\[\]]{1,40})\]\s*:?\s*(?=\S)")
_TYPE_TAG = re.compile(
    r"^(?:chore|feat(?:ure)?|fix|bug ?fix|bug|hot ?fix|docs?|documentation|refactor(?:ing)?|tests?|tech[ -]?debt|perf|ci|build|minor|trivial|wip|draft|internal|security|improvement|enhancement|breaking(?: changes?)?)$",
    re.IGNORECASE,
)
_TICKET = re.compile(r"^(?:\[[A-Z][A-Z0-9]+-\d+\]|[A-Z][A-Z0-9]+-\d+)\s*[:\-–]?\s+(?=\S)")
_GITMOJI = re.compile(
    r"^(?:(?::[a-z0-9_+-]+:|[\u2190-\u2bff\u2600-\u27bf\U0001f000-\U0001faff][\ufe0f\u200d]*)\s*)+(?=\S)"
)
_SHOUTED_TYPE = re.compile(r"^(?:TECH[ -]?DEBT|CHORE|BUG ?FIX|BUG|WIP|DRAFT|REFACTOR)\b\s*[:\-]?\s*(?=\S)")
_ADVERB = re.compile(r"^[A-Z][a-z]+ly$")
_LEAD = re.compile(r"^[^:]{1,40}:\s+(?=\S)")
_SECOND_VERB = re.compile(r"(?:,| and| &) (?P<verb>[a-z]+)(?= [\w`'\"])")
_INFINITIVE_BEFORE = re.compile(
    r"\b(?:to|can|cannot|could|may|must|should|will|would|not|lets?|that|which|when|if|for)\b", re.IGNORECASE
)
_QUOTED = re.compile(
    r"(?<![\w`'\"])(?P<quote>['\"])(?P<inside>[^'\"`\s](?:[^'\"`]{0,78}[^'\"`\s])?)(?P=quote)(?![\w`'\"])"
)
_CODE = re.compile(
    r"^(?:--?[A-Za-z][\w-]*(?:=\S*)?|[\w./-]*(?:_[\w./-]*)+|[\w.]+\(\S*\)|[a-z]+[A-Z]\w*|[A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)+|[\w-]+\.(?:[a-z]{1,5}|[a-z_]\w*)|\w+(?:\.\w+)+|[\w.-]+/[\w./-]+|\w+=\S+|[\w.-]+==\S+|@\w[\w.]*)$"
)
_PROSE_WITH_DOT = re.compile(r"^(?:e\.g|i\.e|etc|vs)\.?$", re.IGNORECASE)

_VULNERABILITY = re.compile(
    r"\bCVE-\d{4}-\d{4,}\b|\bGHSA(?:-[0-9a-z]{4}){3}\b|\bvulnerabilit(?:y|ies)\b|\bsecurity (?:fix|issue|issues|hole|flaw|bug|patch|hardening|advisory)\b|\b(?:path|directory) traversal\b"
    r"|\b(?:sql|command|code|shell|template|header) injection\b|\b(?:remote|arbitrary) code execution\b|\bdenial of service\b|\bprivilege escalation\b|\b(?:xss|ssrf|csrf|rce|redos)\b|\bcross-site\b",
    re.IGNORECASE,
)
_ADVISORY = re.compile(r"\bCVE-\d{4}-\d{4,}\b|\bGHSA(?:-[0-9a-z]{4}){3}\b", re.IGNORECASE)
_NO_VULNERABILITY = re.compile(r"SECURITY\.md|\bpolicy\b|\breporting\b|\bscan(?:ner|ning|s)?\b", re.IGNORECASE)
_SECTIONS: tuple[tuple[Section, re.Pattern[str]], ...] = (
    (
        "fixed",
        re.compile(r"\bfalse positives?\b|^address(?:e[sd]|ing)?\b.*\b(?:bug|issue|fail|error|crash)", re.IGNORECASE),
    ),
    (
        "changed",
        re.compile(
            r"^(?:remov(?:e[sd]?|ing|al)|drop(?:s|ped|ping)?|delet(?:e[sd]?|ing)|eliminat(?:e[sd]?|ing))\b.*\b(?:unused|redundant|duplicated?|unnecessary|superfluous|dead|stale|leftovers?|typos?|warnings?|references? to|obsolete)\b",
            re.IGNORECASE,
        ),
    ),
    ("deprecated", re.compile(r"^(?:deprecat(?:e[sd]?|ing|ion)\b)", re.IGNORECASE)),
    (
        "removed",
        re.compile(
            r"^(?:remov(?:e[sd]?|ing|al)|drop(?:s|ped|ping)?|delet(?:e[sd]?|ing)|eliminat(?:e[sd]?|ing)|get rid of|got rid of)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "fixed",
        re.compile(
            r"^(?:fix(?:e[sd]|ing)?|(?:bug|hot|quick)[ -]?fix(?:e[sd])?|correct(?:s|ed|ing)?|resolv(?:e[sd]?|ing)|repair(?:s|ed)?|prevent(?:s|ed)?|avoid(?:s|ed)?|workaround|work around|worked around|compatibility fix)\b"
            r"|^add(?:s|ed|ing)?\s+(?:a\s+|an\s+)?(?:\w+\s+){0,2}(?:fix|workaround)\b|\bfix$|^\w+(?: \w+)? fix(?:es)?\b|\bno longer (?:crash|fail|raise|break)",
            re.IGNORECASE,
        ),
    ),
    (
        "fixed",
        re.compile(
            r"^(?:handl(?:e[sd]?|ing)|add(?:s|ed) handling (?:for|of))\b.*(?:error|exception|crash|fail|invalid|missing|empty|corrupt|denied|not ?found|timeout|null|none)",
            re.IGNORECASE,
        ),
    ),
    (
        "added",
        re.compile(
            r"^(?:add(?:s|ed|ing)?|introduc(?:e[sd]?|ing)|implement(?:s|ed|ing)?|support(?:s|ed|ing)?|creat(?:e[sd]?|ing)|new|allow(?:s|ed|ing)?|expos(?:e[sd]?|ing)|provid(?:e[sd]?|ing)|enabl(?:e[sd]?|ing)|handl(?:e[sd]?|ing)|initial|explicit support|experimental)\b",
            re.IGNORECASE,
        ),
    ),
)
_SECTION_OF_TYPE: Mapping[str, Section] = {
    "feat": "added",
    "feature": "added",
    "fix": "fixed",
    "bugfix": "fixed",
    "hotfix": "fixed",
    "sec": "security",
    "security": "security",
}
_SECTION_OF_TAG: Mapping[str, Section] = {
    "feat": "added",
    "feature": "added",
    "fix": "fixed",
    "bug": "fixed",
    "bugfix": "fixed",
    "bug fix": "fixed",
    "hotfix": "fixed",
    "security": "security",
}


def published_title(title: str) -> str:
    """Return a commit's or pull request's title as a changelog prints it: what was done, in the past tense.

    Marks of tools (`fix(scope):`, `[TECH DEBT]`, ticket numbers, emoji) are gone, quoted names are code where they are
    code, and no full stop stands at the end.
    """
    plain = abbreviated(_without_marks(" ".join(title_of(title, "").split())))
    branch = merged_branch_of(plain)
    if branch is not None and plain.startswith("Merge"):
        return f"Merged `{branch}`"
    scope = _TAG.match(plain)
    lead = plain[: scope.end()] if scope else ""
    told = _quoted_as_code(_in_past_tense(plain[len(lead) :]))
    return _without_full_stop(lead + told)


def scoped_title(title: str) -> str:
    """Return a title as `published_title` does, with its conventional scope in front: `aws: added a loader`.

    A title without a scope is returned as `published_title` returns it.
    """
    published, scope = published_title(title), scope_of(title)
    if not scope:
        return published
    first = title_of(title, "").partition(f"({scope})")[2].lstrip("!: ")[:1]
    return f"{scope}: {published[:1].lower() if first.islower() else published[:1]}{published[1:]}"


def scope_of(title: str) -> str:
    """Return the scope of a conventional title (`aws` of `feat(aws): add a loader`), empty where it has none."""
    rest = " ".join(title_of(title, "").split())
    while mark := _mark(rest):
        if scope := (mark.groupdict().get("scope") or "").strip():
            return scope
        rest = rest[mark.end() :]
    return ""


def cut_title(title: str) -> str:
    """Return a title of at most 120 characters: a longer one is cut between words, outside code, and ends in `…`."""
    if len(title) <= LONGEST_TITLE:
        return title
    kept = title[: LONGEST_TITLE - 1]
    if not title[LONGEST_TITLE - 1].isspace():
        kept = kept.rpartition(" ")[0] or kept
    if kept.count("`") % 2:
        kept = kept[: kept.rindex("`")].rstrip() or kept
    return kept.rstrip(" ,;:.-–—") + "…"


def section_of(title: str, message: str) -> Section:
    """Return the section a change belongs to, as its title says it; `changed` where it does not say.

    `message` is the cleaned message; only an advisory's number (CVE, GHSA) in it counts.
    """
    plain = " ".join(title_of(title, "").split())
    if _ADVISORY.search(f"{title}\n{message}") or (
        _VULNERABILITY.search(plain) and not _NO_VULNERABILITY.search(plain)
    ):
        return "security"
    bare = _without_marks(plain)
    bare = bare[match.end() :] if (match := _TAG.match(bare)) else bare
    for section, pattern in _SECTIONS:
        if pattern.search(bare) or ((lead := _LEAD.match(bare)) and pattern.search(bare[lead.end() :])):
            return section
    return _marked_section(plain) or "changed"


def begins_with_verb(title: str) -> bool:
    """Tell whether a title says in its first word what was done, in the present or the past."""
    first, _, rest = _without_marks(" ".join(title_of(title, "").split())).partition(" ")
    verb = verb_of(first.lower())
    return is_past(first.lower()) or (verb is not None and not begins_noun(verb, rest))


def _marked_section(title: str) -> Section | None:
    """Return the section that a conventional type or a tag in front of a title names."""
    title = _GITMOJI.sub("", title)
    conventional = _CONVENTIONAL.match(title)
    if conventional is not None:
        return _SECTION_OF_TYPE.get(conventional["type"].lower())
    tag = _TAG.match(title)
    return _SECTION_OF_TAG.get(tag["tag"].strip().lower()) if tag else None


def _without_marks(title: str) -> str:
    """Drop what tools and trackers put in front of a title, as long as something is left."""
    while True:
        mark = _mark(title)
        if mark is None:
            return title
        rest = title[mark.end() :]
        title = rest[0].upper() + rest[1:] if _begins_with_a_word(rest) else rest


def _mark(title: str) -> re.Match[str] | None:
    """Return the mark of a tool or tracker that a title begins with."""
    mark = _GITMOJI.match(title) or _SHOUTED_TYPE.match(title) or _TICKET.match(title) or _CONVENTIONAL.match(title)
    tag = _TAG.match(title)
    return tag if mark is None and tag is not None and _TYPE_TAG.match(tag["tag"].strip()) else mark


def _begins_with_a_word(text: str) -> bool:
    """Tell a word of prose from a name, whose case counts."""
    first = re.match(r"[^\s:,;]+", text)
    return first is not None and first[0].isalpha() and first[0].islower()


def _in_past_tense(title: str) -> str:
    """Put the verb that a title begins with into the past, behind an adverb or a short lead (`Parser: fix ...`) too."""
    first, _, rest = title.partition(" ")
    rest = rest.lstrip()
    if is_past(first.lower()):
        return _with_second_verb(first[0].upper() + title[1:])
    told = _told(first, rest)
    if told is not None:
        return _with_second_verb(told)
    if _ADVERB.match(first):
        verb, _, after = rest.partition(" ")
        told = _told(verb, after)
        return f"{first} {told[0].lower()}{told[1:]}" if told else title
    lead = _LEAD.match(title)
    if lead is not None:
        verb, _, after = title[lead.end() :].partition(" ")
        told = None if verb.lower() == "support" else _told(verb, after)
        return title[: lead.end()] + (told if verb[:1].isupper() else told[0].lower() + told[1:]) if told else title
    return title


def _told(first: str, rest: str) -> str | None:
    """Return `first rest` in the past tense, None where it does not begin with a verb."""
    verb = verb_of(first.lower())
    if verb is None or not rest:
        return None
    if begins_noun(verb, rest) and not (verb == "fix" and rest.startswith("for ")):
        return None
    return _special(verb, rest) or f"{past_of(verb).capitalize()} {rest}"


def _special(verb: str, rest: str) -> str | None:
    """Return the titles that a verb's past alone does not make."""
    if verb == "fix" and rest.startswith("for "):
        return f"Fixed {rest[4:]}"
    if verb == "handle":
        return f"Added handling for {rest}"
    if verb == "migrate":
        moved = re.match(r"(?:to|from|away)\b|.*\bfrom\b.*\bto\b", rest)
        return f"Migrated {rest}" if moved else f"Added migration for {rest}"
    if verb == "support":
        return f"Added support for {rest.removeprefix('for ')}"
    if verb == "cleanup":
        return f"Cleaned up {rest}"
    return None


def _with_second_verb(title: str) -> str:
    """Put a second verb (`..., disable releases`) into the past, where nothing before it asks for an infinitive."""
    second = _SECOND_VERB.search(title)
    if second is None or _INFINITIVE_BEFORE.search(title[: second.start()]):
        return title
    verb = verb_of(second["verb"])
    rest = title[second.end() :].lstrip()
    if verb is None or begins_noun(verb, rest) or verb in ("support", "handle", "migrate", "fix", "change", "use"):
        return title
    return f"{title[: second.start('verb')]}{past_of(verb)}{title[second.end('verb') :]}"


def _quoted_as_code(title: str) -> str:
    """Turn quotes around code into backticks, and leave those around prose."""
    if "'" not in title and '"' not in title:
        return title
    outside = re.split(r"(`[^`]*`)", title)
    return "".join(part if part.startswith("`") else _QUOTED.sub(_as_code, part) for part in outside)


def _as_code(match: re.Match[str]) -> str:
    inside = match["inside"]
    return f"`{inside}`" if _CODE.match(inside) and not _PROSE_WITH_DOT.match(inside) else match[0]


def _without_full_stop(title: str) -> str:
    title = re.sub(r"\.\s+\(", " (", title).rstrip()
    while title.endswith(".") and not title.endswith("..."):
        title = title[:-1].rstrip()
    return title.removesuffix("...").rstrip() or title
