"""Changes of a review that wait to be written."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from llnotes_tui.review.content import Content

Act = Callable[[Content], Any]
"""A change of the content, made on a copy; what it returns is what its Future resolves to.  May raise ReviewError."""


class Job:
    """A change, and the Future of whoever waits for it."""

    def __init__(self, act: Act, future: "Future[Any]") -> None:
        self.act = act
        self.future = future
        future.set_running_or_notify_cancel()  # from here on it cannot be cancelled: it will be written
        self.result: Any = None
        self.error: BaseException | None = None

    def run(self, content: Content) -> None:
        """Make the change (again, where it could not be written), and remember what came of it."""
        self.result, self.error = None, None
        try:
            self.result = self.act(content)
        except Exception as error:
            self.error = error

    def settle(self) -> None:
        """Tell whoever waits."""
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)
