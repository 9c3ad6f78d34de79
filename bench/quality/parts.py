"""The parts of a run, by name."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from bench.quality import choices, fit, latency, readings
from bench.quality.context import Context
from bench.quality.homes import Collection, encoders_of
from bench.quality.judged import JudgedSet, load_judged
from bench.quality.judging import Asked, ask_of, legs_in, legs_of, measure_set
from bench.quality.known_items import WITHHELD as DESCRIPTIONS
from bench.quality.known_items import known_items
from bench.quality.places import CASES, content_key
from bench.quality.results import INDEXED, WITHHELD
from bench.quality.sets import (
    ART_IMAGES,
    TATE,
    art_images_dev,
    tate_dev,
    tate_made_facets,
    tate_made_subjects,
)
from core.settings import load_settings
from core.types import Modality
from ingest.registry import SourceOptions, open_source
from search.build import build_engine, build_snapshots
from search.build_encoders import build_encoders

_NO_DATA = "the collection is not there: put it into {}"


def tate_collection(context: Context, *, subjects: str = INDEXED) -> Collection:
    """Name the Tate's collection, with or without its subjects."""
    options = SourceOptions(path=context.options.data / TATE, mapping=TATE)
    withheld = ("subjects",) if subjects == WITHHELD else ()
    return Collection(TATE, partial(open_source, "table", options), withheld)


def sample_collection(*withheld: str) -> Collection:
    """Name the bundled sample."""
    return Collection("sample", partial(open_source, "sample", SourceOptions()), withheld)


def measure_tate(context: Context) -> None:
    """Measure the Tate's judged sets, with subjects indexed and with subjects withheld."""
    data = context.options.data
    if not _has(context, TATE):
        return
    for subjects in (INDEXED, WITHHELD):
        home = context.home(tate_collection(context, subjects=subjects))
        legs = legs_in(home)
        for queries in (tate_dev(data), tate_made_facets(data), tate_made_subjects(data)):
            measure_set(context, ask_of(home, queries, subjects), legs)


def measure_sample(context: Context) -> None:
    """Measure the judged set of the bundled sample, which is also the relevance gate's."""
    queries = load_judged(CASES / "sample.jsonl")
    for subjects, withheld in ((INDEXED, ()), (WITHHELD, ("subjects",))):
        home = context.home(sample_collection(*withheld))
        measure_set(context, ask_of(home, queries, subjects), legs_in(home))


def measure_known_items(context: Context) -> None:
    """Ask for works by their descriptions, which are withheld."""
    for collection in _described(context):
        queries = known_items(collection)
        if not queries.queries:
            context.skip(queries.name, INDEXED, "no work has a description or a picture's text")
            continue
        home = context.home(replace(collection, withheld=DESCRIPTIONS))
        measure_set(context, ask_of(home, queries, INDEXED), legs_in(home))


def _described(context: Context) -> Iterator[Collection]:
    yield sample_collection()
    if context.options.nga is not None:
        options = SourceOptions(path=context.options.nga)
        yield Collection("nga", partial(open_source, "nga", options))


def measure_art_images(context: Context) -> None:
    """Ask for pictures by words, their titles, subjects and styles withheld."""
    if not _has(context, ART_IMAGES):
        return
    card = build_encoders(load_settings()).picture.card
    if Modality.TEXT not in card.modalities:
        reason = f"words find pictures by a cross-modal encoder only, and {card.name} is none"
        context.skip("art-images-dev", WITHHELD, reason)
        return
    options = SourceOptions(path=context.options.data / ART_IMAGES, mapping=ART_IMAGES)
    collection = Collection(
        ART_IMAGES,
        partial(open_source, "table", options),
        ("title", "subjects", "movements"),
        with_pictures=True,
    )
    home = context.home(collection)
    asked = ask_of(home, art_images_dev(context.options.data), WITHHELD)
    measure_set(context, asked, legs_in(home))


def measure_readings(context: Context) -> None:
    """Compare how queries are read with how they should be."""
    if _has(context, TATE):
        readings.measure(context, context.home(tate_collection(context)))


def measure_fit(context: Context) -> None:
    """Count false alarms and misses of "no good match"."""
    if not context.options.quick and _has(context, TATE):
        data = context.options.data
        sets = (tate_dev(data), tate_made_facets(data), tate_made_subjects(data))
        for subjects in (INDEXED, WITHHELD):
            home = context.home(tate_collection(context, subjects=subjects))
            fit.measure(context, home, sets, name="fit-tate", subjects=subjects)
        home = context.home(tate_collection(context))
        for name, where in fit.FILTERS.items():
            named = f"fit-tate, {name}"
            fit.measure(context, home, sets, name=named, subjects=INDEXED, where=where)
    on_topic = (load_judged(CASES / "sample.jsonl"),)
    home = context.home(sample_collection())
    fit.measure(context, home, on_topic, name="fit-sample", subjects=INDEXED)


def measure_latency(context: Context) -> None:
    """Time what understanding adds to a search of the Tate's collection."""
    if _has(context, TATE):
        data = context.options.data
        texts = [q.query for q in (*tate_dev(data).queries, *tate_made_facets(data).queries)]
        latency.measure(context, context.home(tate_collection(context)), texts)


def measure_choices(context: Context) -> None:
    """Measure what the constants of a search rest on."""
    if not _has(context, TATE):
        return
    data = context.options.data
    sets = (tate_dev(data), tate_made_facets(data), tate_made_subjects(data))
    queries = [query for judged in sets for query in judged.queries]
    for subjects in (INDEXED, WITHHELD):
        home = context.home(tate_collection(context, subjects=subjects))
        texts = subjects == WITHHELD  # with subjects in the line, the line is what judges
        choices.measure(context, home, queries, subjects=subjects, texts=texts)


def measure_own(context: Context) -> None:
    """Measure somebody's own judged queries on their own installation, as it is."""
    options = context.options
    assert options.queries is not None  # `run` calls this for nothing else
    settings = load_settings()
    settings = replace(settings, home=options.home or settings.home)
    engine, snapshot = build_engine(settings), build_snapshots(settings).current()
    queries: JudgedSet = load_judged(options.queries)
    key = content_key((snapshot.id, queries.sha256))
    asked = Asked(queries, engine, INDEXED, key, encoders_of(settings))
    measure_set(context, asked, legs_of(build_encoders(settings), snapshot))


def _has(context: Context, name: str) -> bool:
    folder = context.options.data / name
    if not folder.is_dir():
        context.skip(name, INDEXED, _NO_DATA.format(folder.name))
    return folder.is_dir()


PARTS: Mapping[str, Callable[[Context], None]] = {
    "sample": measure_sample,
    "known-items": measure_known_items,
    "tate": measure_tate,
    "readings": measure_readings,
    "fit": measure_fit,
    "latency": measure_latency,
    "choices": measure_choices,
    "art-images": measure_art_images,
}
QUICK = ("sample", "known-items", "fit")
