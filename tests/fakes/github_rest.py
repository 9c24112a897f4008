"""The REST API of the GitHub of the tests: who may ask for what, and which function answers.

Paths, statuses and words are those of GitHub's OpenAPI description (github/rest-api-description) at an Enterprise server's
`/api/v3`; URLs in bodies begin with the server's own address, as PyGithub demands.
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.fakes import github_rest_git, github_rest_history, github_rest_pulls, github_rest_releases
from tests.fakes.github_messages import Answer, Request
from tests.fakes.github_records import FakeOwner, FakeRepository
from tests.fakes.github_refusals import blocked
from tests.fakes.github_rest_call import Call, Refused, not_found, paged
from tests.fakes.github_rest_json import repository_json, user_json

if TYPE_CHECKING:
    from tests.fakes.github import GitHubFake

_REPOSITORY = re.compile(r"/(?:repos/(?P<name>[^/]+/[^/]+)|repositories/(?P<id>\d+))(?P<rest>/.*)?")
_WRITES = frozenset({"POST", "PATCH", "PUT", "DELETE"})


def answer_rest(github: "GitHubFake", request: Request) -> Answer:
    """Answer a request below `/api/v3`."""
    path = request.path.removeprefix("/api/v3")
    if path.startswith("/app"):
        return _app(github, request, path)
    if request.caller.is_wrong:
        return Answer.error(401, "Bad credentials")
    if path == "/rate_limit":
        told = github.access.limits(request.caller, github.limit)
        return Answer.json({"resources": told, "rate": told["core"]})
    if github.access.limits(request.caller, github.limit)["core"]["remaining"] <= 0:
        return Answer.error(403, "API rate limit exceeded for 127.0.0.1. (Authenticated requests get a higher limit.)")
    github.access.spend(request.caller, "core")
    try:
        return _routed(github, request, path)
    except Refused as refused:
        return refused.answer


def _routed(github: "GitHubFake", request: Request, path: str) -> Answer:
    match = _REPOSITORY.fullmatch(path)
    if match is not None:
        record = _named(github, match["name"]) if match["name"] else _numbered(github, int(match["id"]))
        moved = github.renamed.get(match["name"].lower()) if match["name"] else None
        if record is None and moved is not None:
            return _moved(github, request, github.repositories[moved.lower()], match["rest"] or "")
        if record is None or not request.caller.may_see(record):
            return Answer.error(404, "Not Found")
        return _of_repository(Call(github, request, record), match["rest"] or "")
    call = Call(github, request, _NOWHERE)
    return _first(call, path, _ROUTES)


def _named(github: "GitHubFake", name: str) -> FakeRepository | None:
    return github.repositories.get(name.lower())


def _numbered(github: "GitHubFake", number: int) -> FakeRepository | None:
    return next((one for one in tuple(github.repositories.values()) if one.id == number), None)


def _moved(github: "GitHubFake", request: Request, record: FakeRepository, rest: str) -> Answer:
    if not request.caller.may_see(record):
        return Answer.error(404, "Not Found")
    url = f"{github.url}/api/v3/repositories/{record.id}{rest}{'?' if request.query else ''}{request.query}"
    return Answer.error(301, "Moved Permanently", {"Location": url}, url=url)


def _of_repository(call: Call, rest: str) -> Answer:
    """Answer what is below `/repos/OWNER/NAME`."""
    record = call.repository
    if record.owner.is_protected:
        said = "Resource protected by organization SAML enforcement. You must grant your OAuth token access to this organization."
        return Answer.error(
            403, said, {"x-github-sso": f"required; url={call.github.url}/orgs/{record.owner.login}/sso"}
        )
    if record.blocked:
        return blocked(call.github)
    if call.request.verb in _WRITES and call.request.caller.token is None:
        return Answer.error(401, "Requires authentication")
    if call.request.verb in _WRITES and record.archived:
        return Answer.error(403, "Repository was archived so is read-only.")
    if not rest:
        return Answer.json(repository_json(call.github, record))
    return _first(call, rest, _REPOSITORY_ROUTES)


def _first(call: Call, path: str, routes: list[tuple[str, "re.Pattern[str]", Callable[..., Answer]]]) -> Answer:
    for verb, pattern, function in routes:
        match = pattern.fullmatch(path)
        if match is not None and verb == call.request.verb.replace("HEAD", "GET"):
            return function(call, **match.groupdict())
    return Answer.error(404, "Not Found")


# -- people and organisations ---------------------------------------------------------------------------------------


def _user(call: Call) -> Answer:
    token = call.request.caller.token
    if token is None:
        return Answer.error(401, "Requires authentication")
    if token.is_app:
        return Answer.error(403, "Resource not accessible by integration")
    return Answer.json(user_json(call.github, token.login))


def _owner(call: Call, login: str) -> Answer:
    owner = call.github.owners.get(login.lower())
    if owner is None:
        raise not_found()
    return Answer.json(user_json(call.github, owner.login, owner.kind))


def _owned(call: Call, login: str) -> Answer:
    owner = call.github.owners.get(login.lower())
    if owner is None:
        raise not_found()
    return _listed(call, lambda record: record.owner is owner)


def _own(call: Call) -> Answer:
    if call.request.caller.token is None:
        return Answer.error(401, "Requires authentication")
    return _listed(call, lambda record: True)


def _installed(call: Call) -> Answer:
    token = call.request.caller.token
    if token is None or not token.is_app:
        return Answer.error(
            403, "You must authenticate with an installation access token in order to list repositories."
        )
    owners = token.owners or frozenset()
    return _listed(call, lambda record: record.owner.login.lower() in owners, within="repositories")


def _listed(call: Call, wanted: Callable[[FakeRepository], bool], within: str = "") -> Answer:
    seen = [one for one in tuple(call.github.repositories.values()) if wanted(one) and call.request.caller.may_see(one)]
    seen = [one for one in seen if not one.owner.is_protected]
    kind = call.request.parameters.get("type", "all")
    if kind in ("public", "private"):
        seen = [one for one in seen if one.private == (kind == "private")]
    return paged(call, seen, lambda record: repository_json(call.github, record), within=within)


def _app(github: "GitHubFake", request: Request, path: str) -> Answer:
    """Answer what an App asks for, signed by its own key."""
    authorization = request.headers.get("authorization", "")
    app = github.access.app_of(authorization)
    if app is None:
        return Answer.error(401, "A JSON web token could not be decoded")
    match = re.fullmatch(r"/app/installations/(\d+)/access_tokens", path)
    if match is not None and request.verb == "POST":
        made = github.access.token_for_app(int(match[1]), authorization)
        return Answer.json(made, 201) if made is not None else Answer.error(404, "Not Found")
    if path == "/app":
        return Answer.json({"id": app.app, "slug": f"app-{app.app}", "name": f"App {app.app}"})
    return Answer.error(404, "Not Found")


_NOWHERE: Any = FakeRepository(FakeOwner("nobody"), "nothing", path=None)  # type: ignore[arg-type]
_ROUTES = [
    (verb, re.compile(pattern), function)
    for verb, pattern, function in (
        ("GET", r"/user", _user),
        ("GET", r"/user/repos", _own),
        ("GET", r"/(?:orgs|users)/(?P<login>[^/]+)", _owner),
        ("GET", r"/(?:orgs|users)/(?P<login>[^/]+)/repos", _owned),
        ("GET", r"/installation/repositories", _installed),
    )
]
_REPOSITORY_ROUTES = [
    (route.verb, re.compile(route.pattern), route.function)
    for routes in (
        github_rest_git.ROUTES,
        github_rest_history.ROUTES,
        github_rest_pulls.ROUTES,
        github_rest_releases.ROUTES,
    )
    for route in routes
]
