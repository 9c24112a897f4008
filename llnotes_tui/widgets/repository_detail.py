"""What is to be known of the repository under the cursor, in sentences below the list."""

from typing import ClassVar
from urllib.parse import urlsplit

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from llnotes_tui.widgets.cells import shorten, single_line
from llnotes_tui.widgets.note_lines import Line, wrapped
from llnotes_tui.widgets.repository_columns import from_home
from llnotes_tui.workbench.rows import age, parts_of
from llnotes_tui.workbench.views import RepositoryRow

_LEAST, _MOST = 4, 9
"""Lines with the rule."""


class RepositoryDetail(Widget):
    """A rule with the name, where it lies, and what stands there: three lines below the rule, more for a long fault."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "detail--call",
        "detail--fault",
        "detail--name",
        "detail--quiet",
        "detail--rule",
        "detail--text",
    }

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id)
        self._row: RepositoryRow | None = None
        self._told: Line = []
        self._lines: list[Line] = []
        self._width = -1

    def update(self, row: RepositoryRow | None, fault: str, now: float) -> None:
        """Show a repository; `fault` is why it could not be drafted, if it could not."""
        told = told_of(row, fault, now) if row is not None else []
        if row != self._row or told != self._told:
            self._row, self._told, self._width = row, told, -1
            self._lay_out()
            self.refresh()

    def on_resize(self) -> None:
        """Break lines anew."""
        self._lay_out()

    def _lay_out(self) -> None:
        """Break the lines, and take the room that they need."""
        width, row = self.size.width, self._row
        if not width or self._width == width:
            return
        self._width = width
        self._lines = [_place(row, width - 2), *wrapped(self._told, width - 2)] if row is not None else []
        height = min(_MOST, max(_LEAST, len(self._lines) + 1))
        if height != self.size.height:
            self.styles.height = height

    def render_line(self, y: int) -> Strip:
        """Draw the rule or one of the lines below it."""
        width, row = self.size.width, self._row
        if y == 0:
            name = f"{shorten(single_line(row.name), width - 8)} " if row is not None else ""
            segments = [Segment("── " if name else "", self._style("rule")), Segment(name, self._style("name"))]
            strip = Strip(segments)
            return Strip([*segments, Segment("─" * (width - strip.cell_length), self._style("rule"))])
        if row is None:
            return Strip.blank(width, self.rich_style)
        line = self._lines[y - 1] if y <= len(self._lines) else []
        pieces = [Segment(words, self._style(name)) for words, name in line]
        return Strip([Segment(" ", self.rich_style), *pieces]).adjust_cell_length(width, self.rich_style)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"detail--{name}")


def told_of(row: RepositoryRow, fault: str, now: float) -> Line:
    """Return the sentences about a repository, with the names of their styles."""
    if row.fault and row.tag_question is not None:
        helps = "enter or B: choose." if row.tag_question.options else "enter opens it."
        return [(f"{from_home(row.fault)}  {helps}", "fault")]
    if row.fault:
        return [(f"{from_home(row.fault)}  r reads it again.", "fault")]
    if row.stage == "open" and row.unreleased is None:
        return [(single_line(row.warning), "call")]
    if row.stage == "reading" or row.unreleased is None:
        return [("It is being read …", "quiet")]
    if fault:
        return [(f"Not drafted: {from_home(fault)}", "fault")]
    said: Line = [(f"{_unreleased(row, now)}  ", "text")]
    if row.stage == "nothing":
        pass
    elif row.stage == "reviewing":
        said.append(("enter goes on with the review.  ", "quiet"))
    elif row.stage != "drafting":
        said.append(("enter reviews it.  ", "quiet"))
    if row.warning:
        said.append((single_line(row.warning), "call"))
    return said


def _place(row: RepositoryRow, width: int) -> Line:
    """Return the path, and the page where there is room; of a repository on GitHub its page alone."""
    if row.on_github:
        return _page(row, width)
    page = row.web_url.removeprefix("https://")
    path = shorten(from_home(parts_of(row.key)[0]), width)
    if page and len(path) + len(page) + 3 <= width:
        return [(f"{path} ", "quiet"), ("· ", "quiet"), (single_line(page), "quiet")]
    return [(path, "quiet")]


def _page(row: RepositoryRow, width: int) -> Line:
    """Return where it is on GitHub, whether it is private, and its open release pull request."""
    page = urlsplit(row.web_url)
    place = f"{page.hostname}{page.path}" if page.hostname else parts_of(row.key)[0]
    said: Line = [(shorten(single_line(place), width), "quiet")]
    further = [("private", "call")] if row.private else []
    if row.pull_request:
        further.append((f"release pull request #{row.pull_request}", "text"))
    used = len(said[0][0])
    for words, name in further:
        if used + 3 + len(words) <= width:
            said += [(" · ", "quiet"), (words, name)]
            used += 3 + len(words)
    return said


def _unreleased(row: RepositoryRow, now: float) -> str:
    since = f"since {single_line(row.last_version)}" if row.last_version else "and no release before"
    ago = f", released {age(row.last_released_at, now)} ago" if row.last_released_at is not None else ""
    branch = single_line(row.branch)
    if not row.unreleased:
        return f"Nothing is unreleased on {branch} {since}{ago}."
    commits = "1 commit" if row.unreleased == 1 else f"{row.unreleased:,} commits"
    following = f"  The next version may be {single_line(row.suggested_version)}." if row.suggested_version else ""
    return f"{commits} on {branch} {since}{ago}.{following}"
