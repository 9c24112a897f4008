"""A one-line input without a frame."""

from textual.widgets import Input


class LineInput(Input):
    """An input that takes one line of the screen."""

    def __init__(self, value: str = "", *, placeholder: str = "", id: str | None = None) -> None:  # noqa: A002
        super().__init__(value, placeholder=placeholder, id=id, select_on_focus=False, compact=True)
