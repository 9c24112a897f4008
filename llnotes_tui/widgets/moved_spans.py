"""Where the findings of a text stand once it was changed under a person's hands."""

from collections.abc import Iterable

from msgspec.structs import replace

from llnotes_tui.widgets.note_findings import Span


def moved(spans: Iterable[Span], before: str, after: str) -> tuple[Span, ...]:
    """Return the spans of `before` in `after`, without those that the change went into or grew at their ends.

    Nothing is known of the edit but its two texts, so it holds for typing, pasting, and undoing alike.
    """
    first = _common(before, after)
    last = min(_common(before[first:][::-1], after[first:][::-1]), len(before) - first)
    end = len(before) - last
    shift = len(after) - len(before)
    found: list[Span] = []
    for span in spans:
        if span.end < first or (span.end == first and not _is_word(after, first)):
            found.append(span)
        elif span.start > end or (span.start == end and not _is_word(after, end + shift - 1)):
            found.append(replace(span, start=span.start + shift, end=span.end + shift))
    return tuple(found)


def _common(one: str, other: str) -> int:
    """Return how many characters two texts begin with alike."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[:middle] == other[:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _is_word(text: str, at: int) -> bool:
    return 0 <= at < len(text) and (text[at].isalnum() or text[at] == "_")
