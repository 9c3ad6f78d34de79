"""What smaller forms of the text encoder cost: nDCG@10 on Tate's judged queries, against speed.

    python -m bench.quantisation fp32=models/weights/minilm-l6-v2.onnx int8=/tmp/int8.onnx \
        --one-by-one int8

The first graph is the reference. The text is title, artist, date, medium, classification, group
and subjects; since the judgements come from the subjects, it is measured without them as well.
"""

import argparse
import hashlib
import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.record import RESULTS, Figure, Recorder
from core.types import EncoderCard, Matrix, Modality
from models.builtin.text_encoder import BATCH_TOKENS, ONE_BY_ONE, MiniLmEncoder

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data" / "tate"
TOKENIZER = ROOT / "models" / "weights" / "minilm-l6-v2.tokenizer.json"
FIELDS = ["title", "artist", "date_text", "medium", "classification", "group_title"]
DEPTH = 10
SAMPLE = 400  # texts of a speed measurement
REPEATS = 3  # the best one counts: the machine may be shared


@dataclass(frozen=True, slots=True)
class Corpus:
    """The works, the judged queries and one text per work."""

    ids: list[str]
    texts: dict[str, list[str]]  # by variant
    queries: dict[str, str]
    relevant: dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Form:
    """One graph of the encoder, loaded as the product loads it."""

    name: str
    path: Path
    one_by_one: bool
    encoder: MiniLmEncoder


@dataclass(frozen=True, slots=True)
class Quality:
    """How one form ranks one variant of the texts, and its vectors."""

    ndcg: float
    vectors: Matrix


def main() -> None:
    """Measure every graph and append a line for each to the results."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("graphs", nargs="+", metavar="NAME=PATH", help="the first is the reference")
    parser.add_argument("--one-by-one", nargs="*", default=[], metavar="NAME", help="no batches")
    parser.add_argument("--threads", type=int, default=0, help="0: one for each core")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of the results")
    options = parser.parse_args()
    if not DATA.is_dir():
        print(f"skipped: the Tate collection is not there; put it into {DATA}")
        return
    named = [graph.partition("=") for graph in options.graphs]
    forms = [
        load(name, Path(path), name in options.one_by_one, options.threads)
        for name, _, path in named
    ]
    recorder, corpus = Recorder("quantisation", options.out), read_corpus()
    speeds = measure_speed([form.encoder for form in forms], corpus)
    reference = {variant: rank(forms[0], corpus, variant) for variant in corpus.texts}
    for form, speed in zip(forms, speeds, strict=True):
        quality = {
            name: figure
            for variant, base in reference.items()
            for name, figure in compare(rank(form, corpus, variant), base, variant).items()
        }
        size_mb = round(form.path.stat().st_size / 1e6, 1)
        parameters = {"one_by_one": form.one_by_one, "threads": options.threads, "size_mb": size_mb}
        recorder.row(form.name, parameters | speed | quality)


def read_corpus() -> Corpus:
    """Read works and judged queries."""
    import pyarrow.parquet as parquet

    works = parquet.read_table(DATA / "artworks.parquet", columns=["id", *FIELDS, "subjects"])
    rows = works.to_pylist()
    plain = [", ".join(row[name] for name in FIELDS if row[name]) for row in rows]
    tagged = [", ".join([p, *(r["subjects"] or ())]) for p, r in zip(plain, rows, strict=True)]
    lines = (DATA / "queries_dev.jsonl").read_text().splitlines()
    queries = [json.loads(line) for line in lines]
    return Corpus(
        ids=[str(row["id"]) for row in rows],
        texts={"subjects_withheld": plain, "subjects_indexed": tagged},
        queries={query["qid"]: query["query"] for query in queries},
        relevant={q["qid"]: {str(id): 1 for id in q["relevant_ids"]} for q in queries},
    )


def load(name: str, path: Path, one_by_one: bool, threads: int) -> Form:
    """Load a graph as the product does."""
    card = EncoderCard("minilm", "bench", "bench", "bench", 384, (Modality.TEXT,))
    budget = ONE_BY_ONE if one_by_one else BATCH_TOKENS
    size = path.stat().st_size
    encoder = MiniLmEncoder(
        path, TOKENIZER, card, loaded_bytes=size, threads=threads, batch_tokens=budget
    )
    return Form(name, path, one_by_one, encoder)


def measure_speed(encoders: list[MiniLmEncoder], corpus: Corpus) -> list[dict[str, Figure]]:
    """Time a sample of catalogue texts, and single queries; the encoders take turns."""
    texts = sorted(set(corpus.texts["subjects_indexed"]))
    sample = np.random.default_rng(7).choice(texts, SAMPLE, replace=False).tolist()
    queries = list(corpus.queries.values())
    rounds = np.array(
        [
            [(*_seconds(encoder, sample), _query_s(encoder, queries)) for encoder in encoders]
            for _ in range(REPEATS)
        ]
    )
    return [
        {
            "texts_per_s": SAMPLE / wall_s,
            "texts_per_cpu_s": SAMPLE / cpu_s,  # whatever else the machine does
            "query_ms_p50": query_s * 1000,
        }
        for wall_s, cpu_s, query_s in rounds.min(axis=0).tolist()
    ]


def _query_s(encoder: MiniLmEncoder, queries: list[str]) -> float:
    return float(np.median([_seconds(encoder, [query])[0] for query in queries]))


def _seconds(encoder: MiniLmEncoder, texts: list[str]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    encoder.encode_texts(texts)
    return time.perf_counter() - wall, time.process_time() - cpu


def compare(quality: Quality, base: Quality, variant: str) -> dict[str, Figure]:
    """Compare the rankings and vectors of a form with those of the reference."""
    cosines = np.einsum("ij,ij->i", quality.vectors, base.vectors)
    return {
        f"ndcg_at_10_{variant}": quality.ndcg,
        f"ndcg_at_10_change_{variant}": quality.ndcg - base.ndcg,
        f"cosine_mean_{variant}": float(cosines.mean()),
        f"cosine_min_{variant}": float(cosines.min()),
    }


def rank(form: Form, corpus: Corpus, variant: str) -> Quality:
    """Rank all works by cosine for every query, and score the rankings."""
    import ir_measures
    from ir_measures import nDCG

    texts = corpus.texts[variant]
    places = {text: place for place, text in enumerate(dict.fromkeys(texts))}
    rows = np.array([places[text] for text in texts])
    vectors = encode_cached(form, variant, list(places))
    run: dict[str, dict[str, float]] = {}
    queries = form.encoder.encode_texts(list(corpus.queries.values()))
    for qid, vector in zip(corpus.queries, queries, strict=True):
        scores = (vectors @ vector)[rows]
        best = np.lexsort((np.arange(len(scores)), -scores))[:DEPTH]
        # Equal texts score alike; the place in the ranking breaks the tie for the scorer too.
        run[qid] = {corpus.ids[row]: -float(place) for place, row in enumerate(best)}
    measure = nDCG @ DEPTH
    found = ir_measures.calc_aggregate([measure], corpus.relevant, run)
    return Quality(float(found[measure]), vectors)


def encode_cached(form: Form, variant: str, texts: list[str]) -> Matrix:
    """Encode texts, or take their vectors from an earlier run."""
    folder = Path(tempfile.gettempdir()) / "vasari-quantisation"
    folder.mkdir(exist_ok=True)
    key = hashlib.sha256(form.path.read_bytes() + bytes([form.one_by_one])).hexdigest()[:12]
    cached = folder / f"{key}-{variant}.npy"
    if not cached.exists():
        np.save(cached, form.encoder.encode_texts(texts))
    vectors: Matrix = np.load(cached)
    return vectors


if __name__ == "__main__":
    main()
