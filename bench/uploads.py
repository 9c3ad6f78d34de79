"""Uploads of pictures against a bare loop of boto3 over the same bytes, into moto on this machine.

    python -m bench.uploads --pictures 200

Four parts, by turns for every ten pictures, so that all meet the same load of the machine:
`bare` puts each picture with boto3's `put_object` and nothing else; `store` puts it by name and
condition through our store; `parallel` does so from four threads; `renditions` does all that an
ingest does (look, decode, two thumbnails, three uploads). The server is a process of its own.
"""

import argparse
import hashlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from bench.record import RESULTS, Figure, Recorder, say
from core.blob_keys import picture_key

PICTURES = 200
TURN = 10  # pictures
SIDES = (1024, 768)  # pixels, as pictures come from a museum's IIIF service
THREADS = 4
START_S = 60
Part = Callable[[Sequence[bytes]], None]


def main() -> None:
    """Measure every part, and keep a row for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=PICTURES)
    parser.add_argument("--results", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, _serving(Path(scratch)) as url:
        run(url, arguments.pictures, Recorder("ingest", arguments.results))


def run(url: str, count: int, recorder: Recorder) -> None:
    """Measure uploads to a store that serves at an address."""
    say(f"make {count} pictures of {SIDES[0]} × {SIDES[1]} pixels")
    pictures = _made(count)
    walls, cpus = _measure(_parts(url), pictures)
    common: dict[str, Figure] = {
        "pictures": count,
        "mean_kb": sum(map(len, pictures)) / count / 1000,
        "threads": 1,
        "store": "moto, one process, http",
    }
    for name, wall in walls.items():
        own: dict[str, Figure] = {"threads": THREADS} if name == "parallel" else {}
        times = {"times_bare": wall / walls["bare"], "cpu_times_bare": cpus[name] / cpus["bare"]}
        figures = {"wall_s": wall, "cpu_s": cpus[name], "pictures_per_s": count / wall}
        recorder.row(f"upload-{name}", common | own | figures | times)


def _measure(
    parts: Mapping[str, Part], pictures: Sequence[bytes]
) -> tuple[dict[str, float], dict[str, float]]:
    """Add up seconds of the clock and of this process for each part."""
    names = list(parts)
    walls, cpus = dict.fromkeys(names, 0.0), dict.fromkeys(names, 0.0)
    for turn, begin in enumerate(range(0, len(pictures), TURN)):
        first = turn % len(names)
        for name in (*names[first:], *names[:first]):
            wall, cpu = time.perf_counter(), time.process_time()
            parts[name](pictures[begin : begin + TURN])
            walls[name] += time.perf_counter() - wall
            cpus[name] += time.process_time() - cpu
    return walls, cpus


def _parts(url: str) -> dict[str, Part]:
    """Open everything that is needed; each client has a connection by then."""
    from ingest.pictures import store_picture
    from storage.options import StoreOptions
    from storage.s3 import S3BlobStore
    from storage.s3_client import open_client

    client = open_client(StoreOptions(url))
    client.create_bucket(Bucket="bench")
    stores = {n: S3BlobStore("bench", n, StoreOptions(url)) for n in ("a", "b", "c")}
    for one in stores.values():
        one.exists("nothing")

    def bare(pictures: Sequence[bytes]) -> None:
        for data in pictures:
            client.put_object(Bucket="bench", Key=_key(data), Body=data, ContentType="image/jpeg")

    def store(pictures: Sequence[bytes]) -> None:
        for data in pictures:
            stores["a"].put_new(_key(data), data, "image/jpeg")

    def parallel(pictures: Sequence[bytes]) -> None:
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(lambda d: stores["b"].put_new(_key(d), d, "image/jpeg"), pictures))

    def renditions(pictures: Sequence[bytes]) -> None:
        for data in pictures:
            store_picture(data, stores["c"])

    return {"bare": bare, "store": store, "parallel": parallel, "renditions": renditions}


def _key(data: bytes) -> str:
    return picture_key(hashlib.sha256(data).hexdigest())


def _made(count: int) -> list[bytes]:
    """Make pictures that compress about as well as photographs of paintings do."""
    import numpy as np

    from models.images import encode_reduced, shrink_picture

    random = np.random.default_rng(1)
    width, height = SIDES
    made = []
    for _ in range(count):
        coarse = random.integers(0, 256, (height // 16, width // 16, 3), dtype=np.uint8)
        pixels = np.kron(coarse, np.ones((16, 16, 1), np.uint8))
        noise = random.integers(0, 8, pixels.shape, dtype=np.uint8)
        made.append(encode_reduced(shrink_picture(pixels // 2 + noise, longest=width)))
    return made


@contextmanager
def _serving(folder: Path) -> Iterator[str]:
    """Serve moto in a process of its own; with its credentials in this one's environment."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    os.environ |= {
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": str(folder / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "none"),
    }
    words = [sys.executable, "-c", "from moto.server import main; main()"]
    server = subprocess.Popen(  # noqa: S603 - our own words
        [*words, "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(port, server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def _wait(port: int, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("moto does not start: pip install -e '.[dev]'")


if __name__ == "__main__":
    main()
