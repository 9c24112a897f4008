"""Terms that are right although no evidence shows them: the user's own list, and the repository's."""

from msgspec import Struct


class Glossary(Struct, frozen=True):
    """Terms by who vouches for them; compared without regard to case."""

    user: frozenset[str] = frozenset()
    """The engineer's, kept in the state directory: silences any finding on exactly this text."""
    repository: frozenset[str] = frozenset()
    """The repository's own: silences `expansion`, `style` and `unknown-name` only."""

    def silences(self, kind: str, term: str) -> bool:
        """Tell whether a finding of this kind on this term is not to be shown."""
        return bool(self.silenced_by(kind, term))

    def silenced_by(self, kind: str, term: str) -> str:
        """Return who silences it: `you`, `repository`, or nothing."""
        plain = normal(term)
        if plain in self.user:
            return "you"
        return "repository" if kind in REPOSITORY_MAY and plain in self.repository else ""


REPOSITORY_MAY = frozenset({"expansion", "style", "unknown-name"})
"""The kinds that a repository's own glossary may silence."""


def normal(term: str) -> str:
    """Return a term as glossaries hold it: without back-ticks, outer white space and case."""
    return " ".join(term.replace("`", "").split()).casefold()


def glossary(user: str = "", repository: str = "") -> Glossary:
    """Return the glossary of two texts that hold a term a line; `#` begins a comment."""
    return Glossary(_terms(user), _terms(repository))


def _terms(text: str) -> frozenset[str]:
    lines = (line.partition("#")[0] if line.startswith("#") else line for line in text.splitlines())
    return frozenset(term for line in lines if (term := normal(line)))
