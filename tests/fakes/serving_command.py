"""The command line of the serving endpoint: to try the databricks engine by hand."""

import argparse
import time
from contextlib import suppress
from typing import NoReturn

from tests.fakes.serving import ENDPOINT, FAULTS, USUAL, Serving


def main() -> None:
    """Serve until ctrl+c, and say every second what has come."""
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.serving", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--latency", type=float, default=0.2, help="seconds that every answer takes")
    parser.add_argument("--faults", type=float, default=0.0, help="share of the calls that fail, 0 to 1")
    parser.add_argument("--kinds", nargs="+", choices=FAULTS, default=list(USUAL), help="how they fail")
    parser.add_argument("--script", nargs="+", choices=FAULTS, default=[], help="what happens to the first calls")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--retry-after", default="1", help="seconds, where an answer names a wait")
    parser.add_argument("--refuse", nargs="+", choices=["response_format", "temperature"], default=[])
    arguments = parser.parse_args()
    serving = Serving(
        script=arguments.script,
        faults=arguments.faults,
        kinds=tuple(arguments.kinds),
        seed=arguments.seed,
        latency=arguments.latency,
        retry_after=arguments.retry_after,
        refused=frozenset(arguments.refuse),
        port=arguments.port,
    )
    with serving, suppress(KeyboardInterrupt):
        for name, value in serving.environment.items():
            print(f"export {name}={value}")
        print(
            f"# now, in another terminal: llnotes draft --engine databricks   (endpoint {ENDPOINT}; ctrl+c stops)",
            flush=True,
        )
        _watch(serving)
    print("# stopped", flush=True)


def _watch(serving: Serving) -> NoReturn:
    """Say every second what came in, until ctrl+c."""
    told = 0
    while True:
        time.sleep(1)
        if len(serving.calls) > told:
            told = len(serving.calls)
            failed = sum(call.fault not in ("ok", "blocks") for call in list(serving.calls))
            print(f"# {told} calls, {failed} failed, at most {serving.most_at_once} at once", flush=True)
