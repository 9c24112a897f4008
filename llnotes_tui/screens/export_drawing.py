"""How the parts of the Export screen are drawn from what is known."""

from collections.abc import Callable
from typing import Any

from textual.markup import escape
from textual.widget import Widget

from llnotes_tui.publishing.own_section import with_section
from llnotes_tui.release.patch import Patch
from llnotes_tui.release.text import decode
from llnotes_tui.screens import export_pages
from llnotes_tui.screens.export_base import ANNOUNCEMENT_PART, CHANGELOG, GITHUB, MANIFEST, VERSION
from llnotes_tui.screens.export_hosted_page import github
from llnotes_tui.screens.export_manifest import manifest
from llnotes_tui.screens.export_publishing import Publishing
from llnotes_tui.screens.export_state import Prepared
from llnotes_tui.widgets.cells import single_line
from llnotes_tui.widgets.diff_lines import DiffFile
from llnotes_tui.widgets.entry_rows import MARKS
from llnotes_tui.widgets.page import BLANK, words
from llnotes_tui.widgets.parts_line import Part
from llnotes_tui.widgets.prose_diff import ProseDocument

_PART_STYLES = {"entry--done": "parts--done", "entry--stale": "parts--call", "entry--failed": "parts--fault"}


class Drawing(Publishing):
    """Draws one part at a time."""

    as_text: bool
    """Whether the section is shown as text, not as a diff."""

    def draw(self) -> None:
        """Draw what is known now."""
        self.header.update(self.view)
        self.parts.update(self._parts(), self.part)
        with self.app.batch_update():
            if self.part == ANNOUNCEMENT_PART:
                self.show_announcement()
                self._show_panes(self.editor if self.is_editing else self.panel)
            elif self.prepared is None:
                self.page.show("wait", [words("Reading the files …", "note--quiet")])
                self._show_panes(self.page)
            else:
                self._draw_part(self.prepared)
        self.bar.follow()

    def _draw_part(self, prepared: Prepared) -> None:
        if self.part == CHANGELOG:
            self._draw_changelog(prepared)
            return
        if self.part == VERSION:
            said = export_pages.version(self.view, prepared)
            files = prepared.preview.version_files if prepared.preview is not None else ()
            names = [edit.path for edit in files if edit.before != edit.after]
            self._show_page("version", "Version", said, with_diff=bool(names))
            if names:
                self._show_diff("version", prepared, names)
            return
        if self.part == MANIFEST:
            cancelled = {out.commit.sha for out in self.workbench.plan.left_out if out.kind == "reverted"}
            self._show_page("manifest", "Manifest", manifest(self.view, self.unreviewed, cancelled))
            return
        if self.part == GITHUB:
            self._draw_github()
            return
        said = export_pages.remains(self.view, prepared, self.outcome, self.workbench.announcement(), self.made)
        self._show_page("remains", "What remains", said)

    def _draw_changelog(self, prepared: Prepared) -> None:
        shown, own = prepared.preview, self.own_section
        said = export_pages.changelog(
            self.view, prepared, skips=self.unreviewed == "skip", choice="own" if own is not None else self.take or ""
        )
        title = f"Changelog · {shown.path}" if shown is not None else "Changelog"
        with_diff = shown is not None and not self.as_text and (shown.after != shown.before)
        if shown is not None and not with_diff:
            said = [*said, BLANK, *export_pages.section_text(shown, own)]
        self._show_page("changelog", title, said, with_diff=with_diff or self.is_editing)
        if shown is not None and (with_diff or self.is_editing):
            self._show_diff("changelog", prepared, [shown.path])
        if self.is_editing:
            self._show_panes(self.diff, self.editor)

    def _draw_github(self) -> None:
        undecided = self.undecided
        difference = undecided.difference if undecided is not None else None
        around = self.around if not self.is_looking else None
        self._show_page("github", "GitHub", github(around, self.made, difference), with_diff=difference is not None)
        if difference is not None:
            patch = difference.patch

            def make(_: Callable[[], bool]) -> ProseDocument:
                parts = Patch(patch)
                return ProseDocument([_file(name, parts.part(at)) for at, name in enumerate(_names_in(patch))])

            self.diff.show(("github", patch), make, "")

    def _show_page(self, name: str, title: str, said: list[Any], *, with_diff: bool = False) -> None:
        self.page.border_title = escape(single_line(title))
        self.page.show(name, said, fits=with_diff)
        self._show_panes(self.page, *([self.diff] if with_diff else []))

    def _show_diff(self, name: str, prepared: Prepared, names: list[str]) -> None:
        """Show the parts of the preview's patch that are of these files; it has a part a file that changes, in order."""
        shown = prepared.preview
        assert shown is not None
        own = self.own_section if name == "changelog" else None
        version = self.view.version

        def make(_: Callable[[], bool]) -> ProseDocument:
            chosen = shown if own is None else with_section(shown, version, own)
            files = [(chosen.path, chosen.before, chosen.after)]
            files += [(edit.path, edit.before, edit.after) for edit in chosen.version_files]
            paths = [path for path, before, after in files if before != after]
            patch = Patch(chosen.diff)
            return ProseDocument([_file(p, patch.part(at)) for at, p in enumerate(paths) if p in names])

        title = single_line(", ".join(names))
        self.diff.show((name, shown.diff, own), make, title if name == "version" else "")

    def _show_panes(self, *panes: Widget) -> None:
        for pane in (self.page, self.diff, self.panel, self.editor):
            pane.set_class(pane in panes, "-shown")

    def _parts(self) -> tuple[Part, ...]:
        prepared, view = self.prepared, self.view
        shown = prepared.preview if prepared is not None else None
        wanted = prepared is not None and (prepared.fault or (shown and shown.conflict and not self.take))
        is_open = wanted and self.own_section is None
        is_done = shown is not None and shown.unchanged
        sign, style = MARKS[self.workbench.announcement().state]
        tagged = prepared is not None and prepared.is_history
        return (
            Part("Changelog", "!" if is_open else "✓" if is_done else "", "parts--fault" if is_open else "parts--done"),
            Part("Announcement", sign.strip("· -"), _PART_STYLES.get(style, "parts--quiet")),
            Part(
                "Version", f"{view.version}!" if tagged else view.version, "parts--fault" if tagged else "parts--quiet"
            ),
            Part("Manifest", str(view.manifest.commits)),
            Part("What remains", "✓" if self.outcome is not None else "", "parts--done"),
            Part(
                "GitHub",
                "!" if self.undecided is not None else "✓" if self.made else "",
                "parts--fault" if self.undecided is not None else "parts--done",
            ),
        )


def _names_in(patch: bytes) -> list[str]:
    """Return what each part of a patch of ours is about."""
    heads = (line for line in patch.split(b"\n") if line.startswith(b"diff --git a/"))
    return [decode(head.removeprefix(b"diff --git a/").rpartition(b" b/")[0]) for head in heads]


def _file(path: str, part: bytes) -> DiffFile:
    lines = part.split(b"\n")
    added = sum(line.startswith(b"+") and not line.startswith(b"+++ b/") for line in lines)
    removed = sum(line.startswith(b"-") and not line.startswith(b"--- ") for line in lines)
    return DiffFile(path=single_line(path), part=part, added=added, removed=removed)
