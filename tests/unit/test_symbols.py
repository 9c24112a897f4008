"""What a file change touches, found in the diffs of real git repositories in the common languages."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llnotes_tui.release.patch import Patch
from llnotes_tui.release.symbols import Symbol, area_of, changed_symbols
from llnotes_tui.sources.git import Clone
from tests.repositories import Repo


def symbols_between(folder: Path, path: str, before: str, after: str) -> dict[str, Symbol]:
    """Commit a file twice, and return the symbols of the second commit by name, read as the product reads them."""
    repo = Repo.create(folder / "repo")
    repo.commit("Begin", {path: before, "other.txt": "x\n"})
    sha = repo.commit("Change", {path: after})
    part = Clone.open(repo.root).patch(sha).part(0)
    return {symbol.name: symbol for symbol in changed_symbols(path, part)}


def changes(symbols: dict[str, Symbol]) -> dict[str, tuple[str, str]]:
    return {name: (symbol.kind, symbol.change) for name, symbol in symbols.items()}


LANGUAGES = [
    ("a.py", "class Old:\n    pass\n", "class New(Base):\n    def run(self, x):\n        pass\n", {"Old": ("class", "removed"), "New": ("class", "added"), "run": ("method", "added")}),
    ("a.go", "package a\n", "package a\n\nfunc (s *Server) Serve(a int) error {\n\treturn nil\n}\n\ntype Mode int\n\nfunc help() {}\n", {"Serve": ("method", "added"), "Mode": ("type", "added"), "help": ("function", "added")}),
    ("A.java", "class A {\n}\n", "class A {\n    public List<String> names(int count) throws IOException {\n        return null;\n    }\n}\n", {"names": ("method", "added")}),
    ("a.scala", "object A {\n}\n", "object A {\n  def find(id: Int): Option[Int] = None\n}\ncase class Found(x: Int)\n", {"find": ("method", "added"), "Found": ("class", "added")}),
    ("a.kt", "class A\n", "class A\ndata class B(val x: Int)\nsuspend fun load(id: Int): B = B(id)\n", {"B": ("class", "added"), "load": ("function", "added")}),
    ("a.ts", "export {};\n", "export {};\nexport interface Shape { x: number }\nexport const area = (s: Shape) => s.x;\nexport class Box {\n  open(lid: Lid): void {\n  }\n}\n", {"Shape": ("interface", "added"), "area": ("function", "added"), "Box": ("class", "added"), "open": ("method", "added")}),
    ("a.rs", "mod x;\n", "mod x;\npub fn parse(text: &str) -> Tree {\n}\npub struct Tree {\n}\npub enum Leaf { A }\n", {"parse": ("function", "added"), "Tree": ("struct", "added"), "Leaf": ("enum", "added")}),
    ("a.cpp", "#include <a>\n", "#include <a>\nint Tree::depth(int from) const {\n  return 0;\n}\nclass Leaf : public Node {\n};\n", {"depth": ("method", "added"), "Leaf": ("class", "added")}),
    ("A.cs", "namespace A;\n", "namespace A;\npublic record Found(int X);\npublic class B {\n    public async Task<int> Load(string name)\n    {\n    }\n}\n", {"Found": ("class", "added"), "B": ("class", "added"), "Load": ("method", "added")}),
    ("a.rb", "x = 1\n", "x = 1\nmodule Tool\n  def self.run!(a)\n  end\nend\n", {"Tool": ("module", "added"), "run!": ("method", "added")}),
    ("a.php", "<?php\n", "<?php\nfinal class A {\n    public static function make(int $x): self {\n    }\n}\n", {"A": ("class", "added"), "make": ("method", "added")}),
    ("a.sh", "set -e\n", "set -e\ninstall_all() {\n  true\n}\nexport TOOL_HOME=/x\n", {"install_all": ("function", "added"), "TOOL_HOME": ("environment variable", "added")}),
    ("a.sql", "SELECT 1;\n", "CREATE OR REPLACE VIEW app.users AS SELECT 1;\nCREATE TABLE IF NOT EXISTS jobs (id INT);\n", {"app.users": ("view", "added"), "jobs": ("table", "added")}),
    ("q.sql", "SELECT a AS name\nFROM x\n", "SELECT a AS title\nFROM x\n", {"title": ("column", "added"), "name": ("column", "removed")}),
    ("a.tf", "locals {}\n", 'locals {}\nresource "aws_s3_bucket" "logs" {\n}\nvariable "region" {}\n', {"logs": ("resource", "added"), "region": ("variable", "added")}),
    ("a.yml", "a: 1\n", "a: 1\nretries: 3\n", {"retries": ("key", "added")}),
    ("labs.yml", "commands:\n  - name: list\n", "commands:\n  - name: list\n  - name: move\n    flags:\n      - name: dry-run\n", {"move": ("command", "added"), "dry-run": ("option", "added"), "flags": ("key", "added")}),
    ("a.json", '{\n  "a": 1\n}\n', '{\n  "a": 1,\n  "retries": 3\n}\n', {"a": ("key", "changed"), "retries": ("key", "added")}),
    ("a.ini", "[run]\na = 1\n", "[run]\na = 1\nretries = 3\n", {"retries": ("key", "added")}),
    ("Dockerfile", "FROM a\n", "FROM a AS build\nENV HOME_DIR=/x\nARG VERSION\n", {"build": ("stage", "added"), "HOME_DIR": ("environment variable", "added"), "VERSION": ("variable", "added")}),
    ("Makefile", "all:\n\ttrue\n", "all:\n\ttrue\nlock: all\n\ttrue\n", {"lock": ("target", "added")}),
    ("README.md", "# Tool\n", "# Tool\n\n## How to install it\n\nSo.\n\n```sh\n# no heading\n```\n", {"How to install it": ("section", "added")}),
]  # fmt: skip


@pytest.mark.parametrize(("path", "before", "after", "expected"), LANGUAGES, ids=[case[0] for case in LANGUAGES])
def test_definitions_of_the_common_languages_are_found(
    tmp_path: Path, path: str, before: str, after: str, expected: dict[str, tuple[str, str]]
) -> None:
    found = symbols_between(tmp_path, path, before, after)
    assert changes(found) == expected
    assert all(symbol.on_changed_line for symbol in found.values())


OPTIONS = [
    ("a.py", '@click.option("--dry-run", is_flag=True)\n', "--dry-run", "option"),
    ("a.py", 'parser.add_argument(\n    "--since",\n    type=str,\n)\n', "--since", "option"),
    ("a.go", 'cmd.Flags().StringVar(&x, "profile", "", "Which")\n', "--profile", "option"),
    ("a.ts", 'program.option("--watch", "Watch")\n', "--watch", "option"),
    ("a.py", 'HOST = os.environ.get("APP_HOST", "")\n', "APP_HOST", "environment variable"),
    ("a.js", "const x = process.env.APP_KEY;\n", "APP_KEY", "environment variable"),
    ("a.rs", 'let x = std::env::var("APP_DIR");\n', "APP_DIR", "environment variable"),
]


@pytest.mark.parametrize(("path", "line", "name", "kind"), OPTIONS, ids=[case[2] for case in OPTIONS])
def test_options_and_environment_variables_are_found(
    tmp_path: Path, path: str, line: str, name: str, kind: str
) -> None:
    found = symbols_between(tmp_path, path, "\n", "\n" + line)
    assert (found[name].kind, found[name].change) == (kind, "added")


def test_an_argument_of_another_program_is_no_option(tmp_path: Path) -> None:
    assert "--first-parent" not in symbols_between(tmp_path, "a.py", "\n", 'run(["git", "log", "--first-parent"])\n')


REQUIREMENTS = [
    ("pyproject.toml", '    "click>=8.1,<9",', '    "click>=8.2,<9",', "click", ">=8.1,<9", ">=8.2,<9"),
    ("requirements.txt", "click==8.1", "click==8.2  # pinned", "click", "==8.1", "==8.2"),
    ("package.json", '    "react": "^18.0.0",', '    "react": "^19.0.0",', "react", "^18.0.0", "^19.0.0"),
    ("go.mod", "\tgolang.org/x/mod v0.1.0", "\tgolang.org/x/mod v0.2.0", "golang.org/x/mod", "v0.1.0", "v0.2.0"),
    ("Cargo.toml", 'serde = "1.0.1"', 'serde = "1.0.2"', "serde", "1.0.1", "1.0.2"),
]


@pytest.mark.parametrize(
    ("path", "old", "new", "name", "before", "after"), REQUIREMENTS, ids=[r[0] for r in REQUIREMENTS]
)
def test_requirements_tell_both_versions(
    tmp_path: Path, path: str, old: str, new: str, name: str, before: str, after: str
) -> None:
    symbol = symbols_between(tmp_path, path, old + "\n", new + "\n")[name]
    assert (symbol.kind, symbol.change, symbol.before, symbol.after) == ("requirement", "changed", before, after)


BODY = "".join(f"        step({number})\n" for number in range(12))


def test_a_change_inside_a_body_is_told_of_the_function_in_the_hunk_heading(tmp_path: Path) -> None:
    before = f"class Jobs:\n    def crawl(self):\n{BODY}        return self._api.list()\n"
    after = before.replace("self._api.list()", "retried(self._api.list)")
    found = symbols_between(tmp_path, "jobs.py", before, after)
    assert (found["crawl"].change, found["crawl"].on_changed_line) == ("changed", False)
    assert found["crawl"].uses == ("retried",)


def test_a_change_after_a_function_is_not_told_of_it(tmp_path: Path) -> None:
    before = f"def crawl(self):\n{BODY}\n\nx = 1\ny = 2\nz = 3\nlimit = 4\n"
    found = symbols_between(tmp_path, "jobs.py", before, before.replace("limit = 4", "limit = 5"))
    assert set(found) == {"limit"}


def test_parameters_that_came_and_went_are_told(tmp_path: Path) -> None:
    before = "def make(\n    name: str,\n    *,\n    size: int = 3,\n) -> None:\n    pass\n"
    after = "def make(\n    name: str,\n    *,\n    tags: dict[str, int] | None = None,\n) -> None:\n    pass\n"
    symbol = symbols_between(tmp_path, "a.py", before, after)["make"]
    assert (symbol.change, symbol.new_parameters, symbol.gone_parameters) == ("changed", ("tags",), ("size",))


def test_a_rename_is_one_symbol_with_its_former_name(tmp_path: Path) -> None:
    found = symbols_between(tmp_path, "a.py", "class TestApp(Base):\n    x = 1\n", "class _TestApp(Base):\n    x = 1\n")
    assert (found["_TestApp"].change, found["_TestApp"].was) == ("changed", "TestApp")
    assert "TestApp" not in found


def test_what_only_moved_inside_its_file_is_changed(tmp_path: Path) -> None:
    first, second = "def first(a, b):\n    return a\n\n\n", f"def second(c):\n{BODY}\n\n"
    found = symbols_between(tmp_path, "a.py", first + second, second + first)
    assert {symbol.change for symbol in found.values()} == {"changed"}


def test_what_a_file_began_and_ceased_to_import_is_told(tmp_path: Path) -> None:
    before = "from sdk.errors import (\n    Denied,\n    NotFound,\n)\nfrom sdk import a, b\n"
    after = "from sdk.errors import (\n    Broken,\n    NotFound,\n)\nfrom core import a, b\n"
    found = symbols_between(tmp_path, "a.py", before, after)
    assert changes(found) == {"Broken": ("import", "added"), "Denied": ("import", "removed")}


def test_parameters_of_a_function_that_begins_above_the_hunk_are_told(tmp_path: Path) -> None:
    many = "".join(f"    name{number}: str,\n" for number in range(9))
    before = f"def make(\n{many}    last: int = 3,\n) -> None:\n    return None\n"
    found = symbols_between(tmp_path, "a.py", before, before.replace("    last", "    size: int = 1,\n    last"))
    assert found["make"].new_parameters == ("size",)
    assert found["make"].names_on_changed_lines == ("size",)


def test_formatting_changes_nothing(tmp_path: Path) -> None:
    found = symbols_between(
        tmp_path, "a.py", "def f(a):\n    return g('x', a)\n", 'def f(a):\n    return g("x",\n        a)\n'
    )
    assert all(symbol.prose_only for symbol in found.values())


def test_a_docstring_is_prose_and_tells_what_is_new(tmp_path: Path) -> None:
    before = 'def f():\n    """Say this."""\n    return 1\n'
    found = symbols_between(tmp_path, "a.py", before, before.replace("Say this", "Say that"))
    assert found["f"].prose_only
    added = symbols_between(
        tmp_path / "b", "a.py", "x = 1\n", 'x = 1\n\n\ndef g(a):\n    """Grow a tree.\n\n    Slowly.\n    """\n'
    )
    assert added["g"].doc == "Grow a tree."


def test_examples_inside_a_docstring_are_not_code(tmp_path: Path) -> None:
    lines = "\n".join(f"    - `part{number}`: a part." for number in range(12))
    before = f'def make_query():\n    """Make a query.\n\n{lines}\n    """\n'
    found = symbols_between(tmp_path, "a.py", before, before.replace("`part6`: a part", "`part6`: another part"))
    assert all(symbol.prose_only for symbol in found.values())


@pytest.mark.parametrize(
    ("path", "area"),
    [
        ("src/app/fixtures/ml.py", "source"),
        ("tests/unit/test_a.py", "test"),
        ("src/test/java/ATest.java", "test"),
        ("pkg/a_test.go", "test"),
        ("web/a.spec.ts", "test"),
        ("README.md", "documentation"),
        ("docs/conf.py", "documentation"),
        (".github/workflows/a.yml", "workflow"),
        ("pyproject.toml", "build"),
        ("Makefile", "build"),
        ("data/a.csv", "data"),
        ("contest.py", "source"),
    ],
)
def test_areas_follow_the_customs_of_names(path: str, area: str) -> None:
    assert area_of(path) == area


@given(
    st.binary(max_size=400),
    st.sampled_from(["a.py", "a.go", "A.java", "a.ts", "a.yml", "a.md", "a.sql", "Cargo.toml", "x"]),
)
def test_no_diff_makes_it_raise_or_name_what_is_not_there(body: bytes, path: str) -> None:
    part = b"diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@ def head(self):\n" + body
    for symbol in changed_symbols(path, part):
        assert symbol.name.strip()
        assert "\n" not in symbol.line


def test_huge_lines_and_huge_files_cost_little() -> None:
    huge = b"+" + b"a(" * 2_000_000 + b"\n"
    hostile = (
        b"".join(b"+" + text * 900 + b"\n" for text in (b"a b ", b"<<", b"\"'", b"((", b"::", b"=  ", b"[[", b"@a."))
        * 40
    )
    part = b"diff --git a/x b/x\n@@ -0,0 +1,9 @@\n" + huge + hostile
    for path in [case[0] for case in LANGUAGES] + ["pyproject.toml", "package.json", "go.mod", "Cargo.toml"]:
        started = time.process_time()
        changed_symbols(path, part)
        assert time.process_time() - started < 3.0, path


def test_a_merge_or_a_binary_part_has_no_symbols() -> None:
    patch = Patch(b"diff --git a/x.py b/x.py\nBinary files a/x.py and b/x.py differ\n")
    assert changed_symbols("x.py", patch.part(0)) == ()
