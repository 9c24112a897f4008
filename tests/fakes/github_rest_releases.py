"""Releases and their drafts in the REST API of the tests' GitHub."""

from typing import Any

from tests.fakes.github_messages import Answer
from tests.fakes.github_pulls import release_dates
from tests.fakes.github_records import FakeRelease
from tests.fakes.github_rest_call import Call, Route, invalid, not_found, paged
from tests.fakes.github_rest_json import release_json
from tests.fakes.github_rest_pulls import now

_LONGEST_BODY = 125_000
"""Characters that the body of a release may have."""


def _json(call: Call, release: FakeRelease) -> dict[str, Any]:
    return release_json(call.github, call.repository, release)


def _created(call: Call, release: FakeRelease) -> str:
    return release_dates(call.git, release, call.repository.created_at)[0]


def _shown(call: Call) -> list[FakeRelease]:
    """Return the releases, newest first; drafts are for those only who may push."""
    sees_drafts = call.request.caller.token is not None
    found = [one for one in tuple(call.repository.releases) if sees_drafts or not one.draft]
    return sorted(found, key=lambda one: (_created(call, one), one.id), reverse=True)


def _list(call: Call) -> Answer:
    return paged(call, _shown(call), lambda release: _json(call, release))


def _release(call: Call, number: str) -> FakeRelease:
    found = next((one for one in _shown(call) if one.id == int(number)), None)
    if found is None:
        raise not_found()
    return found


def _get(call: Call, number: str) -> Answer:
    return Answer.json(_json(call, _release(call, number)))


def _latest(call: Call) -> Answer:
    found = next((one for one in _shown(call) if not one.draft and not one.prerelease), None)
    if found is None:
        raise not_found()
    return Answer.json(_json(call, found))


def _by_tag(call: Call, tag: str) -> Answer:
    """Return a published release: a draft is not found by its tag."""
    found = next((one for one in call.repository.releases if one.tag == tag and not one.draft), None)
    if found is None:
        raise not_found()
    return Answer.json(_json(call, found))


def _make(call: Call) -> Answer:
    given = call.request.json()
    tag = str(given.get("tag_name") or "")
    if not tag:
        raise invalid("Release", "tag_name", "missing_field")
    release = FakeRelease(tag, author=call.login, draft=True, created_at=now())
    _write(call, release, {"draft": False, **given})
    with call.github.lock:
        call.repository.releases.append(release)
    return Answer.json(_json(call, release), 201, {"Location": f"{call.api}/releases/{release.id}"})


def _edit(call: Call, number: str) -> Answer:
    release = _release(call, number)
    _write(call, release, call.request.json())
    return Answer.json(_json(call, release))


def _write(call: Call, release: FakeRelease, given: dict[str, Any]) -> None:
    """Take over what a body gives; publishing makes the tag."""
    if len(given.get("body") or "") > _LONGEST_BODY:
        raise invalid("Release", "body", message=f"body is too long (maximum is {_LONGEST_BODY} characters)")
    tag = str(given.get("tag_name") or release.tag)
    is_draft = bool(given.get("draft", release.draft))
    taken = any(one.tag == tag and not one.draft and one is not release for one in call.repository.releases)
    if taken and not is_draft:
        raise invalid("Release", "tag_name", "already_exists")
    target = str(given.get("target_commitish") or release.target)
    if target and not call.git.tip(target):
        raise invalid("Release", "target_commitish", "invalid")
    if release.draft and not is_draft:
        _tag(call, tag, target)
        release.published_at = now()
    release.tag, release.draft, release.target = tag, is_draft, target
    release.name = str(given.get("name", release.name) or "")
    release.body = str(given.get("body", release.body) or "")
    release.prerelease = bool(given.get("prerelease", release.prerelease))


def _tag(call: Call, tag: str, target: str) -> None:
    if f"refs/tags/{tag}" not in call.git.refs():
        call.need_commits()
        call.git.run("update-ref", f"refs/tags/{tag}", call.git.tip(target or call.repository.default_branch))


def _delete(call: Call, number: str) -> Answer:
    call.repository.releases.remove(_release(call, number))
    return Answer(204)


ROUTES = [
    Route("GET", r"/releases", _list),
    Route("POST", r"/releases", _make),
    Route("GET", r"/releases/latest", _latest),
    Route("GET", r"/releases/tags/(?P<tag>.+)", _by_tag),
    Route("GET", r"/releases/(?P<number>\d+)", _get),
    Route("PATCH", r"/releases/(?P<number>\d+)", _edit),
    Route("DELETE", r"/releases/(?P<number>\d+)", _delete),
]
