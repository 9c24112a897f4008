"""How GitHub refuses: its statuses, headers and words for each fault."""

import time
from typing import TYPE_CHECKING

from tests.fakes.github_messages import Answer

if TYPE_CHECKING:
    from tests.fakes.github import GitHubFake, PlannedFault

SOMETHING_WRONG = (
    "Something went wrong while executing your query. This may be the result of a timeout, or it could be a GitHub bug. "
    "Please include `FA4E:0001:0002:0003:00000001` when reporting this issue."
)
PRIMARY = (
    "API rate limit exceeded for user ID 1. If you reach out to GitHub Support for help, please include the request ID."
)
_SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
_DIFF_TOO_LARGE = (
    "Sorry, the diff exceeded the maximum number of files (300). Consider using 'List pull requests files' API."
)
_MESSAGES: dict[str, tuple[int, str]] = {
    "primary-limit": (403, PRIMARY),
    "secondary-limit": (403, _SECONDARY),
    "secondary-limit-429": (429, _SECONDARY),
    "401": (401, "Bad credentials"),
    "404": (404, "Not Found"),
    "409-empty": (409, "Git Repository is empty."),
}
_PAGES: dict[str, tuple[int, str]] = {
    "502-html": (502, "502 Bad Gateway"),
    "503-html": (503, "Unicorn! No server is currently available to service your request."),
}


def refusal(github: "GitHubFake", fault: "PlannedFault") -> Answer | None:
    """Return the answer of a server in trouble; None for faults that strike elsewhere."""
    kind = fault.kind
    if kind in _MESSAGES:
        return Answer.error(*_MESSAGES[kind])
    if kind in _PAGES:
        return Answer.html(*_PAGES[kind])
    match kind:
        case "301":
            url = f"{github.url}/api/v3/repositories/1"
            return Answer.error(301, "Moved Permanently", {"Location": url}, url=url)
        case "451":
            return blocked(github)
        case "406":
            return too_large()
        case "git-refused":
            return Answer.text(403, "Git over HTTPS is turned off for this organization.\n")
        case "graphql-timeout":
            told = {"data": None, "message": SOMETHING_WRONG, "errors": [{"message": SOMETHING_WRONG}]}
            return Answer.json(told, 502)
        case "graphql-limit":
            return Answer.json({"errors": [{"type": "RATE_LIMITED", "message": PRIMARY}]})
        case "broken-json":
            return Answer(200, b'{"data": {"repository": ', {"Content-Type": "application/json; charset=utf-8"})
        case "no-object":
            return Answer.json("no object")
        case _:
            return None


def blocked(github: "GitHubFake") -> Answer:
    """Return what GitHub says of a repository that is blocked for legal reasons."""
    block = {"reason": "dmca", "created_at": "2024-01-01T00:00:00Z", "html_url": f"{github.url}/dmca"}
    return Answer.error(451, "Repository access blocked", block=block)


def too_large() -> Answer:
    """Return what GitHub says instead of a large diff."""
    errors = [{"resource": "PullRequest", "field": "diff", "code": "too_large"}]
    return Answer.error(406, _DIFF_TOO_LARGE, errors=errors)


def limit_told(fault: "PlannedFault") -> dict[str, str]:
    """Return the headers that say when a limit ends; for the primary one whole seconds since the epoch."""
    if fault.kind in ("primary-limit", "graphql-limit"):
        return {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(time.time() + fault.seconds + 0.999))}
    return {"retry-after": str(max(0, round(fault.seconds)))}
