"""The evidence of an announcement: the entries that it was made from."""

from collections import Counter
from collections.abc import Sequence

from llnotes_tui.grounding.evidence import MESSAGE, Evidence
from llnotes_tui.release.model import NotesEntry


def evidence_of_entries(entries: Sequence[NotesEntry], known: str = "") -> Evidence:
    """Return what the entries say, as evidence: their titles, texts and numbers, and how many there are."""
    evidence = Evidence((), None, None)
    text = "\n".join(f"{entry.title}\n{entry.text}" for entry in entries)
    counts = Counter(entry.section for entry in entries) + Counter("breaking" for entry in entries if entry.breaking)
    evidence.take_text(f"{text}\n{known}")
    for entry in entries:
        for number in entry.pull_requests:
            evidence.numbers[str(number)] = MESSAGE
    for count in (len(entries), *counts.values()):
        evidence.numbers[str(count)] = MESSAGE
    return evidence
