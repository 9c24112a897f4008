"""The front door: commands, each importing only what it needs, so that `--help` costs no more than click."""

import sys
from typing import Any, NoReturn

import click

from llnotes_tui import __version__
from llnotes_tui.cli_options import engine_options, fleet_options, goal_options, range_options, source_options

DONE, FAILED, USAGE, NOTHING_UNRELEASED, INTERRUPTED = 0, 1, 2, 3, 130


def main() -> NoReturn:
    """Run llnotes and leave with its exit status."""
    debug = "--debug" in sys.argv
    try:
        status = llnotes.main([word for word in sys.argv[1:] if word != "--debug"], standalone_mode=False) or DONE
    except click.ClickException as fault:
        fault.show()
        status = USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo("llnotes: interrupted.", err=True)
        status = INTERRUPTED
    except BrokenPipeError:
        status = FAILED
        sys.stderr.close()
    except Exception as fault:
        status = _told(fault, debug=debug)
    sys.exit(status if isinstance(status, int) else DONE)


def _told(fault: Exception, *, debug: bool) -> int:
    """Say what went wrong in one sentence (with `debug`: and where), and return the exit status for it."""
    if debug:
        import traceback

        traceback.print_exception(fault)
    sentence = getattr(fault, "sentence", None)
    if sentence is None and isinstance(fault, OSError) and fault.strerror:
        sentence = f"{fault.filename or 'the output'} cannot be used ({fault.strerror}); mend that and try again."
    if sentence is None:
        kind = type(fault).__name__
        sentence = f"this is a fault in llnotes ({kind}: {fault}); run it again with --debug for the traceback, and please report it."
    click.echo(f"llnotes: {sentence}", err=True)
    # By name: the modules that define them are not loaded for commands that need none of it.
    return {"SettingsError": USAGE, "TagSettingError": USAGE, "NothingUnreleasedError": NOTHING_UNRELEASED}.get(
        type(fault).__name__, FAILED
    )


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "--version", prog_name="llnotes", message="%(prog)s %(version)s")
@click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback of a fault; taken anywhere.")
@click.pass_context
def llnotes(context: click.Context) -> None:
    """Review model-written release notes beside their diffs, and publish a changelog that can be trusted.

    Without a command: opens the clone you stand in, else the repositories of your settings.
    """
    if context.invoked_subcommand is None:
        from llnotes_tui.workbench.clones import stands_in_clone

        if stands_in_clone():
            context.invoke(review)
        else:
            context.invoke(repos)


@llnotes.command()
@click.argument("repositories", nargs=-1, metavar="[PATH | OWNER/NAME | OWNER]...")
@fleet_options
@source_options
@engine_options
def repos(repositories: tuple[str, ...], **flags: Any) -> None:
    """List repositories with what each has unreleased: clones, folders of clones, and on GitHub single ones or an owner's.

    A folder that is there wins over a name on GitHub.  Without a word: those of the settings, else the clones here.
    """
    from llnotes_tui.workbench.clones import found_repositories

    flags = {name: value for name, value in flags.items() if value != ()}
    clones = found_repositories(repositories, flags)
    if not _has_terminal():
        _print_rows(clones, flags)
        return
    _open_app(clones=clones, flags=flags)


@llnotes.command()
@click.argument("repository", default=".", metavar="[REPO]")
@range_options
@source_options
@engine_options
@click.option(
    "--save", "save_to", metavar="FILE", help="Write this review to a file for a colleague, and open no screen."
)
@click.option("--load", "load_from", metavar="FILE", help="Take a colleague's review in, then open.")
def review(
    repository: str,
    since: str | None = None,
    until: str | None = None,
    save_to: str | None = None,
    load_from: str | None = None,
    **flags: Any,
) -> None:
    """Review the unreleased commits of one repository beside their diffs."""
    from llnotes_tui.workbench.clones import Target

    target = Target(repository, since, until, flags)
    if save_to or load_from:
        from llnotes_tui.workbench.carrying import carry_review

        click.echo(carry_review(target, save_to, load_from), err=True)
    if save_to:
        return
    if not _has_terminal():
        by = target.flags.get("engine") or "extractive"  # nobody is here to agree that text is sent to a model
        click.echo(f"llnotes: no terminal here to review in; this is the draft instead (--engine {by}).", err=True)
        _draft((Target(repository, since, until, flags | {"engine": by}),), "markdown", write=False)
    _open_app(target=target, flags=flags)


@llnotes.command()
@click.argument("repositories", nargs=-1, metavar="[REPO]...")
@range_options
@source_options
@engine_options
@click.option("--format", "form", type=click.Choice(["markdown", "json"]), default="markdown", show_default=True)
@click.option("--write", is_flag=True, help="Write the changelog too, and say that nobody has reviewed it.")
@click.option("--show-prompts", is_flag=True, help="Print what would be sent, secrets masked, and send nothing.")
def draft(
    repositories: tuple[str, ...],
    form: str,
    write: bool,  # noqa: FBT001
    show_prompts: bool,  # noqa: FBT001
    since: str | None = None,
    until: str | None = None,
    **flags: Any,
) -> None:
    """Draft with no screen, for CI and the night before: fills the cache that the app reads."""
    from llnotes_tui.workbench.clones import Target

    targets = tuple(Target(name, since, until, flags) for name in repositories or (".",))
    if not show_prompts:
        _draft(targets, form, write=write)
    from llnotes_tui.workbench.prompts_shown import prompts_shown

    for target in targets:
        for prompt in prompts_shown(target):
            click.echo(prompt)


@llnotes.command()
@click.argument("repository", default=".", metavar="[REPO]")
@range_options
@source_options
@click.option("--only", type=click.Choice(["changelog", "announcement"]), help="Write one of the two.")
@click.option(
    "--unreviewed",
    type=click.Choice(["titles", "skip", "drafts"]),
    help="What becomes of entries nobody has read: title and link, nothing, or the draft as it is.",
)
@click.option("--version", "version", metavar="X.Y.Z", help="Instead of the version confirmed in the review.")
@click.option("--take", type=click.Choice(["ours", "theirs"]), help="Settle what a person changed since.")
@goal_options
def export(
    repository: str,
    only: str | None,
    unreviewed: Any,
    version: str | None,
    take: Any,
    goals: tuple[Any, ...],
    since: str | None = None,
    until: str | None = None,
    **flags: Any,
) -> None:
    """Write what was reviewed, with no screen: the same bytes as the app.

    It goes into the files of the clone; with --commit, --pull-request or --release there instead, and no file is touched.
    A draft release is never published, a branch with a person's changes never moved unasked.
    """
    if len(goals) > 1 or (goals and only is not None):
        raise click.UsageError("Choose one of --only, --commit, --pull-request, --release and --load-pull-request.")
    from llnotes_tui.workbench.clones import Target
    from llnotes_tui.workbench.headless_export import ExportWishes, export_release

    goal: Any = goals[0] if goals else "files"
    wishes = ExportWishes(goal=goal, only=only, unreviewed=unreviewed, version=version, take=take)
    outcome = export_release(
        Target(repository, since, until, flags), wishes, lambda sentence: click.echo(sentence, err=True)
    )
    click.echo(outcome.output, nl=False)
    for sentence in outcome.sentences:
        click.echo(sentence, err=True)
    raise click.exceptions.Exit(outcome.status)


@llnotes.command()
@click.argument("repositories", nargs=-1, required=True, metavar="REPO...")
@click.option("--output", metavar="FILE", help="Write it there instead of printing it.")
@click.option(
    "--unreviewed",
    type=click.Choice(["drafts"]),
    help="Tell entries nobody has read too, as they were drafted. [only what a person has read]",
)
def announce(repositories: tuple[str, ...], output: str | None, unreviewed: str | None) -> None:
    """Announce several reviewed releases together, private repositories left out.

    Each is told by its announcement where a person has read one, else by the entries that a person has read.
    """
    from llnotes_tui.workbench.rolling_up import announce_releases

    outcome = announce_releases(repositories, output or "", drafts=unreviewed == "drafts")
    for sentence in outcome.sentences:
        click.echo(sentence, err=True)
    click.echo(outcome.output, nl=False)
    raise click.exceptions.Exit(outcome.status)


@llnotes.command()
@click.argument("notes", metavar="NOTES")
@click.option("--repo", "repository", default=".", metavar="REPO", show_default=True, help="What they are about.")
@click.option(
    "--version", "version", default="", metavar="X.Y.Z", help="Which section. [what is unreleased, or newest]"
)
@range_options
@source_options
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--level",
    type=click.Choice(["red", "amber", "grey"]),
    default="amber",
    show_default=True,
    help="What is printed, and ends with status 1: this and above.",
)
@click.option("--no-glossary", is_flag=True, help="Show also what the repository's own glossary silences.")
def check(
    notes: str,
    repository: str,
    version: str,
    form: str,
    level: Any,
    no_glossary: bool,  # noqa: FBT001
    since: str | None = None,
    until: str | None = None,
    **flags: Any,
) -> None:
    """Hold release notes that anybody wrote against their commits: exit 1 if something is found.

    NOTES is a changelog in any layout, generated notes or free text; - reads from standard input.  The range is that of
    the version's tag or release commit, unless --since and --until name one.  Entries that match no commit, and changes
    that no entry tells, count as amber.
    """
    from llnotes_tui.workbench import check_report, checking
    from llnotes_tui.workbench.start import Target

    try:
        data = sys.stdin.buffer.read() if notes == "-" else checking.read_file(notes)
        target = Target(repository, since, until, flags)
        checked = checking.check_notes(target, data, version, repository_terms=not no_glossary)
    except checking.CheckError as fault:
        click.echo(f"llnotes: {fault.sentence}", err=True)
        raise click.exceptions.Exit(USAGE) from fault
    for sentence in checked.warnings:
        click.echo(sentence, err=True)
    if form == "json":
        click.echo(check_report.as_json(checked))
    else:
        for line in check_report.text_lines(checked, notes, level):
            click.echo(line)
        click.echo(check_report.summary(checked, level), err=True)
    raise click.exceptions.Exit(FAILED if check_report.holds_release(checked, level) else DONE)


@llnotes.command("pull-request")
@click.argument("number", type=click.IntRange(min=1), metavar="NUMBER")
@click.option(
    "--repo", "repository", default=".", metavar="REPO", show_default=True, help="A clone of it, or owner/name."
)
@engine_options
def pull_request(number: int, repository: str, **flags: Any) -> None:
    """Draft the description of a pull request from its diff, review it, and save it to GitHub by a key."""
    from llnotes_tui.workbench.clones import Target

    if _has_terminal():
        _open_app(target=Target(repository, flags=flags, pull_request=number), flags=flags)
        return
    from llnotes_tui.workbench.pull_request_headless import draft_description

    by = flags.get("engine") or "extractive"  # nobody is here to agree that text is sent to a model
    click.echo(f"llnotes: no terminal here to review in; this is the draft instead (--engine {by}).", err=True)
    target = Target(repository, flags=flags | {"engine": by}, pull_request=number)
    outcome = draft_description(target, lambda line: click.echo(line, err=True))
    click.echo(outcome.output)
    raise click.exceptions.Exit(outcome.status)


@llnotes.group()
def cache() -> None:
    """What is stored where."""


@cache.command()
def info() -> None:
    """Show where answers and reviews are kept, and how large they are."""
    from llnotes_tui.workbench.upkeep import storage_lines

    for line in storage_lines():
        click.echo(line)


@cache.command()
def clear() -> None:
    """Delete all cached answers.  Reviews stay; notes that nobody has decided on are drafted again."""
    from llnotes_tui.workbench.upkeep import clear_cache

    click.echo(clear_cache())


@llnotes.command()
@click.argument("repository", default=".", metavar="[REPO]")
@engine_options
def doctor(repository: str, **flags: Any) -> None:
    """Show what is reachable, as whom, and what is not: exit 1 if drafting or reviewing would fail."""
    from llnotes_tui.workbench.upkeep import examined

    healthy = True
    for check in examined(repository, flags):
        healthy = healthy and check.good is not False
        mark = {True: "ok", False: "FAIL", None: "--"}[check.good]
        click.echo(f"{mark:>4}  {check.what}: {check.sentence}")
    raise click.exceptions.Exit(DONE if healthy else FAILED)


def _draft(targets: tuple[Any, ...], form: str, *, write: bool) -> NoReturn:
    from llnotes_tui.workbench.headless import draft_releases

    outcome = draft_releases(targets, form=form, write=write, say=lambda line: click.echo(line, err=True))
    click.echo(outcome.output, nl=bool(outcome.output) and not outcome.output.endswith("\n"))
    raise click.exceptions.Exit(outcome.status)


def _print_rows(clones: tuple[str, ...], flags: dict[str, Any]) -> None:
    from llnotes_tui.workbench.fleet import rows_as_text

    click.echo("llnotes: no terminal here to open a screen in; this is the list instead.", err=True)
    lines, is_something_read = rows_as_text(clones, flags)
    for line in lines:
        click.echo(line)
    if not is_something_read:
        raise click.exceptions.Exit(FAILED)


def _open_app(**start: Any) -> None:
    import gc

    # Until the first screen is drawn nothing becomes garbage but what the end of a frame frees anyway; the app turns it on.
    gc.disable()
    from llnotes_tui.app import run

    status = run(**start)
    if status:
        raise click.exceptions.Exit(status)


def _has_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()
