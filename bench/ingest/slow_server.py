"""A museum's server with latency, in a process of its own: as many pictures as are asked for."""

import io
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SIZE = (1024, 768)  # pixels, as pictures come from a museum's IIIF service


@contextmanager
def serving(latency_ms: float) -> Iterator[str]:
    """Serve until the block ends; gives the address."""
    words = [sys.executable, "-m", "bench.ingest.slow_server", str(latency_ms)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603 - ourselves
        try:
            assert server.stdout is not None
            yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        finally:
            server.terminate()


def main() -> None:
    """Serve, and print the port."""
    latency_s = float(sys.argv[1]) / 1000
    picture = _picture()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else each answer waits between its head and its body

        def do_GET(self) -> None:
            is_there = self.path.endswith(".jpg")
            body = _numbered(picture, self.path) if is_there else b""
            time.sleep(latency_s)
            self.send_response(200 if is_there else 404)
            self.send_header("Content-Type", "image/jpeg")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()


def _picture() -> bytes:
    """Draw what compresses about as a photograph of a painting does."""
    import numpy as np
    from PIL import Image

    random = np.random.default_rng(1)
    coarse = random.integers(0, 256, (SIZE[1] // 16, SIZE[0] // 16, 3), dtype=np.uint8)
    pixels = np.kron(coarse, np.ones((16, 16, 1), np.uint8)) // 2
    noise = random.integers(0, 8, pixels.shape, dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels + noise).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def _numbered(picture: bytes, path: str) -> bytes:
    """Write the address into the picture as a comment: each then has content of its own."""
    text = path.encode()
    return picture[:2] + b"\xff\xfe" + (len(text) + 2).to_bytes(2, "big") + text + picture[2:]


if __name__ == "__main__":
    main()
