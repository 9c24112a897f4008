"""The three themes, and the colours that they name beyond Textual's own.

A theme that is not ours gets the colours of our dark or light one, so every sheet can count on all names.
"""

from typing import Any

from textual.app import App
from textual.theme import Theme

DARK = "llnotes-dark"
LIGHT = "llnotes-light"
TERMINAL = "llnotes-terminal"

_DARK_COLOURS = {
    "quiet": "#8b93a3",
    "faint": "#596170",
    "rule": "#333944",
    "cursor-background": "#2c3a52",
    "cursor-blurred-background": "#252a33",
    "cursor-foreground": "#f0f3f8",
    "cursor-style": "none",
    "bar-background": "#20242c",
    "added": "#8cc98a",
    "added-background": "#19291f",
    "removed": "#e58b88",
    "removed-background": "#331f22",
    "heading": "#82a7d6",
    "heading-background": "#1d232d",
    "hit-background": "#6b5a1e",
    "hit-current-background": "#d9b44a",
    "hit-current-foreground": "#14161a",
    "lit-background": "#2f4a6b",
    "fault-background": "#7c2d33",
    "fault-foreground": "#ffffff",
    "hold-background": "#4f4420",
    "hold-foreground": "#f3e6bd",
    "code-keyword": "#b79be0",
    "code-name": "#7fb3e6",
    "code-builtin": "#74bdb9",
    "code-string": "#a9c98b",
    "code-number": "#dba477",
    "code-comment": "#78818f",
    "code-decorator": "#d8bd6e",
}

_LIGHT_COLOURS = {
    "quiet": "#656d78",
    "faint": "#9aa1ab",
    "rule": "#d3d6da",
    "cursor-background": "#d3e2f5",
    "cursor-blurred-background": "#e6e9ed",
    "cursor-foreground": "#14181d",
    "cursor-style": "none",
    "bar-background": "#eceef0",
    "added": "#1f7a33",
    "added-background": "#e4f5e6",
    "removed": "#b3312c",
    "removed-background": "#fde9e7",
    "heading": "#2f62a0",
    "heading-background": "#edf2f8",
    "hit-background": "#ffe9a3",
    "hit-current-background": "#f0b429",
    "hit-current-foreground": "#1b1b1b",
    "lit-background": "#bcd7f7",
    "fault-background": "#b3312c",
    "fault-foreground": "#ffffff",
    "hold-background": "#f5e7b8",
    "hold-foreground": "#4b3b00",
    "code-keyword": "#7340b0",
    "code-name": "#1f5fa8",
    "code-builtin": "#1b7775",
    "code-string": "#47741c",
    "code-number": "#a85616",
    "code-comment": "#7b838d",
    "code-decorator": "#86690c",
}

_TERMINAL_COLOURS = {
    "quiet": "ansi_bright_black",
    "faint": "ansi_bright_black",
    "rule": "ansi_bright_black",
    "cursor-background": "ansi_default",
    "cursor-blurred-background": "ansi_default",
    "cursor-foreground": "ansi_default",
    "cursor-style": "reverse",
    "bar-background": "ansi_default",
    "added": "ansi_green",
    "added-background": "ansi_default",
    "removed": "ansi_red",
    "removed-background": "ansi_default",
    "heading": "ansi_cyan",
    "heading-background": "ansi_default",
    "hit-background": "ansi_yellow",
    "hit-current-background": "ansi_bright_yellow",
    "hit-current-foreground": "ansi_black",
    "lit-background": "ansi_default",
    "fault-background": "ansi_red",
    "fault-foreground": "ansi_bright_white",
    "hold-background": "ansi_yellow",
    "hold-foreground": "ansi_black",
    "code-keyword": "ansi_default",
    "code-name": "ansi_default",
    "code-builtin": "ansi_default",
    "code-string": "ansi_default",
    "code-number": "ansi_default",
    "code-comment": "ansi_default",
    "code-decorator": "ansi_default",
}

_TERMINAL_CONTROLS = {
    "ansi-background": "ansi_default",
    "ansi-foreground": "ansi_default",
    "input-cursor-background": "ansi_default",
    "input-cursor-foreground": "ansi_default",
    "input-cursor-text-style": "reverse",
    "footer-key-foreground": "ansi_cyan",
    "border": "ansi_cyan",
    "border-blurred": "ansi_bright_black",
    "block-cursor-background": "ansi_cyan",
    "block-cursor-foreground": "ansi_black",
    "scrollbar": "ansi_bright_black",
    "scrollbar-hover": "ansi_white",
    "scrollbar-active": "ansi_white",
    "scrollbar-background": "ansi_default",
    "scrollbar-background-hover": "ansi_default",
    "scrollbar-background-active": "ansi_default",
}

THEMES = (
    Theme(
        name=DARK,
        primary="#6f9bd1",
        secondary="#8b93a3",
        accent="#8ab4e8",
        warning="#dcb168",
        error="#e07f7b",
        success="#8cc98a",
        foreground="#d4d8df",
        background="#15181d",
        surface="#1a1e24",
        panel="#20242c",
        dark=True,
        variables={
            **_DARK_COLOURS,
            "footer-key-foreground": "#8ab4e8",
            "scrollbar": "#363d49",
            "scrollbar-hover": "#465062",
            "scrollbar-active": "#5a6780",
            "scrollbar-background": "#15181d",
            "scrollbar-background-hover": "#15181d",
            "scrollbar-background-active": "#15181d",
        },
    ),
    Theme(
        name=LIGHT,
        primary="#2f62a0",
        secondary="#656d78",
        accent="#2463ad",
        warning="#9a6700",
        error="#b3312c",
        success="#1f7a33",
        foreground="#24292f",
        background="#fcfcfb",
        surface="#f4f5f6",
        panel="#eceef0",
        dark=False,
        variables={
            **_LIGHT_COLOURS,
            "footer-key-foreground": "#2463ad",
            "scrollbar": "#cdd2d8",
            "scrollbar-hover": "#b6bdc6",
            "scrollbar-active": "#98a2ae",
            "scrollbar-background": "#fcfcfb",
            "scrollbar-background-hover": "#fcfcfb",
            "scrollbar-background-active": "#fcfcfb",
        },
    ),
    Theme(
        name=TERMINAL,
        primary="ansi_cyan",
        secondary="ansi_bright_black",
        accent="ansi_cyan",
        warning="ansi_yellow",
        error="ansi_red",
        success="ansi_green",
        foreground="ansi_default",
        background="ansi_default",
        surface="ansi_default",
        panel="ansi_default",
        boost="ansi_default",
        dark=True,
        ansi=True,
        variables={**_TERMINAL_COLOURS, **_TERMINAL_CONTROLS},
    ),
)


def register_themes(app: App[Any], chosen: str = "") -> None:
    """Make the three themes known to an app, and show `chosen` (or the dark one, where it is empty or unknown).

    Call it before the app runs: a theme that is set later has every style sheet read once more.
    """
    for theme in THEMES:
        app.register_theme(theme)
    app.theme = chosen if chosen in app.available_themes else DARK


def variable_defaults(*, dark: bool) -> dict[str, str]:
    """Return the colours that our sheets name, for themes that are not ours: see `App.get_theme_variable_defaults`."""
    return dict(_DARK_COLOURS if dark else _LIGHT_COLOURS)
