"""Which column of a table stands for which field of a mapping, and how sure that is."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ingest.drafting.hints import HINTS, OBJECT_COLUMNS, OBJECT_HINTS, likeness, words_of
from ingest.drafting.kinds import Kind
from ingest.drafting.profile import ColumnProfile

_LEAST = 0.55  # a guess below is worse than a blank: the text search would be fed with noise
_SURE, _LIKELY = 0.95, 0.7
_MOSTLY, _HALF, _SOME = 0.8, 0.5, 0.2  # shares of values
_BY_LOOK: tuple[tuple[str, Kind, float], ...] = (  # fields that a column's values alone tell
    ("image.iiif_url", Kind.IIIF, 0.8),
    ("image.url", Kind.PICTURE_ADDRESS, 0.6),
    ("image.path", Kind.PICTURE_FILE, 0.6),
    ("image.rights", Kind.LICENCE, 0.6),
    ("columns.date_text", Kind.DATE, 0.55),
)


@dataclass(frozen=True, slots=True)
class Guess:
    """A column that stands for a field."""

    field: str  # "columns.title", "artists.name"
    column: ColumnProfile
    score: float
    reason: str

    @property
    def certainty(self) -> str:
        """Say how sure it is, in a word."""
        return "sure" if self.score >= _SURE else "likely" if self.score >= _LIKELY else "a guess"


@dataclass(frozen=True, slots=True)
class ArtistObjects:
    """A column that holds artists as objects, and what their keys say."""

    column: ColumnProfile
    fields: Mapping[str, str]  # field of an artist → key


@dataclass(frozen=True, slots=True)
class Guesses:
    """All that was guessed of a table."""

    fields: Mapping[str, Guess]
    objects: ArtistObjects | None


def guess_fields(columns: Sequence[ColumnProfile]) -> Guesses:
    """Guess fields by the names of columns and by what stands in them; each column once."""
    objects = _artist_objects(columns)
    used = {objects.column.name} if objects else set[str]()
    artists = {} if objects else _artists([c for c in columns if c.name not in used])
    used |= {guess.column.name for guess in artists.values()}
    named = [f for f in HINTS if not f.startswith("artists.")]
    others = _assign(named, [c for c in columns if c.name not in used])
    found = {**others, **artists}
    if "columns.id" not in found and (fallback := _id(columns)):
        found = {f: g for f, g in found.items() if g.column.name != fallback.column.name}
        found["columns.id"] = fallback
    return Guesses({f: found[f] for f in HINTS if f in found}, objects)


def _assign(fields: Collection[str], columns: Iterable[ColumnProfile]) -> dict[str, Guess]:
    """Give each field its best column, the surest first."""
    every = [guess for c in columns for f in fields if (guess := _guess(f, c)).score >= _LEAST]
    found: dict[str, Guess] = {}
    used = set[str]()
    for guess in sorted(every, key=lambda one: -one.score):
        if guess.field not in found and guess.column.name not in used:
            found[guess.field] = guess
            used.add(guess.column.name)
    return found


def _guess(field: str, column: ColumnProfile) -> Guess:
    name = likeness(column.name.rpartition(".")[2], HINTS[field])
    name = max(name, likeness(column.name, HINTS[field]))
    look, kind = max(
        ((score, kind) for f, kind, score in _BY_LOOK if f == field and column.looks(kind) > _HALF),
        default=(0.0, None),
    )
    reason = f"named {column.name!r}" if name >= look else f"looks like {kind}"
    return Guess(field, column, max(name, look) * _evidence(field, column), reason)


def _evidence(field: str, column: ColumnProfile) -> float:
    """Tell how well the values of a column go with a field, from 0 to 1."""
    if column.looks(Kind.OBJECTS) > _SOME:
        return 0.0
    if not column.filled:
        return 0.0 if field == "columns.id" else 0.75
    check = _CHECKS.get(field)
    return check(column) if check else 1.0


def _years(column: ColumnProfile) -> float:
    return 1.0 if column.looks(Kind.YEAR, Kind.DAY) > _MOSTLY or column.is_list else 0.3


def _address(column: ColumnProfile) -> float:
    is_list = column.is_list and any("http" in example for example in column.examples)
    return 1.0 if column.looks(Kind.ADDRESS) > _MOSTLY or is_list else 0.0


def _id_like(column: ColumnProfile) -> float:
    if column.has_repeats:
        return 0.2
    return 1.0 if column.share_filled > 0.999 else 0.3


def _wordy(column: ColumnProfile) -> float:
    return 0.2 if column.looks(Kind.ADDRESS) > _SOME or column.looks(Kind.NUMBER) > _HALF else 1.0


def _dated(column: ColumnProfile) -> float:
    return 1.0 if column.looks(Kind.DATE, Kind.YEAR, Kind.DAY) > _HALF else 0.4


def _service(column: ColumnProfile) -> float:
    is_address = column.looks(Kind.ADDRESS) > _MOSTLY and not column.looks(Kind.MANIFEST)
    return 1.0 if column.looks(Kind.IIIF) > _HALF else 0.9 if is_address else 0.0


_CHECKS: Mapping[str, Callable[[ColumnProfile], float]] = {
    "columns.id": _id_like,
    "columns.title": _wordy,
    "columns.medium": _wordy,
    "columns.classification": _wordy,
    "columns.date_text": _dated,
    "columns.begin": _years,
    "columns.end": _years,
    "columns.url": _address,
    "artists.name": _wordy,
    "artists.begin": _years,
    "artists.end": _years,
    "image.url": _address,
    "image.thumbnail_url": _address,
    "image.iiif_url": _service,
    "image.path": lambda column: 1.0 if column.looks(Kind.PICTURE_FILE) > _HALF else 0.0,
    "image.rights": lambda column: 0.4 if column.looks(Kind.CLAIM) > _MOSTLY else 1.0,
}


def _artists(columns: Sequence[ColumnProfile]) -> dict[str, Guess]:
    """Choose the columns about artists: all with lists, or all with one value, not mixed."""
    fields = [field for field in HINTS if field.startswith("artists.")]
    families = [
        _assign(fields, [c for c in columns if c.is_list is is_list or not c.filled])
        for is_list in (False, True)
    ]
    named = [family for family in families if "artists.name" in family]
    return max(named, key=len, default={})


def _artist_objects(columns: Iterable[ColumnProfile]) -> ArtistObjects | None:
    for column in columns:
        if "".join(words_of(column.name)) not in OBJECT_COLUMNS or not column.keys:
            continue
        fields: dict[str, str] = {}
        for field, hints in OBJECT_HINTS.items():
            score, key = max((likeness(key, hints), key) for key in column.keys)
            if score >= _LEAST and key not in fields.values():
                fields[field] = key
        if "name" in fields:
            return ArtistObjects(column, fields)
    return None


def _id(columns: Sequence[ColumnProfile]) -> Guess | None:
    """Fall back to a column that tells rows apart, or to the one that does so best."""
    unique = [c for c in columns if c.filled and c.share_filled == 1 and not c.has_repeats]
    short = [c for c in unique if not c.looks(Kind.OBJECTS, Kind.PROSE)]
    if short:
        best = min(short, key=lambda c: c.mean_length)
        return Guess("columns.id", best, 0.6, "no value comes twice")
    filled = [c for c in columns if c.filled and not c.looks(Kind.OBJECTS)]
    if not filled:
        return None
    best = max(filled, key=lambda c: (c.share_filled, c.distinct))
    return Guess("columns.id", best, 0.0, "NOT UNIQUE: rows with the same value are set aside")
