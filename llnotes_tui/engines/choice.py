"""Which engine writes: the one that was asked for, else a model if there is one to reach."""

import os
from collections.abc import Mapping
from pathlib import Path

from llnotes_tui.config import EngineName
from llnotes_tui.engines.base import Engine
from llnotes_tui.engines.credentials import find_credentials


def choose(
    name: EngineName,
    *,
    profile: str = "",
    endpoint: str,
    call_timeout: float,
    environ: Mapping[str, str] | None = None,
    log: Path | None = None,
) -> Engine:
    """Return the engine called `name`; `auto` is `databricks` where credentials are set, else `extractive`.

    Quick: no SDK is imported, and nothing is asked of the network.  `log` is the file for what the SDK has to say.
    """
    if name == "auto":
        name = "databricks" if credentials_are_set(profile, environ) else "extractive"
    if name == "databricks":
        from llnotes_tui.engines.databricks import Databricks

        return Databricks(profile or None, endpoint, call_timeout, log=log)
    from llnotes_tui.engines.extractive import Extractive

    return Extractive()


def credentials_are_set(profile: str = "", environ: Mapping[str, str] | None = None) -> bool:
    """Say whether the environment or `~/.databrickscfg` seems to hold credentials; a profile asked for by name counts."""
    credentials = find_credentials(profile or None, os.environ if environ is None else environ)
    return credentials.named or credentials.configured
