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
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bench.record import RESULTS, Figure, Recorder
from core.types import EncoderCard, Matrix, Modality
from models.text_encoder import BATCH_TOKENS, MiniLmEncoder

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
class Measured:
    """What later graphs are compared with: ranking and vectors by variant."""

    ndcg: dict[str, float] = field(default_factory=dict)
    vectors: dict[str, Matrix] = field(default_factory=dict)


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
    corpus, reference = read_corpus(), Measured()
    recorder = Recorder("quantisation", options.out)
    for graph in options.graphs:
        name, _, path = graph.partition("=")
        alone = name in options.one_by_one
        size_mb = round(Path(path).stat().st_size / 1e6, 1)
        parameters = {"one_by_one": alone, "threads": options.threads, "size_mb": size_mb}
        figures = measure(Path(path), alone, options.threads, corpus, reference)
        recorder.row(name, parameters | figures)


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


def measure(
    path: Path, alone: bool, threads: int, corpus: Corpus, reference: Measured
) -> dict[str, Figure]:
    """Measure one graph; the first one fills the reference."""
    encoder = load(path, alone, threads)
    figures = measure_speed(encoder, corpus)
    for variant, texts in corpus.texts.items():
        unique = list(dict.fromkeys(texts))
        vectors = encode_cached(encoder, path, variant, unique)
        ndcg = ndcg_at_10(encoder, corpus, texts, unique, vectors)
        base = reference.vectors.setdefault(variant, vectors)
        cosines = np.einsum("ij,ij->i", vectors, base)
        figures |= {
            f"ndcg_at_10_{variant}": ndcg,
            f"ndcg_at_10_change_{variant}": ndcg - reference.ndcg.setdefault(variant, ndcg),
            f"cosine_mean_{variant}": float(cosines.mean()),
            f"cosine_min_{variant}": float(cosines.min()),
        }
    return figures


def load(path: Path, alone: bool, threads: int) -> MiniLmEncoder:
    """Load a graph as the product does."""
    card = EncoderCard("minilm", "bench", "bench", "bench", 384, (Modality.TEXT,))
    budget = 1 if alone else BATCH_TOKENS
    loaded = path.stat().st_size
    return MiniLmEncoder(
        path, TOKENIZER, card, loaded_bytes=loaded, threads=threads, batch_tokens=budget
    )


def measure_speed(encoder: MiniLmEncoder, corpus: Corpus) -> dict[str, Figure]:
    """Time a sample of catalogue texts, and single queries."""
    texts = sorted(set(corpus.texts["subjects_indexed"]))
    sample = np.random.default_rng(7).choice(texts, SAMPLE, replace=False).tolist()
    texts_s = min(_elapsed_s(encoder, sample) for _ in range(REPEATS))
    queries_s = [min(_elapsed_s(encoder, [q]) for _ in range(5)) for q in corpus.queries.values()]
    return {
        "texts_per_s": SAMPLE / texts_s,
        "query_ms_p50": float(np.median(queries_s)) * 1000,
    }


def _elapsed_s(encoder: MiniLmEncoder, texts: list[str]) -> float:
    began = time.perf_counter()
    encoder.encode_texts(texts)
    return time.perf_counter() - began


def encode_cached(encoder: MiniLmEncoder, path: Path, variant: str, texts: list[str]) -> Matrix:
    """Encode texts, or take their vectors from an earlier run."""
    folder = Path(tempfile.gettempdir()) / "vasari-quantisation"
    folder.mkdir(exist_ok=True)
    cached = folder / f"{hashlib.sha256(path.read_bytes()).hexdigest()[:12]}-{variant}.npy"
    if not cached.exists():
        np.save(cached, encoder.encode_texts(texts))
    vectors: Matrix = np.load(cached)
    return vectors


def ndcg_at_10(
    encoder: MiniLmEncoder, corpus: Corpus, texts: list[str], unique: list[str], vectors: Matrix
) -> float:
    """Rank all works by cosine for every query, and score the rankings."""
    import ir_measures
    from ir_measures import nDCG

    places = {text: place for place, text in enumerate(unique)}
    rows = np.array([places[text] for text in texts])
    run: dict[str, dict[str, float]] = {}
    queries = encoder.encode_texts(list(corpus.queries.values()))
    for qid, vector in zip(corpus.queries, queries, strict=True):
        scores = (vectors @ vector)[rows]
        best = np.lexsort((np.arange(len(scores)), -scores))[:DEPTH]
        # Equal texts score alike; the place in the ranking breaks the tie for the scorer too.
        run[qid] = {corpus.ids[row]: -float(rank) for rank, row in enumerate(best)}
    measure = nDCG @ DEPTH
    return float(ir_measures.calc_aggregate([measure], corpus.relevant, run)[measure])


if __name__ == "__main__":
    main()
