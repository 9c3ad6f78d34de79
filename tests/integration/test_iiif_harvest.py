"""Collections of a IIIF server on this machine, harvested."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import SourceError
from core.types import Json
from ingest.iiif.harvest import HarvestReport
from ingest.iiif.mirror import Mirror
from tests.harvesting import gather, put, source, titles
from tests.json_server import JsonServer, serving_json
from tests.manifests import collection3, manifest2, manifest3


@pytest.fixture
def server() -> Iterator[JsonServer]:
    with serving_json() as running:
        yield running


@pytest.fixture
def mirror(tmp_path: Path) -> Mirror:
    return Mirror(tmp_path / "mirror")


def test_nested_collections_are_walked_once(server: JsonServer, mirror: Mirror) -> None:
    a, b = put(server, "a"), put(server, "b")
    root, below = f"{server.url}/root", f"{server.url}/below"
    server.put("/root", collection3(root, [(a, "Manifest"), (below, "Collection")]))
    server.put(
        "/below", collection3(below, [(b, "Manifest"), (a, "Manifest"), (root, "Collection")])
    )

    report = gather(root, mirror)

    assert report == HarvestReport(manifests=2, fetched=4, unchanged=0, failed=0)
    assert titles(mirror) == ["a", "b"]
    assert sorted(server.asked) == ["/a", "/b", "/below", "/root"]


def test_version_2_has_pages_and_other_names(server: JsonServer, mirror: Mirror) -> None:
    addresses = [f"{server.url}/{name}" for name in ("a", "b")]
    for address in addresses:
        server.put(address.removeprefix(server.url), manifest2(address, address[-1]))
    root: Json = {
        "@id": f"{server.url}/root",
        "@type": "sc:Collection",
        "first": f"{server.url}/p1",
    }
    server.put("/root", root)
    server.put(
        "/p1",
        {
            "@type": "sc:Collection",
            "manifests": [{"@id": addresses[0]}],
            "next": f"{server.url}/p2",
        },
    )
    server.put(
        "/p2",
        {"@type": "sc:Collection", "members": [{"@id": addresses[1], "@type": "sc:Manifest"}]},
    )

    gather(f"{server.url}/root", mirror)

    assert titles(mirror) == ["a", "b"]


def test_the_second_time_nothing_is_sent_again(server: JsonServer, mirror: Mirror) -> None:
    a = put(server, "a")
    root = server.put("/root", collection3(f"{server.url}/root", [(a, "Manifest")]))
    gather(root, mirror)
    before = source(mirror).fingerprint()
    server.forget()

    report = gather(root, mirror)

    assert (report.fetched, report.unchanged, server.answered) == (0, 2, [304, 304])
    assert source(mirror).fingerprint() == before


def test_a_manifest_that_cannot_be_read_now_stays_as_it_was(
    server: JsonServer, mirror: Mirror
) -> None:
    a, b = put(server, "a"), put(server, "b")
    root = server.put(
        "/root", collection3(f"{server.url}/root", [(a, "Manifest"), (b, "Manifest")])
    )
    gather(root, mirror)
    server.status["/a"] = 500

    assert gather(root, mirror).failed == 1

    first, second = source(mirror).read()
    assert first.artwork is not None
    assert [getattr(note, "rule", "") for note in first.notes] == ["iiif-stale"]
    assert (second.artwork is not None, second.notes) == (True, ())


def test_a_manifest_that_is_no_longer_there_is_set_aside(
    server: JsonServer, mirror: Mirror
) -> None:
    a, b = put(server, "a"), put(server, "b")
    root = server.put(
        "/root", collection3(f"{server.url}/root", [(a, "Manifest"), (b, "Manifest")])
    )
    gather(root, mirror)
    del server.documents["/a"]

    gather(root, mirror)

    first, second = source(mirror).read()
    assert first.artwork is None
    assert getattr(first.reason, "rule", "") == "iiif-unreachable"
    assert second.artwork is not None


def test_where_a_collection_cannot_be_read_nothing_changes(
    server: JsonServer, mirror: Mirror
) -> None:
    a = put(server, "a")
    below = f"{server.url}/below"
    root = server.put("/root", collection3(f"{server.url}/root", [(below, "Collection")]))
    server.put("/below", collection3(below, [(a, "Manifest")]))
    gather(root, mirror)
    server.status["/below"] = 404

    with pytest.raises(SourceError, match=r"/below: the answer is 404"):
        gather(root, mirror)

    assert titles(mirror) == ["a"]


def test_a_harvest_that_was_stopped_goes_on_where_it_was(
    server: JsonServer, mirror: Mirror
) -> None:
    names = [put(server, name) for name in "abc"]
    root = server.put("/root", collection3(f"{server.url}/root", [(n, "Manifest") for n in names]))
    server.status["/c"] = 429
    server.headers["Retry-After"] = "99999"
    with pytest.raises(SourceError, match="the same command goes on where it was"):
        gather(root, mirror)
    server.status.clear()
    server.forget()

    report = gather(root, mirror)

    assert (server.asked, report.fetched) == (["/c"], 1)
    assert titles(mirror) == ["a", "b", "c"]


def test_a_harvest_that_was_stopped_long_ago_begins_anew(mirror: Mirror) -> None:
    began = mirror.begin("root", "2026-01-01T00:00:00+00:00")

    assert mirror.begin("root", "2026-01-07T23:00:00+00:00") == began
    assert mirror.begin("root", "2026-01-08T01:00:00+00:00") == "2026-01-08T01:00:00+00:00"
    assert mirror.begin("other", "2026-01-08T02:00:00+00:00") == "2026-01-08T02:00:00+00:00"


def test_a_damaged_document_is_fetched_again(server: JsonServer, mirror: Mirror) -> None:
    a = put(server, "a")
    gather(a, mirror)
    (path,) = mirror.folder.glob("??/*.doc")
    path.write_bytes(path.read_bytes()[:-5])
    assert mirror.read(a) is None

    gather(a, mirror)

    assert titles(mirror) == ["a"]


def test_a_folder_of_manifests_needs_no_server(tmp_path: Path, mirror: Mirror) -> None:
    for name in ("a", "b"):
        path = tmp_path / "docs" / f"{name}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(manifest3(f"https://m.example/{name}", name)))
    (tmp_path / "docs" / "c.json").write_text("no JSON")
    (tmp_path / "list.txt").write_text("# two\ndocs/b.json\n\ndocs/a.json\n")

    gather(str(tmp_path / "docs"), mirror)
    assert titles(mirror) == ["a", "b", None]
    gather(str(tmp_path / "list.txt"), mirror)
    assert titles(mirror) == ["b", "a"]
