"""The verbs that titles of commits begin with, and their past."""

import re

_REGULAR = """
accept accelerate adapt address adjust adopt align allow amend append apply assert attach automate avoid block broaden bump cap capture centralize change check clarify clean
cleanup collapse collect combine configure consolidate convert correct create customize deduplicate default defer delete deprecate detect disable disallow document
downgrade drop dump eliminate emit enable encode enforce enhance ensure escape exclude expand explain expose extend extract filter fix flatten fold force format
forward freshen generalize generate guard harden hook ignore implement improve include increase infer initialize inline insert install integrate introduce isolate join lift limit list
load log loosen lower make map mark merge mock modernise modernize modify move name normalise normalize notify omit optimise optimize parallelize parametrize parse patch pause
permit pin populate port postpone preserve prettify prevent print propagate provide publish pull quote raise randomise randomize reapply re-enable re-export re-order reapply record recover redact
reduce refactor refine refresh register relax release reload remove rename reorder reorganise reorganize replace report request require reset
resolve respect restore restrict restructure retain retry return reuse revert revise reword rework round sanitize save scan schedule scope scrub separate serialize
show silence simplify skip sort specify standardise standardize stop store streamline strip suppress swap switch synchronize tidy tighten track transfer translate trim
tune tweak unify unpin update upgrade use validate verify warn whitelist wrap
"""
_IRREGULAR = {
    "build": "built",
    "bring": "brought",
    "catch": "caught",
    "choose": "chose",
    "do": "did",
    "find": "found",
    "get": "got",
    "give": "gave",
    "go": "went",
    "hide": "hid",
    "hold": "held",
    "keep": "kept",
    "make": "made",
    "override": "overrode",
    "overwrite": "overwrote",
    "rebuild": "rebuilt",
    "run": "ran",
    "send": "sent",
    "speed": "sped",
    "take": "took",
    "throw": "threw",
    "undo": "undid",
    "unset": "unset",
    "write": "wrote",
    "rewrite": "rewrote",
    "freeze": "froze",
    "set": "set",
    "reset": "reset",
    "split": "split",
    "put": "put",
    "let": "let",
    "cut": "cut",
    "read": "read",
    "add": "added",
}
_IRREGULAR_IN_PROSE = {
    "be": "was",
    "begin": "began",
    "break": "broke",
    "have": "had",
    "lead": "led",
    "leave": "left",
    "mean": "meant",
    "pay": "paid",
    "redo": "redid",
    "rerun": "reran",
    "shut": "shut",
    "spell": "spelled",
}
"""Verbs that sentences begin with, and titles do not."""
_DOUBLED_WORDS = """
ban bar cap chop clip commit control crop debug dedup defer drop emit equip flip format grab infer log map omit permit pin plan plug prefer refer
remap scrub ship skip snap step stop strip stub submit swap tag transfer trim unpin unplug unzip wrap zip
"""
_DOUBLED = frozenset(_DOUBLED_WORDS.split())
_NOUNS_TOO = frozenset(
    (
        "block",
        "change",
        "check",
        "cap",
        "default",
        "document",
        "dump",
        "filter",
        "fix",
        "format",
        "guard",
        "hook",
        "limit",
        "list",
        "load",
        "log",
        "map",
        "mark",
        "name",
        "patch",
        "port",
        "pull",
        "quote",
        "record",
        "release",
        "report",
        "request",
        "return",
        "round",
        "scan",
        "sort",
        "store",
        "track",
        "use",
        "address",
        "scope",
        "schedule",
    )
)
"""Words that begin noun phrases as well: only what follows tells."""
_AFTER_NOUN = re.compile(
    r"^(?:is|are|was|were|has|have|can|could|does|do|not|no|of|in|on|for|with|by|handling|support|name|names|file|files|message|messages|level|page|error|errors|bug|test|tests)\b",
    re.IGNORECASE,
)


def verb_of(word: str) -> str | None:
    """Return the verb that `word` (lower case) is a present form of; None for any other word, past forms included."""
    return _FORMS.get(word)


def is_past(word: str) -> bool:
    """Tell whether `word` (lower case) is the past of a verb that titles begin with."""
    return word in _PASTS


def past_of(verb: str) -> str:
    """Return the simple past of a verb's base form, in lower case."""
    irregular = _IRREGULAR.get(verb) or _IRREGULAR_IN_PROSE.get(verb)
    if irregular is not None:
        return irregular
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return verb[:-1] + "ied"
    return verb + (verb[-1] if verb in _DOUBLED else "") + "ed"


def begins_noun(verb: str, rest: str) -> bool:
    """Tell whether a word that is a noun too is one here, by the words after it: `Log level is ...`, `Change of ...`."""
    return verb in _NOUNS_TOO and _AFTER_NOUN.match(rest) is not None


def _forms_of(verb: str) -> tuple[str, ...]:
    """Return the forms in which titles tell what a change does: `add`, `adds`, `adding`."""
    if verb in _NOUNS_TOO and verb not in _NEVER_PLURAL:
        return (verb,)
    ends_in_y = verb.endswith("y") and verb[-2] not in "aeiou"
    third = verb[:-1] + "ies" if ends_in_y else verb + ("es" if verb.endswith(("s", "x", "sh", "ch", "z")) else "s")
    doubled = verb[-1] if verb in _DOUBLED or verb in _DOUBLED_BEFORE_ING else ""
    stem = verb[:-1] if verb.endswith("e") and not verb.endswith("ee") else verb + doubled
    return verb, third, stem + "ing"


_NEVER_PLURAL = frozenset(("fix", "use", "change"))
_DOUBLED_BEFORE_ING = frozenset(("set", "split", "cut", "run", "put", "get", "let", "reset", "unset"))
_NO_VERBS = frozenset(
    (
        "building",
        "builds",
        "changes",
        "finding",
        "findings",
        "handling",
        "logging",
        "reading",
        "reads",
        "retries",
        "running",
        "runs",
        "sets",
        "setting",
        "settings",
        "supporting",
        "supports",
        "mapping",
        "tracking",
    )
)
_VERBS = (*_REGULAR.split(), *_IRREGULAR, "handle", "migrate", "support")
_FORMS = {form: verb for verb in _VERBS for form in _forms_of(verb) if form not in _NO_VERBS}
_PASTS = frozenset(past_of(verb) for verb in _VERBS) - frozenset(
    ("set", "put", "let", "cut", "read", "split", "reset", "unset", "did", "found", "given", "hid")
)
