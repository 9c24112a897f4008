"""What of a repository reaches its users: by path, and for package manifests by what changed in them.

A commit that touches nothing of that is proposed as internal, with the kinds of its files for a reason.
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from llnotes_tui.release.model import Commit, FileChange, NoiseKind

_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("ownership", re.compile(r"(?:^|/)(?:CODEOWNERS|OWNERS(?:_ALIASES)?|MAINTAINERS(?:\.\w+)?|AUTHORS(?:\.\w+)?|\.mailmap|CONTRIBUTORS(?:\.\w+)?)$")),
    ("contributor docs", re.compile(r"(?:^|/)(?:CONTRIBUTING|CODE_OF_CONDUCT|DEVELOPMENT|DEVELOPING|HACKING|RELEASING)(?:\.\w+)?$|^docs?/(?:contributing|development|dev)(?:\.\w+$|/)|^\.github/.+\.md$|^\.(?:github|gitlab)/(?:ISSUE|MERGE_REQUEST|PULL_REQUEST)_TEMPLATE", re.IGNORECASE)),
    (
        "CI",
        re.compile(
            r"^\.(?:github|gitlab|circleci|buildkite|ci|azure-pipelines|woodpecker|teamcity|semaphore|concourse|travis)/|^ci/"
            r"|(?:^|/)(?:\.gitlab-ci|\.travis|azure-pipelines|appveyor|\.appveyor|bitbucket-pipelines|\.drone|\.cirrus|cloudbuild|\.woodpecker|codecov|\.codecov|\.coveralls|sonar-project|\.readthedocs|readthedocs|dependabot|mergify|\.mergify|\.lgtm)\.(?:ya?ml|properties)$"
            r"|(?:^|/)(?:Jenkinsfile(?:\.\w+)?|renovate\.json5?|\.renovaterc(?:\.json)?)$"
        ),
    ),
    (
        "lint settings",
        re.compile(
            r"(?:^|/)(?:\.pre-commit-config\.ya?ml|\.pre-commit-hooks\.ya?ml|\.flake8|\.?pylintrc(?:\.toml)?|\.?ruff\.toml|\.?mypy\.ini|pyrightconfig\.json|\.pydocstyle|\.isort\.cfg|\.style\.yapf|\.yapfignore|\.bandit|\.?bandit\.ya?ml"
            r"|\.coveragerc|\.eslintrc(?:\.\w+)?|\.eslintignore|eslint\.config\.\w+|\.prettierrc(?:\.\w+)?|\.prettierignore|\.stylelintrc(?:\.\w+)?|biome\.jsonc?|tslint\.json|\.markdownlint(?:-cli2)?(?:\.\w+)?|\.markdownlintignore|\.yamllint(?:\.ya?ml)?"
            r"|\.rubocop(?:_todo)?\.yml|\.golangci\.(?:ya?ml|toml|json)|\.clang-(?:format|tidy)|\.?rustfmt\.toml|\.?clippy\.toml|deny\.toml|\.scalafmt\.conf|\.scalafix\.conf|checkstyle\.xml|phpcs\.xml(?:\.dist)?|phpstan\.neon(?:\.dist)?|\.hadolint\.ya?ml|\.shellcheckrc|\.swiftlint\.yml|\.typos\.toml|_?typos\.toml|\.codespellrc|\.gitleaks\.toml|\.secrets\.baseline|\.sqlfluff|\.cspell\.json|cspell\.json|commitlint\.config\.\w+|\.importlinter)$"
        ),
    ),
    (
        "editor settings",
        re.compile(r"(?:^|/)(?:\.vscode|\.idea|\.devcontainer|\.cursor|\.zed|\.claude)/|(?:^|/)(?:\.editorconfig|\.gitignore|\.gitattributes|\.git-blame-ignore-revs|\.gitmessage|\.python-version|\.tool-versions|\.nvmrc|\.node-version|\.ruby-version|\.sdkmanrc|\.envrc|\.cursorrules|CLAUDE\.md|AGENTS\.md|\.aider\S*|[^/]+\.iml|[^/]+\.code-workspace)$"),
    ),
    (
        "build files",
        re.compile(
            r"(?:^|/)(?:GNUm|M|m)akefile$|(?:^|/)(?:[^/]+\.mk|noxfile\.py|tox\.ini|tasks\.py|dodo\.py|[Tt]askfile\.ya?ml|\.?justfile|Justfile|Rakefile|Gruntfile\.js|gulpfile\.\w+|Earthfile|Tiltfile|\.build-constraints\.txt|\.dockerignore|\.npmignore|\.npmrc|\.yarnrc(?:\.yml)?|MANIFEST\.in|\.codegen\.json"
            r"|\.bumpversion\.(?:cfg|toml)|\.goreleaser\.ya?ml|cliff\.toml|\.changeset/.+|release-please-config\.json|\.release-please-manifest\.json|\.releaserc(?:\.\w+)?|gradlew(?:\.bat)?|mvnw(?:\.cmd)?|gradle-wrapper\.(?:jar|properties)|lerna\.json|nx\.json|turbo\.json|jest\.config\.\w+|vitest\.config\.\w+|pytest\.ini)$"
            r"|(?:^|/)requirements[/_-](?:dev|test|tests|lint|ci|docs?|build)[\w-]*\.(?:txt|in)$|(?:^|/)(?:dev|test|tests|lint|ci|docs?|build)[-_]requirements\.(?:txt|in)$"
        ),
    ),
    ("tests", re.compile(r"(?:^|/)(?:tests?|__tests__|e2e|testdata|__mocks__|__snapshots__|benchmarks?)/|(?:^|/)(?:test_[^/]*\.py|conftest\.py|[^/]+_test\.(?:py|go|exs|dart|cc|cpp|rb)|[^/]+_spec\.rb|[^/]+\.(?:test|spec)\.[cm]?[jt]sx?|[^/]+Tests?\.(?:java|kt|cs|scala|swift))$")),
)  # fmt: skip
_MANIFEST = re.compile(
    r"(?:^|/)(?:pyproject\.toml|setup\.(?:py|cfg)|requirements[^/]*\.(?:txt|in)|constraints[^/]*\.txt|Pipfile|environment\.ya?ml|package\.json|Cargo\.toml|go\.mod|pom\.xml|[^/]+\.gradle(?:\.kts)?|libs\.versions\.toml|Gemfile|[^/]+\.gemspec|composer\.json|[^/]+\.(?:cs|fs|vb)proj|Directory\.Packages\.props|mix\.exs|pubspec\.ya?ml|Package\.swift|build\.sbt|Podfile|Dockerfile[^/]*)$"
)
_JUDGED = re.compile(r"(?:^|/)(?:pyproject\.toml|package\.json|Cargo\.toml)$")

_ORDER = (
    "CI",
    "lint settings",
    "editor settings",
    "ownership",
    "build files",
    "tests",
    "contributor docs",
    "the changelog",
    "white space",
    "internal paths",
)


def kind_of_path(path: bytes) -> str | None:
    """Return which kind of file that ships nothing a path is (`CI`, `tests`, ...), None for one that may ship."""
    text = path.decode("utf-8", "surrogateescape")
    return next((kind for kind, pattern in _KINDS if pattern.search(text)), None)


def is_manifest(path: bytes) -> bool:
    """Tell whether a path is a package manifest: what it depends on ships, how it is built does not."""
    return _MANIFEST.search(path.decode("utf-8", "surrogateescape")) is not None


def can_be_judged(path: bytes) -> bool:
    """Tell whether `manifest_ships` understands this manifest; a change to any other counts as one that ships."""
    return _JUDGED.search(path.decode("utf-8", "surrogateescape")) is not None


def internal_reason(commit: Commit, patterns: Iterable[str], *, manifests_ship: bool) -> str | None:
    """Return why a commit ships nothing (`only CI and tests`), None for one that may.

    `patterns` are further paths that ship nothing; `manifests_ship` says whether its changes to manifests reach users.
    """
    if commit.diff == "empty":
        return "changes no file"
    if commit.diff != "whole" or not commit.files:
        return None
    further = matcher(patterns)
    kinds = {_kind_of(change, further, manifests_ship=manifests_ship) for change in commit.files}
    if None in kinds:
        return None
    return "only " + _listed([kind for kind in _ORDER if kind in kinds])


def _kind_of(change: FileChange, further: Callable[[bytes], bool], *, manifests_ship: bool) -> str | None:
    if further(change.path) and (change.old_path is None or further(change.old_path)):
        return "internal paths"
    by_noise = _KIND_OF_NOISE.get(change.noise.kind) if change.noise is not None else None
    kind = kind_of_path(change.path)
    if kind is None and by_noise is None and is_manifest(change.path):
        return None if manifests_ship else "build files"
    if kind is None or change.old_path is None or change.status == "C":
        return kind or by_noise
    return kind if kind_of_path(change.old_path) is not None else by_noise


_KIND_OF_NOISE: Mapping[NoiseKind, str] = {
    NoiseKind.LOCK: "build files",
    NoiseKind.CHANGELOG: "the changelog",
    NoiseKind.WHITESPACE: "white space",
}


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def manifest_ships(path: bytes, before: bytes | None, after: bytes | None) -> bool:
    """Tell whether what a manifest says to users changed: what is installed, run or required.

    Versions of the project itself and settings of tools do not count; what cannot be read does.
    """
    try:
        return bool(_shipped(path, before) != _shipped(path, after))
    except (ValueError, RecursionError, AttributeError, TypeError):
        return True


def _shipped(path: bytes, data: bytes | None) -> Any:
    if data is None:
        return None
    text = data.decode("utf-8-sig")
    name = path.rpartition(b"/")[2]
    if name == b"package.json":
        return _only(json.loads(text), _NODE_KEYS)
    table = tomllib.loads(text)
    if name == b"Cargo.toml":
        return _only(table, _RUST_KEYS), _only(table.get("package", {}), ("rust-version", "edition"))
    return _python_package(table)


_NODE_KEYS = (
    "name",
    "bin",
    "main",
    "module",
    "exports",
    "types",
    "type",
    "engines",
    "dependencies",
    "peerDependencies",
    "optionalDependencies",
    "browser",
    "os",
    "cpu",
)
_RUST_KEYS = ("dependencies", "features", "lib", "bin", "target", "workspace")
_PYTHON_KEYS = ("name", "requires-python", "scripts", "gui-scripts", "entry-points")
_POETRY_KEYS = ("dependencies", "scripts", "extras", "plugins")
_FOR_DEVELOPERS = frozenset(
    ("dev", "develop", "development", "test", "tests", "testing", "lint", "docs", "doc", "ci", "build")
)


def _python_package(table: dict[str, Any]) -> Any:
    project, poetry = table.get("project", {}), table.get("tool", {}).get("poetry", {})
    extras = {
        name: _sorted(needs)
        for name, needs in project.get("optional-dependencies", {}).items()
        if name not in _FOR_DEVELOPERS
    }
    supported = sorted(
        text for text in project.get("classifiers", ()) if text.startswith("Programming Language :: Python :: ")
    )
    return (
        _sorted(project.get("dependencies", ())),
        extras,
        supported,
        _only(project, _PYTHON_KEYS),
        _only(poetry, _POETRY_KEYS),
    )


def _sorted(requirements: Iterable[str]) -> list[str]:
    """Return requirements in one order and spelling, so that moving or spacing them is no change."""
    return sorted(_requirement(text) for text in requirements)


def _requirement(text: str) -> str:
    bare = re.sub(r"\s+", "", text)
    start = re.search(r"[<>=!~]", bare)
    if start is None or ";" in bare or "@" in bare:
        return bare
    return bare[: start.start()].lower().replace("_", "-") + ",".join(
        sorted(bare[start.start() :].strip("()").split(","))
    )


def _only(table: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    return {key: table[key] for key in keys if key in table}


def matcher(patterns: Iterable[str]) -> Callable[[bytes], bool]:
    """Return a test for paths that any of the patterns names: a file, a folder, or a glob (`**` crosses folders)."""
    expressions = [re.compile(_expression(pattern)) for pattern in patterns]
    return lambda path: any(expression.match(path.decode("utf-8", "surrogateescape")) for expression in expressions)


def _expression(pattern: str) -> str:
    pattern = pattern.removeprefix("./").strip("/")
    anywhere = "(?:.*/)?" if "/" not in pattern and any(sign in pattern for sign in "*?") else ""
    parts = re.split(r"(\*\*/?|\*|\?)", pattern)
    signs = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return anywhere + "".join(signs.get(part, re.escape(part)) for part in parts) + r"(?:/.*)?\Z"


def is_version_file(path: bytes) -> bool:
    """Tell whether a file is one whose only matter is the project's version, such as `__about__.py`."""
    name = path.rpartition(b"/")[2].lower()
    return name in _VERSION_FILES


_VERSION_FILES = frozenset(
    (
        b"__about__.py",
        b"__version__.py",
        b"_version.py",
        b"version.py",
        b"version.go",
        b"version.rb",
        b"version.txt",
        b"version",
        b".version",
    )
)
