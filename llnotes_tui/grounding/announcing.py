"""The evidence of an announcement: the entries that it was made from."""

from collections.abc import Sequence

from llnotes_tui.grounding.evidence import MESSAGE, Evidence
from llnotes_tui.release.model import NotesEntry


def evidence_of_entries(entries: Sequence[NotesEntry]) -> Evidence:
    """Return what the entries say, as evidence: their titles, texts and numbers."""
    evidence = Evidence((), None, None)
    text = "\n".join(f"{entry.title}\n{entry.text}" for entry in entries)
    evidence.take_text(text)
    for entry in entries:
        for number in entry.pull_requests:
            evidence.numbers[str(number)] = MESSAGE
    evidence.numbers[str(len(entries))] = MESSAGE
    return evidence
