"""Text from outside cannot move a cursor, colour a screen, reorder a line or hide a part of itself."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llnotes_tui.release.text import decode, display_path, one_line, revealed, visible


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("plain\ttext\nnext", "plain\ttext\nnext"),
        ("\x1b[31mred\x1b[0m", "␛[31mred␛[0m"),
        ("bell\x07 nul\0 del\x7f", "bell␇ nul␀ del␡"),
        ("csi\x9b31m nel\x85end", "csi<U+009B>31m nel␤end"),
        ("user\u202egnp.exe", "user<U+202E>gnp.exe"),
        ("zero\u200bwidth\ufeff soft\u00adhyphen", "zerowidth softhyphen"),
        ("hidden\U000e0041\U000e0042", "hidden"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("line\u2028end", "line␤end"),
        ("[bold]x[/] [@click=app.quit]y[/]", "[bold]x[/] [@click=app.quit]y[/]"),
        ("naïve 日本語 ❤️ 👍🏽", "naïve 日本語 ❤️ 👍🏽"),
        ("lone \ud800 surrogate", "lone <U+D800> surrogate"),
    ],
)
def test_visible(given_text: str, shown: str) -> None:
    assert visible(given_text) == shown


def test_in_a_diff_what_has_no_width_is_seen_too() -> None:
    assert revealed("a\u200bb\r") == "a<U+200B>b␍"


@pytest.mark.parametrize(
    ("data", "text"),
    [("é".encode(), "é"), (b"caf\xe9", "café"), (b"\x93quoted\x94", "<U+0093>quoted<U+0094>"), (b"", "")],
)
def test_bytes_are_utf_8_or_else_latin_1(data: bytes, text: str) -> None:
    assert decode(data) == text


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (b"src/a b.py", "src/a b.py"),
        (b'a\n"b\t\x1b[2J', 'a\\n"b\\t␛[2J'),
        (b"\xff\xfe.bin", "\\xff\\xfe.bin"),
        ("日本\u202e.py".encode(), "日本<U+202E>.py"),
    ],
)
def test_paths_are_one_safe_line(path: bytes, shown: str) -> None:
    assert display_path(path) == shown


@given(st.text())
def test_nothing_unsafe_is_left(text: str) -> None:
    shown = visible(text)
    assert all(unicodedata.category(sign) not in ("Cc", "Cs", "Zl", "Zp") or sign in "\n\t" for sign in shown)
    assert visible(shown) == shown
    assert len(one_line(text).splitlines()) <= 1


@given(st.binary())
def test_any_path_is_one_line(path: bytes) -> None:
    assert len(display_path(path).splitlines()) <= 1
    assert display_path(path).isprintable() or any(ord(sign) > 0x7F for sign in display_path(path))
