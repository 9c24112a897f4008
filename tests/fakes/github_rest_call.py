"""What the parts of the REST API have in common: a call, refusals, paging, validation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tests.fakes.github_git import GitData
from tests.fakes.github_messages import Answer, Request
from tests.fakes.github_records import FakeRepository

if TYPE_CHECKING:
    from tests.fakes.github import GitHubFake

_PER_PAGE, _MOST_PER_PAGE = 30, 100


class Refused(Exception):  # noqa: N818 -- the house's word
    """GitHub says no; the answer says why."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


@dataclass(frozen=True)
class Route:
    """Which function answers a path below a repository."""

    verb: str
    pattern: str
    function: Callable[..., Answer]


@dataclass
class Call:
    """A request about a repository."""

    github: "GitHubFake"
    request: Request
    repository: FakeRepository

    @property
    def git(self) -> GitData:
        return self.github.git(self.repository)

    @property
    def api(self) -> str:
        """The repository's address in the API."""
        return f"{self.github.url}/api/v3/repos/{self.repository.full_name}"

    @property
    def web(self) -> str:
        return f"{self.github.url}/{self.repository.full_name}"

    @property
    def login(self) -> str:
        """Whose token it is."""
        token = self.request.caller.token
        return token.login if token is not None else ""

    def need_commits(self) -> None:
        """Refuse where nothing was pushed yet.

        Raises:
            Refused: 409, as GitHub does.
        """
        if not self.git.refs():
            raise Refused(Answer.error(409, "Git Repository is empty."))

    def commit_named(self, name: str) -> str:
        """Return the SHA that a branch, a tag, `HEAD` or a SHA names.

        Raises:
            Refused: there is none.
        """
        self.need_commits()
        sha = self.git.tip(self.repository.default_branch if name == "HEAD" else name.rpartition(":")[2])
        if not sha:
            raise Refused(Answer.error(422, f"No commit found for SHA: {name}"))
        return sha


def not_found(words: str = "Not Found") -> Refused:
    """Return a 404."""
    return Refused(Answer.error(404, words))


def invalid(resource: str, field: str = "", code: str = "custom", message: str = "") -> Refused:
    """Return a 422 as a failed validation is told."""
    error = {"resource": resource, "code": code}
    if field:
        error["field"] = field
    if message:
        error["message"] = message
    return Refused(Answer.error(422, "Validation Failed", errors=[error]))


def refused(message: str, status: int = 422) -> Refused:
    """Return a refusal in one sentence."""
    return Refused(Answer.error(status, message))


def page_of(call: Call, per_page: int = _PER_PAGE, most: int = _MOST_PER_PAGE) -> tuple[int, int]:
    """Return number and size of the page that is asked for."""
    given = call.request.parameters
    size = min(most, max(1, _number(given.get("per_page"), per_page)))
    return max(1, _number(given.get("page"), 1)), size


def paged(call: Call, items: Sequence[Any], make: Callable[[Any], Any], within: str = "") -> Answer:
    """Return one page of a list with its `Link` header; `within` names the key it stands under, with `total_count`."""
    number, size = page_of(call)
    shown: Any = [make(item) for item in items[(number - 1) * size : number * size]]
    if within:
        shown = {"total_count": len(items), within: shown}
    return Answer.json(shown, headers=links(call, len(items), number, size))


def links(call: Call, count: int, number: int, size: int) -> dict[str, str]:
    """Return the `Link` header (RFC 8288) of a page; none where all fits, or where lists are cut short."""
    last = max(1, -(-count // size))
    if last == 1 or call.request.truncates:
        return {}
    wanted = {"prev": number - 1, "next": number + 1, "last": last, "first": 1}
    if number >= last:
        del wanted["next"], wanted["last"]
    if number <= 1:
        del wanted["prev"], wanted["first"]
    base = f"{call.github.url}{call.request.path}"
    parts = [
        f'<{base}?{urlencode(call.request.parameters | {"page": str(page)})}>; rel="{name}"'
        for name, page in wanted.items()
    ]
    return {"Link": ", ".join(parts)}


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdigit() else otherwise
