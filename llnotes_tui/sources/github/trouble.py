"""What PyGithub and the libraries below it raise, as faults with a sentence."""

from collections.abc import Iterator
from contextlib import contextmanager

from llnotes_tui.sources.github.faults import GitHubFault, fault_of_status


@contextmanager
def faults_told(what: str, host: str) -> Iterator[None]:
    """Turn whatever goes wrong while `what` is asked of a host into a fault for people.

    Raises:
        GitHubFault: something did.
    """
    import requests
    from github import GithubException

    try:
        yield
    except GithubException as fault:
        raise fault_of_status(fault.status, fault.headers or {}, fault.data, what, host) from fault
    except (requests.RequestException, OSError) as fault:
        sentence = f"{host} cannot be reached ({_reason(fault)}); check the network, or go on with --offline."
        raise GitHubFault("unreachable", sentence) from fault
    except (ValueError, RuntimeError, AssertionError, TypeError, AttributeError, LookupError) as fault:
        sentence = f"{what}: {host} answered something else than GitHub does; check the setting `github`, or try again."
        raise GitHubFault("broken", sentence) from fault


def _reason(fault: BaseException) -> str:
    """Return the innermost reason in a few words: libraries wrap it several times."""
    while (inner := fault.__cause__ or fault.__context__) is not None:
        fault = inner
    words = getattr(fault, "strerror", None) or str(fault) or type(fault).__name__
    return words.split(": ", 1)[-1][:120] if "object at 0x" in words else words[:120]
