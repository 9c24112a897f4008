"""All checks of a text against its evidence.  Pure and quick; they may run while somebody types, off the UI thread."""

from collections.abc import Sequence
from typing import Literal

from llnotes_tui.grounding.evidence import Evidence
from llnotes_tui.grounding.glossary import Glossary
from llnotes_tui.release.model import EvidenceLine, Finding, NotesEntry


def findings(
    text: str,
    evidence: Evidence,
    *,
    role: Literal["entry", "file"] = "entry",
    glossary: Glossary = Glossary(),  # noqa: B008 - frozen
    badges: tuple[str, ...] = (),
    title: str = "",
) -> tuple[Finding, ...]:
    """Return what the evidence of a note does not support, by where it begins; spans count code points of `text`.

    `title` is published beside the text: what it says is not missing there.
    """
    return ()


def announcement_findings(text: str, entries: Sequence[NotesEntry]) -> tuple[Finding, ...]:
    """Return what an announcement says that no entry it was made from says."""
    return ()


def evidence_of(text: str, offset: int, evidence: Evidence) -> tuple[EvidenceLine, ...]:
    """Return the lines that bear on the claim around an offset, the closest first; empty where nothing does."""
    return ()
