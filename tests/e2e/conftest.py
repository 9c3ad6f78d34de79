"""The real application over a small collection, and a real Chromium to look at it."""

import re
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from core.progress import SilentProgress
from core.settings import load_settings
from tests.requirements import chromium_path, require

if TYPE_CHECKING:  # a bare machine has no Playwright, and skips
    from fastapi import FastAPI
    from playwright.sync_api import Browser, Locator, Page
    from uvicorn import Server

CHROMIUM_ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
START_TIMEOUT_S = 60
ANSWER_TIMEOUT_MS = 15_000  # a search takes some 20 ms; a busy test machine may take its time


@dataclass
class Visit:
    """A page in the browser, with all that it asked for and complained about."""

    page: "Page"
    address: str
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def open(self, path: str = "/") -> "Visit":
        """Open an address of the application and wait for its answer."""
        self.page.goto(self.address + path)
        return self.wait()

    def wait(self) -> "Visit":
        """Wait until no search is under way."""
        self.page.wait_for_selector('#results[aria-busy="false"]', timeout=ANSWER_TIMEOUT_MS)
        return self

    def search(self, words: str) -> "Visit":
        """Type words into the box and send them off."""
        self.page.fill("#q", words)
        self.page.press("#q", "Enter")
        return self.wait()

    @property
    def titles(self) -> list[str]:
        """Titles of the cards, in their order."""
        return self.page.locator("#grid .open").all_inner_texts()

    @property
    def status(self) -> str:
        """What the page says about the answer."""
        return self.page.inner_text("#status")

    def count(self) -> int:
        """Read how many artworks the page says there are."""
        found = re.search(r"([\d,]+) artworks?\b", self.status)
        assert found, self.status
        return int(found[1].replace(",", ""))

    def value(self, name: str) -> "Locator":
        """Find the checkbox of a filter value."""
        return self.page.locator("#filters label.check", has_text=re.compile(f"^{name}"))

    def promise(self, name: str) -> int:
        """Read how many artworks a filter value promises."""
        return int(self.value(name).locator(".count").inner_text().split()[0])

    def choose(self, name: str) -> "Visit":
        """Tick or untick a filter value."""
        self.value(name).locator("input").click()
        return self.wait()

    @property
    def foreign_requests(self) -> list[str]:
        """Requests to anything but this machine."""
        return [
            url
            for url in self.requests
            if urlsplit(url).scheme not in ("blob", "data")
            and urlsplit(url).hostname != "127.0.0.1"
        ]


@pytest.fixture(scope="package")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the application over the small collection."""
    require("chromium")
    import uvicorn

    server = uvicorn.Server(
        uvicorn.Config(_application(tmp_path_factory.mktemp("home")), ws="none", log_level="error")
    )
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    _wait_until_started(server)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listener.close()


def _application(home: Path) -> "FastAPI":
    from api.app import create_app
    from api.auth import hash_key, new_admin_key
    from ingest.pipeline import ingest
    from search.build import build_services
    from tests.e2e.gallery import GallerySource

    services = build_services(load_settings({"VASARI_HOME": str(home)}))
    ingest(
        GallerySource(),
        catalogue=services.catalogue,
        blobs=services.blobs,
        runs=services.runs,
        progress=SilentProgress(),
    )
    services.publisher.build(SilentProgress())
    return create_app(services, admin_key_hash=hash_key(new_admin_key()))


def _wait_until_started(server: "Server") -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while not server.started:
        assert time.monotonic() < deadline, "the application did not start"
        time.sleep(0.02)


@pytest.fixture(scope="package")
def browser() -> Iterator["Browser"]:
    """Start Chromium, and end it before other tests run event loops of their own."""
    require("chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(), args=list(CHROMIUM_ARGUMENTS)
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: "Browser", address: str) -> Iterator[Visit]:
    """Visit the page; whatever the test does, the page stays quiet and at home."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    visit = Visit(context.new_page(), address)
    visit.page.set_default_timeout(ANSWER_TIMEOUT_MS)
    visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    visit.page.on(
        "console",
        lambda said: visit.complaints.append(said.text) if said.type == "error" else None,
    )
    visit.page.on("request", lambda request: visit.requests.append(request.url))
    yield visit
    context.close()
    # Chromium itself reports each answer of 400 and above; those the tests look at on the page.
    assert [c for c in visit.complaints if not c.startswith("Failed to load resource")] == []
    assert visit.foreign_requests == []
