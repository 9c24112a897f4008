"""Where a library's log goes: to a file or nowhere, but never over the screen."""

import logging
from pathlib import Path

from llnotes_tui.engines.faults import without_secrets


class _Clean(logging.Formatter):
    """Writes a record without anything that looks like a token."""

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))


def keep_off_the_screen(name: str, file: Path | None) -> None:
    """Send the warnings of the logger `name` to `file`, or drop them.

    The root logger gets a handler too if it has none: the SDK calls `logging.debug`, which would give it one that
    writes to the terminal.
    """
    logger, root = logging.getLogger(name), logging.getLogger()
    logger.propagate = False
    logger.setLevel(logging.WARNING)
    if not root.handlers:
        root.addHandler(logging.NullHandler())
    if file is None:
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
        return
    for handler in tuple(logger.handlers):
        if getattr(handler, "baseFilename", None) == str(file.absolute()):
            return
        logger.removeHandler(handler)
        handler.close()
    logger.addHandler(_handler(file))


def _handler(file: Path) -> logging.Handler:
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
    except OSError:
        return logging.NullHandler()
    handler = logging.FileHandler(file, encoding="utf-8", delay=True)
    handler.setFormatter(_Clean("%(asctime)s %(levelname)s %(name)s %(message)s"))
    return handler
