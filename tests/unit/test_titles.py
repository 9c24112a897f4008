import pytest
from hypothesis import given
from hypothesis import strategies as st

from llnotes_tui.release.model import SECTIONS
from llnotes_tui.release.titles import published_title, section_of


@pytest.mark.parametrize(
    ("title", "published"),
    [
        ("Add a parser (#12)", "Added a parser"),
        ("Adding a parser", "Added a parser"),
        ("Adds a parser", "Added a parser"),
        ("Apply a patch", "Applied a patch"),
        ("Change the default", "Changed the default"),
        ("Enable it", "Enabled it"),
        ("Enforce types", "Enforced types"),
        ("Fix the parser", "Fixed the parser"),
        ("Fix for crash on start", "Fixed crash on start"),
        ("Handle missing roles", "Added handling for missing roles"),
        ("Migrate dashboards", "Added migration for dashboards"),
        ("Migrate project from hatch to uv", "Migrated project from hatch to uv"),
        ("Move `x` to `y`", "Moved `x` to `y`"),
        ("Remove `x`", "Removed `x`"),
        ("Update `x`", "Updated `x`"),
        ("Support Python 3.14", "Added support for Python 3.14"),
        ("Split `x` into two", "Split `x` into two"),
        ("Let `x` be", "Let `x` be"),
        ("Stop x and drop y", "Stopped x and dropped y"),
        ("Add ability to create and delete groups", "Added ability to create and delete groups"),
        ("Properly verify versions", "Properly verified versions"),
        ("Parser: fix it", "Parser: fixed it"),
        ("fixed the parser", "Fixed the parser"),
        ("Changes to work with the SDK", "Changes to work with the SDK"),
        ("Log level is wrong", "Log level is wrong"),
        ("Type hints for tests", "Type hints for tests"),
        ("fix(scope): crash on empty input", "Crash on empty input"),
        ("feat!: add retries", "Added retries"),
        ("fix: make_query is broken", "make_query is broken"),
        ("[TECH DEBT] Remove it", "Removed it"),
        ("[make_job] Allow serverless", "[make_job] Allowed serverless"),
        ("JIRA-12: add it", "Added it"),
        ("✨ Add sparkle", "Added sparkle"),
        (":bug: fix it", "Fixed it"),
        ("Fix it. (#4)", "Fixed it"),
        ("Fix it. (again)", "Fixed it (again)"),
        ("Wait for it...", "Wait for it"),
        ("Fix 'create_foo' and \"foo.bar\"", "Fixed `create_foo` and `foo.bar`"),
        ('Fix "the big thing" and don\'t crash', 'Fixed "the big thing" and don\'t crash'),
        ("Add '--dry-run' flag", "Added `--dry-run` flag"),
        ("Fix `a 'b_c' d`", "Fixed `a 'b_c' d`"),
        ('Revert "Add x" (#9)', 'Reverted "Add x"'),
        ("Merge branch 'feature/x' into main", "Merged `feature/x`"),
        ("Add", "Add"),
        ("", ""),
    ],
)
def test_published_titles(title: str, published: str) -> None:
    assert published_title(title) == published


@pytest.mark.parametrize(
    ("title", "section"),
    [
        ("Add a parser", "added"),
        ("feat: retries", "added"),
        ("Support Python 3.14", "added"),
        ("Handle roles", "added"),
        ("Handle PermissionDenied exception", "fixed"),
        ("Fix the parser", "fixed"),
        ("Add CI fix for hatch", "fixed"),
        ("`Path`: Fix the rename", "fixed"),
        ("fix: crash on start", "fixed"),
        ("Remove the `x` command", "removed"),
        ("Remove unused code", "changed"),
        ("Remove the false positive for x", "fixed"),
        ("Deprecate `Row.as_dict()`", "deprecated"),
        ("Fix CVE-2024-12345", "security"),
        ("Fix path traversal in upload", "security"),
        ("Add SECURITY.md for vulnerability reporting policy", "added"),
        ("Update docs", "changed"),
        ("refactor: add x", "added"),
        ("chore: tidy", "changed"),
    ],
)
def test_sections(title: str, section: str) -> None:
    assert section_of(title, "") == section


def test_an_advisory_in_the_message_is_security() -> None:
    assert section_of("Update the loader", "Resolves GHSA-abcd-1234-wxyz.") == "security"
    assert section_of("Update the loader", "It should resolve the security issues reported.") == "changed"


@given(st.text())
def test_any_title_can_be_published(title: str) -> None:
    once = published_title(title)
    assert "\n" not in once
    assert section_of(title, title) in SECTIONS


@given(
    st.from_regex(r"(Add|Fix|Handle|Remove|Support|Update) [a-z_`'\"]{1,20}( (and|to) (add|drop) x)?", fullmatch=True)
)
def test_a_published_title_stays_as_it_is(title: str) -> None:
    once = published_title(title)
    assert published_title(once) == once
