"""Methods of languages that give them no keyword, read token by token; and what the languages call private."""

from llnotes_tui.release.symbols.words import words

_CONTROL = words(
    "if else for foreach while do switch case catch return throw new await yield synchronized using lock sizeof typeof "
    "delete assert super this function when try finally with select goto not and or in is fixed checked unchecked nameof "
    "elseif match print echo import export from void"
)
_MODIFIERS = words(
    "public protected private static final abstract synchronized native default override virtual async internal sealed "
    "partial readonly unsafe extern inline constexpr explicit friend get set declare accessor strictfp new"
)
_TYPE_SIGNS = frozenset("<>[],.?*&:_$~")


def method_of(line: str) -> tuple[str, str] | None:
    """Return owner (or nothing) and name of the method or function that this line begins to define.

    A definition is `words name(`, with no assignment or call before the bracket, and no `;` at the end but for one-word
    types; TypeScript's `name(...) {` has no words but ends in a brace.
    """
    before, bracket, after = line.partition("(")
    if not bracket or any(sign in before for sign in "=\"'`!+%|;{}/)#"):
        return None
    words = before.replace("\t", " ").split()
    if not words or any(word in _CONTROL - _MODIFIERS for word in words if word != "void"):
        return None
    name = words[-1].lstrip("*&")
    owner, _, last = name.rpartition("::")
    last = last.removeprefix("~").split("<")[0]
    if not last.isidentifier() or last in _MODIFIERS | _CONTROL:
        return None
    if not all({sign for sign in word if not sign.isalnum()} <= _TYPE_SIGNS for word in words):
        return None
    if "." in name or not _opens_body(words, after):
        return None
    return owner.rpartition("::")[2], last


def _opens_body(words: list[str], after: str) -> bool:
    """Tell a definition from a call or a declaration by how its line ends."""
    end = after.rstrip()
    typed = len(words) > 1
    if end.endswith("{"):
        return True
    if end.endswith(";"):
        return typed and words[0] in _MODIFIERS and "{" not in end
    return typed and (
        end == ""
        or end.endswith((",", "(", ")", "}", "const", "override", "noexcept"))
        or " throws " in end
        or "=>" in end
    )


def underscore_private(name: str, line: str) -> bool:
    """Private by a leading underscore, dunder names excepted."""
    del line
    return name.startswith("_") and not name.endswith("__")


def go_private(name: str, line: str) -> bool:
    """Private unless its first letter is upper case."""
    del line
    return not name[:1].isupper()


def rust_private(name: str, line: str) -> bool:
    """Private unless `pub` (or an `impl` block, which has no visibility)."""
    del name
    return not line.lstrip().startswith(("pub ", "pub(", "impl", "macro_rules"))


def keyword_private(name: str, line: str) -> bool:
    """Private by the keyword, or by a leading underscore or `#`."""
    return name.startswith(("_", "#")) or "private" in line.partition("(")[0].split()
