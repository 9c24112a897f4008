"""The keys of the Export screen: what they do in a word, and in a sentence."""

from textual.binding import Binding

from llnotes_tui.widgets.dialogs.help import Section

# What a part is about comes first; the last line shows what acts there, and `export.py` names it.
HERE = (
    Binding("enter", "next", "next repository", id="export.next", tooltip="Once it is written: on to the next one"),
    Binding("e", "edit", "edit", id="export.edit", tooltip="Edit the announcement, or the section two sides wrote"),
    Binding("a", "accept", "accept", id="export.accept", tooltip="Accept the announcement that is drawn"),
    Binding("r", "again", "again", id="export.again", tooltip="Have the announcement written again"),
    Binding("T", "take('theirs')", "keep theirs", id="export.theirs", tooltip="Keep the section that is in the file"),
    Binding("O", "take('ours')", "take ours", id="export.ours", tooltip="Write our section over the one in the file"),
    Binding("p", "propose", "propose", id="export.propose", tooltip="Open or update the release pull request"),
    Binding("d", "draft_release", "draft", id="export.draft", tooltip="Make or update the draft release"),
    Binding("c", "commit", "commit", id="export.commit", tooltip="Commit it on a branch of its own, in this clone"),
    Binding(
        "L", "load_section", "load", id="export.load", tooltip="Take the open release pull request's words as edits"
    ),
    Binding("o", "open_page", "open", id="export.page", tooltip="Open what was published in the browser"),
)
MAIN = (
    Binding("w", "write", "write", id="export.write", tooltip="Write it into the clone, after what has to be asked"),
    Binding("question_mark", "help", "help", id="export.help", tooltip="Show this help"),
    Binding("q", "back", "back", id="export.back", tooltip="Go back; everything is kept"),
    Binding("s", "as_text", "as text", id="export.as_text", tooltip="The section as text, or as a diff"),
    Binding("t", "breaks", "breaks", id="export.breaks", tooltip="Answer whether suspected breaks are breaks"),
    Binding("V", "version", "version", id="export.version", tooltip="Name another version"),
    Binding("y", "copy", "copy", id="export.copy", tooltip="Copy what is shown: section, announcement, command"),
    Binding("Y", "copy_all", "copy all", id="export.copy_all", tooltip="Copy all commands, or all that is shown"),
    Binding("x", "unread", "unread", id="export.unread", tooltip="Leave unread entries out, or take their titles in"),
    Binding("i", "internal", "internal", id="export.internal", tooltip="Publish internal commits, or no more"),
    Binding("u", "undo", "Undo", id="export.undo", show=False, tooltip="Undo the last decision"),
    Binding("ctrl+r", "redo", "Redo", id="export.redo", show=False, tooltip="Redo what was undone last"),
    Binding("ctrl+t", "take_over", "Take over", id="export.take_over", show=False, tooltip="Take over writing"),
)
VARIANTS = (
    Binding("R", "again_with", "ask for", id="export.again_with", tooltip="Write it again, with an instruction"),
    Binding("[", "variant(-1)", "Variant before", id="export.variant_before", show=False, tooltip="The one before"),
    Binding("]", "variant(1)", "Next variant", id="export.variant_next", show=False, tooltip="The next variant"),
)
PARTS = (
    Binding("1", "part(1)", "Changelog", id="export.changelog", show=False, tooltip="What will change in the file"),
    Binding("2", "part(2)", "Announcement", id="export.announcement", show=False, tooltip="The announcement"),
    Binding("3", "part(3)", "Version", id="export.version_part", show=False, tooltip="The version and its files"),
    Binding("4", "part(4)", "Manifest", id="export.manifest", show=False, tooltip="Where every commit went"),
    Binding("5", "part(5)", "Remains", id="export.remains", show=False, tooltip="What remains for you to do"),
    Binding("6", "part(6)", "GitHub", id="export.github", show=False, tooltip="Pull request, draft release, commit"),
    Binding("l", "step(1)", "Next part", id="export.part_next", show=False, tooltip="The next part"),
    Binding("h", "step(-1)", "Part before", id="export.part_before", show=False, tooltip="The part before"),
)
MOVES = (
    Binding("j", "scroll_line(1)", "Down", id="export.down", show=False, tooltip="A line down; the next command"),
    Binding("k", "scroll_line(-1)", "Up", id="export.up", show=False, tooltip="A line up; the command before"),
    Binding("J", "scroll_words(1)", "Words down", id="export.words_down", show=False, tooltip="The words above a diff"),
    Binding("K", "scroll_words(-1)", "Words up", id="export.words_up", show=False, tooltip="The same, back"),
    Binding("space", "scroll_page(1)", "Page down", id="export.page_down", show=False, tooltip="A page down"),
    Binding("b", "scroll_page(-1)", "Page up", id="export.page_up", show=False, tooltip="A page up"),
    Binding("ctrl+d", "scroll_half(1)", "Half down", id="export.half_down", show=False, tooltip="Half a page down"),
    Binding("ctrl+u", "scroll_half(-1)", "Half up", id="export.half_up", show=False, tooltip="Half a page up"),
    Binding("escape", "leave", "Leave", id="export.leave", show=False, tooltip="Let go of a message"),
)
EXPORT_BINDINGS = [*HERE, *MAIN, *VARIANTS, *PARTS, *MOVES]

HELP: tuple[Section, ...] = (
    ("Export", MAIN),
    ("Where something is to be decided or published", HERE),
    ("Texts of the announcement", VARIANTS),
    ("Parts", PARTS),
    ("Moving", MOVES),
)
SIGNS = (
    ("✓", "accepted, or written already"),
    ("*", "edited by a person"),
    ("~", "stale: what it tells about has changed since"),
    ("!", "something is to be decided here, or went wrong"),
)
