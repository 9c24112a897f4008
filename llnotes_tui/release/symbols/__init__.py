"""Which functions, classes, options and settings a file change added, removed or changed."""

from llnotes_tui.release.symbols.changed import changed_symbols
from llnotes_tui.release.symbols.files import Area, area_of, is_notebook, language_of
from llnotes_tui.release.symbols.model import CALLABLES, CONTAINERS, Change, Kind, Symbol

__all__ = [
    "CALLABLES",
    "CONTAINERS",
    "Area",
    "Change",
    "Kind",
    "Symbol",
    "area_of",
    "changed_symbols",
    "is_notebook",
    "language_of",
]
