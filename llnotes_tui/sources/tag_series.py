"""Which tags of a repository are its releases: as the settings say, as a person chose, else as the tags themselves show.

The whole history is never used silently: if tags are there and none of them is a release, or a setting matches none,
that is an error that names the newest tag and the setting that helps, and carries what a person can choose instead.
The tags of all branches count, for releases may be tagged on branches that never come back.
"""

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct, structs

from llnotes_tui.release.series import TagSeries, candidates_among, newest_name, newest_of, series_of
from llnotes_tui.release.text import one_line
from llnotes_tui.release.versions import Tag, VersionScheme, parse, shape_of, split_any_tag
from llnotes_tui.sources.options import RangeOptions, SourceError, TagChoice

_NAMED = 4
"""So many tags are named in a sentence."""
_OFFERED = 5
"""So many tags are offered that are no versions."""
_REGULAR_EXPRESSION = re.compile(r"[\[\]^$\\+?|(){}]")


class TagOption(Struct, frozen=True):
    """One line of the chooser."""

    words: str
    choice: TagChoice


class TagQuestion(Struct, frozen=True):
    """What to choose among, and why."""

    sentence: str
    options: tuple[TagOption, ...]
    title: str = "Which tags are the releases?"


_EVERYTHING = TagOption("Begin at the first commit", TagChoice(everything=True))


class TagSeriesError(SourceError):
    """The tags do not say where a release begins; `question` has what a person can choose."""

    def __init__(self, sentence: str, options: Iterable[TagOption], *, is_choice: bool = False) -> None:
        super().__init__(sentence)
        self.question = TagQuestion(sentence, tuple(options))
        self.is_choice = is_choice
        """Several series are in use; else no tag is a release."""


class TagSettingError(TagSeriesError):
    """A setting about tags matches none of them."""


def scheme_for(options: RangeOptions, tags: tuple[Tag, ...], name: str) -> VersionScheme:
    """Return how the versions are tagged: as the options say, else as the tags themselves show.

    `tags` are all of the repository's; `name` is what to call the repository.

    Raises:
        TagSettingError: a setting matches none of the tags.
        TagSeriesError: several series are in use, and nothing says which is meant.
    """
    component = options.component
    asked = _asked_scheme(options, tags)
    if asked is not None:
        setting, scheme = asked
        if not tags or options.choice.everything or _has_version(tags, scheme):
            return _as_chosen(scheme, options, tags)
        if options.choice.prefix is None:
            raise _no_match(setting, scheme, tags, name)
    elif component is not None:
        named = tuple(tag for tag in tags if tag.name.lower().startswith(component.name.lower()))
        tags = named or tags
    series = series_of(tags)
    chosen = _chosen(options, tags, series)
    candidates = (chosen,) if chosen is not None else candidates_among(series)
    if len(candidates) > 1:
        raise TagSeriesError(_several(candidates, name), _options_of(candidates), is_choice=True)
    prereleases = options.prereleases
    scheme = candidates[0].scheme(prereleases=prereleases) if candidates else VersionScheme("v", "", prereleases)
    return _as_chosen(scheme, options, tags)


def require_release(options: RangeOptions, tags: Sequence[Tag], scheme: VersionScheme, name: str) -> None:
    """Refuse to begin at the first commit where tags show that there were releases before.

    For a range whose base was not found, neither by tags nor by commits.

    Raises:
        TagSeriesError: there are tags, and none is a release of the scheme.
    """
    if options.choice.everything or not tags or newest_of(tags, scheme):
        return
    newest_prerelease = newest_of(tags, structs.replace(scheme, prereleases=True))
    if newest_prerelease:
        raise only_prereleases(newest_prerelease, scheme, name)
    counted = "1 tag, but it is not" if len(tags) == 1 else f"{len(tags):,} tags, but none is"
    raise TagSeriesError(
        f"{name} has {counted} read as a version (newest: {_quoted(newest_name(tags))}). Set `tag_pattern` with `*` for "
        "the version, such as `build-*`, or name where to begin with --since.",
        (*_newest_tags(tags), _EVERYTHING),
    )


def only_prereleases(newest: str, scheme: VersionScheme, name: str) -> TagSeriesError:
    """Return the error about a repository with no release but pre-releases; `newest` is the tag of the newest one."""
    return TagSeriesError(
        f"{name} has only pre-releases (newest: {_quoted(newest)}). Use --prereleases or the setting "
        "`prereleases = true` to begin after it, or name where to begin with --since.",
        (
            TagOption(
                f"Begin after the newest pre-release, {one_line(newest)}",
                TagChoice(prefix=scheme.prefix, prereleases=True),
            ),
            _EVERYTHING,
        ),
    )


def scheme_by_name(options: RangeOptions, tags: tuple[Tag, ...], name: str, named: Tag | None) -> VersionScheme:
    """Return how the versions are tagged, where a person named a tag (`named`) or a commit to begin after; never fails.

    `tags` are all of the repository's; `name` is what to call the repository.  Where nothing else says it, the tags of the
    plain series are the releases.
    """
    chosen = options.tag_pattern or options.tag_prefix is not None or options.component is not None
    split = split_any_tag(named.name) if named is not None else None
    if split is not None and not chosen:
        return VersionScheme(prefix=split[0], prereleases=True)
    try:
        return scheme_for(options, tags, name)
    except SourceError:
        pass
    candidates = candidates_among(series_of(tags))
    return candidates[0].scheme(prereleases=options.prereleases) if candidates else VersionScheme("v")


def tag_prefixes(options: RangeOptions) -> tuple[str, ...]:
    """Return what may stand before a version that a person typed without prefix, the most specific first: `core-v`, `v`."""
    component = options.component.tags.partition("*")[0] if options.component is not None else ""
    asked = options.tag_prefix or options.choice.prefix or ""
    found = (component, asked, options.tag_pattern.partition("*")[0], "v")
    return tuple(dict.fromkeys(prefix for prefix in found if prefix))


def tag_by_version(options: RangeOptions, tags: tuple[Tag, ...], name: str, given: str) -> Tag | None:
    """Return the tag of a version that a person typed without prefix, `REL_1_3_0` for `1.3.0`; None where there is none.

    It is looked for among the releases, then in all series, where it has to be the only one.  `tags` are all of the
    repository's; `name` is what to call the repository.
    """
    wanted = parse(given)
    if wanted is None:
        return None
    scheme = structs.replace(scheme_by_name(options, tags, name, None), prereleases=True, dotted=False)
    everywhere = [one.scheme(prereleases=True) for one in series_of(tags)]

    def found(schemes: Sequence[VersionScheme]) -> list[Tag]:
        versions = ((tag, one.version_of(tag.name)) for one in schemes for tag in tags)
        return [tag for tag, version in versions if version is not None and version.key == wanted.key]

    own = found([scheme])
    others = found(everywhere) if not own else []
    return own[0] if own else others[0] if len(others) == 1 else None


def series_to_choose(options: RangeOptions, tags: Sequence[Tag]) -> tuple[TagSeries, ...]:
    """Return the series that a person may choose from, retired ones too; empty where one is all, or the settings choose."""
    is_set = options.tag_pattern or options.tag_prefix is not None or options.component is not None
    series = series_of(tags) if not is_set else ()
    return series if len(series) > 1 else ()


def setting_note(options: RangeOptions, tags: Sequence[Tag]) -> str:
    """Return one sentence about a setting that matches no tag, where a person's choice holds instead; else empty.

    `tags` are all of the repository's.
    """
    asked = _asked_scheme(options, tags)
    if asked is None or not tags or _has_version(tags, asked[1]):
        return ""
    if options.choice.everything or options.choice.prefix is not None:
        return f"`{asked[0]}` matches no tag, so the choice made in the app is used; B changes it."
    return ""


def series_notes(options: RangeOptions, tags: Sequence[Tag], prefix: str) -> tuple[str, ...]:
    """Return what a range has to say about the tags: a setting that matches none, and which of several series is in use.

    `tags` are all of the repository's, `prefix` is that of those in use.  A component says by its name which series it has.
    """
    notes = (setting_note(options, tags), _series_note(tags, prefix) if options.component is None else "")
    return tuple(note for note in notes if note)


def _series_note(tags: Sequence[Tag], prefix: str) -> str:
    """Return one sentence about which of several series is in use, and which are retired; empty for a single one."""
    own, series = shape_of(prefix), series_of(tags)
    used = next((one for one in series if one.shape == own), None)
    others = [one.newest for one in series if one.shape != own and not one.retired]
    retired = [one.newest for one in series if one.shape != own and one.retired]
    if used is None or not (others or retired):
        return ""
    return f"Tag series: {_quoted(used.newest)}{_named_briefly('other series', others)}{_named_briefly('retired', retired)}."


def _named_briefly(what: str, names: Sequence[str]) -> str:
    """Return the first name and how many more there are: the header of a review has few lines, and B lists them all."""
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"; {what}: {_quoted(names[0])}{more}" if names else ""


def series_question(series: Sequence[TagSeries], name: str) -> TagQuestion | None:
    """Return the choice among several series, those in use first; None where there is only one."""
    return TagQuestion(f"{name} has several tag series.", _options_of(series)) if len(series) > 1 else None


# -- what the settings say ---------------------------------------------------------------------------------------------


def _asked_scheme(options: RangeOptions, tags: Sequence[Tag]) -> tuple[str, VersionScheme] | None:
    """Return the setting that says how versions are tagged, and its scheme; None where nothing is set."""
    component, prereleases = options.component, options.prereleases
    pattern = (component.tags if component is not None else "") or options.tag_pattern
    if pattern:
        setting = f'components.{component.name}.tags = "{pattern}"' if component and component.tags else ""
        before = pattern.partition("*")[0]
        scheme = VersionScheme(before, pattern if "*" in pattern else f"{pattern}*", prereleases)
        return one_line(setting or f'tag_pattern = "{pattern}"'), scheme
    if options.tag_prefix is None:
        return None
    setting = one_line(f'tag_prefix = "{options.tag_prefix}"')
    if options.tag_prefix:
        return setting, VersionScheme(options.tag_prefix, f"{options.tag_prefix}*", prereleases)
    plain = next((one for one in series_of(tags) if not one.shape), None)
    return setting, plain.scheme(prereleases=prereleases) if plain is not None else VersionScheme("", "", prereleases)


def _no_match(setting: str, scheme: VersionScheme, tags: Sequence[Tag], name: str) -> TagSettingError:
    candidates = candidates_among(series_of(tags))
    counted = f"the only tag of {name}" if len(tags) == 1 else f"any of the {len(tags):,} tags of {name}"
    newest = candidates[0].newest if candidates else newest_name(tags)
    helps = "Correct it" if setting.startswith("components.") else "Correct or remove it"
    if candidates and not setting.startswith("components."):
        verb, instead = ("Set", "") if setting.startswith("tag_prefix") else ("Use", " instead")
        helps = f'{verb} `tag_prefix = "{_prefix_setting(candidates[0])}"`{instead} or remove it'
    return TagSettingError(
        f"`{setting}` does not match {counted} (newest: {_quoted(newest)}).{_misunderstood(setting, scheme.pattern)} "
        f"{helps}, or name where to begin with --since.",
        (*(_options_of(candidates) or _newest_tags(tags)), _EVERYTHING),
    )


def _misunderstood(setting: str, pattern: str) -> str:
    """Return how a setting is meant, if it is spelled as something else: a regular expression, or several `*`."""
    if setting.startswith("tag_prefix"):
        is_literal = not _REGULAR_EXPRESSION.search(pattern) and pattern.count("*") < 2
        return "" if is_literal else " It is not a pattern but the text before the version, taken literally."
    if _REGULAR_EXPRESSION.search(pattern):
        return " It looks like a regular expression, but `*` means the version and all else means itself."
    return " Use a single `*`, which means the whole version." if pattern.count("*") > 1 else ""


def _has_version(tags: Iterable[Tag], scheme: VersionScheme) -> bool:
    known = structs.replace(scheme, prereleases=True)
    return any(known.version_of(tag.name) is not None for tag in tags)


def _as_chosen(scheme: VersionScheme, options: RangeOptions, tags: Sequence[Tag]) -> VersionScheme:
    """Return the scheme with pre-releases if a person chose them, as long as there is no release."""
    if options.choice.prereleases and not newest_of(tags, scheme):
        return structs.replace(scheme, prereleases=True)
    return scheme


def _chosen(options: RangeOptions, tags: Sequence[Tag], series: Sequence[TagSeries]) -> TagSeries | None:
    """Return the series that is meant without doubt, None where there is none.

    A past release is named by its tag (`--until kit-1.2.0`), a component by its name; else it is what a person chose.
    """
    until = (options.until or "").removeprefix("refs/tags/")
    named = next((tag for tag in tags if tag.name in (until, f"v{until}")), None) if until else None
    read = split_any_tag(named.name) if named is not None else None
    component = options.component.name if options.component is not None else None
    for prefix in (read[0] if read is not None else None, options.choice.prefix, component):
        found = next((one for one in series if prefix is not None and one.shape == shape_of(prefix)), None)
        if found is not None:
            return found
    return None


# -- words -------------------------------------------------------------------------------------------------------------


def _several(candidates: Sequence[TagSeries], name: str) -> str:
    """Return the error about several series, with the setting that picks each of the first two."""
    examples = ", ".join(f'`"{_prefix_setting(one)}"` for {_quoted(one.newest)}' for one in candidates[:2])
    return (
        f"{name} has several tag series ({_listed([one.newest for one in candidates])}). Pick one with `tag_prefix` "
        f"({examples}), or define components in .llnotes.toml."
    )


def _prefix_setting(series: TagSeries) -> str:
    """Return the `tag_prefix` that picks a series: the plain one is without prefix, however its tags are spelled."""
    return one_line(series.prefix) if series.shape else ""


def _options_of(series: Iterable[TagSeries]) -> tuple[TagOption, ...]:
    return tuple(
        TagOption(
            f"{one_line(one.newest)}  {one.count:,} tag{'' if one.count == 1 else 's'}{', retired' if one.retired else ''}",
            TagChoice(prefix=one.prefix, prereleases=one.prerelease),
        )
        for one in series
    )


def _newest_tags(tags: Iterable[Tag]) -> tuple[TagOption, ...]:
    newest = sorted(tags, key=lambda tag: (tag.tagged_at, tag.name), reverse=True)[:_OFFERED]
    return tuple(TagOption(f"Begin after {one_line(tag.name)}", TagChoice(since=tag.name)) for tag in newest)


def _quoted(tag: str) -> str:
    return f"`{one_line(tag)}`"


def _listed(tags: Sequence[str]) -> str:
    more = f" and {len(tags) - _NAMED} more" if len(tags) > _NAMED else ""
    return ", ".join(_quoted(tag) for tag in tags[:_NAMED]) + more
