"""Verbs as release notes want them: in the past tense, in American spelling."""

import re

from llnotes_tui.release.verbs import begins_noun, past_of, verb_of

_VERBS = frozenset(
    ["accept", "achieve", "add", "address", "adjust", "adopt", "align", "allow", "annotate", "append", "apply", "avoid", "backport", "bump", "bundle",
     "centralize", "cherry-pick", "clarify", "clean", "clear", "close", "collapse", "combine", "configure", "consolidate", "convert",
     "copy", "correct", "cover", "create", "declare", "decouple", "deduplicate", "define", "delete", "deprecate", "derive", "detect", "disable",
     "document", "downgrade", "drop", "eliminate", "embed", "emit", "enable", "encapsulate", "enforce", "enhance", "ensure", "escape", "establish", "exclude",
     "expand", "expose", "extend", "extract", "factor", "fetch", "filter", "fix", "force", "format", "generalize", "generate", "guard", "handle", "harden", "hide",
     "ignore", "implement", "improve", "include", "increase", "initialize", "inline", "insert", "install", "integrate", "introduce", "invoke", "keep",
     "let", "load", "lower", "make", "mark", "merge", "migrate", "mock", "modernize", "modify", "move", "normalize", "optimize", "override", "parametrize", "parse",
     "pass", "patch", "permit", "persist", "pin", "port", "prefer", "prepare", "prevent", "propagate", "protect", "provide", "publish", "raise", "re-enable", "reduce",
     "refactor", "refine", "refresh", "register", "reinstate", "reject", "relax", "remove", "rename", "reorganize", "replace", "reset", "resolve", "restore", "restrict",
     "retain", "rethrow", "reuse", "revert", "revise", "rewrite", "sanitize", "scope", "separate", "simplify", "skip", "specify", "speed", "split", "standardize", "start",
     "stop", "store", "streamline", "strip", "suppress", "surface", "switch", "sync", "throw", "tidy", "tighten", "tweak", "unblock", "unify", "unpin", "update", "upgrade",
     "upload", "validate", "verify", "warn", "work", "wrap", "write"]
)  # fmt: skip
_ALSO_NOUNS = frozenset(
    ["access", "build", "change", "check", "document", "fix", "format", "handle", "limit", "list", "load", "log", "make", "mark", "mock", "move",
     "patch", "pin", "process", "query", "release", "report", "request", "run", "scope", "set", "start", "store", "switch", "test", "update", "upgrade", "use", "work", "copy"]
)  # fmt: skip
_NOT_OBJECTS = frozenset(
    ["to", "for", "of", "in", "on", "from", "with", "is", "are", "was", "were", "and", "or", "has", "have", "include", "includes", "at", "by", "that", "which",
     "will", "can", "should", "must", "may", "would", "could", "only", "covered", "made", "as", "than", "not", "now"]
)  # fmt: skip
_ISE_STEMS = frozenset(
    ["author", "capital", "central", "color", "colour", "custom", "emphas", "final", "general", "initial", "local", "maxim", "minim", "modern", "modular", "normal", "optim",
     "organ", "reorgan", "parametr", "parameter", "parallel", "prior", "random", "recogn", "sanit", "serial", "deserial", "special", "stabil", "standard", "summar",
     "synchron", "token", "util", "vector", "visual", "material", "categor", "anonym", "finger", "character", "popular", "real", "external", "internal"]
)  # fmt: skip
_WORDS = {
    "behaviour": "behavior", "behaviours": "behaviors", "colour": "color", "colours": "colors", "coloured": "colored", "favour": "favor",
    "favourite": "favorite", "honour": "honor", "honours": "honors", "honoured": "honored", "neighbour": "neighbor", "licence": "license", "catalogue": "catalog",
    "centre": "center", "cancelled": "canceled", "cancelling": "canceling", "labelled": "labeled", "modelled": "modeled", "analyse": "analyze",
    "analysed": "analyzed", "analyses": "analyzes", "artefact": "artifact", "artefacts": "artifacts", "grey": "gray", "defence": "defense", "whilst": "while", "amongst": "among",
}  # fmt: skip
_ISE = re.compile(r"\b(?P<stem>[A-Za-z]{3,}?)(?P<end>isation|isations|ise|ised|ises|ising|iser|isers)\b")
_OFTEN_NOUNS = frozenset(
    ["access", "block", "cap", "change", "check", "default", "document", "dump", "filter", "hook", "list", "load", "log", "map", "name", "port", "pull", "query", "quote", "record",
     "release", "report", "request", "result", "return", "scope", "support", "test", "track", "use", "round", "sort", "record"]
)  # fmt: skip
_GO_TO = frozenset(["switch", "upgrade", "move", "limit"])
_SUBJECT_FOLLOWS = re.compile(r"\b(?:is|are|was|were|will|would|makes?|leads?|helps?|causes?|should|can)\b")
_NOUN_FOLLOWS = re.compile(
    r"[\w-]+ (?:makes?|is|are|was|were|has|have|does|will|can|should|must|runs?|fails?|needs?|looks?|works?)\b"
)
_AND_VERB = re.compile(r"\band (?:also |then )?(?P<verb>[a-z-]+)\b")
_WORD = re.compile(r"[A-Za-z]+")
_CODE = re.compile(r"(`[^`]*`)")


def base_of(third_person: str) -> str:
    """Return the base form of `adds`, `fixes`, `applies`."""
    word = third_person.lower()
    if word in ("has", "does", "goes", "is"):
        return {"has": "have", "does": "do", "goes": "go", "is": "be"}[word]
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zzes")):
        return word[:-2]
    return word.removesuffix("s")


def begun_in_the_past(sentence: str) -> str:
    """Return a sentence that begins with a known verb (`Add`, `Adds`, `Adding`) with that verb in the past tense.

    Words that are nouns as well (`Changes to ...`) are left alone unless an object follows; so is all that is no verb.
    """
    first, _, rest = sentence.partition(" ")
    word = american(first.lower().rstrip(","))
    following = rest.split(" ", 1)[0].lower().rstrip(",.")
    if word in ("support", "supports") and following not in _NOT_OBJECTS and rest:
        return f"Added support for {rest}"
    base = _known_base(word) or _other_verb(word, rest)
    # `Use` in a message tells its readers what to do as often as what was done.
    if base is None or not rest or word == "use":
        return sentence
    if word == base and _NOUN_FOLLOWS.match(rest):
        return sentence
    if word.endswith("ing"):
        if _SUBJECT_FOLLOWS.search(rest[:80]):
            return sentence
    elif base in _ALSO_NOUNS and following in _NOT_OBJECTS and not (following == "to" and base in _GO_TO):
        return sentence
    if word == base:
        rest = _second_in_the_past(rest)
    elif word.endswith("s"):
        rest = second_verb_in_the_past(f" {rest}").lstrip()
    return f"{past_of(base).capitalize()} {rest}"


def _second_in_the_past(rest: str) -> str:
    """`Add this and clean that`: the second verb follows the first, if no infinitive stands between them."""
    match = _AND_VERB.search(rest)
    if match is None or " to " in rest[: match.start()] or rest.startswith("to "):
        return rest
    verb = match["verb"]
    if verb not in _VERBS or verb in _ALSO_NOUNS:
        return rest
    return rest[: match.start("verb")] + past_of(verb) + rest[match.end("verb") :]


def _other_verb(word: str, rest: str) -> str | None:
    """Return the verb that titles begin with, if this is one and nothing says that it is a noun here."""
    verb = verb_of(word)
    return None if verb is None or verb in _OFTEN_NOUNS or begins_noun(verb, rest) else verb


def _known_base(word: str) -> str | None:
    if word in _VERBS or word in ("use", "set", "change", "support", "run", "test"):
        return None if word in ("support", "test") else word
    if word.endswith("s"):
        base = base_of(word)
        return base if base in _VERBS or base in ("change", "use") else None
    if word.endswith("ing"):
        stem = word[:-3]
        for base in (stem, stem + "e", stem[:-1]):
            if base in _VERBS or base in ("change", "use"):
                return base
    return None


def is_known_verb(third_person: str) -> bool:
    """Tell whether a word is the third person of a verb that release notes use."""
    return third_person.endswith("s") and base_of(third_person) in _VERBS


def second_verb_in_the_past(rest: str) -> str:
    """Put `and adds ...` into the past as well, as long as it still has the change for its subject."""
    match = re.search(r"(?P<and>,? and (?:also |then |now )?)(?P<verb>[a-z-]+s)\b", rest)
    if match is None or not is_known_verb(match["verb"]):
        return rest
    clause = re.search(r"\b(?:that|which|who|so|where|when|because|if|it|how|what|whether)\b", rest[: match.start()])
    if clause and not match["and"].startswith(","):
        return rest
    return rest[: match.start("verb")] + past_of(base_of(match["verb"])) + rest[match.end("verb") :]


def american(text: str) -> str:
    """Return text with the commonest British spellings made American, code spans left alone."""
    parts = _CODE.split(text)
    return "".join(part if part.startswith("`") else _ISE.sub(_with_z, _WORD.sub(_respelled, part)) for part in parts)


def _respelled(match: re.Match[str]) -> str:
    word = match[0]
    other = _WORDS.get(word.lower())
    if other is None or word.isupper():
        return word
    return other.capitalize() if word[0].isupper() else other


def _with_z(match: re.Match[str]) -> str:
    stem = match["stem"].lower()
    known = stem in _ISE_STEMS or any(stem == prefix + known for prefix in ("un", "re", "de") for known in _ISE_STEMS)
    if not known:
        return match[0]
    stem_shown = match["stem"].replace("olour", "olor")
    return stem_shown + match["end"].replace("is", "iz", 1)
