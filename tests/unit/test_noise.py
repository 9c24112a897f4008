"""Which file changes are noise, and the sentence that stands for each."""

import pytest

from llnotes_tui.release.model import FileChange, FileStatus, NoiseKind
from llnotes_tui.release.noise import NO_ATTRIBUTES, Attributes, noise_of

OLD, NEW, NONE = "1" * 40, "2" * 40, "0" * 40


def change(path: str | bytes, status: str = "M", **other: object) -> FileChange:
    values: dict[str, object] = {
        "commit": "c" * 40, "path": path.encode() if isinstance(path, str) else path, "old_path": None, "status": FileStatus(status),
        "old_mode": 0o100644, "new_mode": 0o100644, "old_blob": OLD, "new_blob": NEW, "added": 1, "removed": 1, "position": 0,
    }  # fmt: skip
    return FileChange(**{**values, **other})  # type: ignore[arg-type]


def part(body: str, head: str = "@@ -1,9 +1,9 @@") -> bytes:
    return f"diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n{head}\n{body}".encode()


def told(
    file: FileChange, patch: bytes | None = None, attributes: Attributes = NO_ATTRIBUTES
) -> tuple[str, str] | None:
    noise = noise_of(file, patch, attributes, frozenset({b"CHANGELOG.md"}))
    return (noise.kind.value, noise.sentence) if noise is not None else None


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("uv.lock", "lock file"), ("web/package-lock.json", "lock file"), ("go.sum", "lock file"), ("Cargo.lock", "lock file"),
        (".requirements.lock", "lock file"), ("pnpm-lock.yaml", "lock file"), ("vendor/x/a.go", "vendored"), ("a/node_modules/b.js", "vendored"),
        ("third_party/x.c", "vendored"), ("api_pb2.py", "generated"), ("api.pb.go", "generated"), ("app.js.map", "generated"),
        ("zz_generated.deepcopy.go", "generated"), ("schema.generated.ts", "generated"), ("x/__snapshots__/a.test.ts.snap", "generated"),
        ("jquery.min.js", "minified"), ("site-min.css", "minified"), ("CHANGELOG.md", "the changelog"),
    ],
)  # fmt: skip
def test_names_tell(path: str, kind: str) -> None:
    found = told(change(path), part("-a\n+b\n"))
    assert found is not None
    assert found[0] == kind
    assert path in found[1]


@pytest.mark.parametrize(
    "path",
    ["src/lock.py", "src/locking/blocks.go", "docs/vendors.md", "inventory/a.py", "generated.md", "src/generate.py", "minify.js",
     "docs/CHANGELOG.md", "clock", "padlock.rs", "Makefile", "package.json", "regenerated_by_hand/x.py"],
)  # fmt: skip
def test_names_that_only_look_like_noise_are_none(path: str) -> None:
    assert told(change(path), part("-a\n+b\n")) is None


def test_attributes_go_before_names() -> None:
    assert told(change("src/a.py"), part("-a\n+b\n"), Attributes(generated=True)) == (
        "generated",
        "Updated the generated file `src/a.py`.",
    )
    assert told(change("src/a.py"), None, Attributes(vendored=True)) == (
        "vendored",
        "Updated the vendored file `src/a.py`.",
    )
    assert told(change("vendor/a.go"), part("-a\n+b\n"), Attributes(vendored=False)) is None
    assert told(change("api_pb2.py"), part("-a\n+b\n"), Attributes(generated=False)) is None
    assert told(change("x.py"), part("+# @generated\n+a\n"), Attributes(generated=False)) is None


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (change("b", "R", old_path=b"a", new_blob=OLD), ("pure rename", "Renamed `a` to `b` without a change.")),
        (change("b", "C", old_path=b"a", new_blob=OLD), ("pure rename", "Copied `a` to `b` without a change.")),
        (change("b", "R", old_path=b"a"), None),
        (change("run", new_blob=OLD, new_mode=0o100755), ("mode only", "Made `run` executable.")),
        (change("run", new_blob=OLD, old_mode=0o100755), ("mode only", "Made `run` no longer executable.")),
        (change("lib", old_mode=0o160000, new_mode=0o160000), ("submodule", "Moved the submodule `lib` from `1111111` to `2222222`.")),
        (change("lib", "A", old_mode=0, new_mode=0o160000), ("submodule", "Added the submodule `lib` at `2222222`.")),
        (change("lib", "D", old_mode=0o160000, new_mode=0), ("submodule", "Removed the submodule `lib`.")),
        (change("uv.lock", "D"), ("lock file", "Removed the lock file `uv.lock`.")),
        (change("new/uv.lock", "R", old_path=b"uv.lock"), ("lock file", "Renamed the lock file `uv.lock` to `new/uv.lock`.")),
        (change(b"\xff`x\n.lock"), ("lock file", "Updated the lock file `\\xff'x\\n.lock`.")),
    ],
)  # fmt: skip
def test_structure_tells(file: FileChange, expected: tuple[str, str] | None) -> None:
    assert told(file, part("-a\n+b\n")) == expected


def test_a_binary_file_and_an_empty_file_have_no_content_to_tell() -> None:
    binary = b"diff --git a/x b/x\nindex 1..2 100644\nBinary files a/x and b/x differ\n"
    assert told(change("x", added=None, removed=None), binary) == ("binary", "Updated the binary file `x`.")
    empty = b"diff --git a/x b/x\nnew file mode 100644\nindex 0..2\n"
    assert told(change("x", "A", added=0, removed=0), empty) == ("white space only", "Added `x`, an empty file.")
    assert told(change("x", added=None, removed=None), None) is None


@pytest.mark.parametrize(
    "line",
    ["// Code generated by mockery. DO NOT EDIT.", "# @generated by protoc", "# This file is autogenerated. Do not edit!", "/* DO NOT EDIT: auto-generated */"],
)  # fmt: skip
def test_a_file_that_says_at_its_top_that_it_is_generated_is(line: str) -> None:
    found = told(change("x.go"), part(f" {line}\n-a\n+b\n"))
    assert found is not None
    assert found[0] == "generated"
    assert told(change("x.go"), part(f" {line}\n-a\n+b\n", "@@ -100,3 +100,3 @@")) is None


def test_long_lines_of_scripts_are_minified() -> None:
    found = told(change("app.js"), part(f"-{'a;' * 900}\n+{'b;' * 900}\n"))
    assert found is not None
    assert found[0] == "minified"
    assert told(change("notes.md"), part(f"-{'a ' * 900}\n+{'b ' * 900}\n")) is None


@pytest.mark.parametrize(
    ("path", "body", "only_space"),
    [
        ("a.c", "-if (x) {\n+if(x){\n", True),
        ("a.c", "-  x = 1;\n+\tx = 1;\n", True),
        ("a.c", "-f(a, b)\n+f(a,\n+  b)\n", True),
        ("a.c", "-x = 1\r\n+x = 1\n", True),
        ("a.c", "-\n-\n x\n+\n", True),
        ("a.c", "-return x;\n+returnx;\n", False),
        ("a.c", "-a\n b\n+a\n", False),
        ("a.py", "-    x = 1\n+x = 1\n", False),
        ("a.py", "-x = 1   \n+x = 1\n+\n", True),
        ("ci.yml", "-  a: 1\n+    a: 1\n", False),
        ("Makefile", "-\tcc\n+        cc\n", False),
    ],
)
def test_white_space_is_noise_where_it_means_nothing(path: str, body: str, *, only_space: bool) -> None:
    found = told(change(path), part(body))
    assert (found == ("white space only", f"Changed only white space in `{path}`.")) is only_space
    assert (found is None) is not only_space


def test_every_kind_of_noise_has_a_sentence() -> None:
    assert {kind.value for kind in NoiseKind} == {
        "lock file", "generated", "vendored", "minified", "binary", "pure rename", "white space only", "the changelog", "submodule", "mode only",
    }  # fmt: skip
