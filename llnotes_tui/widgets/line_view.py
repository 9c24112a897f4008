"""A pane that draws lines itself: what tree, diff and note have in common."""

from rich.style import Style
from textual.cache import LRUCache
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip


class LineView(ScrollView, can_focus=True):
    """A scrolling pane of lines.  Subclasses say how many there are (`lay_out`) and draw one (`strip_at`).

    Strips are kept until `forget` is called or the colours change.  There is no horizontal scrollbar: it costs a line.
    """

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None, classes: str = "pane") -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id, classes=classes)
        self._strips: LRUCache[int, Strip] = LRUCache(1024)
        self._drawn_width = 0

    def strip_at(self, line: int, width: int) -> Strip:
        """Return one line, `width` cells wide."""
        raise NotImplementedError

    def style(self, *names: str) -> Style:
        """Return the style of component classes, on top of the pane's own."""
        return self.get_component_rich_style(*names)

    def lay_out(self, lines: int) -> None:
        """Set how many lines there are, and draw all that is seen anew."""
        self.forget()
        size = Size(0, lines)
        if self.virtual_size != size:
            self.virtual_size = size
        self.refresh()

    def forget(self, lines: range | None = None) -> None:
        """Drop the strips of some lines, or of all."""
        if lines is None:
            self._strips.clear()
            return
        for line in lines:
            self._strips.discard(line)

    def redraw(self, first: int, count: int = 1) -> None:
        """Draw some lines anew, as far as they are seen."""
        self.forget(range(first, first + count))
        self.refresh_lines(first, count)

    @property
    def lines_seen(self) -> range:
        """Which lines are on screen."""
        top = self.scroll_offset.y
        return range(top, min(self.virtual_size.height, top + self.scrollable_content_region.height))

    def scroll_lines(self, lines: int) -> None:
        """Scroll at once by so many lines."""
        self.scroll_to(y=self.scroll_target_y + lines, animate=False)

    def show_line(self, line: int, margin: int = 0) -> None:
        """Scroll just so far that a line is seen, with `margin` lines around it where there is room."""
        height = self.scrollable_content_region.height
        if height <= 0:
            self.call_after_refresh(self.show_line, line, margin)
            return
        top = self.scroll_offset.y
        margin = min(margin, (height - 1) // 2)
        if line < top + margin:
            self.scroll_to(y=max(0, line - margin), animate=False)
        elif line >= top + height - margin:
            self.scroll_to(y=line - height + 1 + margin, animate=False)

    def render_line(self, y: int) -> Strip:
        """Draw one line of the pane for Textual."""
        width = self.scrollable_content_region.width
        if width != self._drawn_width:
            self._drawn_width = width
            self.forget()
        line = self.scroll_offset.y + y
        if line >= self.virtual_size.height:
            return Strip.blank(width, self.rich_style)
        strip = self._strips.get(line)
        if strip is None:
            strip = self._strips[line] = self.strip_at(line, width)
        return strip

    def notify_style_update(self) -> None:
        """Forget what was drawn in other colours."""
        super().notify_style_update()
        self.forget()
