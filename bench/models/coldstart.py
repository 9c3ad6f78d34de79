"""Cold start on the CPU: from the start of a process to its first answer to words, by part.

    python -m bench.models.coldstart --runs 7

Asks the Tate collection that `python -m bench build` made, else the bundled sample; each row says
which. Bytecode is compiled before anything is timed, as it is after the first start of an
installation. `read_mb` is what a process had to read from the disk: about 0 where the page cache
held everything. Nothing is recorded of a run that failed.
"""

import argparse
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from bench.__main__ import HOME
from bench.models.coldstart_runs import forget_files, run_command, run_parts, run_service
from bench.models.filled import sample_services
from bench.record import Figure, Recorder, say
from core.errors import VasariError
from core.settings import load_settings
from models.registry import WEIGHTS
from search.build import build_snapshots

# The words of the second are in no artwork together, and might be of any language: what tells
# languages is loaded for it as well.
TEXTS = {"plain": "a shipwreck in a storm", "language": "quiet harbour before dawn zebra"}
FLOOR = "import numpy, faiss, onnxruntime"
REMEDY = "the Tate collection is not built, so the bundled sample is asked: python -m bench build"


def main() -> None:
    """Measure warm and cold page caches, and print a row for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7, help="fresh processes behind each median")
    parser.add_argument("--cold-runs", type=int, default=3, help="the same without the page cache")
    parser.add_argument("--home", type=Path, default=HOME, help="installation to ask")
    arguments = parser.parse_args()
    recorder = Recorder("coldstart")
    with tempfile.TemporaryDirectory() as folder, asked_home(arguments.home, Path(folder)) as home:
        environ = child_environ(home, Path(folder) / "bytecode")
        about = describe(home)
        say("compiling bytecode")
        files = [*one_round(environ)[1], *files_read(home)]
        for is_cold, runs in ((False, arguments.runs), (True, arguments.cold_runs)):
            say("without the page cache" if is_cold else "with everything in the page cache")
            rounds = [one_round(environ, files if is_cold else ())[0] for _ in range(runs)]
            facts: dict[str, Figure] = {**about, "page_cache": not is_cold, "runs": runs}
            record(recorder, facts, rounds)


def one_round(
    environ: Mapping[str, str], forget: Sequence[Path] = ()
) -> tuple[dict[str, dict[str, float]], list[Path]]:
    """Start every kind of process once, in turn; tell their figures, and the files they opened."""
    figures: dict[str, dict[str, float]] = {}
    forget_files(forget)
    figures["floor"] = run_command(["-c", FLOOR], environ).figures()
    for name, text in TEXTS.items():
        forget_files(forget)
        command = ["-m", "cli", "search", text, "--limit", "1", "--json"]
        figures[f"search-{name}"] = run_command(command, environ).figures()
    files: list[Path] = []
    for kind in ("search", "service"):
        forget_files(forget)
        figures[f"parts-{kind}"], opened = run_parts(kind, TEXTS["plain"], environ)
        files += opened
    forget_files(forget)
    figures["service"] = run_service(TEXTS["plain"], environ)
    return figures, sorted(set(files))


def record(
    recorder: Recorder,
    facts: Mapping[str, Figure],
    rounds: Sequence[Mapping[str, Mapping[str, float]]],
) -> None:
    """Keep the median of each figure; answers are told as multiples of the floor, too."""
    floors = [one["floor"]["exit_s"] for one in rounds]
    for measure in rounds[0]:
        figures: dict[str, Figure] = dict(facts)
        for name in rounds[0][measure]:
            values = [one[measure][name] for one in rounds]
            figures[name] = median(values)
            if name == "first_answer_s":
                figures["first_answer_max_s"] = max(values)
                ratios = (value / floor for value, floor in zip(values, floors, strict=True))
                figures["floor_ratio"] = median(ratios)
        recorder.row(measure, figures)


@contextmanager
def asked_home(home: Path, folder: Path) -> Iterator[Path]:
    """Give the home of the Tate collection, or one with the sample where that is not usable."""
    try:
        build_snapshots(load_settings({"VASARI_HOME": str(home)})).current()
    except VasariError:
        say(REMEDY)
        home = folder / "sample"
        sample_services(load_settings({"VASARI_HOME": str(home)}))
    yield home


def describe(home: Path) -> dict[str, Figure]:
    """Say what is asked, by name and size."""
    snapshot = build_snapshots(load_settings({"VASARI_HOME": str(home)})).current()
    collection = snapshot.artwork_ids(snapshot.columns.select(None).numbers[:1])[0].partition(":")[
        0
    ]
    return {"collection": collection, "works": len(snapshot)}


def files_read(home: Path) -> list[Path]:
    """List what a start reads, mapped or not: the installation, weights, languages."""
    import py3langid

    folders = (home, WEIGHTS, Path(py3langid.__file__).parent)
    return [file for folder in folders for file in folder.rglob("*") if file.is_file()]


def child_environ(home: Path, bytecode: Path) -> dict[str, str]:
    """Make the environment of the measured processes: defaults, and bytecode that is kept."""
    dropped = ("VASARI_", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    kept["PYTHONPYCACHEPREFIX"] = str(bytecode)
    return {**kept, "VASARI_HOME": str(home), "VASARI_LOG_LEVEL": "warning"}


if __name__ == "__main__":
    main()
