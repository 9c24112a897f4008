"""The keys of the Review screen: what they do in a word, and in a sentence."""

from textual.binding import Binding

from llnotes_tui.widgets.dialogs.help import Section

# The first ones are what fits into the last line of 80 columns; wider screens show more of them.
MAIN = (
    Binding("a", "accept", "accept", id="review.accept", tooltip="Accept the text that is drawn, and go on"),
    Binding("e", "edit", "edit", id="review.edit", tooltip="Edit in place; esc keeps, ctrl+s accepts too"),
    Binding("r", "again", "again", id="review.again", tooltip="Ask for another variant"),
    Binding("x", "exclude", "exclude", id="review.exclude", tooltip="Leave it out, with a reason, or take it back"),
    Binding("u", "undo", "undo", id="review.undo", tooltip="Undo the last decision"),
    Binding("z", "undo", "Undo", id="review.undo_too", show=False, tooltip="Undo the last decision"),
    Binding("w", "export", "export", id="review.export", tooltip="See what will be written, and write it"),
    Binding("question_mark", "help", "help", id="review.help", tooltip="Show this help"),
    Binding("q", "back", "back", id="review.back", tooltip="Go back; everything is kept"),
    Binding("j", "go(1)", "next", id="review.next", tooltip="Go to the next row"),
)
TEXTS = (
    Binding("enter", "enter", "Edit or open", id="review.enter", show=False, tooltip="Edit the note; open a group"),
    Binding(
        "R",
        "again_with",
        "ask for",
        id="review.again_with",
        tooltip='Ask with an instruction, such as "say what breaks"',
    ),
    Binding("[", "variant(-1)", "Variant before", id="review.variant_before", show=False, tooltip="The variant before"),
    Binding("]", "variant(1)", "Next variant", id="review.variant_next", show=False, tooltip="The next variant"),
    Binding("E", "external", "Editor", id="review.external", show=False, tooltip="Edit in $EDITOR"),
    Binding("y", "copy", "copy", id="review.copy", tooltip="Copy the text"),
    Binding("p", "prompt", "prompt", id="review.prompt", tooltip="Read the prompt as it was sent"),
)
ENTRIES = (
    Binding("t", "facts", "facts", id="review.facts", tooltip="Title, section, and whether it breaks something"),
    Binding(
        "ctrl+@", "mark", "Mark", id="review.mark", show=False, key_display="ctrl+space", tooltip="Mark an entry, for m"
    ),
    Binding("m", "merge", "merge", id="review.merge", tooltip="Merge the marked entries into this one"),
    Binding("M", "take_out", "Take out", id="review.take_out", show=False, tooltip="Take one commit out of this entry"),
    Binding(
        "plus", "another", "Another", id="review.another", show=False, tooltip="Another entry from the same commits"
    ),
    Binding("o", "own", "own entry", id="review.own", tooltip="Write an entry by hand"),
    Binding("ctrl+r", "redo", "redo", id="review.redo", show=False, tooltip="Redo what was undone last"),
    Binding(
        "F", "take_in", "Take in", id="review.take_in", show=False, tooltip="Take in the new commits of the branch"
    ),
    Binding("B", "base", "Base", id="review.base", show=False, tooltip="Choose the base, or the tag series"),
    Binding(
        "ctrl+t",
        "take_over",
        "Take over",
        id="review.take_over",
        show=False,
        tooltip="Take over writing from another window",
    ),
)
MOVES = (
    Binding("k", "go(-1)", "Previous", id="review.previous", show=False, tooltip="Go to the row before"),
    Binding("l", "open_row", "open", id="review.open", tooltip="Open an entry's files, or a group"),
    Binding("h", "close_row", "Close", id="review.close", show=False, tooltip="Close it again"),
    Binding("J", "scroll_diff(1)", "Diff down", id="review.line_down", show=False, tooltip="Scroll the diff: a line"),
    Binding("K", "scroll_diff(-1)", "Diff up", id="review.line_up", show=False, tooltip="Scroll it a line back"),
    Binding("space", "scroll_page(1)", "Page down", id="review.page_down", show=False, tooltip="Scroll it a page"),
    Binding("b", "scroll_page(-1)", "Page up", id="review.page_up", show=False, tooltip="Scroll it a page back"),
    Binding(
        "ctrl+d", "scroll_half(1)", "Half down", id="review.half_down", show=False, tooltip="Scroll it half a page"
    ),
    Binding("ctrl+u", "scroll_half(-1)", "Half up", id="review.half_up", show=False, tooltip="Half a page back"),
    Binding("}", "hunk(1)", "Next hunk", id="review.hunk_next", show=False, tooltip="Go to the next hunk"),
    Binding("{", "hunk(-1)", "Hunk before", id="review.hunk_before", show=False, tooltip="Go to the hunk before"),
    Binding("slash", "search", "search", id="review.search", tooltip="Search this diff"),
    Binding("escape", "leave", "Leave", id="review.leave", show=False, tooltip="End the search; drop the marks"),
)
FINDINGS = (
    Binding("n", "finding(1)", "finding", id="review.finding_next", tooltip="Next finding; in a search: its next hit"),
    Binding("N", "finding(-1)", "Finding before", id="review.finding_before", show=False, tooltip="The one before"),
    Binding("f", "fix", "fix", id="review.fix", tooltip="Apply the fix of the finding; u undoes"),
    Binding("d", "dismiss_finding", "dismiss", id="review.dismiss", tooltip="It is right as it stands: dismiss it"),
    Binding("v", "evidence", "evidence", id="review.evidence", tooltip="Light up the lines behind finding or sentence"),
    Binding("S", "risk", "Sort by risk", id="review.risk", show=False, tooltip="Red first, or as they were"),
)
# The first finding key comes before the last ones of MAIN: it is pressed in every review.
REVIEW_BINDINGS = [*MAIN[:4], FINDINGS[0], *MAIN[4:], *TEXTS[:2], *FINDINGS[1:], *TEXTS[2:], *ENTRIES, *MOVES]

HELP: tuple[Section, ...] = (
    ("Review", MAIN),
    ("Findings", FINDINGS),
    ("The text", TEXTS),
    ("Entries", ENTRIES),
    ("Moving, and the diff", MOVES),
)
SIGNS = (
    ("✓", "accepted"),
    ("*", "edited by a person"),
    ("~", "stale: what it tells about has changed since"),
    ("!", "failed, or findings are open: n goes to them"),
    ("R A s", "a finding: red, amber, style"),
    ("… ·", "being written, waiting"),
    ("x", "left out of what is published"),
    ("-", "not written, by rule"),
    ("+", "marked, to be merged"),
    ("breaking?", "it may break something for users: t answers"),
)
EXCLUDE_REASONS = (
    ("i", "internal", "internal: ships nothing to users"),
    ("t", "trivial", "trivial: nobody needs to know"),
    ("r", "released", "released: told in an earlier release"),
    ("d", "duplicate", "duplicate: told by another entry"),
    ("o", "other", "another reason"),
)
