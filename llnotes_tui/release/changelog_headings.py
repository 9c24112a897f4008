"""What a heading of a changelog is: a released version, what is unreleased, or anything else.

Changelogs name their unreleased section in many ways.  The names come from the translations of Keep a Changelog, from
parkr/changelog (`## HEAD`), RuboCop (`## master`), Maven (`-SNAPSHOT`) and zest.releaser (`1.3.0 (unreleased)`).  A
heading that is compared with them loses its case, accents, emoji, brackets and placeholders for a date first, so that
the list stays short.
"""

import re
import unicodedata
from typing import Literal

from msgspec import Struct

Layout = Literal["labs", "keepachangelog", "free"]

_VERSION = r"\d+(?:[._-]\d+)+(?:[-+.]?[0-9A-Za-z][0-9A-Za-z.+-]*)?"
_RELEASE_HEADING = re.compile(
    rf"""(?:(?:release|version)\s+|(?!v?\d+[._-]\d)(?P<package>[\w./-]+?)[@/_-])?
         (?P<open>\[)?(?P<prefix>v)?(?P<version>{_VERSION})(?P<close>\])?(?:\([^()\s]*\)|\[[^\[\]]*\])?
         (?P<rest>(?:\s*[-–—:,/(\[]|\s+(?:released|unreleased|yanked|\d{{4}}-|tb[da]\b)).*)?$""",
    re.VERBOSE | re.IGNORECASE,
)
_BOLD = re.compile(r"(\*\*|__)(?P<words>.+?):?\1:?")
_COUNTED_HEADING = re.compile(
    r"\[?(?P<prefix>r|rev|build|b)(?P<version>\d{1,6})\]?(?:\([^()\s]*\))?(?:\s+[-–—(]?\s*(?P<date>\d{4}-\d{2}-\d{2})\)?)?",
    re.IGNORECASE,
)
_LABS_HEADING = re.compile(rf"{_VERSION}$")
_KEEPACHANGELOG_HEADING = re.compile(
    rf"(?:\[v?{_VERSION}\]|v?{_VERSION})\s+-\s+\d{{4}}-\d{{2}}-\d{{2}}(?:\s+\[YANKED\])?$", re.IGNORECASE
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_ANY_DATE = re.compile(r"\d{4}|\b\d{1,2}[./]\d{1,2}[./]\d{2}\b")
_PENDING_WORDS = re.compile(
    r"\b(?:tb[dac]|pending|(?:to be |not (?:yet )?)released|in (?:development|progress)|under development|wip|"
    r"(?:work|release) in progress|upcoming|coming(?: soon)?|future|next|soon|dev|snapshot|x{2,4}|y{2,4}|m{2}|d{2}|20[xy?]{2})\b|\?{2,}",
    re.IGNORECASE,
)
_PENDING_VERSION = re.compile(r"[-.+](?:dev\d*|snapshot|unreleased|next|wip)(?:[.-]\d+)?$", re.IGNORECASE)

_CERTAIN = """
unreleased|not released|not yet released|not published|not yet published|to be released|unpublished
inedito|non rilasciato|non pubblicato|da rilasciare|nao publicado|nao lancado|nao liberado|ainda nao lancado|por lancar
no publicado|sin publicar|no lanzado|por publicar|inedito|no publicat|sense publicar|non publie|non diffuse|non livre|a venir
unveroffentlicht|nicht veroffentlicht|noch nicht veroffentlicht|ausstehend|niet uitgebracht|onuitgebracht|nog niet uitgebracht
niet vrijgegeven|niewydane|niewydany|nieopublikowane|nieopublikowany|nieopublikowana|nevydano|nevydane|nepublikovano|nezverejneno
yayinlanmadi|yayinlanmamis|yayimlanmamis|yayımlanmadi|ikke udgivet|uudgivet|ikke utgitt|upublisert|ej utgiven|ej slappt|outgivet
oslappt|inte slappt|julkaisematon|julkaisemattomat|julkaisematta|belum dirilis|belum diterbitkan|chua phat hanh|nelansat
nepublicat|neobjavljeno|neizdano|kiadatlan|kiadasra var|neizleista|neisleista|avaldamata
не выпущено|невыпущенное|не опубликовано|неопубликованное|неопубликовано|новое|будущее|невипущене|не випущено|неопубліковане|неопубликовани
необјављено|неиздадено|αδημοσιευτο|μη δημοσιευμενο|ακυκλοφορητο|გამოუქვეყნებელი
未发布|未释出|未发行|尚未发布|未發布|未發佈|未釋出|未發行|尚未發布|尚未發佈|未リリース|未公開|未発表|未出荷|リリース予定
미배포|미출시|미공개|미발표|미릴리스|미릴리즈|출시되지 않음|공개되지 않음|릴리스되지 않음|배포되지 않음|출시 예정
منتشر نشده|غير منشور|غير صادر|لم يصدر|לא שוחרר|טרם שוחרר|अप्रकाशित
"""
_POSSIBLE = """
head|next|vnext|v next|nextrelease|next release|next version|master|main|trunk|develop|devel|dev|development|in development
under development|in progress|work in progress|wip|tbd|tba|tbc|pending|upcoming|upcoming release|upcoming version|coming soon
coming|future|future release|latest|edge|nightly|snapshot|current|current development|current version|to be determined
to be announced|in arbeit|entwicklung|kommend|prochaine version|en cours|en desarrollo|em desenvolvimento|proximo|proxima
proxima version|proxima versao|in sviluppo|в разработке|следующая версия|开发中|開發中|開発中|次期リリース|次のリリース|개발 중|다음 버전
"""
_NOT_RELEASES = re.compile(
    r"about\b|legend|key$|types? of changes|contents|table of contents|toc$|index$|how to|guid|convention|format|versioning|"
    r"notes? (?:on|about|to|for)\b|introduction|overview|contribut|licen[cs]e|links?$|references?$|policy|support|archive|older|"
    r"previous|see also",
    re.IGNORECASE,
)


def _key(text: str) -> str:
    """Return letters, digits and single spaces of a text, without case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ı", "i").replace("ł", "l").replace("ø", "o"))
    letters = "".join(
        letter if unicodedata.category(letter)[0] in "LN" or unicodedata.category(letter) == "Mc" else " "
        for letter in plain
        if unicodedata.category(letter) != "Mn"
    )
    return unicodedata.normalize("NFC", " ".join(letters.split()))


def _keys(names: str) -> frozenset[str]:
    return frozenset(_key(name) for name in names.replace("\n", "|").split("|") if name.strip())


_CERTAIN_KEYS, _POSSIBLE_KEYS = _keys(_CERTAIN), _keys(_POSSIBLE)


class ReleaseHeading(Struct, frozen=True):
    """A heading that names a version."""

    version: str
    """Without `v` and brackets."""
    date: str | None
    """ISO date."""
    dated: bool
    """It has a date in any format."""
    pending: bool
    """It says itself that the version is not released yet: `1.3.0 - TBD`, `1.3.0.dev0`, `1.3.0 (unreleased)`."""
    spelled: str = ""
    """The version with its `v`, where it has one."""
    package: str = ""
    """The name before the version: `kit` of `kit@1.5.0` and `kit-1.5.0`."""

    @property
    def is_date(self) -> bool:
        """The version is a day (`2024-05-14`), which a file can also have beside the versions that tags name."""
        return _DATE.fullmatch(self.version) is not None


def release_heading(words: str) -> ReleaseHeading | None:
    """Return what a heading says of a version, None for one that names none."""
    bold = _BOLD.match(words)
    match = _RELEASE_HEADING.match(bold["words"] + words[bold.end() :] if bold is not None else words)
    if match is None:
        return _counted_heading(words)
    rest, version = match["rest"] or "", match["version"].rstrip(".")
    date = _DATE.search(rest)
    dated = bool(_ANY_DATE.search(rest))
    says_so = is_unreleased_name(rest) or "unreleased" in rest.lower() or bool(_PENDING_WORDS.search(rest))
    pending = not date and (says_so or (not dated and bool(_PENDING_VERSION.search(version))))
    spelled = (match["prefix"] or "") + version
    return ReleaseHeading(version, date[0] if date else None, dated, pending, spelled, match["package"] or "")


def _counted_heading(words: str) -> ReleaseHeading | None:
    """Return a heading of a version with one number and a prefix, such as `r42` or `[r42](url)`."""
    match = _COUNTED_HEADING.fullmatch(words)
    if match is None:
        return None
    date = match["date"]
    return ReleaseHeading(
        match["version"], date, dated=bool(date), pending=False, spelled=match["prefix"] + match["version"]
    )


def unreleased_name(words: str) -> Literal["certain", "possible", ""]:
    """Return whether a heading has one of the usual names of what is unreleased.

    A `possible` name (`HEAD`, `Next`, `main`) means that only above the newest version.
    """
    words = re.sub(r"\[([^\[\]]*)\](?:\([^()]*\)|\[[^\[\]]*\])", r"\1", words)
    words = re.sub(r":[a-z0-9_+-]+:", " ", words, flags=re.IGNORECASE)
    name = _key(words)
    for part in (name, *_without_additions(name, words)):
        if part in _CERTAIN_KEYS:
            return "certain"
        if part in _POSSIBLE_KEYS:
            return "possible"
    return ""


def is_unreleased_name(words: str) -> bool:
    """Return whether a heading (or a label of a link) has a name that always means what is unreleased."""
    return unreleased_name(words) == "certain"


def _without_additions(name: str, words: str) -> tuple[str, ...]:
    """Return a name without what is often written beside it: a branch, `changes`, a date to be filled in."""
    before = _key(re.split(r"\s[-–—/|:]\s|[/(:,–—]|\s-\s", words.strip().lstrip("([{ "), maxsplit=1)[0])
    short = re.sub(r"^(?:the|current) | (?:changes?|version|release|features?|work|section|updates?|notes)$", "", name)
    of_version = re.sub(r"^(?:version|release|changes (?:in|on|since))\s+", "", name)
    return tuple(part for part in (short, before, of_version) if part and part != name)


def same_words(heading: str, words: str) -> bool:
    """Return whether a heading has these words, whatever its case, brackets and emoji."""
    return _key(heading) == _key(words)


def is_no_release(words: str) -> bool:
    """Return whether a heading introduces something about the file, so that a list below it is no list of changes."""
    return bool(_NOT_RELEASES.match(words.strip("*_[]: ").strip()))


def layout_of(words: str, title: str, *, has_types: bool) -> Layout:
    """Return the layout that the newest version heading of a file shows; `has_types`: `### Added` and the like below it."""
    if _KEEPACHANGELOG_HEADING.match(words):
        return "keepachangelog"
    if _LABS_HEADING.match(words):
        return "keepachangelog" if has_types and title.lower() != "version changelog" else "labs"
    return "free"
