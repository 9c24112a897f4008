"""The GraphQL queries of a list of repositories, as text.  They hold to GitHub's public schema and its limits.

GitHub takes pages of at most 100, and ends a query after about ten seconds: what is asked at once is kept small, and the
reader halves it where that was too much (docs.github.com/graphql, "Rate limits and query limits").
"""

import json
from collections.abc import Iterable, Sequence

from llnotes_tui.release.versions import Tag

COMMITS_AT_ONCE = 100
TAGS = 50
"""So many of the newest tags of a repository are looked at."""

_LIMIT = "rateLimit { cost remaining resetAt }"
"""Asked along: an answer with a part that is there is never taken for one in which nothing came."""
_FACTS = f"""
fragment Facts on Repository {{
  nameWithOwner url isPrivate isArchived isFork isDisabled
  primaryLanguage {{ name }}
  repositoryTopics(first: 20) {{ nodes {{ topic {{ name }} }} }}
  defaultBranchRef {{ name target {{ oid }} }}
  tags: refs(refPrefix: "refs/tags/", first: {TAGS}, orderBy: {{field: TAG_COMMIT_DATE, direction: DESC}}) {{
    nodes {{ name target {{ ...Tagged }} }}
  }}
  releases(first: 30, orderBy: {{field: CREATED_AT, direction: DESC}}) {{
    nodes {{ tagName isDraft isPrerelease publishedAt }}
  }}
  prepared: refs(refPrefix: "refs/heads/prepare/", first: 5) {{
    nodes {{ associatedPullRequests(states: OPEN, first: 1) {{ nodes {{ number title url isCrossRepository }} }} }}
  }}
  pullRequests(states: OPEN, first: 30, orderBy: {{field: CREATED_AT, direction: DESC}}) {{
    nodes {{ number title url headRefName isCrossRepository }}
  }}
  own: object(expression: "HEAD:.llnotes.toml") {{ ... on Blob {{ text isTruncated }} }}
  project: object(expression: "HEAD:pyproject.toml") {{ ... on Blob {{ text isTruncated }} }}
}}
fragment Tagged on GitObject {{
  __typename oid
  ... on Commit {{ committedDate }}
  ... on Tag {{
    tagger {{ date }}
    target {{ __typename oid ... on Commit {{ committedDate }} ... on Tag {{ target {{ __typename oid }} }} }}
  }}
}}
"""
_LINK = "oid committedDate message parents(first: 10) { nodes { oid } }"


def owner_page(*, archived: bool, forks: bool, names_only: bool = False) -> str:
    """Return the query of one page of an owner's repositories; its variables are `login`, `first` and `after`."""
    wanted = ("" if archived else ", isArchived: false") + ("" if forks else ", isFork: false")
    order = "orderBy: {field: NAME, direction: ASC}"
    return f"""
query($login: String!, $first: Int!, $after: String) {{
  {_LIMIT}
  repositoryOwner(login: $login) {{
    login
    repositories(first: $first, after: $after, ownerAffiliations: [OWNER], {order}{wanted}) {{
      totalCount
      pageInfo {{ hasNextPage endCursor }}
      nodes {{ {"nameWithOwner" if names_only else "...Facts"} }}
    }}
  }}
}}
{"" if names_only else _FACTS}"""


def named(repositories: Sequence[tuple[str, str]]) -> str:
    """Return the query of some repositories by owner and name, as `r0`, `r1`, ..."""
    fields = (
        f"  r{number}: repository(owner: {_quoted(owner)}, name: {_quoted(name)}) {{ ...Facts }}"
        for number, (owner, name) in enumerate(repositories)
    )
    return _query(fields, _FACTS)


def inquiries(selections: Sequence[tuple[str, str]]) -> str:
    """Return the query of one selection for each repository (`owner/name`), as `r0`, `r1`, ..."""
    fields = []
    for number, (full_name, selection) in enumerate(selections):
        owner, _, name = full_name.partition("/")
        fields.append(f"  r{number}: repository(owner: {_quoted(owner)}, name: {_quoted(name)}) {{ {selection} }}")
    return _query(fields, "")


def comparison(alias: str, tag: Tag, branch: str, before: str | None = None) -> str:
    """Return the selection of what a branch has beyond a tag: the newest commits first, or those before a cursor."""
    page = f"last: {COMMITS_AT_ONCE}" + (f", before: {_quoted(before)}" if before else "")
    return (
        f"{alias}: ref(qualifiedName: {_quoted(f'refs/tags/{tag.name}')}) {{ compare(headRef: {_quoted(branch)}) {{ "
        f"aheadBy behindBy headTarget {{ oid }} "
        f"commits({page}) {{ pageInfo {{ hasPreviousPage startCursor }} nodes {{ {_LINK} }} }} }} }}"
    )


def history(branch: str, after: str | None = None) -> str:
    """Return the selection of a branch's newest commits, or of those after a cursor."""
    page = f"first: {COMMITS_AT_ONCE}" + (f", after: {_quoted(after)}" if after else "")
    return (
        f"all: ref(qualifiedName: {_quoted(f'refs/heads/{branch}')}) {{ target {{ oid ... on Commit {{ "
        f"history({page}) {{ totalCount pageInfo {{ hasNextPage endCursor }} nodes {{ {_LINK} }} }} }} }} }}"
    )


def below(branch: str, paths: Sequence[str]) -> str:
    """Return the selection of a branch's newest commits that change something below each of some paths."""
    return " ".join(
        f"p{number}: ref(qualifiedName: {_quoted(f'refs/heads/{branch}')}) {{ target {{ oid ... on Commit {{ "
        f"history(first: {COMMITS_AT_ONCE}, path: {_quoted(path)}) {{ nodes {{ oid }} }} }} }} }}"
        for number, path in enumerate(paths)
    )


def _query(fields: Iterable[str], fragments: str) -> str:
    body = "\n".join(fields)
    return f"query {{\n  {_LIMIT}\n{body}\n}}\n{fragments}"


def _quoted(text: str) -> str:
    """Return a text as GraphQL writes one; JSON's way is the same."""
    return json.dumps(text, ensure_ascii=False)
