"""The command line of the GitHub of the tests: to try the fleet by hand, with no account."""

import argparse
import tempfile
import threading
from contextlib import ExitStack, suppress
from pathlib import Path

from tests.fakes.github import FAULTS, GitHubFake
from tests.fakes.github_samples import make_samples, serve_clone


def main() -> None:
    """Serve until ctrl+c, and print every request."""
    arguments = _arguments()
    try:
        github = GitHubFake(latency=arguments.latency, port=arguments.port, log=not arguments.quiet)
    except OSError as fault:
        raise SystemExit(f"Port {arguments.port} cannot be had ({fault.strerror}); give another by --port.") from None
    with ExitStack() as stack, suppress(KeyboardInterrupt):
        stack.enter_context(github)
        for path in arguments.clones:
            serve_clone(github, arguments.owner, path)
        if not arguments.clones:
            room = stack.enter_context(
                tempfile.TemporaryDirectory(prefix="github-samples-", ignore_cleanup_errors=True)
            )
            make_samples(github, arguments.owner, Path(room))
        for kind in arguments.faults:
            github.fault(kind, times=arguments.times or None, on=arguments.on, seconds=arguments.seconds)
        _tell(github, arguments.owner)
        threading.Event().wait()
    print("\n# stopped", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.github", description=__doc__)
    parser.add_argument("clones", nargs="*", type=Path, metavar="CLONE", help="none: a dozen samples, made anew")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--latency", type=float, default=0.05, help="seconds that every answer takes")
    parser.add_argument("--owner", default="acme", help="the organisation that they belong to")
    parser.add_argument("--faults", nargs="+", choices=FAULTS, default=[], help="what goes wrong")
    parser.add_argument("--times", type=int, default=1, help="how often each; 0: always")
    parser.add_argument("--on", default="", help="an expression over `VERB /path`: which requests they strike")
    parser.add_argument("--seconds", type=float, default=5.0, help="what a limit asks to wait, and a slow answer takes")
    parser.add_argument("--quiet", action="store_true", help="print no requests")
    arguments = parser.parse_args()
    for path in arguments.clones:
        if not (path / ".git").exists() and not (path / "HEAD").is_file():
            parser.error(f"{path} is no git repository")
    return arguments


def _tell(github: GitHubFake, owner: str) -> None:
    for name, value in github.environment.items():
        print(f"export {name}={value}")
    names = [record.full_name for record in github.repositories.values()]
    first = names[0]
    print(f"# {len(names)} repositories: {' '.join(names)}")
    print("# now, in another terminal (ctrl+c here stops):")
    print(f"#   llnotes repos {owner}")
    print(f"#   llnotes review {first}")
    print(f"#   git clone {github.clone_url(first)}", flush=True)
