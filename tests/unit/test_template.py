"""A repository's own template: what it gets, and what happens when it is wrong."""

from pathlib import Path

import pytest

from llnotes_tui.publishing.files import ExportError
from llnotes_tui.publishing.template import render
from tests.unit.release_notes import WEB, entry, notes


@pytest.fixture
def template(tmp_path: Path) -> Path:
    return tmp_path / "notes.j2"


def test_a_template_sees_all_of_a_release(template: Path) -> None:
    template.write_text(
        "## {{ version }} ({{ date }}, {{ tag }} after {{ previous_tag }})\n"
        "{% for entry in entries if entry.breaking %}\n"
        "* {{ entry.title }} {{ entry.links }}: {{ entry.text }} [{{ entry.section }}]\n"
        "{% endfor %}\n"
        "{% for update in dependency_updates %}\n"
        "* {{ update.title }} {{ update.links }}\n"
        "{% endfor %}\n"
    )
    release = notes(
        entry("Added <b>", "Prose <i>\n\n# x", breaking=True, pull_requests=(1,)),
        entry("Added z"),
        dependency_updates=(("Bump b", 2),),
    )
    assert render(template, release) == (
        "## 1.2.0 (2026-08-19, v1.2.0 after v1.1.0)\n"
        f"* Added &lt;b> ([#1]({WEB}/issues/1)): Prose &lt;i> # x [added]\n"
        f"* Bump b ([#2]({WEB}/pull/2))\n"
    )


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("a\n{% for x in %}", "line 2: "),
        ("{{ missing }}", "line 1: 'missing' is undefined"),
        ("{{ entries[0].missing }}", "has no attribute 'missing'"),
        ("{{ ''.__class__.__mro__ }}", "access to attribute '__class__' of 'str' object is unsafe"),
        ("{{ entries.append(1) }}", "access to attribute 'append' of 'list' object is unsafe"),
        ("{% include '/etc/hostname' %}", "no loader for this environment"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{{ range(1000000000) }}", "Range too big"),
        ("{% for x in range(90000) %}{{ '0123456789' * 10 }}{% endfor %}", "writes more than 1024 kB"),
        ("{{ 'x' * 4000000000 }}", "memory"),
    ],
)
def test_what_is_wrong_in_a_template_is_one_sentence(template: Path, source: str, said: str) -> None:
    template.write_text(source)
    with pytest.raises(ExportError) as refused:
        render(template, notes())
    assert said in refused.value.sentence
    assert refused.value.sentence.startswith(str(template))
    assert "\n" not in refused.value.sentence


def test_a_template_that_does_not_end_is_stopped(template: Path) -> None:
    template.write_text("{% for x in range(90000) %}{% for y in range(90000) %}{% endfor %}{% endfor %}")
    with pytest.raises(ExportError, match=r"did not finish within 0\.7 s; nothing was written"):
        render(template, notes(), time_limit=0.7)


def test_a_template_that_cannot_be_read_says_so(template: Path) -> None:
    with pytest.raises(ExportError, match="cannot be read"):
        render(template, notes())
    template.write_bytes(b"\xff")
    with pytest.raises(ExportError, match="is not UTF-8"):
        render(template, notes())
    template.write_bytes(b"x" * 70_000)
    with pytest.raises(ExportError, match="is larger than 64 kB"):
        render(template, notes())


def test_files_beside_the_template_are_not_imported(template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (template.parent / "json.py").write_text("raise SystemExit('imported')")
    monkeypatch.chdir(template.parent)
    monkeypatch.setenv("PYTHONPATH", str(template.parent))
    monkeypatch.syspath_prepend("")
    template.write_text("## {{ version }}")
    assert render(template, notes()) == "## 1.2.0"
