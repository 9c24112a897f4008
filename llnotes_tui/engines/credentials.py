"""Which workspace the environment and `~/.databrickscfg` point at, told without the SDK, the network or any secret."""

import configparser
import os
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

_ENVIRONMENT = {
    "host": ("DATABRICKS_HOST",),
    "token": ("DATABRICKS_TOKEN",),
    "username": ("DATABRICKS_USERNAME",),
    "password": ("DATABRICKS_PASSWORD",),
    "client_id": ("DATABRICKS_CLIENT_ID",),
    "client_secret": ("DATABRICKS_CLIENT_SECRET",),
    "oidc_token_env": ("DATABRICKS_OIDC_TOKEN_ENV",),
    "oidc_token_filepath": ("DATABRICKS_OIDC_TOKEN_FILEPATH", "DATABRICKS_OIDC_TOKEN_FILE"),
    "azure_client_id": ("ARM_CLIENT_ID",),
    "azure_client_secret": ("ARM_CLIENT_SECRET",),
    "azure_use_msi": ("ARM_USE_MSI",),
    "azure_workspace_resource_id": ("DATABRICKS_AZURE_RESOURCE_ID",),
    "google_credentials": ("GOOGLE_CREDENTIALS",),
    "google_service_account": ("DATABRICKS_GOOGLE_SERVICE_ACCOUNT",),
    "metadata_service_url": ("DATABRICKS_METADATA_SERVICE_URL",),
    "auth_type": ("DATABRICKS_AUTH_TYPE",),
}
"""What the SDK reads from the environment, by the name that it has in a profile."""
_SKIPS_FILE = frozenset(_ENVIRONMENT) - {"auth_type"}
"""Any of these set, and no profile named: the SDK does not read the file."""
_ENOUGH = (
    ("token",),
    ("username", "password"),
    ("client_id", "client_secret"),
    ("oidc_token_env",),
    ("oidc_token_filepath",),
    ("azure_client_secret",),
    ("azure_use_msi",),
    ("google_credentials",),
    ("google_service_account",),
    ("metadata_service_url",),
    ("auth_type",),
)
"""Settings that make up one kind of credentials."""
_SENSITIVE = (
    "token",
    "password",
    "client_secret",
    "azure_client_secret",
    "google_credentials",
    "metadata_service_url",
)
_RESERVED = "__settings__"


class Credentials(Struct, frozen=True):
    """Where a workspace is, and what says so.  It holds no token."""

    host: str
    """With scheme; empty where the settings do not tell it."""
    profile: str
    """Name of the profile that is read; empty where the environment says it all."""
    named: bool
    """Somebody asked for the profile by its name."""
    configured: bool
    """A host and some kind of credentials are set.  Whether they are good is for the host to say."""
    file: str
    """Path of the file with the profiles."""
    profiles: tuple[str, ...] = ()
    """The profiles that the file has."""

    @property
    def missing_profile(self) -> bool:
        """Say whether a profile was asked for by name that the file does not have."""
        return self.named and self.profile not in self.profiles

    @property
    def source(self) -> str:
        """Return whose credentials these are, for the middle of a sentence."""
        return f"profile `{self.profile}`" if self.profile else "the environment"

    @property
    def login(self) -> str:
        """Return what renews them, for the end of a sentence."""
        return f"run `databricks auth login --profile {self.profile}`" if self.profile else "set DATABRICKS_TOKEN anew"


def find_credentials(profile: str | None = None, environ: Mapping[str, str] | None = None) -> Credentials:
    """Return what the SDK will use: the environment first, then the profile (of that name, or the default one)."""
    values, read, asked, file, sections = _settings(profile, os.environ if environ is None else environ)
    return Credentials(
        host=_host(values.get("host", "")),
        profile=read,
        named=asked,
        configured=_seem_enough(values, os.environ if environ is None else environ),
        file=str(file),
        profiles=tuple(name for name in sections if name != _RESERVED),
    )


def known_secrets(profile: str | None = None) -> frozenset[str]:
    """Return what environment and profile hold that must never be shown."""
    values = _settings(profile, os.environ)[0]
    return frozenset(values[key] for key in _SENSITIVE if values.get(key))


def _settings(
    profile: str | None, environ: Mapping[str, str]
) -> tuple[dict[str, str], str, bool, Path, dict[str, dict[str, str]]]:
    """Return the settings, the profile that was read, whether it was asked for, the file, and what it holds."""
    values = {key: value for key, names in _ENVIRONMENT.items() if (value := _first(environ, names))}
    asked = profile or environ.get("DATABRICKS_CONFIG_PROFILE", "")
    file = Path(environ.get("DATABRICKS_CONFIG_FILE") or "~/.databrickscfg").expanduser()
    if not asked and _SKIPS_FILE & values.keys():
        return values, "", False, file, {}
    sections = _sections(file)
    read = asked or sections.get(_RESERVED, {}).get("default_profile", "") or "DEFAULT"
    values = {**sections.get(read, {}), **values}
    return values, read if asked or read in sections else "", bool(asked), file, sections


def _first(environ: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((environ[name] for name in names if environ.get(name)), "")


def _sections(file: Path) -> dict[str, dict[str, str]]:
    """Return the profiles of a file, none if it cannot be read: the SDK's own complaint says why."""
    parser = configparser.ConfigParser(interpolation=None, default_section="\0")
    try:
        parser.read(file, encoding="utf-8")
    except (configparser.Error, OSError, UnicodeDecodeError):
        return {}
    return {name: dict(parser.items(name)) for name in parser.sections()}


def _seem_enough(values: Mapping[str, str], environ: Mapping[str, str]) -> bool:
    if values.get("azure_workspace_resource_id") and values.get("azure_client_secret"):
        return True
    if not values.get("host"):
        return False
    if any(all(values.get(key) for key in kind) for kind in _ENOUGH):
        return True
    if values.get("client_id") and environ.get("ACTIONS_ID_TOKEN_REQUEST_TOKEN"):
        return True
    # `databricks auth login` leaves its tokens beside the profile, which then names the host alone.
    return Path("~/.databricks/token-cache.json").expanduser().is_file()


def _host(text: str) -> str:
    text = text.strip().rstrip("/")
    return text if "://" in text or not text else f"https://{text}"
