"""Git data in the REST API of the tests' GitHub: refs, blobs, trees, commits and tag objects, written by git itself."""

import base64
import re
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.fakes.github_messages import Answer
from tests.fakes.github_rest_call import Call, Route, invalid, not_found, paged, refused
from tests.fakes.github_rest_json import person_json
from tests.fakes.github_values import Commit, GitError, Ref

_SHA = re.compile(r"[0-9a-f]{40}")
_NO_OBJECT = "0" * 40


def _ref_json(call: Call, ref: Ref) -> dict[str, Any]:
    target = {"sha": ref.sha, "type": ref.kind, "url": f"{call.api}/git/{ref.kind}s/{ref.sha}"}
    return {"ref": ref.name, "node_id": f"REF_{ref.name}", "url": f"{call.api}/git/{ref.name}", "object": target}


def _get_ref(call: Call, ref: str) -> Answer:
    call.need_commits()
    found = call.git.refs().get(f"refs/{ref}")
    if found is None:
        raise not_found()
    return Answer.json(_ref_json(call, found))


def _list_refs(call: Call, prefix: str | None = None) -> Answer:
    call.need_commits()
    refs = [ref for name, ref in call.git.refs().items() if name.startswith(f"refs/{prefix or ''}")]
    return paged(call, refs, lambda ref: _ref_json(call, ref))


def _make_ref(call: Call) -> Answer:
    given = call.request.json()
    name, sha = str(given.get("ref", "")), str(given.get("sha", ""))
    if not re.fullmatch(r"refs/[^/]+/.+", name):
        raise refused("Reference name must start with 'refs/' and contain at least one more '/'.")
    if name in call.git.refs():
        raise refused("Reference already exists")
    _update(call, name, sha, _NO_OBJECT)
    return Answer.json(_ref_json(call, call.git.refs()[name]), 201)


def _move_ref(call: Call, ref: str) -> Answer:
    given = call.request.json()
    name, sha = f"refs/{ref}", str(given.get("sha", ""))
    known = call.git.refs().get(name)
    if known is None:
        raise refused("Reference does not exist")
    is_ahead = call.git.commit(sha) is None or known.peeled in call.git.ancestors(sha)
    if not is_ahead and not given.get("force"):
        raise refused("Update is not a fast forward")
    _update(call, name, sha, known.sha)
    return Answer.json(_ref_json(call, call.git.refs()[name]))


def _update(call: Call, name: str, sha: str, old: str) -> None:
    if not _SHA.fullmatch(sha) or not call.git.cached("cat-file", "-t", sha):
        raise refused("Object does not exist")
    try:
        call.git.run("update-ref", name, sha, old)
    except GitError:
        raise refused("Reference update failed") from None


def _delete_ref(call: Call, ref: str) -> Answer:
    name = f"refs/{ref}"
    if name not in call.git.refs():
        raise refused("Reference does not exist")
    call.git.run("update-ref", "-d", name)
    for pull in call.repository.pulls.values():
        if pull.state == "open" and f"heads/{pull.head}" == ref:
            pull.state = "closed"
    return Answer(204)


# -- objects ----------------------------------------------------------------------------------------------------------


def _get_blob(call: Call, sha: str) -> Answer:
    if call.git.cached("cat-file", "-t", sha) != b"blob\n":
        raise not_found()
    content = call.git.blob(sha)
    if "raw" in call.request.accept:
        return Answer(200, content, {"Content-Type": "application/octet-stream"})
    text = base64.encodebytes(content).decode()
    told = {"sha": sha, "size": len(content), "encoding": "base64", "content": text}
    return Answer.json(told | {"url": f"{call.api}/git/blobs/{sha}", "node_id": f"B_{sha}"})


def _make_blob(call: Call) -> Answer:
    given = call.request.json()
    text = str(given.get("content", ""))
    content = base64.b64decode(text) if given.get("encoding") == "base64" else text.encode()
    sha = call.git.run("hash-object", "-w", "--stdin", stdin=content).decode().strip()
    return Answer.json({"sha": sha, "url": f"{call.api}/git/blobs/{sha}"}, 201)


def _tree_json(call: Call, sha: str, *, recursive: bool = False) -> dict[str, Any]:
    entries = [
        {"path": path, "mode": mode, "type": kind, "sha": of, "url": f"{call.api}/git/{kind}s/{of}"}
        | ({"size": size} if kind == "blob" else {})
        for mode, kind, of, size, path in call.git.tree(sha, recursive=recursive)
    ]
    return {"sha": sha, "url": f"{call.api}/git/trees/{sha}", "tree": entries, "truncated": call.request.truncates}


def _get_tree(call: Call, name: str) -> Answer:
    call.need_commits()
    sha = (
        (call.git.cached("rev-parse", "--verify", "-q", "--end-of-options", f"{name}^{{tree}}") or b"").decode().strip()
    )
    if not sha:
        raise not_found()
    told = _tree_json(call, sha, recursive="recursive" in call.request.parameters)
    if call.request.truncates:
        told["tree"] = told["tree"][: len(told["tree"]) // 2]
    return Answer.json(told)


def _make_tree(call: Call) -> Answer:
    """Write a tree by an index of its own, so that the repository's is not touched."""
    given = call.request.json()
    lines = []
    for entry in given.get("tree") or ():
        sha = entry.get("sha")
        if "content" in entry:
            stdin = str(entry["content"]).encode()
            sha = call.git.run("hash-object", "-w", "--stdin", stdin=stdin).decode().strip()
        elif sha is not None and not call.git.cached("cat-file", "-t", sha):
            raise refused(f"tree.sha {sha} is not a valid {entry.get('type', 'blob')}")
        lines.append(f"{entry['mode'] if sha else '0'} {sha or _NO_OBJECT}\t{entry['path']}\0")
    with tempfile.TemporaryDirectory() as folder:
        index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        try:
            if base := given.get("base_tree"):
                call.git.run("read-tree", f"{base}^{{tree}}", env=index)
            call.git.run("update-index", "-z", "--index-info", stdin="".join(lines).encode(), env=index)
            sha = call.git.run("write-tree", env=index).decode().strip()
        except GitError:
            raise refused("GitRPC::BadObjectState") from None
    return Answer.json(_tree_json(call, sha), 201)


def _commit_json(call: Call, commit: Commit) -> dict[str, Any]:
    return {
        "sha": commit.sha,
        "node_id": f"C_{commit.sha}",
        "url": f"{call.api}/git/commits/{commit.sha}",
        "html_url": f"{call.web}/commit/{commit.sha}",
        "author": person_json(commit.author),
        "committer": person_json(commit.committer),
        "message": commit.message,
        "tree": {"sha": commit.tree, "url": f"{call.api}/git/trees/{commit.tree}"},
        "parents": [{"sha": sha, "url": f"{call.api}/git/commits/{sha}"} for sha in commit.parents],
        "verification": {"verified": False, "reason": "unsigned", "signature": None, "payload": None},
    }


def _get_commit(call: Call, sha: str) -> Answer:
    call.need_commits()
    commit = call.git.commit(sha)
    if commit is None:
        raise not_found()
    return Answer.json(_commit_json(call, commit))


def _make_commit(call: Call) -> Answer:
    given = call.request.json()
    tree, parents = str(given.get("tree", "")), [str(sha) for sha in given.get("parents") or ()]
    if call.git.cached("cat-file", "-t", tree) != b"tree\n":
        raise refused("Tree SHA does not exist")
    if any(call.git.commit(sha) is None for sha in parents):
        raise refused("Parent SHA does not exist or is not a commit object")
    author = _person(call, given.get("author"))
    committer = _person(call, given.get("committer") or given.get("author"))
    people = {f"GIT_AUTHOR_{key}": value for key, value in author.items()}
    people |= {f"GIT_COMMITTER_{key}": value for key, value in committer.items()}
    flags = [word for sha in parents for word in ("-p", sha)]
    message = str(given.get("message", "")).encode()
    sha = call.git.run("commit-tree", tree, *flags, "-F", "-", stdin=message, env=people).decode().strip()
    commit = call.git.commit(sha)
    assert commit is not None
    return Answer.json(_commit_json(call, commit), 201)


def _person(call: Call, given: Any) -> dict[str, str]:
    told = given if isinstance(given, dict) else {}
    return {
        "NAME": str(told.get("name") or call.login),
        "EMAIL": str(told.get("email") or f"{call.login}@users.noreply.github.com"),
        "DATE": str(told.get("date") or f"{int(time.time())} +0000"),
    }


def _get_tag(call: Call, sha: str) -> Answer:
    if call.git.cached("cat-file", "-t", sha) != b"tag\n":
        raise not_found()
    tag = call.git.tag(sha)
    target = {"sha": tag.target, "type": tag.kind, "url": f"{call.api}/git/{tag.kind}s/{tag.target}"}
    tagger = person_json(tag.tagger) if tag.tagger is not None else None
    told = {"tag": tag.name, "sha": sha, "message": tag.message, "tagger": tagger, "object": target}
    return Answer.json(told | {"url": f"{call.api}/git/tags/{sha}"})


def _make_tag(call: Call) -> Answer:
    """Write a tag object; its ref is made by `POST git/refs`."""
    given = call.request.json()
    person = _person(call, given.get("tagger"))
    lines = [
        f"object {given.get('object')}",
        f"type {given.get('type')}",
        f"tag {given.get('tag')}",
        f"tagger {person['NAME']} <{person['EMAIL']}> {int(time.time())} +0000",
    ]
    try:
        stdin = "\n".join([*lines, "", f"{given.get('message', '')}\n"]).encode()
        sha = call.git.run("mktag", stdin=stdin).decode().strip()
    except GitError:
        raise invalid("Tag", "object", "invalid") from None
    return Answer.json({"sha": sha, "tag": given.get("tag"), "url": f"{call.api}/git/tags/{sha}"}, 201)


ROUTES = [
    Route("GET", r"/git/refs?/(?P<ref>.+)", _get_ref),
    Route("GET", r"/git/refs", _list_refs),
    Route("GET", r"/git/matching-refs/(?P<prefix>.*)", _list_refs),
    Route("POST", r"/git/refs", _make_ref),
    Route("PATCH", r"/git/refs/(?P<ref>.+)", _move_ref),
    Route("DELETE", r"/git/refs/(?P<ref>.+)", _delete_ref),
    Route("GET", r"/git/blobs/(?P<sha>\w+)", _get_blob),
    Route("POST", r"/git/blobs", _make_blob),
    Route("GET", r"/git/trees/(?P<name>.+)", _get_tree),
    Route("POST", r"/git/trees", _make_tree),
    Route("GET", r"/git/commits/(?P<sha>\w+)", _get_commit),
    Route("POST", r"/git/commits", _make_commit),
    Route("GET", r"/git/tags/(?P<sha>\w+)", _get_tag),
    Route("POST", r"/git/tags", _make_tag),
]
