"""Lists of words, written as one writes them."""


def words(text: str) -> frozenset[str]:
    """Return the words of a text, which are parted by white space."""
    return frozenset(text.split())
