"""What is measured in a process of its own: building, a cold start, memory.

python -m bench.ann.child build|answer|memory CONTENDER DATASET-FOLDER BUILD-FOLDER
python -m bench.ann.child bare
"""

import json
import os
import sys
import time
from pathlib import Path

from bench.ann.builds import BUILT, FILES
from bench.ann.dataset import Dataset
from bench.contenders.base import Contender
from bench.contenders.registry import CONTENDERS

MEMORY_QUESTIONS = 40  # of each kind, asked before memory is read
K = 10


def main() -> None:
    """Run one action."""
    action, *where = sys.argv[1:]
    if action == "bare":
        print(json.dumps({"rss": _bare_rss()}))
        return
    name, data_folder, folder = where[:3]
    contender = CONTENDERS[name](Dataset(Path(data_folder)), Path(folder) / FILES)
    ACTIONS[action](contender, Path(folder))


def build(contender: Contender, folder: Path) -> None:
    """Build, and note how long it took and what it takes on the disk."""
    from bench.ann.bars import progress_bars

    with progress_bars(f"{contender.traits.name} on {contender.data.name}") as bars:
        begin = time.perf_counter()
        contender.build(bars)
        build_s = time.perf_counter() - begin
    contender.open(1)
    more = contender.build_figures()
    contender.close()
    figures = {
        "build_s": build_s,
        "build_load": os.getloadavg()[0],  # 2 on two cores: nothing else ran
        "disk_mb": contender.disk_bytes() / 2**20,
        **more,
    }
    (folder / BUILT).write_text(json.dumps(figures, indent=1), encoding="utf-8")


def answer(contender: Contender, folder: Path) -> None:
    """Open and answer once; say how long that took after the engine was imported."""
    del folder
    query = contender.data.queries[0]
    contender.import_engine()
    begin = time.perf_counter()
    contender.open(1)
    contender.ready(None, contender.usual_knob)
    contender.search(query, None, K, knob=contender.usual_knob)
    print(json.dumps({"library_s": time.perf_counter() - begin}), flush=True)
    contender.close()


def memory(contender: Contender, folder: Path) -> None:
    """Answer some questions of each kind, then say what memory that took."""
    del folder
    contender.open(1)
    levels = contender.data.predicates if contender.traits.takes_filters else {}
    for query in contender.data.queries[:MEMORY_QUESTIONS]:
        contender.ready(None, contender.usual_knob)
        contender.search(query, None, K, knob=contender.usual_knob)
    for predicates in levels.values():
        for query, where in zip(contender.data.queries, predicates, strict=False):
            contender.ready(where, contender.usual_knob)
            contender.search(query, where, K, knob=contender.usual_knob)
    print(json.dumps({"rss": _rss(), "server": contender.server_bytes()}), flush=True)
    contender.close()


ACTIONS = {"build": build, "answer": answer, "memory": memory}


def _bare_rss() -> int:
    """Memory of an interpreter that has imported numpy and faiss, and nothing else."""
    import faiss
    import numpy as np

    index = faiss.IndexFlatIP(8)
    index.add(np.eye(8, dtype=np.float32))
    index.search(np.eye(8, dtype=np.float32), 1)
    return _rss()


def _rss() -> int:
    import psutil

    return int(psutil.Process().memory_info().rss)


if __name__ == "__main__":
    main()
