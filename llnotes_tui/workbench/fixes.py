"""What a person does about findings in one key: a text with its fix, and entries by how likely they are wrong."""

from msgspec.structs import replace

from llnotes_tui.release.model import Finding
from llnotes_tui.workbench.views import EntryView, ReleaseView

_ENDS = ".!?\n"


def fixed(text: str, finding: Finding) -> str:
    """Return a text with the fix of a finding in the span's place; what a deletion leaves behind is tidied."""
    before, fix, after = text[: finding.start], finding.fix or "", text[finding.end :]
    if fix:
        return before + fix + after
    if not before.strip() or before.rstrip(" ").endswith(tuple(_ENDS)):
        after = after.lstrip(" ")
        if text[finding.start : finding.end].lstrip()[:1].isupper():
            after = after[:1].upper() + after[1:]
        return before + after
    if not after or after[0] in " ,.;:!?)\n":
        return before.rstrip(" ") + after
    return before + after


def by_risk(view: ReleaseView) -> ReleaseView:
    """Return the view with its entries by findings: red ones first, then amber; equals stay in their order."""
    return replace(view, entries=tuple(sorted(view.entries, key=_risk)))


def _risk(entry: EntryView) -> tuple[bool, int, int, bool, int]:
    counts = {level: sum(one.level == level for one in entry.findings) for level in ("red", "amber", "grey")}
    return (
        entry.state == "excluded",
        -counts["red"],
        -counts["amber"],
        entry.breaking != "suspected",
        -counts["grey"],
    )
