"""Texts that stand where a date would and say that there is none."""

from core.text import fold

_PHRASES = (
    "n.d., undated, not dated, no date, no dates, date not known, date unknown, date is unknown, "
    "unknown, unknown date, not known, no date known, no date given, no year, unspecified, "
    "not recorded, date not recorded, n/a, none, null, not available, "
    "o. J., o. D., ohne Jahr, ohne Datum, undatiert, nicht datiert, unbekannt, Datum unbekannt, "
    "s.d., s.a., sine anno, sans date, non daté, inconnu, inconnue, date inconnue, "
    "senza data, non datato, ignota, sconosciuta, data sconosciuta, "
    "sin fecha, desconocida, desconocido, fecha desconocida, "
    "z.j., zonder jaar, ongedateerd, onbekend, datum onbekend"
)


def says_undated(text: str) -> bool:
    """Tell whether a date's text says that no date is known: "[n. d.]", "date not known", "?"."""
    bare = _bare(text)
    return not bare or bare in _NO_DATE


def _bare(text: str) -> str:
    return fold(text).replace(" ", "")  # "n.d.", "n. d." and "ND" are one


_NO_DATE = frozenset(map(_bare, _PHRASES.split(", ")))
