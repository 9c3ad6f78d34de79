"""What `bench.models.coldstart` starts afresh: loads one part after another, and times each.

    python -m bench.models.coldstart_child search|service BEGIN TEXT

BEGIN is when the process was started, by the clock that all processes of a machine share. A name of
a part says what happened in it; the parts are in the order of the product's own start, but nothing
runs beside them, so that they add up to more than a start takes.
"""

import sys
import time

BORN = time.monotonic()  # the interpreter is up, and nothing is imported yet


class Laps:
    """Seconds since the last lap, by name."""

    def __init__(self, begin: float) -> None:
        self.seconds = {"interpreter_s": BORN - begin}
        self._last = BORN

    def end(self, part: str) -> None:
        """Close a part."""
        now = time.monotonic()
        self.seconds[f"{part}_s"] = now - self._last
        self._last = now


def main() -> None:
    """Run the parts of one kind of start."""
    kind, begin, text = sys.argv[1], float(sys.argv[2]), sys.argv[3]
    laps = Laps(begin)
    import rich.progress
    import rich.table  # noqa: F401 - likewise
    import typer  # noqa: F401 - likewise

    laps.end("import_typer")
    import numpy  # noqa: F401 - likewise

    laps.end("import_numpy")
    if kind == "service":
        import sqlmodel  # noqa: F401 - likewise

        laps.end("import_sqlalchemy")
        import fastapi  # noqa: F401 - likewise
        import uvicorn  # noqa: F401 - likewise

        laps.end("import_fastapi")
    import faiss  # noqa: F401 - likewise

    laps.end("import_faiss")
    import onnxruntime  # noqa: F401 - likewise

    laps.end("import_onnxruntime")
    _search(laps, text, is_service=kind == "service")
    _report(laps)


def _search(laps: Laps, text: str, *, is_service: bool) -> None:
    from core.queries import Query
    from core.settings import load_settings
    from search.build import build_services, build_snapshots
    from search.build_encoders import build_encoders
    from search.engine import SearchEngine

    settings = load_settings()
    laps.end("import_search")
    if is_service:
        services = build_services(settings)
        laps.end("wiring_and_database")
        from api.app import create_app

        create_app(services, admin_key_hash="")
        laps.end("app")
        encoders, snapshots, engine = services.encoders, services.snapshots, services.engine
    else:
        encoders, snapshots = build_encoders(settings), build_snapshots(settings)
        engine = SearchEngine(snapshots, encoders)
        laps.end("wiring")
    _ = encoders.text
    laps.end("text_encoder")
    snapshots.current()
    laps.end("snapshot")
    engine.search(Query(text=text, limit=1))
    laps.end("first_search")
    if is_service:
        engine.warm_up()
        laps.end("rest_of_warm_up")


def _report(laps: Laps) -> None:
    """Print the parts, and every file that this process has opened or mapped."""
    import json
    from pathlib import Path

    maps = Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()
    mapped = {line[line.index("/") :] for line in maps if "/" in line}
    modules = {
        str(getattr(module, name, None))
        for module in list(sys.modules.values())
        for name in ("__file__", "__cached__")
    }
    files = sorted(file for file in mapped | modules if Path(file).is_file())
    print(json.dumps({"seconds": laps.seconds, "files": files}))


if __name__ == "__main__":
    main()
