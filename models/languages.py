"""Which language a text is in: py3langid, a naive Bayes model over byte sequences."""

from collections.abc import Mapping
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# Those that museums' visitors write. Among all of its 97 it takes short texts for their rare
# neighbours (Luxembourgish, Galician).
LANGUAGES = (
    "ar", "ca", "cs", "da", "de", "el", "en", "es", "fi", "fr", "he", "hu", "it",
    "ja", "ko", "nl", "no", "pl", "pt", "ro", "ru", "sv", "tr", "uk", "zh",
)  # fmt: skip
_LOCK = Lock()


def rank_languages(text: str) -> Mapping[str, float]:
    """Give the probability of each language; loaded at the first call."""
    with _LOCK:
        identifier = _identifier()
    return dict(identifier.rank(text))


@cache
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    every = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    every.set_languages(LANGUAGES)
    # Made anew of what is left: the other one keeps the tables of all languages, some 25 MB.
    return LanguageIdentifier(
        every.nb_ptc,
        every.nb_pc,
        every.nb_classes,
        every.tk_nextmove,
        every.tk_output,
        norm_probs=True,
        tk_row=every.tk_row,
    )
