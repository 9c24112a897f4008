"""URLs of the pages that compare two versions, or show one, on the hosts that changelogs link to.

GitHub, GitLab (`/-/compare/`, one tag is `/-/tags/`), Gitea and Codeberg compare `A...B`; Bitbucket Cloud compares
`new%0Dold` (a carriage return), with the newer side first; Azure DevOps names both sides in its query.  Any other form
is left alone.
"""

import re
from typing import Literal
from urllib.parse import quote

from msgspec import Struct

Form = Literal["compare", "bitbucket", "azure"]

_COMPARE = re.compile(r"(?P<base>.*/compare/)(?P<since>.+?)(?P<dots>\.{2,3})(?P<until>.+)$")
_BITBUCKET = re.compile(
    r"(?P<base>.*/branches/compare/)(?P<until>.+?)(?P<dots>%0[Dd]|\r|\.\.)(?P<since>[^#]+)(?P<rest>#.*)?$"
)
_AZURE = re.compile(r"(?P<base>https?://.+/_git/[^/?#]+)(?P<page>/branchCompare)?\?(?P<query>[^#]+)$")
_RELEASE = re.compile(
    r"(?P<repository>https?://.+?)(?P<page>/(?:-/)?(?:releases/tag|releases|tags?|tree|commits/tag|src/tag|src))/(?P<tag>[^#]+)$"
)


class Page(Struct, frozen=True):
    """A URL taken apart: it compares two versions, or shows one (`since` is empty then)."""

    form: Form
    base: str
    """What is before the versions of a URL that compares: `https://github.com/acme/kit/compare/`."""
    dots: str = "..."
    since: str = ""
    until: str = ""
    page: str = ""
    """What is before the tag of a URL that shows one version."""

    def compare(self, since: str, until: str) -> str:
        """Return the URL that compares two tags."""
        return self._between(f"GT{_quoted(since)}" if self.form == "azure" else _quoted(since), until)

    def moved(self, since: str) -> str:
        """Return the same URL, comparing from another tag."""
        new = f"GT{_quoted(since)}" if self.form == "azure" else _quoted(since)
        if self.form == "azure":
            return re.sub(r"(baseVersion=)[^&#]*", lambda match: match[1] + new, self.base)
        if self.form == "bitbucket":
            return f"{self.base}{self.until}{self.dots}{new}"
        return f"{self.base}{new}{self.dots}{self.until}"

    def show(self, tag: str) -> str:
        """Return the URL that shows one tag."""
        if self.form == "azure":
            return f"{_azure_root(self.base)}?version=GT{_quoted(tag)}"
        if self.page:
            return f"{self.page}{_quoted(tag)}"
        root = self.base.removesuffix("branches/compare/").removesuffix("compare/")
        if _is_gitlab(root):
            return f"{root.removesuffix('-/')}-/tags/{_quoted(tag)}"
        return f"{root}{'commits/tag' if self.form == 'bitbucket' else 'releases/tag'}/{_quoted(tag)}"

    def _between(self, since: str, until: str) -> str:
        if self.form == "azure":
            return f"{_azure_root(self.base)}/branchCompare?baseVersion={since}&targetVersion=GT{_quoted(until)}"
        if self.form == "bitbucket":
            return f"{self.base}{_quoted(until)}{self.dots}{since}"
        return f"{self.base}{since}{self.dots}{_quoted(until)}"


def page_of(url: str) -> Page | None:
    """Return what a URL compares or shows, None for a form that is not known."""
    azure = _AZURE.match(url)
    if azure is not None:
        return _azure_page(url, azure)
    bitbucket = _BITBUCKET.match(url)
    if bitbucket is not None:
        return Page("bitbucket", bitbucket["base"], bitbucket["dots"], bitbucket["since"], bitbucket["until"])
    compare = _COMPARE.match(url)
    if compare is not None:
        return Page("compare", compare["base"], compare["dots"], compare["since"], compare["until"])
    release = _RELEASE.match(url)
    if release is None:
        return None
    is_bitbucket = "bitbucket.org" in release["repository"]
    page = url[: release.start("tag")]
    before = "branches/" if is_bitbucket else "-/" if _is_gitlab(page) else ""
    base = f"{release['repository']}/{before}compare/"
    return Page("bitbucket" if is_bitbucket else "compare", base, "%0D" if is_bitbucket else "...", page=page)


def page_on(web_url: str) -> Page:
    """Return how the repository with this page compares versions."""
    if "bitbucket.org/" in web_url:
        return Page("bitbucket", f"{web_url}/branches/compare/", "%0D")
    if "/_git/" in web_url:
        return Page("azure", web_url)
    gitlab = "/-" if _is_gitlab(web_url) else ""
    return Page("compare", f"{web_url}{gitlab}/compare/", page=f"{web_url}/-/tags/" if gitlab else "")


def _is_gitlab(url: str) -> bool:
    """Return whether a URL is of a GitLab: it has `/-/` behind the project, or the host is called so."""
    return "/-/" in url or "://gitlab." in url


def _azure_page(url: str, match: re.Match[str]) -> Page | None:
    query = match["query"]
    base, target = re.search(r"baseVersion=([^&]*)", query), re.search(r"targetVersion=([^&]*)", query)
    if match["page"] and base is not None and target is not None:
        return Page("azure", url, since=base[1], until=target[1])
    return Page("azure", match["base"]) if re.search(r"(?:^|&)version=GT", query) and not match["page"] else None


def _azure_root(base: str) -> str:
    return re.split(r"/branchCompare|\?", base, maxsplit=1)[0]


def _quoted(tag: str) -> str:
    return quote(tag, safe="/@+~!$&*,;=:-._")
