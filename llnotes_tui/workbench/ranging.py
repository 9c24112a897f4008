"""What the settings of a repository say about its range, and about each of its components."""

import os
from datetime import UTC, date, datetime

from llnotes_tui.config import Settings
from llnotes_tui.sources.options import ComponentOptions, RangeOptions, SourceError, TagChoice


def range_options(
    settings: Settings,
    component: str | None = None,
    since: str | None = None,
    until: str | None = None,
    choice: TagChoice | None = None,
) -> RangeOptions:
    """Return the options of a range that is released today, of one component where it is named.

    `choice` is what a person chose among the tags.

    Raises:
        SourceError: there is no such component.
    """
    return RangeOptions(
        since=since,
        until=until,
        tag_prefix=settings.tag_prefix,
        tag_pattern=settings.tag_pattern,
        prereleases=settings.prereleases,
        choice=choice or TagChoice(),
        today=release_day(),
        component=_component(settings, component),
        changelog=settings.changelog,
        unreleased=settings.unreleased,
        is_layout_set=settings.layout != "auto" or bool(settings.template),
    )


def release_day() -> date:
    """Return the day of a release: today in this time zone; `SOURCE_DATE_EPOCH` fixes it for builds that repeat."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    moment = datetime.fromtimestamp(int(epoch), UTC) if epoch.isdigit() else datetime.now().astimezone()
    return moment.date()


def components_of(settings: Settings) -> tuple[str, ...]:
    """Return the components that are released on their own; one without a name where there are none."""
    return tuple(settings.components) or ("",)


def _component(settings: Settings, name: str | None) -> ComponentOptions | None:
    if not name:
        return None
    found = settings.components.get(name)
    if found is None:
        known = ", ".join(settings.components) or "none"
        raise SourceError(f"There is no component {name} in the settings (there is: {known}).")
    return ComponentOptions(name, found.tags, found.paths, found.changelog)
