"""The checks of a release: evidence is built once, when it is first asked for, and held against texts."""

from collections import OrderedDict
from threading import Event, RLock

from llnotes_tui.grounding.checks import announcement_findings, evidence_of, findings
from llnotes_tui.grounding.evidence import Evidence, build_evidence
from llnotes_tui.grounding.glossary import Glossary
from llnotes_tui.grounding.trees import TreeIndex
from llnotes_tui.release.message import message_of
from llnotes_tui.release.model import Commit, EvidenceLine, Plan
from llnotes_tui.sources.git import Clone
from llnotes_tui.storage.cache import AnswerCache
from llnotes_tui.workbench.inspecting import Checked, Matter
from llnotes_tui.workbench.terms import read_glossary
from llnotes_tui.workbench.tools import plan_commits

_KEPT = 24
"""Entries of which the evidence stays in memory; it is needed again only where a text changes."""


class GroundedChecker:
    """Checks the notes of one plan against its clone.  Thread-safe."""

    def __init__(self, clone: Clone, plan: Plan, answers: AnswerCache | None, *, repository_terms: bool = True) -> None:
        """With `repository_terms` the glossary that the repository ships may silence findings."""
        self._clone = clone
        self._plan = plan
        self._answers = answers
        self._repository_terms = repository_terms
        self._lock = RLock()
        self._trees: TreeIndex | None = None
        self._evidence: OrderedDict[tuple[str, ...], Evidence] = OrderedDict()
        self._glossary: Glossary | None = None

    def check(self, matter: Matter, cancel: Event) -> Checked:
        """Return what the evidence of a text does not support."""
        if matter.role == "announcement":
            return Checked(matter, announcement_findings(matter.text, matter.entries, known=self._vouched()))
        evidence, terms = self._evidence_for(matter.commits, cancel), self._terms()
        if evidence is None:
            return Checked(matter, ())
        found = findings(
            matter.text,
            evidence,
            role=matter.role,
            glossary=Glossary(user=terms.user),
            badges=matter.badges,
            title=matter.title,
        )
        if matter.is_by_rule:
            found = tuple(one for one in found if one.kind != "unknown-number")
        shown = tuple(one for one in found if not terms.silences(one.kind, one.text))
        return Checked(matter, shown, len(found) - len(shown), evidence.not_checked)

    def _vouched(self) -> str:
        """Return what an announcement may name beside its entries: repository, page, versions, dependency updates."""
        span = self._plan.range
        facts = (
            span.name,
            span.web_url,
            span.since_name,
            span.last_version,
            span.previous_tag,
            self._plan.suggested_version,
        )
        return "\n".join(
            [
                *(fact for fact in facts if fact),
                *(
                    f"{update.title} #{commit.pull_request}"
                    for update in self._plan.dependency_updates
                    for commit in update.commits
                ),
            ]
        )

    def evidence(self, matter: Matter, offset: int) -> tuple[EvidenceLine, ...]:
        """Return the lines of the diff that bear on the claim around an offset, the closest first."""
        evidence = self._evidence_for(matter.commits, Event()) if matter.commits else None
        return () if evidence is None else evidence_of(matter.text, offset, evidence)

    def forget_terms(self) -> None:
        """Read the glossaries again before the next check."""
        with self._lock:
            self._glossary = None

    def _terms(self) -> Glossary:
        with self._lock:
            if self._glossary is None:
                until = self._plan.range.until
                self._glossary = read_glossary(self._clone, until, repository=self._repository_terms)
            return self._glossary

    def _evidence_for(self, commits: tuple[Commit, ...], cancel: Event) -> Evidence | None:
        """Return the evidence of commits, None where nobody wants it any more."""
        key = tuple(commit.sha for commit in commits)
        with self._lock:
            known = self._evidence.get(key)
            if known is not None:
                self._evidence.move_to_end(key)
                return known
            if self._trees is None:
                trees = TreeIndex.build(self._clone, plan_commits(self._plan), self._answers, cancel=cancel)
                if cancel.is_set():
                    return None
                self._trees = trees
            made = build_evidence(commits, self._clone.patch, self._trees, message_of)
            self._evidence[key] = made
            if len(self._evidence) > _KEPT:
                self._evidence.popitem(last=False)
            return made
