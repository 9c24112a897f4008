"""The keys of the Repositories screen: what they do in a word, and in a sentence."""

from textual.binding import Binding

from llnotes_tui.widgets.dialogs.help import Section

# The first ones are what fits into the last line of 80 columns; wider screens show more of them.
MAIN = (
    Binding("enter", "review", "review", id="repositories.review", tooltip="Review the marked, or this one"),
    Binding(
        "space", "mark", "mark", id="repositories.mark", tooltip="Mark for enter, D and F, or unmark; ctrl+space too"
    ),
    Binding("D", "draft", "draft", id="repositories.draft", tooltip="Draft the marked, or this one, in the background"),
    Binding("slash", "filter", "filter", id="repositories.filter", tooltip="Show only those with these words"),
    Binding("s", "sort", "sort", id="repositories.sort", tooltip="Sort by name, unreleased, age or state"),
    Binding("question_mark", "help", "help", id="repositories.help", tooltip="Show this help"),
    Binding("q", "leave", "quit", id="repositories.quit", tooltip="Leave llnotes; everything is kept"),
    Binding(
        "F",
        "fetch",
        "fetch",
        id="repositories.fetch",
        tooltip="Copies git fetch for a shell; asks GitHub again about its own",
    ),
    Binding("r", "read", "read again", id="repositories.read", tooltip="Read the marked, or this one, again"),
    Binding("o", "browse", "open page", id="repositories.browse", tooltip="Open its page in the browser"),
)
MARK_TOO = Binding(
    "ctrl+@",
    "mark",
    "Mark",
    id="repositories.mark_too",
    show=False,
    key_display="ctrl+space",
    tooltip="Mark, or unmark",
)
MORE = (
    Binding("A", "mark_all", "mark all", id="repositories.mark_all", tooltip="Mark all that have something to release"),
    Binding(
        "N", "announce", "Announce", id="repositories.announce", show=False, tooltip="Announce the marked ones together"
    ),
    Binding("R", "read_all", "Read all", id="repositories.read_all", show=False, tooltip="Read all of them again"),
    Binding(
        "B",
        "choose_tags",
        "Tags",
        id="repositories.choose_tags",
        show=False,
        tooltip="Choose which series of tags are its releases",
    ),
    Binding("y", "copy", "copy name", id="repositories.copy", tooltip="Copy its path or name"),
    Binding("escape", "clear", "show all", id="repositories.clear", tooltip="Show all again; then drop the marks"),
)
MOVES = (
    Binding("j", "go(1)", "Next", id="repositories.next", show=False, tooltip="Go to the next row"),
    Binding("k", "go(-1)", "Previous", id="repositories.previous", show=False, tooltip="Go to the row before"),
    Binding("down", "go(1)", "Next", id="repositories.down", show=False, tooltip="Go to the next row"),
    Binding("up", "go(-1)", "Previous", id="repositories.up", show=False, tooltip="Go to the row before"),
)
REPOSITORIES_BINDINGS = [*MAIN, MARK_TOO, *MORE, *MOVES]

HELP: tuple[Section, ...] = (("Repositories", MAIN), ("More", MORE), ("Moving", MOVES))
SIGNS = (
    ("▸", "its review was begun"),
    ("·", "drafted, and not reviewed yet"),
    ("✓", "written, or tagged"),
    ("⇡", "its release pull request is open"),
    ("…", "being read, or being drafted"),
    ("!", "cannot be read; its row says why"),
    ("+", "marked"),
    ("fetched", "coloured where the last fetch was more than two weeks ago"),
)
