"""The author's own words: informative sentences out of a commit message, ready to stand in release notes."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from llnotes_tui.engines.blocks import Block, blocks_of
from llnotes_tui.engines.tense import (
    american,
    base_of,
    begun_in_the_past,
    is_known_verb,
    second_verb_in_the_past,
)
from llnotes_tui.release.verbs import past_of

_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]]{0,2}\s+(?=[\"'(\[`*_]{0,2}[A-Z0-9`])")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|cf|resp|approx|incl|no|fig|a\.k\.a)\.|\b[A-Z]\.)$", re.IGNORECASE)
_CHANGE = r"(?:PR|pull request|change|changeset|commit|patch|MR|merge request|project|diff|feature)"
_DOES = re.compile(
    rf"^This(?: small| minor| simple| quick)? {_CHANGE}(?: is| was)?(?: also| now| therefore| simply| just| intended to| meant to| aims to| tries to| attempts to)*,? (?P<verb>[a-z][a-z-]+)\b(?P<rest>.*)$",
    re.IGNORECASE,
)
_IN_THIS = re.compile(
    rf"^(?:In|With) this {_CHANGE},? (?:we|I) (?:also |now |have )*(?P<verb>[a-z][a-z-]+)\b(?P<rest>.*)$", re.IGNORECASE
)
_PURPOSE = re.compile(
    rf"^The (?:\w+ )?(?:purpose|goal|aim|intent|intention|idea) (?:of|behind) this {_CHANGE} (?:is|was) to (?P<verb>[a-z-]+)\b(?P<rest>.*)$",
    re.IGNORECASE,
)
_IS_A = re.compile(
    rf"^This is an? (?:[\w-]+ ){{0,3}}{_CHANGE} (?:intended to|meant to|to|that) (?P<verb>[a-z-]+)\b(?P<rest>.*)$",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^(?:changes?|summary|description|what|why|fix|feature|note|notes|chore|refactor|bugfix|enhancement)\s*:\s+",
    re.IGNORECASE,
)
_BEFORE = re.compile(rf"\b(?:Prior to|Before|Until) this {_CHANGE}(?:,)?", re.IGNORECASE)
_AFTER = re.compile(rf"\b(?:As of|With|After|Since) this {_CHANGE}(?: in place)?(?:,)?", re.IGNORECASE)
_IT = re.compile(r"^It (?:also |now )?(?P<verb>[a-z]+s)\b(?P<rest>.*)$")
_THIS = re.compile(r"\b(?P<t>[Tt])his (?:PR|pull request|MR|merge request)\b")

_LINK_ALONE = re.compile(r"\s*\(\[[^\[\]]{1,100}\]\([^()\s]{0,2000}\)\)")
_LINK = re.compile(
    r"\[(?P<text>[^\[\]]{1,300})\]\([^()\s]{0,2000}(?:\([^()]{0,200}\)[^()\s]{0,500})?(?:\s\"[^\"]{0,200}\")?\)"
)
_FOOTNOTE = re.compile(r"\[\^[^\]]{1,20}\]")
_EMPHASIS = re.compile(
    r"(?<![\w*_\\])(?P<mark>\*{1,3}|_{1,2})(?=\S)(?P<text>[^*_\n]{1,300}?)(?<=\S)(?P=mark)(?![\w*_])"
)
_REFERENCE = r"(?:[\w.-]{1,60}/[\w.-]{1,60})?#\d+"
_REFERENCE_CLAUSE = re.compile(
    rf"\s*\((?:see |cf\.? |from |in |e\.g\. |fixes |closes |resolves |issue |part of )?(?:also )?{_REFERENCE}(?:\s*(?:,|and|&)\s*{_REFERENCE})*\)"
    rf"|,? (?:as (?:described|reported|discussed|noted) (?:on|in|by)|missed in|authored by @[\w-]+ in|see) (?:PR )?{_REFERENCE}(?=[.,;]|$)",
    re.IGNORECASE,
)
_URL = re.compile(r"\s*[(<]\s*https?://[^\s()<>]{1,2000}\s*[)>]|https?://\S{1,2000}")
_ARROW = re.compile(
    r"^(?:(?P<verb>[A-Z][a-z]+ing|[A-Z][a-z]+ed|Upgrade|Bump|Update) )?(?P<what>`?[\w./ -]{2,40}`?)\s*:\s*(?P<old>v?\d[\w.+-]*)\s*(?:→|->|=>)\s*(?P<new>v?\d[\w.+-]*)"
)
_DOUBLE_TICKS = re.compile(r"(?<!`)``(?P<code>[^`\n]{1,300})``(?!`)")
"""A literal of reStructuredText, which many write in commit messages; in Markdown one tick does."""
_SIGNS = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "\u00a0": " ", "…": "..."})

_IDLE = re.compile(
    r"^(?:I\b|I'|most recent\b|my\b|me\b|please\b|todo\b|fixme\b|wip\b|note:|notes?\b for|tested\b|manual(?:ly)?\b|screenshots?\b|attached\b|thanks?\b|cc\b|ping\b|sorry|hopefully|hey\b|hi\b|ok\b|oops"
    r"|(?:add(?:s|ed)?|update[sd]?|fix(?:es|ed)?|improve[sd]?|extend(?:s|ed)?|modif(?:y|ies|ied)|existing|new|more|some|covered by|increased?)(?: and \w+)? (?:(?:some|more|the|new|existing|relevant|unit|integration|regression|failing|user) )*(?:tests?|test cases?|test coverage|documentation|docs|docstrings?|formatting|linting)\b[\w ,/]{0,30}\.?$"
    r"|(?:introduce[sd]?|add(?:s|ed)?|implement(?:s|ed)?|provide[sd]?|include[sd]?|adjust(?:s|ed)?|update[sd]?) (?:\w+ ){0,2}tests? (?:for|to|that|cases?)\b.*|(?:this|it|the issue|that) (?:has been|was|is) (?:tested|verified|stacked|blocked|a (?:prerequisite|pre-requisit\w+))|changes covered by|temp(?:orary)? fix\b.{0,60}$"
    r"|(?:resolves|closes|fixes|fixed|fix|progresses|follows|relates?|related|subsumes|supersedes?|depends|blocks|blocked|see|refs?|needs|requires|linked|part of|ported from|based on)\b[: ]*(?:also |to |on |by )?(?:this |the )?(?:[\w.-]+/[\w.-]+)?(?:#|\[|https?:)"
    r"|(?:ci|ci/cd|build|checks?)\b.{0,40}\b(?:fail|failed|fails|failing)\b|(?:can|could|will|should|to) be (?:re-?\w+|done|added|addressed) (?:later|in)\b|follow.?ups?\b|expected usage\b|example\b|before:|after:)",
    re.IGNORECASE,
)
_IDLE_ANYWHERE = re.compile(
    r"\bcommits? [0-9a-f]{7,40}\b|@\w|\?$|(?-i:\bI\b(?![/.-]))|\bIM(?:H)?O\b|\b(?:this PR is stacked|stacked on|feedback|reviewers?\b|LGTM|(?:this|the) screenshot|attached|see below|as follows|like this|below:|as shown|shown below|above\b.{0,20}$|this comment\b|looks? like:|something like|of the form|your request"
    r"|to be (?:fixed|improved|done) later|will be (?:fixed|addressed|done|resolved) (?:in|by|later)|subsequent PRs?|separate PR|before merging|still fail|tech debt|to tackle later|manual testing|let me know|\btests? .{0,40}(?:have|has|were|was|are|is) (?:been )?(?:updated|added|modified|adjusted|extended)|yesterday|\btoday\b|last week|right now|not sure\b|we don't know|we do not know)",
    re.IGNORECASE,
)
_LEAD_ENDING = re.compile(
    r"(?:,? (?:and |which |so )?(?:it )?(?:includes?|including|with|in|by|has|makes|contains|consists of|via|through|namely|specifically|in particular|mainly|notably)?\s*(?:making )?(?:the following|a few|some|several|these|those|updating it with the following)?\s*(?:incidental |small |minor |main |key |other )?(?:changes?|things|points|improvements|fixes|updates)?(?: (?:include|are|were made))?|,? (?:specifically|namely|for example|e\.g\.|in particular|as follows|like so))\s*:$",
    re.IGNORECASE,
)
_EMPTY_LEAD = re.compile(
    rf"^(?:(?:this|the) {_CHANGE}s?|(?:some |the |these |other |main |key |incidental |following |additional |notable )*(?:changes?|improvements|fixes|updates|highlights|noteworthy|summary)|further to this|in addition|additionally|also|(?:as such|therefore|so),? this {_CHANGE}|in contrast|what does this pr do|in this pr|what|why|how)\b"
    r"(?: (?:also|now))?(?: (?:include[sd]?|are|is|were|does|contains?|introduces?|makes?|consists? of|updates?|the|a few|some|following|these|small|minor|incidental|project|changes?|things|required|for|itself|this processing)){0,8}[,:?]*$",
    re.IGNORECASE,
)
_LEANS = re.compile(
    r"^(?:however|but|unfortunately|that|this|these|those|it|they|both|instead|in contrast|although|also|then|therefore|thus|hence|as such|otherwise|for this|because of this|downstream|if present|moreover|still|so|additionally|in addition|with this|now,?|apparently|the (?:exception|former|latter|reason|issue|problem|difference)|there)\b",
    re.IGNORECASE,
)
"""It leans on the sentence before it."""
_PAST = re.compile(
    r"^(?:[A-Z][a-z-]+(?:ed|ied)|Made|Built|Set|Let|Wrote|Split|Rewrote|Put|Took|Kept|Cut|Hid|Reset|Overrode)\b"
)
_SAYS = re.compile(
    r"^[A-Z][a-z-]+(?:ed|ied)\b|^(?:Made|Built|Set|Let|Wrote|Split|Rewrote|Put|Took|Kept|Cut|Hid|Reset|Overrode)\b|\b(?:is|are|was|were|has|have|had|can|could|will|would|should|must|may|do|does|did|be|now|longer|no|not|doesn't|don't|isn't|can't|allows?|uses?|takes?|returns?|requires?|supports?"
    r"|provides?|contains?|includes?|makes?|works?|fails?|need|needs|runs?|accepts?|raises?|handles?|shows?|gives?|gets?|moved|became|becomes?)\b"
)
"""It has a verb: items of lists are often only names of things."""
_ING = re.compile(r"[A-Z][a-z]+ing\b")
_HALF = re.compile(r"^(?:To|For|In order to|So that|Because|Since|When|If|With|Without|Due to)\b[^,]*$")
"""A clause with nothing to hang on."""
_MOST_CANDIDATES = 16
_STOPWORDS = frozenset(
    ["the", "a", "an", "to", "of", "in", "on", "for", "and", "or", "with", "is", "are", "be", "this", "that", "it", "so", "as", "by", "from", "when", "now", "also", "our", "we", "pr", "was", "were",
     "issue", "bug", "change", "update", "add", "fix", "remove", "support", "improve", "make", "use"]
)  # fmt: skip
_TERM = re.compile(r"[A-Za-z0-9_]+")


class Wording(NamedTuple):
    """How much of the author's words to take."""

    words: int = 66
    sentences: int = 3
    longest: int = 55


def author_sentences(title: str, message: str, wording: Wording = Wording()) -> list[str]:  # noqa: B008
    """Return up to three sentences of a cleaned message that say something beyond its title, in their order.

    Each is whole, in one line, with balanced Markdown, without links, boilerplate and talk between author and reviewers.
    """
    candidates = _sentences(title, message)
    first_action = next((number for number, candidate in enumerate(candidates) if candidate.acts), 0)
    # What was done comes before why, where the why alone would fill the note.
    chosen = candidates[first_action:] if first_action > 2 else candidates
    found: list[str] = []
    budget = wording.words
    for candidate in chosen:
        length = len(candidate.text.split())
        if length > wording.longest or (found and length > budget) or _says_the_same(candidate.text, found):
            continue
        found.append(candidate.text)
        budget -= length
        if len(found) >= wording.sentences or budget <= 5:
            break
    return found


class _Candidate(NamedTuple):
    text: str
    acts: bool
    """It begins with what was done."""


def _sentences(title: str, message: str) -> list[_Candidate]:
    found: list[_Candidate] = []
    is_above_told = True
    for block in blocks_of(message, title):
        for raw in _split(block):
            sentence = _polished(raw, block)
            leans = _LEANS.match(sentence) is not None
            if sentence and repeats(sentence, title):
                is_above_told = True
            elif sentence and (is_above_told or not leans):
                found.append(_Candidate(sentence, _PAST.match(sentence) is not None))
                is_above_told = True
            else:
                is_above_told = False
            if len(found) >= _MOST_CANDIDATES:
                return found
        is_above_told = is_above_told or block.is_item
    return found


def _split(block: Block) -> list[str]:
    parts: list[str] = []
    for part in _SENTENCE_END.split(block.text):
        if parts and (
            _ABBREVIATION.search(parts[-1]) or parts[-1].count("`") % 2 or parts[-1].count("(") > parts[-1].count(")")
        ):
            parts[-1] = f"{parts[-1]} {part}"
        else:
            parts.append(part)
    return parts


def _polished(raw: str, block: Block) -> str:
    """Return a sentence as it may stand in notes, or nothing."""
    text = plain(raw)
    if text.endswith(":"):
        text = _without_lead_ending(text, block)
    text = _LABEL.sub("", text).strip(" -*•–—")
    if not text or text.startswith("(") or _IDLE.match(text) or _IDLE_ANYWHERE.search(text):
        return ""
    text = american(_in_the_past(text))
    if (block.is_item or _ING.match(text)) and not _SAYS.search(text):
        return ""
    text = _AFTER.sub(lambda match: "Now" if match.start() == 0 else "now", text)
    text = _BEFORE.sub(lambda match: "Previously" if match.start() == 0 else "previously", text)
    return _finished(_THIS.sub(lambda match: f"{match['t']}his change", text))


def plain(text: str) -> str:
    """Return text without links, emphasis, footnotes, addresses and references in passing; code spans stay."""
    parts = re.split(r"(`[^`]*`)", _DOUBLE_TICKS.sub(r"`\g<code>`", text.strip()))
    kept: list[str] = []
    joined = "".join(part if part.startswith("`") else _FOOTNOTE.sub("", part.translate(_SIGNS)) for part in parts)
    joined = _LINK_ALONE.sub("", joined)
    joined = _LINK.sub(lambda match: match["text"], joined)
    for part in re.split(r"(`[^`]*`)", joined):
        if part.startswith("`"):
            kept.append(part)
        else:
            kept.append(_REFERENCE_CLAUSE.sub("", _EMPHASIS.sub(lambda match: match["text"], part)))
    return " ".join("".join(kept).split())


def _without_lead_ending(text: str, block: Block) -> str:
    """Return what a lead-in says by itself, without pointing at what comes after it."""
    if _EMPTY_LEAD.match(text):
        return ""
    if not block.before_list and not block.before_code:
        return text.rstrip(": ")
    shorter = _LEAD_ENDING.sub("", text).rstrip(": ,")
    if block.before_code and re.search(
        r"\b(?:this|these|following|example|form|like|becomes?|be|of|are|is|using|via|with|by)$", shorter
    ):
        return ""
    return (
        ""
        if _EMPTY_LEAD.match(shorter) or re.search(r"\b(?:following|by|of|with|and|are|is|this)$", shorter)
        else shorter
    )


def _in_the_past(text: str) -> str:
    arrow = _ARROW.match(text)
    if arrow:
        verb = begun_in_the_past(f"{arrow['verb'] or 'Update'} it").split()[0]
        return f"{verb} {arrow['what']} from {arrow['old']} to {arrow['new']}{text[arrow.end() :]}"
    for pattern in (_DOES, _IS_A):
        match = pattern.match(text)
        if match and match["verb"] not in (
            "is",
            "was",
            "has",
            "does",
            "are",
            "will",
            "can",
            "should",
            "to",
            "also",
            "in",
            "stacked",
            "based",
        ):
            return _past_sentence(match["verb"], match["rest"])
    for pattern in (_IN_THIS, _PURPOSE):
        match = pattern.match(text)
        if match:
            return _past_sentence(match["verb"], match["rest"])
    match = _IT.match(text)
    if match and is_known_verb(match["verb"]):
        return _past_sentence(match["verb"], match["rest"])
    return begun_in_the_past(text)


def _past_sentence(verb: str, rest: str) -> str:
    past = past_of(
        base_of(american(verb.lower())) if verb.endswith("s") and not verb.endswith("ss") else american(verb.lower())
    )
    return past.capitalize() + second_verb_in_the_past(rest)


def _finished(text: str) -> str:
    """Capitalize, end with a full stop, and refuse what is no whole sentence."""
    text = " ".join(text.split()).strip(" ,;-")
    if text.endswith(("!", "...")):
        text = text.rstrip("!.")
    if (
        len(text.split()) < (3 if _PAST.match(text) else 4)
        or text.count("`") % 2
        or text.count("(") != text.count(")")
        or text.count("[") != text.count("]")
    ):
        return ""
    without_code = re.sub(r"`[^`]*`", "", text)
    if _URL.search(without_code) or re.search(rf"{_REFERENCE}|\||</?\w|&\w+;|```|\]\(|\w+:$", without_code):
        return ""
    if _HALF.match(without_code):
        return ""
    if re.search(r"\b(?:and|or|the|a|to|of|with|for|but|because|that|which)$", text):
        return ""
    first = text.split(" ", 1)[0]
    if first.isalpha() and first.islower():
        text = text[0].upper() + text[1:]
    return text if text.endswith((".", "?")) else text + "."


def terms(text: str) -> frozenset[str]:
    """Return the words that carry the meaning of a text, roughly stemmed."""
    found: set[str] = set()
    for word in _TERM.findall(text):
        lowered = word.lower()
        stem = lowered if "_" in lowered or len(lowered) < 5 else re.sub(r"(?:ied|ies|ing|ed|es|s|e)$", "", lowered)
        if lowered not in _STOPWORDS and stem not in _STOPWORDS and len(stem) > 1:
            found.add(stem)
    return frozenset(found)


def repeats(sentence: str, title: str) -> bool:
    """Tell whether a sentence says no more than the title does."""
    said, known = terms(sentence), terms(title)
    return len(said - known) <= (1 if len(said) > 4 else 0)


def _says_the_same(sentence: str, found: Sequence[str]) -> bool:
    return any(repeats(sentence, other) for other in found)


def first_sentences(text: str, count: int) -> str:
    """Return the first sentences of a prose text as they are."""
    return " ".join(_split(Block(" ".join(text.split()), is_item=False))[:count])
