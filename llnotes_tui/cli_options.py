"""The options that several commands share, and those of one that would hide what it does."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def range_options(command: Command) -> Command:
    """Add the options that choose what is released."""
    for option in reversed(
        (
            click.option("--since", metavar="REF", help="Begin after this tag or commit instead of the last release."),
            click.option(
                "--until", metavar="REF", help="End with this tag or commit instead of the upstream default branch."
            ),
            click.option("--component", metavar="NAME", help="One component of the settings."),
            click.option("--prereleases/--no-prereleases", default=None, help="Whether a pre-release can be the base."),
        )
    ):
        command = option(command)
    return command


def engine_options(command: Command) -> Command:
    """Add the options that choose who writes."""
    for option in reversed(
        (
            click.option(
                "--engine",
                type=click.Choice(["auto", "databricks", "extractive"]),
                help="Who writes: a serving endpoint, or rules without a model. [auto: an endpoint if there are credentials]",
            ),
            click.option("--profile", metavar="NAME", help="Profile of ~/.databrickscfg."),
            click.option("--endpoint", metavar="NAME", help="Serving endpoint to ask."),
        )
    ):
        command = option(command)
    return command


def source_options(command: Command) -> Command:
    """Add the options that choose what is asked of GitHub."""
    return click.option(
        "--offline/--no-offline", default=None, help="Ask GitHub nothing; use what was fetched before."
    )(command)


def fleet_options(command: Command) -> Command:
    """Add the options that choose among an owner's repositories."""
    for option in reversed(
        (
            click.option("--archived/--no-archived", default=None, help="Whether an owner's archived ones are listed."),
            click.option("--forks/--no-forks", default=None, help="Whether an owner's forks are listed."),
            click.option("--topic", "topics", multiple=True, metavar="TOPIC", help="Only an owner's with this topic."),
            click.option(
                "--name", "names", multiple=True, metavar="GLOB", help="Only an owner's of this name; !GLOB: none such."
            ),
            click.option(
                "--language",
                "languages",
                multiple=True,
                metavar="NAME",
                help="Only an owner's mainly in this language.",
            ),
        )
    ):
        command = option(command)
    return command


def goal_options(command: Command) -> Command:
    """Add the options that choose where an export goes instead of into files: `goals`, at most one."""
    for option in reversed(
        (
            click.option(
                "--commit",
                "goals",
                flag_value="commit",
                multiple=True,
                help="Commit it on a branch of its own instead.",
            ),
            click.option(
                "--pull-request",
                "goals",
                flag_value="pull-request",
                multiple=True,
                help="Propose it on GitHub instead.",
            ),
            click.option(
                "--release",
                "goals",
                flag_value="release",
                multiple=True,
                help="Make the draft release on GitHub instead.",
            ),
            click.option(
                "--load-pull-request",
                "goals",
                flag_value="load",
                multiple=True,
                help="Take the words of the release pull request that is open into the review, as edits.",
            ),
        )
    ):
        command = option(command)
    return command
