"""The rows of repositories on GitHub as they are known at the moment, kept from one start to the next, and told to the list."""

import threading
import time
from collections.abc import Callable, Iterable

from msgspec.structs import replace

from llnotes_tui.sources.github.hosts import GitHubHost
from llnotes_tui.sources.github.listed import Filters, Listed
from llnotes_tui.sources.tag_series import TagQuestion
from llnotes_tui.storage.cache import AnswerCache
from llnotes_tui.workbench.kept_repositories import Kept, RepositoryShelf, bare
from llnotes_tui.workbench.repository_rows import row_of
from llnotes_tui.workbench.rows import failed_row, parts_of, row_key
from llnotes_tui.workbench.views import ListNews, RepositoryRow, RowGone

News = RepositoryRow | RowGone | ListNews


class GitHubRows:
    """What is known of each repository, by the key of its row.  Thread-safe."""

    def __init__(
        self, host: GitHubHost, filters: Filters, answers: AnswerCache | None, tell: Callable[[News], None]
    ) -> None:
        """`tell` is called from any thread, and must not wait."""
        self.host = host
        self.filters = filters
        self.shelf = RepositoryShelf(answers, host)
        self._answers = answers
        self._tell = tell
        self._lock = threading.Lock()
        self._kept: dict[str, Kept] = {}
        self._listing: list[str] = []
        self._news = ListNews()
        self._is_closed = False

    # -- what is known ---------------------------------------------------------------------------------------------

    def known(self, key: str) -> Kept | None:
        """Return what is known of a row, None where nothing is."""
        return self._kept.get(key)

    def tell_kept(self, word: str) -> bool:
        """Tell what was kept of a repository or of an owner's; False where there is nothing."""
        names = (word,) if "/" in word else self.shelf.owned(word, self.filters)
        found = self.shelf.repositories(names) if names else []
        for kept in found:
            self._kept[row_key(kept.listed.name, kept.component)] = kept
            self.row(row_of(kept, self.host, self._answers))
        return bool(found)

    def tell_again(self, keys: Iterable[str]) -> None:
        """Tell rows anew: something was decided, drafted or written here since."""
        for key in keys:
            kept = self._kept.get(key)
            if kept is not None:
                self.row(row_of(kept, self.host, self._answers))

    def settle(self, kept: Kept) -> None:
        """Take in what is known of a row now, keep it, and tell it."""
        name = kept.listed.name
        with self._lock:
            self._kept[row_key(name, kept.component)] = kept
            together = [one for one in self._kept.values() if one.listed.name == name and one.overview is not None]
        self.shelf.keep(name, together)
        self.row(row_of(kept, self.host, self._answers))

    def settle_fault(
        self, listed: Listed, fault: str, note: str, component: str = "", question: TagQuestion | None = None
    ) -> None:
        """Take in why a repository cannot be read; `question` is what can be chosen, where it is about its tags."""
        now = int(time.time())
        self.settle(Kept(bare(listed), component, None, fault, note, tag_question=question, read_at=now))

    def drop(self, names: Iterable[str]) -> None:
        """Take away the rows of repositories, their components' too."""
        for name in names:
            with self._lock:
                keys = [key for key in self._kept if parts_of(key)[0] == name]
            self.gone({name, *keys})

    def gone(self, keys: Iterable[str]) -> None:
        """Take away rows."""
        for key in keys:
            with self._lock:
                self._kept.pop(key, None)
            self._say(RowGone(key))

    # -- telling ---------------------------------------------------------------------------------------------------

    def row(self, row: RepositoryRow) -> None:
        """Tell a row."""
        self._say(row)

    def failed(self, keys: Iterable[str], sentence: str, *, is_missing: bool = False) -> None:
        """Tell that nothing is to be had of some rows or owners; what is known of them stays, and the list says why."""
        for key in keys:
            is_owner = "/" not in key
            has_rows = key in self._kept or (is_owner and self.shelf.owned(key, self.filters))
            if is_missing and is_owner:
                self.row(failed_row(key, f"{key} is no folder here, and no owner that is to be read: {sentence}"))
            elif not has_rows:
                self.row(failed_row(key, sentence))
        if not is_missing:
            self.fault(sentence)

    def lists(self, owners: Iterable[str]) -> None:
        """Say whose repositories are being listed too; troubles of before are over."""
        with self._lock:
            self._listing += owners
            self._news = replace(self._news, listing=tuple(self._listing), fault="")
        self._say(self._news)

    def has_listed(self, owner: str) -> None:
        """Say that an owner's are all listed."""
        with self._lock:
            self._listing.remove(owner)
            self._news = replace(self._news, listing=tuple(self._listing))
        self._say(self._news)

    def waits(self, sentence: str) -> None:
        """Say what limit is waited for, and until when; empty when it is over."""
        with self._lock:
            self._news = replace(self._news, waiting=sentence)
        self._say(self._news)

    def fault(self, sentence: str) -> None:
        """Say why GitHub tells nothing new."""
        with self._lock:
            self._news = replace(self._news, fault=sentence)
        self._say(self._news)

    def close(self) -> None:
        """Tell nothing more."""
        self._is_closed = True

    def _say(self, news: News) -> None:
        if not self._is_closed:
            self._tell(news)
