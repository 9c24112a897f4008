"""Small repositories and the evidence of one of their commits, for the tests of findings."""

from collections.abc import Sequence
from pathlib import Path

from llnotes_tui.grounding.checks import findings
from llnotes_tui.grounding.evidence import Evidence, build_evidence
from llnotes_tui.grounding.trees import TreeIndex
from llnotes_tui.release.message import cleaned
from llnotes_tui.release.model import Commit, Finding
from llnotes_tui.sources.git import Clone
from llnotes_tui.sources.options import RangeOptions
from tests.repositories import Files, Repo

BASE = {
    "src/shop/basket.py": (
        "class Basket:\n    def add_item(self, item):\n        self.items.append(item)\n\n"
        "    def total_price(self):\n        return sum(item.price for item in self.items)\n\n\n"
        "def parse_order(text):\n    return text.split()\n"
    ),
    "src/shop/stock_keeper.py": "LIMIT = 30\n\n\ndef count_stock(limit=LIMIT):\n    return limit\n",
    "tests/test_basket.py": "def test_total_price():\n    assert True\n",
    "README.md": "# Shop\n\nThe Order Book Interface (OBI) speaks to `parse_order`.\n",
    "CHANGELOG.md": "# Version changelog\n\n## 0.1.0\n\n* Added `magic_basket_helper` to everything.\n",
}


def shop(root: Path) -> Repo:
    """Make a repository with one released version."""
    repo = Repo.create(root / "shop")
    repo.commit("Open the shop (#1)", BASE)
    repo.tag("v0.1.0")
    return repo


def commits_of(repo: Repo, since: str | None = "v0.1.0") -> tuple[Clone, tuple[Commit, ...]]:
    """Return the clone and its commits after a tag, newest first."""
    clone = Clone.open(repo.root)
    options = RangeOptions(since=since, until="main")
    return clone, tuple(clone.commits(clone.range(options), options))


def evidence_of_commits(repo: Repo, since: str = "v0.1.0") -> Evidence:
    """Return the evidence of everything after a tag, as one entry."""
    clone, commits = commits_of(repo, since)
    trees = TreeIndex.build(clone, commits)
    return build_evidence(commits, clone.patch, trees, message_of)


def message_of(commit: Commit) -> str:
    return cleaned(commit.subject, commit.body)


def change(root: Path, message: str, files: Files | None = None, *, body: str = "") -> Evidence:
    """Return the evidence of one commit on top of the shop."""
    repo = shop(root)
    repo.commit(message, files, body=body)
    return evidence_of_commits(repo)


def of_kind(text: str, evidence: Evidence, kind: str, badges: Sequence[str] = ()) -> list[Finding]:
    """Return the findings of one kind, each held to its span."""
    found = findings(text, evidence, badges=tuple(badges))
    assert all(text[finding.start : finding.end] == finding.text for finding in found)
    return [finding for finding in found if finding.kind == kind]


def fixed(text: str, finding: Finding) -> str:
    """Return the text with a finding's fix in its place."""
    assert finding.fix is not None
    return text[: finding.start] + finding.fix + text[finding.end :]
