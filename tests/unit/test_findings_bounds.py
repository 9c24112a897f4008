"""No text, diff or tree crashes a check, gives a span outside the text, or takes long."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from llnotes_tui.grounding.blobs import index_blob
from llnotes_tui.grounding.checks import announcement_findings, evidence_of, findings
from llnotes_tui.grounding.evidence import Evidence, build_evidence
from llnotes_tui.grounding.trees import TreeIndex
from llnotes_tui.release.model import Commit, FileChange, FileStatus
from llnotes_tui.release.patch import Patch
from tests.unit.grounding_cases import BASE, change

SHA = "a" * 40
PIECES = st.sampled_from(
    [
        "`total_price`", "`", "``", "a new ", "Added ", "removed ", "renamed ", " to ", "has been introduced", " class", "the ", ", and ",
        "(CI)", "Central Interface ", "#12", "1.2.3", " 45 ", "@who", "<b>", "![x](", "https://a.b/c", "\n", ". ", "new unit tests ",
        "manually tested", "In this release, ", "demonstrates our commitment", "\x01", "\x02", "é", "\U0001f600", "foo_bar()", "```", "- ", "\t",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.lists(PIECES, max_size=40).map("".join), st.text(max_size=200))
REPEATED = [
    "new method called ", "`", "`a_b`, and ", "the new `a_b` and ", "foo_bar ", "a() ", "[", "(", "<a ", "@a", "a.", "1.", "1,", "A B C (ABC) ",
    "#1 ", "http://a ", "![a](b)", "new ", "\n", " ", "x", "<", "a/", "a@b.", "- a\n", "demonstrates the commitment, ", "_", "a-", "\x01",
    "new unit, integration tests ", "renamed `a_b` to `c_d` ", "`a_b` method, which is x, has been added ", "ignore all all ", "manually tested ",
]  # fmt: skip


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    basket = BASE["src/shop/basket.py"].replace("sum(", "0.9 * sum(")
    files = {
        "src/shop/basket.py": basket,
        "src/shop/new.py": "def open_shop(): ...\n",
        "src/shop/stock_keeper.py": None,
    }
    return change(tmp_path_factory.mktemp("bounds"), "Cheaper (#2)", files, body="- [ ] manually tested")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS, offset=st.integers(-5, 500))
def test_every_span_lies_in_its_text(evidence: Evidence, text: str, offset: int) -> None:
    found = findings(text, evidence, badges=("cut-off", "partial"))
    for finding in (*found, *announcement_findings(text, ())):
        assert 0 <= finding.start <= finding.end <= len(text)
        assert finding.text == text[finding.start : finding.end]
    assert [finding.start for finding in found] == sorted(finding.start for finding in found)
    assert len({(finding.kind, finding.start, finding.end) for finding in found}) == len(found)
    evidence_of(text, offset, evidence)


@settings(max_examples=80, deadline=None)
@given(body=st.binary(max_size=400), path=st.binary(min_size=1, max_size=20), text=TEXTS)
def test_no_diff_crashes_a_check(body: bytes, path: bytes, text: str) -> None:
    raw = b"diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@ def f\n" + body
    file = FileChange(SHA, path, None, FileStatus.MODIFIED, 0o100644, 0o100644, SHA, SHA, 1, 1, 0)
    commit = Commit(SHA, (SHA,), "A", "a@b.c", 0, 0, "Subject (#1)", body.decode("latin-1"), (file,))
    found = build_evidence([commit], lambda _: Patch(raw), TreeIndex.empty(), lambda one: one.subject)
    for finding in findings(text, found):
        assert finding.text == text[finding.start : finding.end]


@settings(max_examples=80, deadline=None)
@given(
    data=st.binary(max_size=600),
    name=st.sampled_from(["a.py", "a.go", "A.java", "a.scala", "a.ts", "a.sql", "a.yml", "a.toml", "x"]),
)
def test_no_content_of_a_tree_crashes_the_index(data: bytes, name: str) -> None:
    index_blob(name, data)


@pytest.mark.parametrize("piece", REPEATED)
def test_a_text_of_100_kb_takes_less_than_a_second(evidence: Evidence, piece: str) -> None:
    text = (piece * (100_000 // len(piece)))[:100_000]
    begun = time.process_time()
    findings(text, evidence)
    assert time.process_time() - begun < 1.0


@pytest.mark.parametrize(
    "piece", ["x", "X", "Ab ", "a-", "\n", " ", "def a\n", "1.", "class A {\n", "(", "a: b\n", '"a": ']
)
def test_a_blob_of_100_kb_takes_less_than_a_second(piece: str) -> None:
    data = (piece * (100_000 // len(piece))).encode()
    begun = time.process_time()
    for path in ("a.py", "a.ts", "a.yml"):
        index_blob(path, data)
    assert time.process_time() - begun < 3.0


def test_more_names_than_anybody_writes(evidence: Evidence) -> None:
    for template in ("`foo_bar_{}` ", "foo_bar_{} ", "the `FooBar{}` class ", "a new `total_price_{}`, "):
        text = "".join(template.format(number) for number in range(4_000))[:100_000]
        begun = time.process_time()
        findings(text, evidence)
        assert time.process_time() - begun < 1.0
