"""Commits, comparisons, branches, tags and contents in the REST API of the tests' GitHub."""

import base64
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from tests.fakes.github_messages import Answer
from tests.fakes.github_patches import ChangedFile, changed_files, diff, patch
from tests.fakes.github_people import login_of
from tests.fakes.github_refusals import too_large
from tests.fakes.github_rest_call import Call, Route, links, not_found, page_of, paged
from tests.fakes.github_rest_json import commit_json, pull_json

_FILES_COMPARED = 300
"""Files that a comparison shows, on its first page only (GitHub: "Compare two commits")."""
_FILES_OF_COMMIT = 3000
"""Files that a commit shows in all, 300 a page (GitHub: "Get a commit")."""
_COMMITS_COMPARED = 250


def file_json(call: Call, changed: ChangedFile, sha: str, *, is_shown: bool = True) -> dict[str, Any]:
    """Return a changed file; not shown: without patch and with no changes, as GitHub leaves it where there is too much."""
    path = quote(changed.path)
    counted = is_shown or changed.status == "renamed"
    told: dict[str, Any] = {
        "sha": changed.sha,
        "filename": changed.path,
        "status": changed.status,
        "additions": changed.additions if counted else 0,
        "deletions": changed.deletions if counted else 0,
        "changes": changed.additions + changed.deletions if counted else 0,
        "blob_url": f"{call.web}/blob/{sha}/{path}",
        "raw_url": f"{call.web}/raw/{sha}/{path}",
        "contents_url": f"{call.api}/contents/{path}?ref={sha}",
    }
    if changed.previous:
        told["previous_filename"] = changed.previous
    if changed.patch and is_shown:
        told["patch"] = changed.patch
    return told


def files_json(call: Call, files: Sequence[ChangedFile], sha: str) -> list[dict[str, Any]]:
    """Return changed files with their patches, until those are more than GitHub shows at once."""
    budget, told = 0 if call.request.truncates else call.github.shown_patches, []
    for changed in files:
        budget -= len(changed.patch)
        told.append(file_json(call, changed, sha, is_shown=budget >= 0))
    return told


def as_text(call: Call, base: str, head: str) -> Answer | None:
    """Return a diff or mails where the request accepts those; None where it wants JSON."""
    accept = call.request.accept
    kind = next((kind for kind in ("diff", "patch") if accept.endswith((f"github.{kind}", f"v3.{kind}"))), "")
    if not kind:
        return None
    content = (diff if kind == "diff" else patch)(call.git, base, head)
    if len(content) > call.github.largest_diff:
        return too_large()
    return Answer(200, content, {"Content-Type": f"application/vnd.github.{kind}; charset=utf-8"})


def _list_commits(call: Call) -> Answer:
    given = call.request.parameters
    tip = call.commit_named(given.get("sha") or call.repository.default_branch)
    limits = [f"--{name}={given[name]}" for name in ("since", "until") if given.get(name)]
    shas: Sequence[str] = call.git.history(tip)
    if limits or given.get("path"):
        path = ["--", given["path"]] if given.get("path") else ["--"]
        shas = (call.git.cached("rev-list", *limits, tip, *path) or b"").decode().split()
    if author := given.get("author", ""):
        shas = [sha for sha in shas if _is_by(call, sha, author)]
    return paged(call, shas, lambda sha: _commit(call, sha))


def _is_by(call: Call, sha: str, author: str) -> bool:
    commit = call.git.commit(sha)
    return commit is not None and author in (commit.author.email, login_of(call.github, commit.author.email))


def _commit(call: Call, sha: str) -> dict[str, Any]:
    commit = call.git.commit(sha)
    if commit is None:
        raise not_found()
    return commit_json(call.github, call.repository, commit)


def _get_commit(call: Call, name: str) -> Answer:
    sha = call.commit_named(name)
    base = call.git.parent_of(sha)
    if (text := as_text(call, base, sha)) is not None:
        return text
    files = changed_files(call.git, base, sha)
    shown = files[:_FILES_OF_COMMIT]
    number, size = page_of(call, per_page=_FILES_COMPARED, most=_FILES_COMPARED)
    page = shown[(number - 1) * size : number * size]
    added, deleted = sum(one.additions for one in files), sum(one.deletions for one in files)
    told = _commit(call, sha) | {
        "stats": {"additions": added, "deletions": deleted, "total": added + deleted},
        "files": files_json(call, page, sha),
    }
    return Answer.json(told, headers=links(call, len(shown), number, size))


def _compare(call: Call, base: str, head: str) -> Answer:
    older, newer = call.commit_named(base), call.commit_named(head)
    middle = (call.git.cached("merge-base", older, newer) or b"").decode().strip()
    if not middle:
        raise not_found(f"No common ancestor between {base} and {head}.")
    if (text := as_text(call, middle, newer)) is not None:
        return text
    compared = call.git.compare(older, newer)
    number, size = page_of(call, per_page=_COMMITS_COMPARED)
    page = compared.ahead[(number - 1) * size : number * size]
    most = 5 if call.request.truncates else _FILES_COMPARED
    files = changed_files(call.git, middle, newer)[:most] if number == 1 else []
    web = f"{call.web}/compare/{base}...{head}"
    told = {
        "url": f"{call.api}/compare/{base}...{head}",
        "html_url": web,
        "permalink_url": web,
        "diff_url": f"{web}.diff",
        "patch_url": f"{web}.patch",
        "base_commit": _commit(call, older),
        "merge_base_commit": _commit(call, middle),
        "status": compared.status,
        "ahead_by": len(compared.ahead),
        "behind_by": compared.behind_by,
        "total_commits": len(compared.ahead),
        "commits": [_commit(call, sha) for sha in page],
        "files": files_json(call, files, newer),
    }
    return Answer.json(told, headers=links(call, len(compared.ahead), number, size))


def _pulls_of_commit(call: Call, sha: str) -> Answer:
    found = [
        pull
        for pull in call.repository.pulls_newest_first()
        if sha in call.git.commits_of(pull) or (pull.merge_sha and sha == pull.merge_sha)
    ]
    return paged(call, found, lambda pull: pull_json(call.github, call.repository, pull))


# -- branches, tags, contents ---------------------------------------------------------------------------------------


def _list_branches(call: Call) -> Answer:
    heads = [ref for name, ref in call.git.refs().items() if name.startswith("refs/heads/")]
    return paged(call, heads, lambda ref: _branch_json(call, ref.name, ref.sha))


def _branch_json(call: Call, name: str, sha: str) -> dict[str, Any]:
    commit = {"sha": sha, "url": f"{call.api}/commits/{sha}"}
    return {"name": name.removeprefix("refs/heads/"), "commit": commit, "protected": False}


def _get_branch(call: Call, name: str) -> Answer:
    ref = call.git.refs().get(f"refs/heads/{name}")
    if ref is None:
        raise not_found("Branch not found")
    return Answer.json(_branch_json(call, ref.name, ref.sha) | {"commit": _commit(call, ref.sha)})


def _list_tags(call: Call) -> Answer:
    refs = [ref for name, ref in call.git.refs().items() if name.startswith("refs/tags/")]

    def make(ref: Any) -> dict[str, Any]:
        name = ref.name.removeprefix("refs/tags/")
        places = {f"{kind}ball_url": f"{call.api}/{kind}ball/{ref.name}" for kind in ("zip", "tar")}
        commit = {"sha": ref.peeled, "url": f"{call.api}/commits/{ref.peeled}"}
        return {"name": name, "commit": commit, "node_id": f"REF_{name}", **places}

    return paged(call, sorted(refs, key=lambda ref: ref.name, reverse=True), make)


def _contents(call: Call, path: str = "") -> Answer:
    if not call.git.refs():
        raise not_found("This repository is empty.")
    at = call.request.parameters.get("ref") or call.repository.default_branch
    tip = call.git.tip(at)
    if not tip:
        raise not_found(f"No commit found for the ref {at}")
    path = path.strip("/")
    sha, kind = call.git.resolve(f"{tip}:{path}", call.repository.default_branch)
    if kind == "tree":
        prefix = f"{path}/" if path else ""
        return Answer.json(
            [
                _content_json(call, at, f"{prefix}{name}", of, "dir" if entry == "tree" else "file", size)
                for _, entry, of, size, name in call.git.tree(sha)
            ]
        )
    if kind != "blob":
        raise not_found()
    content = call.git.blob(sha)
    if "raw" in call.request.accept:
        return Answer(200, content, {"Content-Type": "application/vnd.github.raw; charset=utf-8"})
    told = _content_json(call, at, path, sha, "file", len(content))
    return Answer.json(told | {"encoding": "base64", "content": base64.encodebytes(content).decode()})


def _content_json(call: Call, at: str, path: str, sha: str, kind: str, size: int) -> dict[str, Any]:
    name = quote(path)
    return {
        "type": kind,
        "name": path.rpartition("/")[2],
        "path": path,
        "sha": sha,
        "size": size,
        "url": f"{call.api}/contents/{name}?ref={quote(at)}",
        "git_url": f"{call.api}/git/{'trees' if kind == 'dir' else 'blobs'}/{sha}",
        "html_url": f"{call.web}/blob/{at}/{name}",
        "download_url": None if kind == "dir" else f"{call.web}/raw/{at}/{name}",
    }


ROUTES = [
    Route("GET", r"/commits", _list_commits),
    Route("GET", r"/commits/(?P<sha>\w+)/pulls", _pulls_of_commit),
    Route("GET", r"/commits/(?P<name>.+)", _get_commit),
    Route("GET", r"/compare/(?P<base>.+?)\.\.\.(?P<head>.+)", _compare),
    Route("GET", r"/branches", _list_branches),
    Route("GET", r"/branches/(?P<name>.+)", _get_branch),
    Route("GET", r"/tags", _list_tags),
    Route("GET", r"/contents/?", _contents),
    Route("GET", r"/contents/(?P<path>.+)", _contents),
]
