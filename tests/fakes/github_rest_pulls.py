"""Pull requests and labels in the REST API of the tests' GitHub."""

from datetime import UTC, datetime
from typing import Any

from tests.fakes.github_messages import Answer
from tests.fakes.github_patches import ChangedFile, changed_files
from tests.fakes.github_records import FakePull
from tests.fakes.github_rest_call import Call, Route, invalid, links, not_found, page_of, paged
from tests.fakes.github_rest_history import as_text, files_json
from tests.fakes.github_rest_json import commit_json, label_json, pull_json, user_json

_LONGEST_BODY = 65_536
"""Characters that the body of a pull request may have."""
_MOST_FILES = 3000


def now() -> str:
    """Return the moment as the API has it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _pull(call: Call, number: str) -> FakePull:
    pull = call.repository.pulls.get(int(number))
    if pull is None:
        raise not_found()
    return pull


def _json(call: Call, pull: FakePull) -> dict[str, Any]:
    return pull_json(call.github, call.repository, pull)


def _full(call: Call, pull: FakePull) -> dict[str, Any]:
    """Return a pull request with what only the single one has."""
    counts = call.git.counts(*call.git.range_of(pull))
    merger = user_json(call.github, call.github.viewer) if pull.is_merged else None
    return _json(call, pull) | {
        "commits": len(call.git.commits_of(pull)),
        "additions": sum(added for added, _, _ in counts),
        "deletions": sum(deleted for _, deleted, _ in counts),
        "changed_files": len(counts),
        "mergeable": None if pull.state != "open" else True,
        "merged_by": merger,
    }


def _list(call: Call) -> Answer:
    given = call.request.parameters
    state, head = given.get("state", "open"), given.get("head", "")
    # GitHub filters by `owner:branch` only, and shows everything where the owner is left out.
    owner, colon, branch = head.partition(":")
    found = [
        pull
        for pull in call.repository.pulls_newest_first()
        if (state == "all" or (pull.state == "open") == (state == "open"))
        and (not colon or (pull.head == branch and owner.lower() == call.repository.owner.login.lower()))
        and given.get("base", pull.base) == pull.base
    ]
    if given.get("direction") == "asc":
        found.reverse()
    return paged(call, found, lambda pull: _json(call, pull))


def _get(call: Call, number: str) -> Answer:
    pull = _pull(call, number)
    base, head = call.git.range_of(pull)
    return as_text(call, base, head) or Answer.json(_full(call, pull))


def _make(call: Call) -> Answer:
    given = call.request.json()
    title, base = str(given.get("title") or ""), str(given.get("base") or "")
    head = str(given.get("head") or "").rpartition(":")[2]
    refs = call.git.refs()
    if not title:
        raise invalid("PullRequest", "title", "missing_field")
    for name, field in ((head, "head"), (base, "base")):
        if f"refs/heads/{name}" not in refs:
            raise invalid("PullRequest", field, "invalid")
    same = (pull for pull in call.repository.pulls.values() if (pull.head, pull.base) == (head, base))
    if any(pull.state == "open" for pull in same):
        label = f"{call.repository.owner.login}:{head}"
        raise invalid("PullRequest", message=f"A pull request already exists for {label}.")
    if not call.git.compare(refs[f"refs/heads/{base}"].sha, refs[f"refs/heads/{head}"].sha).ahead:
        raise invalid("PullRequest", message=f"No commits between {base} and {head}")
    _check_body(given)
    with call.github.lock:
        pull = call.repository.pull(
            call.repository.next_number(),
            title=title,
            body=given.get("body"),
            author=call.login,
            state="open",
            head=head,
            base=base,
            draft=bool(given.get("draft")),
            association="MEMBER",
        )
    pull.created_at = pull.updated_at = now()
    return Answer.json(_full(call, pull), 201, {"Location": f"{call.api}/pulls/{pull.number}"})


def _edit(call: Call, number: str) -> Answer:
    pull, given = _pull(call, number), call.request.json()
    _check_body(given)
    if given.get("title"):
        pull.title = str(given["title"])
    if "body" in given:
        pull.body = given["body"]
    if given.get("base"):
        pull.base = str(given["base"])
    if given.get("state") in ("open", "closed") and not pull.is_merged:
        pull.state = given["state"]
    pull.updated_at = now()
    return Answer.json(_full(call, pull))


def _check_body(given: dict[str, Any]) -> None:
    if len(given.get("body") or "") > _LONGEST_BODY:
        raise invalid("PullRequest", "body", message=f"body is too long (maximum is {_LONGEST_BODY} characters)")


def _files(call: Call, number: str) -> Answer:
    pull = _pull(call, number)
    base, head = call.git.range_of(pull)
    files = changed_files(call.git, base, head)
    if pull.files is not None:
        known = {one.path: one for one in files}
        files = [known.get(path) or ChangedFile("", path, "", "modified", 0, 0, "") for path in pull.files]
    shown = files[:_MOST_FILES]
    page, size = page_of(call)
    told = files_json(call, shown[(page - 1) * size : page * size], head)
    return Answer.json(told, headers=links(call, len(shown), page, size))


def _commits(call: Call, number: str) -> Answer:
    commits = [commit for sha in call.git.commits_of(_pull(call, number)) if (commit := call.git.commit(sha))]
    return paged(call, commits[:250], lambda commit: commit_json(call.github, call.repository, commit))


# -- labels -----------------------------------------------------------------------------------------------------------


def _issue(call: Call, number: str) -> Answer:
    """Return a pull request as an issue: every one is."""
    pull = _pull(call, number)
    told = _json(call, pull)
    kept = ("id", "number", "title", "body", "user", "labels", "created_at", "updated_at", "closed_at", "html_url")
    place = {"url": told["url"], "html_url": told["html_url"], "merged_at": told["merged_at"]}
    return Answer.json(
        {name: told[name] for name in kept}
        | {"state": told["state"], "url": told["issue_url"], "repository_url": call.api, "pull_request": place}
    )


def _labels(call: Call, number: str) -> Answer:
    return paged(call, _pull(call, number).labels, lambda name: label_json(call.github, call.repository, name))


def _add_labels(call: Call, number: str) -> Answer:
    pull = _pull(call, number)
    new = _names(call)
    pull.labels[:] = new if call.request.verb == "PUT" else list(dict.fromkeys([*pull.labels, *new]))
    return Answer.json([label_json(call.github, call.repository, name) for name in pull.labels])


def _names(call: Call) -> list[str]:
    """Return the labels of a body: a list, or one under `labels`; of names or of objects that have one."""
    given = call.request.any_json()
    listed = given.get("labels", []) if isinstance(given, dict) else given
    return [str(one["name"]) if isinstance(one, dict) else str(one) for one in listed]


def _remove_label(call: Call, number: str, name: str) -> Answer:
    pull = _pull(call, number)
    if name not in pull.labels:
        raise not_found("Label does not exist")
    pull.labels.remove(name)
    return _labels(call, number)


def _list_labels(call: Call) -> Answer:
    names = dict.fromkeys(call.repository.labels)
    for pull in call.repository.pulls.values():
        names |= dict.fromkeys(pull.labels)
    return paged(call, list(names), lambda name: label_json(call.github, call.repository, name))


def _make_label(call: Call) -> Answer:
    given = call.request.json()
    name = str(given.get("name", ""))
    if name in call.repository.labels:
        raise invalid("Label", "name", "already_exists")
    call.repository.labels[name] = str(given.get("color", "ededed"))
    return Answer.json(label_json(call.github, call.repository, name), 201)


ROUTES = [
    Route("GET", r"/pulls", _list),
    Route("POST", r"/pulls", _make),
    Route("GET", r"/pulls/(?P<number>\d+)", _get),
    Route("PATCH", r"/pulls/(?P<number>\d+)", _edit),
    Route("GET", r"/pulls/(?P<number>\d+)/files", _files),
    Route("GET", r"/pulls/(?P<number>\d+)/commits", _commits),
    Route("GET", r"/issues/(?P<number>\d+)", _issue),
    Route("PATCH", r"/issues/(?P<number>\d+)", _edit),
    Route("GET", r"/issues/(?P<number>\d+)/labels", _labels),
    Route("POST", r"/issues/(?P<number>\d+)/labels", _add_labels),
    Route("PUT", r"/issues/(?P<number>\d+)/labels", _add_labels),
    Route("DELETE", r"/issues/(?P<number>\d+)/labels/(?P<name>.+)", _remove_label),
    Route("GET", r"/labels", _list_labels),
    Route("POST", r"/labels", _make_label),
]
