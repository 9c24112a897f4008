"""Who asks the GitHub of the tests: tokens, what they may see, and how many requests they have left."""

import base64
import binascii
import itertools
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.github_records import FakeRepository

TOKEN = "ghp_" + "Fake0123456789abcdefFake0123456789ab"
ANONYMOUS_LIMIT = 60
_HOUR = 3600


@dataclass(frozen=True)
class FakeToken:
    """A token."""

    login: str
    scopes: str = "repo, read:org"
    owners: frozenset[str] | None = None
    """Owners (in lower case) whose private repositories it sees; None: all."""
    is_app: bool = False

    def may_see(self, repository: FakeRepository) -> bool:
        return not repository.private or self.owners is None or repository.owner.login.lower() in self.owners


@dataclass
class Caller:
    """Who sent a request."""

    key: str
    """What its requests are counted by."""
    token: FakeToken | None = None
    """None: nobody."""
    is_wrong: bool = False
    """Whether it sent credentials that are none."""

    def may_see(self, repository: FakeRepository) -> bool:
        return self.token.may_see(repository) if self.token is not None else not repository.private


@dataclass(frozen=True)
class FakeApp:
    """A GitHub App that is installed at an owner."""

    app: int
    installation: int
    public_key: str
    """PEM: what its signatures are checked by."""
    owner: str


@dataclass
class Access:
    """All tokens and Apps."""

    viewer: str
    tokens: dict[str, FakeToken] = field(default_factory=dict)
    apps: list[FakeApp] = field(default_factory=list)
    spent: Counter[str] = field(default_factory=Counter)
    """Requests by `Caller.key` and resource: `core`, `graphql`."""

    def __post_init__(self) -> None:
        self.tokens[TOKEN] = FakeToken(self.viewer)
        self.window_ends = int(time.time()) + _HOUR
        self._made = itertools.count(1)

    def grant(self, token: str, login: str, scopes: str = "repo", owners: Iterable[str] | None = None) -> FakeToken:
        """Add a token; `owners` are those whose private repositories it sees (None: all; empty: none)."""
        seen = None if owners is None else frozenset(owner.lower() for owner in owners)
        self.tokens[token] = FakeToken(login, scopes, seen)
        return self.tokens[token]

    def install(self, app: int, installation: int, public_key: str, owner: str) -> None:
        """Install a GitHub App at an owner."""
        self.apps.append(FakeApp(app, installation, public_key, owner))

    def caller(self, authorization: str) -> Caller:
        """Return who a header speaks for: `token X`, `Bearer X`, or Basic with the token as password, as git has it."""
        scheme, _, value = authorization.partition(" ")
        value = value.strip()
        if not authorization:
            return Caller("nobody")
        if scheme.lower() == "basic":
            try:
                value = base64.b64decode(value, validate=True).decode().partition(":")[2]
            except (binascii.Error, UnicodeDecodeError):
                value = ""
        known = self.tokens.get(value)
        return Caller(value, known) if known is not None else Caller("nobody", is_wrong=True)

    def token_for_app(self, installation: int, authorization: str) -> dict[str, Any] | None:
        """Return a token made for an installation, None if the JWT is not signed by its App."""
        app = self.app_of(authorization)
        if app is None or app.installation != installation:
            return None
        token = f"ghs_{next(self._made):036d}"
        self.tokens[token] = FakeToken(f"app-{app.app}[bot]", "", frozenset({app.owner.lower()}), is_app=True)
        ends = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + _HOUR))
        rights = {"contents": "write", "metadata": "read", "pull_requests": "write"}
        return {"token": token, "expires_at": ends, "permissions": rights, "repository_selection": "all"}

    def app_of(self, authorization: str) -> FakeApp | None:
        """Return the App that signed a JWT (RS256; `iss` is its id)."""
        import jwt

        for app in self.apps:
            try:
                told = jwt.decode(authorization.partition(" ")[2], app.public_key, algorithms=["RS256"])
            except jwt.InvalidTokenError:
                continue
            if str(told.get("iss")) == str(app.app):
                return app
        return None

    def limits(self, caller: Caller, limit: int) -> dict[str, dict[str, int]]:
        """Return limit, use and reset of each resource, as `/rate_limit` has them."""
        told = {}
        for name in ("core", "graphql"):
            most = limit if caller.token is not None else (ANONYMOUS_LIMIT if name == "core" else 0)
            used = min(most, self.spent[f"{caller.key} {name}"])
            told[name] = {"limit": most, "used": used, "remaining": most - used, "reset": self.window_ends}
        return told

    def spend(self, caller: Caller, resource: str) -> None:
        self.spent[f"{caller.key} {resource}"] += 1
