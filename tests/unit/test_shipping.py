import pytest

from llnotes_tui.release.bumps import is_dependency_bump
from llnotes_tui.release.model import FileChange, NoiseKind
from llnotes_tui.release.shipping import internal_reason, kind_of_path, manifest_ships, matcher
from tests.unit.planning import BOT, change, commit


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (".github/workflows/push.yml", "CI"),
        (".gitlab-ci.yml", "CI"),
        ("Jenkinsfile", "CI"),
        (".github/CODEOWNERS", "ownership"),
        ("CONTRIBUTING.md", "contributor docs"),
        (".github/pull_request_template.md", "contributor docs"),
        (".pre-commit-config.yaml", "lint settings"),
        ("web/.eslintrc.json", "lint settings"),
        (".editorconfig", "editor settings"),
        (".vscode/settings.json", "editor settings"),
        ("Makefile", "build files"),
        ("tests/unit/test_x.py", "tests"),
        ("pkg/parser_test.go", "tests"),
        ("web/app.spec.ts", "tests"),
        ("src/robot/testing.py", None),
        ("src/robot/fixtures/test.py", None),
        ("README.md", None),
        ("action.yml", None),
        ("pyproject.toml", None),
        ("docs/usage.md", None),
    ],
)
def test_what_kind_of_file_ships_nothing(path: str, kind: str | None) -> None:
    assert kind_of_path(path.encode()) == kind


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ([".github/workflows/x.yml"], "only CI"),
        ([".github/workflows/x.yml", "Makefile", ".editorconfig"], "only CI, editor settings and build files"),
        ([change("uv.lock", noise=NoiseKind.LOCK), "Makefile"], "only build files"),
        ([change("CHANGELOG.md", noise=NoiseKind.CHANGELOG)], "only the changelog"),
        ([change("src/x.py", noise=NoiseKind.WHITESPACE)], "only white space"),
        (["pyproject.toml"], "only build files"),
        (["tools/gen.py"], "only internal paths"),
        ([".github/workflows/x.yml", "src/x.py"], None),
        ([change("tests/x.py", old_path="src/x.py")], None),
        (["README.md"], None),
    ],
)
def test_reasons(files: list[str | FileChange], reason: str | None) -> None:
    assert internal_reason(commit("x", *files), ("tools",), manifests_ship=False) == reason


def test_manifests_that_ship_are_no_internal_matter() -> None:
    assert internal_reason(commit("x", "pyproject.toml"), (), manifests_ship=True) is None


def test_a_commit_without_files_changes_nothing() -> None:
    assert internal_reason(commit("x"), (), manifests_ship=False) == "changes no file"


def test_of_a_missing_diff_nothing_is_said() -> None:
    assert internal_reason(commit("x", diff="missing"), (), manifests_ship=False) is None
    assert internal_reason(commit("x", diff="history-cut"), (), manifests_ship=False) is None


PYPROJECT = b"""
[project]
name = "robot"
version = "1.0"
dependencies = ["click>=8.1,<9", "httpx"]
classifiers = ["Programming Language :: Python :: 3.12", "Topic :: X"]
[project.optional-dependencies]
dev = ["pytest"]
yaml = ["pyyaml"]
[tool.ruff]
line-length = 100
"""


@pytest.mark.parametrize(
    ("old", "new", "ships"),
    [
        (b"line-length = 100", b"line-length = 120", False),
        (b'version = "1.0"', b'version = "1.1"', False),
        (b'dev = ["pytest"]', b'dev = ["pytest>=8"]', False),
        (b'"click>=8.1,<9", "httpx"', b'"httpx", "click <9,>=8.1"', False),
        (b"Topic :: X", b"Topic :: Y", False),
        (b'"httpx"]', b'"httpx>=1"]', True),
        (b'yaml = ["pyyaml"]', b'yaml = ["ruamel.yaml"]', True),
        (b"Python :: 3.12", b"Python :: 3.13", True),
        (b'[tool.ruff]', b'[project.scripts]\nrobot = "robot:main"\n[tool.ruff]', True),
        (b"[tool.ruff]", b"[tool.ruff", True),
    ],
)  # fmt: skip
def test_what_of_a_python_manifest_ships(old: bytes, new: bytes, ships: bool) -> None:
    assert old in PYPROJECT
    assert manifest_ships(b"pyproject.toml", PYPROJECT, PYPROJECT.replace(old, new)) is ships


def test_what_of_other_manifests_ships() -> None:
    before, after = b'{"dependencies": {"a": "1"}, "devDependencies": {"b": "1"}}', b'{"dependencies": {"a": "1"}}'
    assert not manifest_ships(b"web/package.json", before, after)
    assert manifest_ships(b"web/package.json", before, b"{}")
    assert manifest_ships(b"web/package.json", None, before)
    assert not manifest_ships(b"Cargo.toml", b'[package]\nversion = "1"', b'[package]\nversion = "2"')
    assert manifest_ships(b"Cargo.toml", b"", b'[dependencies]\nserde = "1"')


@pytest.mark.parametrize(
    ("patterns", "path", "matches"),
    [
        (("tools",), "tools/x/y.py", True),
        (("tools/",), "tools/x.py", True),
        (("./tools",), "toolsmith/x.py", False),
        (("*.ipynb",), "docs/a.ipynb", True),
        (("docs/*.md",), "docs/a.md", True),
        (("docs/*.md",), "docs/x/a.md", False),
        (("docs/**/*.md",), "docs/x/y/a.md", True),
        (("docs/**/*.md",), "docs/a.md", True),
        (("a+b",), "a+b/c", True),
    ],
)
def test_patterns(patterns: tuple[str, ...], path: str, matches: bool) -> None:
    assert matcher(patterns)(path.encode()) is matches


@pytest.mark.parametrize(
    "title",
    [
        "Bump ruff from 0.3.7 to 0.15.17 (#394)",
        "Bump databrickslabs/sandbox from acceptance/v0.3.1 to 0.4.2 (#80)",
        "Update coverage[toml] requirement from ~=7.13.4 to >=7.13.4,<7.15.0 (#388)",
        "Update sqlglot requirement from <26.2,>=25.5.0 to >=25.5.0,<26.3",
        "Bump the python-patches group with 4 updates",
        "Bump the pip group across 2 directories with 3 updates (#5)",
        "chore(deps): bump x from 1.0 to 1.1 in /web",
        "build(deps-dev): bump @types/node from 20.1.0 to 20.2.0",
        "⬆️ Bump ruff from 0.0.277 to 0.0.278 (#50)",
        "[Security] Bump x from 1.0 to 1.1",
        "Update dependency pytest to v9",
        "Update actions/checkout action to v4",
        "fix(deps): update module github.com/a/b to v1.2.3",
        "Lock file maintenance",
    ],
)
def test_bumps_by_bots(title: str) -> None:
    assert is_dependency_bump(commit(title, "src/x.py", author=BOT))
    assert is_dependency_bump(commit(title, "src/x.py", author=("renovate[bot]", "bot@renovateapp.com")))


def test_bumps_by_people_only_where_the_files_say_so() -> None:
    title = "Update sqlglot requirement from <26.2,>=25.5.0 to >=25.5.0,<26.3 (#3528)"
    assert is_dependency_bump(commit(title, "pyproject.toml", change("uv.lock", noise=NoiseKind.LOCK)))
    assert not is_dependency_bump(commit(title, "pyproject.toml", "src/x.py"))
    assert not is_dependency_bump(commit("Update sqlglot to support 27.0.0 or later", "pyproject.toml"))
    assert not is_dependency_bump(commit("Bump unit testing coverage", "tests/x.py"))


def test_what_a_bot_does_beside_bumping_is_no_bump() -> None:
    assert not is_dependency_bump(commit("Configure Renovate", "renovate.json", author=("renovate[bot]", "x@y.z")))
    assert not is_dependency_bump(commit("Update docs", "README.md", author=("docs-bot", "docs@y.z")))
