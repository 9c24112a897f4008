"""What is asked before the first draft with a model: where text goes, and how much of it."""

from typing import TYPE_CHECKING

from llnotes_tui.widgets.cells import single_line

if TYPE_CHECKING:
    from llnotes_tui.workbench.workbench import Workbench


def question(workbench: "Workbench") -> str:
    """Return the question in words.  Reads diffs for the estimate: not for the screen's thread."""
    estimate = workbench.estimate()
    engine = workbench.drafting.engine if workbench.drafting is not None else None
    host = single_line(str(getattr(engine, "host", "") or "the serving endpoint"))
    model = single_line(engine.model) if engine is not None else ""
    settings = workbench.settings
    price = (estimate.input_tokens * settings.price_input + estimate.output_tokens * settings.price_output) / 1_000_000
    cost = f", about {price:.2f} US dollars" if price else ""
    return (
        f"Messages and diffs of this release will be sent to {host} (endpoint {model}), secrets masked.\n"
        f"About {estimate.calls:,} calls, {estimate.input_tokens:,} tokens in and {estimate.output_tokens:,} out{cost}."
    )
