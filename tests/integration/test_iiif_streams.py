"""Streams of changes of a IIIF server on this machine, harvested and ingested."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ingest.iiif.mirror import Mirror
from tests.harvesting import gather, put, source, stream_of, titles
from tests.ingesting import Home
from tests.json_server import JsonServer, serving_json
from tests.manifests import activity


@pytest.fixture
def server() -> Iterator[JsonServer]:
    with serving_json() as running:
        yield running


@pytest.fixture
def mirror(tmp_path: Path) -> Mirror:
    return Mirror(tmp_path / "mirror")


def test_of_a_stream_only_what_changed_is_asked_for(server: JsonServer, mirror: Mirror) -> None:
    a, b, c = (put(server, name) for name in "abc")
    told = [activity("Create", one, day) for day, one in enumerate((a, b, c), start=1)]
    gather(stream_of(server, told), mirror)
    assert sorted(filter(None, titles(mirror))) == ["a", "b", "c"]
    put(server, "b", "b again")
    told += [activity("Update", b, 4), activity("Delete", a, 5)]
    server.forget()

    gather(stream_of(server, told), mirror)

    assert sorted(filter(None, titles(mirror))) == ["b again", "c"]
    assert "/a" not in server.asked
    assert "/page0" not in server.asked
    assert mirror.kept(a) is None


def test_an_unchanged_stream_asks_for_two_documents(server: JsonServer, mirror: Mirror) -> None:
    told = [activity("Create", put(server, name), day) for day, name in enumerate("abc", start=1)]
    root = stream_of(server, told)
    gather(root, mirror)
    before = source(mirror).fingerprint()
    server.forget()

    gather(root, mirror)

    assert server.asked == ["/stream", "/page2", "/page1", "/c"]  # the newest is asked about again
    assert source(mirror).fingerprint() == before


def test_what_a_stream_deletes_is_gone_from_the_catalogue(
    server: JsonServer, mirror: Mirror, database: Engine, tmp_path: Path
) -> None:
    home = Home(database, tmp_path / "blobs")
    told = [activity("Create", put(server, name), day) for day, name in enumerate("ab", start=1)]
    gather(stream_of(server, told), mirror)
    home.ingest(source(mirror))
    told.append(activity("Delete", f"{server.url}/a", 3))
    gather(stream_of(server, told), mirror)

    run = home.ingest(source(mirror))

    assert [artwork.title for artwork in home.artworks()] == ["b"]
    assert run.gone == 1
