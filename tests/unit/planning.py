"""Commits and ranges for the tests of plans, without a repository."""

import hashlib

from llnotes_tui.release.model import (
    Commit,
    DiffState,
    FileChange,
    FileStatus,
    FoldedMerge,
    Noise,
    NoiseKind,
    Range,
    RepoId,
)

BOT = ("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com")


def sha_of(name: str) -> str:
    return hashlib.sha1(name.encode()).hexdigest()


def change(path: str, *, noise: NoiseKind | None = None, old_path: str | None = None) -> FileChange:
    return FileChange(
        commit="",
        path=path.encode(),
        old_path=old_path.encode() if old_path else None,
        status=FileStatus.RENAMED if old_path else FileStatus.MODIFIED,
        old_mode=0o100644,
        new_mode=0o100644,
        old_blob="1" * 40,
        new_blob="2" * 40,
        added=1,
        removed=1,
        position=0,
        noise=Noise(noise, "Noise.") if noise else None,
    )


def commit(
    subject: str,
    *paths: str | FileChange,
    body: str = "",
    name: str = "",
    author: tuple[str, str] = ("Ada", "ada@example.com"),
    parents: int = 1,
    diff: DiffState = "whole",
    patch_id: str | None = None,
    folded: FoldedMerge = "",
) -> Commit:
    files = tuple(path if isinstance(path, FileChange) else change(path) for path in paths)
    return Commit(
        sha=sha_of(name or subject + body),
        parents=tuple(sha_of(f"parent {number} of {subject}") for number in range(parents)),
        author=author[0],
        author_email=author[1],
        authored_at=0,
        committed_at=0,
        subject=subject,
        body=body,
        files=files if diff == "whole" else (),
        diff=diff if files or diff != "whole" else "empty",
        patch_id=patch_id,
        folded=folded,
    )


def a_range(last_version: str | None = "v0.5.0") -> Range:
    return Range(
        repository=RepoId("github.com/octo/robot"),
        name="octo/robot",
        web_url="https://github.com/octo/robot",
        branch="main",
        since=sha_of("base"),
        since_name="v0.5.0",
        until=sha_of("head"),
        base_from="tag",
        last_version=last_version,
    )
