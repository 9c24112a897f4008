"""Where the style sheets are: beside the package in a checkout, inside it where it was installed."""

from importlib.resources import files
from importlib.resources.abc import Traversable

SHARED = "shared"
"""The sheet that every screen builds on; each screen has one more, by its own name."""


def style_directory() -> Traversable:
    """Return the directory of the `.tcss` files: `_styles` in a wheel or zipapp, `styles` beside the package in a checkout."""
    package = files("llnotes_tui")
    installed = package.joinpath("_styles")
    return installed if installed.is_dir() else package.joinpath("..", "styles")


def sheet(name: str) -> str:
    """Return one style sheet by its name without suffix.

    Raises:
        FileNotFoundError: there is no such sheet; the installation is not whole.
    """
    found = style_directory().joinpath(f"{name}.tcss")
    if not found.is_file():
        raise FileNotFoundError(f"The style sheet {found} is missing; install llnotes again.")
    return found.read_text(encoding="utf-8")
