"""The units of a range as a clone holds them, with what people changed by hand in the merges that are folded."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Event

from msgspec import Struct, structs

from llnotes_tui.release.merges import moved_head, sentence_of
from llnotes_tui.release.model import Commit, SideCommit
from llnotes_tui.release.units import Unit, units_of
from llnotes_tui.sources.history import Change, read_metas, read_trees
from llnotes_tui.sources.merge_results import MergeResult, read_results
from llnotes_tui.sources.process import Place
from llnotes_tui.sources.structure import Meta


class RangeUnits(Struct, frozen=True):
    """What is read of a range: its units, newest first."""

    metas: tuple[Meta, ...]
    """The commits that are read for themselves."""
    units: dict[str, Unit]
    """By SHA of those commits."""
    sides: dict[str, Meta]
    """By SHA: the commits that belong to a merge."""
    folded: dict[str, MergeResult]
    """By SHA: what people changed by hand in a merge that is no change of its own."""
    is_unknown_by_hand: bool = False
    """Git could not say what people changed by hand."""

    def messages(self) -> list[tuple[str, str]]:
        """Return subject and body of each unit that is a change of its own, newest first."""
        return [(one.subject, one.body) for one in self.metas if self.units[one.sha].kind in ("commit", "merge")]

    def completed(self, commit: Commit, *, by_hand: bool = False) -> Commit:
        """Return a commit with what its unit says of it: its side, and the request and title that a merge gives it.

        `by_hand`: people wrote code in this merge.
        """
        unit = self.units[commit.sha]
        request = unit.request
        title = request.title if request is not None else unit.title
        return structs.replace(
            commit,
            folded=unit.kind if unit.kind in ("walked", "in-base", "without-content") else "",
            side=tuple(_side_commit(self.sides[sha]) for sha in unit.side),
            by_hand=by_hand,
            given_title=_title_by_hand(commit) if by_hand else title,
            pull_request=request.number if request is not None else commit.pull_request,
        )


def read_units(
    place: Place,
    common_dir: Path,
    since: str | None,
    until: str,
    owner: str | None,
    cancel: Event | None = None,
) -> RangeUnits:
    """Read all commits of a range and find its units.  `owner` is whose repository it is, None where that is unknown.

    Raises:
        GitFault: git failed, or `cancel` was set.
    """
    found = plan_units(place, read_metas(place, since, until, cancel), until, owner, cancel)
    asked = [meta for meta in found.metas if found.units[meta.sha].kind in ("walked", "in-base")]
    results = read_results(place, common_dir, asked, cancel)
    nothing = {
        meta.sha: MergeResult(Change(meta, (), b""))
        for meta in found.metas
        if found.units[meta.sha].kind in ("walked", "in-base", "without-content")
    }
    return structs.replace(found, folded=nothing | (results or {}), is_unknown_by_hand=results is None)


def plan_units(
    place: Place, metas: Sequence[Meta], until: str, owner: str | None, cancel: Event | None = None
) -> RangeUnits:
    """Return the units of a range whose commits are known, without any diff.

    Raises:
        GitFault: git failed, or `cancel` was set.
    """
    known = {meta.sha for meta in metas}
    outside = [meta.parents[0] for meta in metas if len(meta.parents) > 1 and meta.parents[0] not in known]
    return units_among(metas, until, owner, read_trees(place, outside, cancel))


def units_among(metas: Sequence[Meta], until: str, owner: str | None, base_trees: Mapping[str, str]) -> RangeUnits:
    """Return the units of a range; `base_trees` are the trees of first parents outside it, as far as they are known."""
    known = {meta.sha: meta for meta in metas}
    units = units_of(metas, until, owner, base_trees)
    sides = {sha: known[sha] for unit in units for sha in unit.side}
    return RangeUnits(tuple(known[unit.sha] for unit in units), {unit.sha: unit for unit in units}, sides, {})


def owner_of(web_url: str | None) -> str | None:
    """Return whose repository is at a page (`https://host/owner/name`), None where that is unknown."""
    parts = web_url.split("/") if web_url is not None else []
    return parts[3] if len(parts) > 4 else None


def _title_by_hand(commit: Commit) -> str:
    sentence = sentence_of(commit.body)
    if sentence:
        return sentence
    head = moved_head(commit.subject)
    return f"Merge `{head}` with changes made by hand" if head else "Merge a branch with changes made by hand"


def _side_commit(meta: Meta) -> SideCommit:
    return SideCommit(meta.sha, meta.author, meta.author_email, meta.subject, meta.body, len(meta.parents) > 1)
