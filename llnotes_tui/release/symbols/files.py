"""What kind of file a path names: its language, and which part of a project it belongs to."""

import re
from pathlib import PurePosixPath
from typing import Literal

from llnotes_tui.release.symbols import languages
from llnotes_tui.release.symbols.languages import Language
from llnotes_tui.release.symbols.words import words

Area = Literal["source", "test", "documentation", "workflow", "build", "data"]

_BY_SUFFIX: dict[str, Language] = {
    suffix: language
    for language, suffixes in (
        (languages.PYTHON, "py pyi pyw"),
        (languages.GO, "go"),
        (languages.JAVA, "java"),
        (languages.SCALA, "scala sc sbt"),
        (languages.KOTLIN, "kt kts"),
        (languages.SCRIPT, "ts tsx js jsx mjs cjs mts cts vue svelte"),
        (languages.RUST, "rs"),
        (languages.C, "c h cc cpp cxx hh hpp hxx cu cuh m mm"),
        (languages.CSHARP, "cs"),
        (languages.RUBY, "rb rake gemspec"),
        (languages.PHP, "php"),
        (languages.SHELL, "sh bash zsh ksh"),
        (languages.SQL, "sql ddl"),
        (languages.TERRAFORM, "tf hcl tfvars"),
        (languages.PROTO, "proto"),
        (languages.YAML, "yml yaml"),
        (languages.JSON, "json jsonc json5"),
        (languages.TOML, "toml ini cfg conf properties editorconfig"),
        (languages.MARKDOWN, "md markdown mdx"),
        (languages.MAKEFILE, "mk"),
        (languages.DOCKERFILE, "dockerfile"),
    )
    for suffix in suffixes.split()
}
_BY_NAME: dict[str, Language] = {
    "makefile": languages.MAKEFILE,
    "gnumakefile": languages.MAKEFILE,
    "dockerfile": languages.DOCKERFILE,
    "containerfile": languages.DOCKERFILE,
    "rakefile": languages.RUBY,
    "gemfile": languages.RUBY,
    ".editorconfig": languages.TOML,
}
_TEST_FOLDERS = frozenset({"test", "tests", "__tests__", "spec", "specs", "testdata", "e2e"})
_TEST_NAME = re.compile(
    r"(?:test_.*|conftest\.py|.*(?:_test|_spec|\.test|\.spec|-test)\.\w+|.*(?:Tests?|Spec|IT)\.(?:java|kt|scala|cs|php))$"
)
_DOCUMENT_SUFFIXES = frozenset(
    {"md", "markdown", "mdx", "rst", "adoc", "txt", "png", "jpg", "jpeg", "gif", "svg", "drawio"}
)
_DOCUMENT_FOLDERS = frozenset({"docs", "doc", "documentation", "website"})
_BUILD_NAMES = words(
    "pyproject.toml setup.py setup.cfg requirements.txt tox.ini noxfile.py makefile gnumakefile dockerfile cmakelists.txt "
    "package.json tsconfig.json go.mod cargo.toml build.gradle build.gradle.kts settings.gradle pom.xml build.sbt gemfile "
    "composer.json .gitignore .gitattributes .editorconfig .pre-commit-config.yaml .codegen.json codecov.yml .pylintrc "
    ".npmrc uv.toml pyrightconfig.json mypy.ini .flake8 justfile .build-constraints.txt .python-version .dockerignore"
)
_WORKFLOW_FOLDERS = frozenset({".github", ".gitlab", ".circleci", ".ci", ".azure-pipelines", ".buildkite"})
_DATA_SUFFIXES = frozenset({"csv", "tsv", "parquet", "ipynb", "xml", "html", "css", "scss", "lock", "ndjson", "jsonl"})


def language_of(path: str) -> Language | None:
    """Return the language of a file by its name, or None where no rules are known for it."""
    name = path.rpartition("/")[2].lower()
    if name in _BY_NAME:
        return _BY_NAME[name]
    if name.startswith(("dockerfile.", "makefile.")):
        return _BY_NAME[name.partition(".")[0]]
    return _BY_SUFFIX.get(name.rpartition(".")[2]) if "." in name else None


def is_notebook(path: str) -> bool:
    """Tell whether a file is a Jupyter notebook."""
    return path.lower().endswith(".ipynb")


def area_of(path: str) -> Area:
    """Return which part of a project a file belongs to, by the customs of names and folders."""
    pure = PurePosixPath(path)
    folders = {part.lower() for part in pure.parts[:-1]}
    name = pure.name
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    if folders & _WORKFLOW_FOLDERS or name in (".gitlab-ci.yml", "azure-pipelines.yml", "Jenkinsfile"):
        return "workflow"
    if folders & _TEST_FOLDERS or _TEST_NAME.match(name):
        return "test"
    if name.lower() in _BUILD_NAMES or suffix in ("lock", "cmake") or name.upper() == "CODEOWNERS":
        return "build"
    if (
        suffix in _DOCUMENT_SUFFIXES
        or pure.parts[0].lower() in _DOCUMENT_FOLDERS
        or (folders & _DOCUMENT_FOLDERS and suffix not in _BY_SUFFIX)
    ):
        return "documentation"
    if name.upper() in ("LICENSE", "NOTICE", "AUTHORS", "README", "CONTRIBUTING"):
        return "documentation"
    return "data" if suffix in _DATA_SUFFIXES else "source"
