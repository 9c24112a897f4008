"""The style sheets are found where the program is, wherever that is."""

import pytest

from llnotes_tui.styles import SHARED, sheet, style_directory


def test_the_shared_sheet_is_found_beside_the_package() -> None:
    assert "Screen {" in sheet(SHARED)
    assert style_directory().is_dir()


def test_every_screen_has_a_sheet_that_can_be_read() -> None:
    names = [entry.name.removesuffix(".tcss") for entry in style_directory().iterdir() if entry.name.endswith(".tcss")]
    assert {"shared", "review"} <= set(names)
    assert all(sheet(name).strip() for name in names)


def test_a_missing_sheet_says_what_to_do() -> None:
    with pytest.raises(FileNotFoundError, match="install llnotes again"):
        sheet("nowhere")
