"""The text that is left of a query when the words that became filters are gone."""

from search.understand import curated
from search.understand.words import Words


def leftover(words: Words, gone: frozenset[int]) -> str | None:
    """Join what is left, without small words at its ends; None if nothing says a subject."""
    if not gone:
        return words.text
    kept = [i for i in range(len(words)) if i not in gone]
    if all(words[i] in curated.FILLERS | curated.WORKS for i in kept):
        return None
    while kept and _says_nothing(words, kept[0]):
        kept.pop(0)
    while kept and words[kept[-1]] in curated.FILLERS:
        kept.pop()
    runs = [_run(words, run) for run in _runs(kept)]
    return " ".join(run for run in runs if run) or None


def _says_nothing(words: Words, place: int) -> bool:
    word, following = words[place], words.after(place + 1)
    is_work = word in curated.WORKS and (following in curated.FILLERS | curated.WORKS)
    return word in curated.FILLERS or is_work


def _runs(places: list[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for place in places:
        if runs and runs[-1][-1] == place - 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs


def _run(words: Words, run: list[int]) -> str:
    return words.text[words.all[run[0]].begin : words.all[run[-1]].end]
