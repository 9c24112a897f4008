"""A person's own words for a section that an export and somebody else wrote differently."""

import msgspec

from llnotes_tui.publishing.diff import patch_of
from llnotes_tui.publishing.export import Preview
from llnotes_tui.publishing.files import ExportError
from llnotes_tui.publishing.splice import replace_section
from llnotes_tui.release.changelog import parse


def with_section(shown: Preview, version: str, section: str) -> Preview:
    """Return a preview that writes `section` instead of ours; taking ours then writes it.

    Its digest stays ours: the words are a person's, so the next export asks again before it writes over them.

    Raises:
        ExportError: the text is not exactly the section of this version.
    """
    before = parse(shown.after, None)
    ours = before.section(version)
    after = shown.after if ours is None else replace_section(shown.after, ours, section.strip("\r\n"))
    found = parse(after, None)
    if ours is None or [s.version for s in before.sections] != [s.version for s in found.sections]:
        raise ExportError(f"The text has to be the section of {version} and no other: keep its heading as it stands.")
    files = [(shown.path, shown.before, after), *((edit.path, edit.before, edit.after) for edit in shown.version_files)]
    return msgspec.structs.replace(shown, after=after, diff=patch_of(files), section=section)
