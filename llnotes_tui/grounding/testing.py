"""Claims about tests, and product changes claimed of commits that change none."""

import re
from collections.abc import Iterator

from llnotes_tui.grounding.evidence import Evidence, Line
from llnotes_tui.grounding.note import Note
from llnotes_tui.release.model import EvidenceLine, Finding

_NEW_TESTS = re.compile(
    r"\b(?:new|additional|added|adds|introduced|introduces)(?:,? (?:and )?(?:unit|integration|acceptance|regression|end-to-end|e2e|functional|comprehensive|automated|new|several|more|two|three|four|thorough)){0,4}+ (?:test(?: (?:cases?|functions?|methods?|suites?|scenarios?))?s?)\b(?! (?:fixture|file|data|resource|configuration|setup|helper|util|environment|framework|infrastructure|result|coverage|runner|workflow|job|dependenc|matri|option|command|plugin|case class))"
)
_PASSIVE_TESTS = re.compile(
    r"\b(?P<what>(?:unit|integration|acceptance|regression|functional|new)(?:,? (?:and )?(?:unit|integration|acceptance|regression|functional))?+ tests(?: cases)?)(?: have| has| were| was| are| been| also| both){1,4}+ (?:added|introduced|included|written)\b",
    re.IGNORECASE,
)
_MANUAL = re.compile(
    r"\b(?:manually (?:tested|verified|validated|checked)|(?:tested|verified|validated) manually|manual (?:testing|tests?|verification))\b",
    re.IGNORECASE,
)
_PENDING = re.compile(r"\b(?:still )?(?:pending|outstanding|not (?:been )?(?:done|performed|conducted))\b")
_ADVISED = re.compile(
    r" (?:is|are|may be|will be|was|should be) (?:recommended|required|needed|necessary|advised|suggested|planned|not|pending|still)\b"
)
_NEGATED = re.compile(r"\b(?:no|not|without|nor|neither|never|lacks?|cannot)\b|n't\b", re.IGNORECASE)
_BOX = re.compile(r"^\s{0,8}[-*+] \[(?P<tick>[ xX])\](?P<text>[^\n]{0,200})", re.MULTILINE)
_TEST_DEFINITION = re.compile(
    r"\s*+(?:(?:async\s++)?def\s++test|(?:export\s++)?(?:async\s++)?function\s++test|func\s++(?:\([^)]{0,80}\)\s*+)?(?:Test|Benchmark|Fuzz)|(?:it|test|describe|scenario)(?:\.\w++)?\s*+\(|@(?:\w++\.)*+(?:Test|ParameterizedTest)\b|(?:public\s++|override\s++)*+(?:void|def|fun)\s++\w{0,80}[tT]est|test\s++[\"'`]|class\s++Test|\"[^\"]{3,200}\"\s++should|#\[(?:tokio::)?test\])"
)
_KINDS_OF_TESTS = frozenset({"unit", "integration"})
_DENIED_TESTS = re.compile(
    r"\b(?:no (?:new )?(?:(?:unit|integration|additional)(?:,? (?:or|and) |, | )){0,3}tests? (?:have been|has been|were|was|are) (?:added|included|written)\b|"
    r"(?:does|do|did) not (?:include|add|introduce) (?:any )?(?:new )?(?:(?:unit|integration|additional)(?:,? (?:or|and) |, | )){0,3}tests?\b)",
    re.IGNORECASE,
)
_ENOUGH_ASSERTIONS = 2
_ASSERTION = re.compile(r"\s*+(?:assert|expect\(|with pytest\.raises|self\.assert|t\.(?:Error|Fatal)|require\.|should)")
_ROW = re.compile(r"\s++(?:\(|\[|\{|pytest\.param\(|[\"'][^\"']{0,200}[\"'],?\s*+$|[\"'(\[]|param\()")
_ABOUT_TESTS = re.compile(
    r"\b(?:tests?|testing|tested|fixtures?|coverage|documentation|docs?|documented|readme|guides?|comments?|docstrings?|instructions?|examples?|changelog|ci|workflow|page|website|"
    r"tutorial|manual|contributing|diagrams?|links?|typos?|section|badge|text|images?|screenshots?|notes|mocks?|mocking|faq|nightly|flaky|acceptance|downstreams?|clarif\w+|policy|template|codeowners|license|wording|grammar|spelling|architecture|README\w*|blog|"
    r"markdown|site|references?|described?|describes|describing|explain\w*|outlin\w+|information|pytest|unit|integration|development|developers?|contributors?)\b",
    re.IGNORECASE,
)
_PRODUCT_CLAIM = re.compile(
    r"\b(?:has|have) been (?:\w+ly )?(?:enhanced|improved|updated|added|introduced|implemented|extended|modified|refactored|optimi[sz]ed|fixed|resolved)|"
    r"\bnow (?:supports?|handles?|allows?|includes?|uses?|returns?|provides?)|\b(?:introduces?|adds?|enhances?|improves?|fixes|implements?|resolves?)\b|\bnew (?:feature|functionality|capability|method|function|class|command)\b|\b(?:enhanced|improved|fixed|resolved|implemented)\b",
    re.IGNORECASE,
)


def tests(note: Note, evidence: Evidence) -> Iterator[Finding]:
    """`tests`: new tests where none was added, and "manually tested" where the author's box is not ticked."""
    if evidence.whole and evidence.has_diff and not _adds_tests(evidence) and not _ticked_tests(evidence):
        said: set[int] = set()
        for pattern in (_NEW_TESTS, _PASSIVE_TESTS):
            for match in pattern.finditer(note.grammar):
                sentence = note.sentence_at(match.start())
                start = sentence.start if sentence else 0
                if start in said or _NEGATED.search(note.grammar, max(start, match.start() - 120), match.start()):
                    continue
                said.add(start)
                reason = "No test was added: the diff has no new test function, case or file."
                yield note.finding("tests", match.start(), match.end(), reason, None, _changed_tests(evidence))
    yield from _manual(note, evidence)


def other_tests(note: Note, evidence: Evidence) -> Iterator[Finding]:
    """`tests`: integration tests said to be added where only unit tests are touched, or the other way round."""
    paths = [file.path for file in evidence.files if file.area == "test"]
    kinds = {kind for path in paths for kind in _KINDS_OF_TESTS if kind in path.lower()}
    if not evidence.whole or len(kinds) != 1 or not all(any(k in p.lower() for k in kinds) for p in paths):
        return
    (there,) = kinds
    (other,) = _KINDS_OF_TESTS - kinds
    if other in evidence.raw_message.lower() and _ticked_kind(other, evidence):
        return
    for pattern in (_NEW_TESTS, _PASSIVE_TESTS):
        for match in pattern.finditer(note.grammar):
            at = match[0].lower().find(other)
            sentence = note.sentence_at(match.start())
            begun = max(sentence.start if sentence else 0, match.start() - 120)
            if at < 0 or _NEGATED.search(note.grammar, begun, match.start()):
                continue
            start = match.start() + at
            reason = f"No {other} test was touched: the diff has {there} tests only."
            yield note.finding("tests", start, start + len(other), reason, None, _changed_tests(evidence))


def denied_tests(note: Note, evidence: Evidence) -> Iterator[Finding]:
    """`tests`: "no tests were added", and a test was."""
    if not evidence.whole or not evidence.has_diff:
        return
    added = [line for line in evidence.lines if line.sign == "+" and _TEST_DEFINITION.match(line.text)]
    gone = {line.text.strip() for line in evidence.lines if line.sign == "-"}
    new = [line for line in added if _is_test_path(line.path, evidence) and line.text.strip() not in gone]
    for match in _DENIED_TESTS.finditer(note.text):
        shown = [line for line in new if _is_of_kind(line.path, match[0].lower())]
        if shown:
            reason = f"A test was added: {shown[0].path}, line {shown[0].number}."
            yield note.finding("tests", match.start(), match.end(), reason, None, (shown[0].shown(),))


def _is_of_kind(path: str, claim: str) -> bool:
    """Tell whether a test is of a kind that a claim names, or the claim names none."""
    named = [kind for kind in _KINDS_OF_TESTS if kind in claim]
    return not named or any(kind in path.lower() for kind in named)


def _ticked_kind(kind: str, evidence: Evidence) -> bool:
    """The author ticked such tests, or wrote of them outside of boxes."""
    boxes = [match for match in _BOX.finditer(evidence.raw_message) if kind in match["text"].lower()]
    rest = _BOX.sub("", evidence.raw_message).lower()
    return any(match["tick"] != " " for match in boxes) or kind in rest


def _ticked_tests(evidence: Evidence) -> bool:
    """The author ticked that tests were added: what the text says is then at least what the author says."""
    boxes = [match["text"].lower() for match in _BOX.finditer(evidence.raw_message) if match["tick"] != " "]
    return any("add" in box and "test" in box for box in boxes)


def _manual(note: Note, evidence: Evidence) -> Iterator[Finding]:
    """Read the author's boxes in the message as it was written: the cleaned one has none."""
    boxes = [match for match in _BOX.finditer(evidence.raw_message) if "manual" in match["text"].lower()]
    if not boxes or any(match["tick"] != " " for match in boxes):
        return
    rest = _BOX.sub("", evidence.raw_message)
    if _MANUAL.search(rest):
        return
    for match in _MANUAL.finditer(note.text):
        sentence = note.sentence_at(match.start())
        start = max(sentence.start if sentence else 0, match.start() - 60)
        if (
            _NEGATED.search(note.text, start, match.start())
            or _ADVISED.match(note.text, match.end())
            or _PENDING.search(note.text, match.end(), min(len(note.text), match.end() + 60))
        ):
            continue
        shown = EvidenceLine("", 0, "", boxes[0][0].strip())
        yield note.finding(
            "tests", match.start(), match.end(), "The author did not tick “manually tested”.", None, (shown,)
        )


def scope(note: Note, evidence: Evidence) -> Iterator[Finding]:
    """`scope`: a product change claimed in the first sentence where only tests or documents changed."""
    if not evidence.whole or not evidence.files or not note.sentences:
        return
    areas = {file.area for file in evidence.files}
    if areas == {"test"} or areas == {"documentation"} or areas == {"test", "documentation"}:
        first = _first_of_prose(note)
        if first is None:
            return
        start, text = first
        claim = _PRODUCT_CLAIM.search(text)
        if claim is None or _ABOUT_TESTS.search(text):
            return
        what = {"test": "tests", "documentation": "documents"}
        named = " and ".join(sorted(what[area] for area in areas))
        lines = tuple(
            EvidenceLine(file.path, 0, "new", f"{file.added} lines added, {file.removed} removed")
            for file in evidence.files[:3]
        )
        yield note.finding(
            "scope",
            start + claim.start(),
            start + claim.end(),
            f"Only {named} changed: {evidence.files[0].path}{' and others' if len(evidence.files) > 1 else ''}.",
            None,
            lines,
        )


def _first_of_prose(note: Note) -> tuple[int, str] | None:
    """Return the first sentence behind a title with its link."""
    begun = note.prose_start
    for sentence in note.sentences:
        if sentence.end > begun and note.text[max(begun, sentence.start) : sentence.end].strip():
            start = max(begun, sentence.start)
            return start, note.text[start : sentence.end]
    return None


def _adds_tests(evidence: Evidence) -> bool:
    if any(file.area == "test" and file.status in "ARC" for file in evidence.files):
        return True
    if any(_is_new_test(line, evidence) for line in evidence.lines if line.sign == "+"):
        return True
    asserted = sum(
        1 if line.sign == "+" else -1 for line in evidence.lines if line.sign in "+-" and _ASSERTION.match(line.text)
    )
    return asserted >= _ENOUGH_ASSERTIONS


def _is_new_test(line: Line, evidence: Evidence) -> bool:
    if _TEST_DEFINITION.match(line.text):
        return True
    return _is_test_path(line.path, evidence) and _ROW.match(line.text) is not None


def _is_test_path(path: str, evidence: Evidence) -> bool:
    return any(file.path == path and file.area == "test" for file in evidence.files)


def _changed_tests(evidence: Evidence) -> tuple[EvidenceLine, ...]:
    paths = {file.path for file in evidence.files if file.area == "test"}
    lines = (line for line in evidence.lines if line.path in paths and line.sign in "+-")
    return tuple(line.shown() for line, _ in zip(lines, range(2), strict=False))
