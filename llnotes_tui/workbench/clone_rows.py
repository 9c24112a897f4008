"""The rows of a clone: what it tells of itself, a row for each of its components."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from llnotes_tui.release.ids import ReviewId
from llnotes_tui.storage.cache import AnswerCache
from llnotes_tui.workbench.ranging import components_of, range_options
from llnotes_tui.workbench.repository_rows import read_row, sentence_of
from llnotes_tui.workbench.rows import failed_row, name_with, row_key
from llnotes_tui.workbench.start import Opened, Target, open_target
from llnotes_tui.workbench.tag_choices import read_tag_choice
from llnotes_tui.workbench.views import RepositoryRow


def clone_rows(clone: str, flags: Mapping[str, Any], answers: AnswerCache | None = None) -> list[RepositoryRow]:
    """Return the rows of a clone, one for each component; what is wrong with it stands in its own row.

    `answers` tell what was drafted.
    """
    try:
        opened = open_target(Target(clone, flags=flags))
        parts = (flags["component"],) if flags.get("component") else components_of(opened.settings)
    except Exception as fault:
        return [failed_row(clone, sentence_of(fault))]
    return [_clone_row(clone, opened, part, answers) for part in parts]


def _clone_row(clone: str, opened: Opened, component: str, answers: AnswerCache | None) -> RepositoryRow:
    key = row_key(clone, component)
    try:
        choice = read_tag_choice(lambda: opened.clone.repository, component)
        overview = opened.clone.overview(range_options(opened.settings, component, choice=choice))
        identity = ReviewId(opened.clone.repository, overview.since or "root", overview.branch, component)
        row = read_row(key, overview, identity, answers)
    except Exception as fault:
        question = getattr(fault, "question", None)
        return replace(failed_row(key, sentence_of(fault)), tag_question=question)
    return replace(row, name=name_with(opened.clone.name, component), web_url=opened.clone.web_url or "")
