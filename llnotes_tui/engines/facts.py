"""File changes as facts: area, language, symbols and counts, from what git says and what the diff shows."""

from collections.abc import Sequence

from msgspec.structs import replace

from llnotes_tui.engines.base import FileSubject
from llnotes_tui.engines.wording import FileFacts
from llnotes_tui.release.model import FileChange
from llnotes_tui.release.symbols import CALLABLES, Symbol, area_of, changed_symbols, is_notebook, language_of
from llnotes_tui.release.text import display_path

_TEST_NAMES = ("test", "Test", "should", "it_", "Benchmark")


def facts_of(subject: FileSubject) -> FileFacts:
    """Return what is known of a file change whose diff is at hand."""
    change = subject.change
    path = display_path(change.path)
    area = area_of(path)
    symbols = changed_symbols(path, subject.diff)
    if area == "test":
        symbols = tuple(_as_test(symbol) for symbol in symbols)
    return replace(named_facts(change), symbols=symbols, has_diff=b"@@ " in subject.diff)


def named_facts(change: FileChange) -> FileFacts:
    """Return what is known of a file change by its name and numbers alone."""
    path = display_path(change.path)
    language = language_of(path)
    return FileFacts(
        area_of(path),
        "Jupyter" if is_notebook(path) else language.name if language else "",
        change.status.value,
        (),
        change.added or 0,
        change.removed or 0,
        has_diff=False,
    )


def others_of(files: Sequence[FileChange], told: Sequence[FileSubject]) -> list[FileFacts]:
    """Return the files of a commit that nothing else tells of, noise left out."""
    paths = {subject.change.path for subject in told}
    return [named_facts(change) for change in files if change.path not in paths and change.noise is None]


def _as_test(symbol: Symbol) -> Symbol:
    is_test = symbol.kind in CALLABLES - {"fixture"} and symbol.name.startswith(_TEST_NAMES)
    return replace(symbol, kind="test") if is_test else symbol
