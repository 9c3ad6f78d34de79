"""What is said where Qdrant is away, refuses, or is not what it should be."""

import sys
from collections.abc import Iterator

import pytest

from core.errors import ConfigurationError, MissingExtraError, StorageError
from index.qdrant.connection import is_compatible, open_client, server_version
from index.qdrant.publish import collection_faults, publish_spaces
from tests.qdrant_server import KEY, VERSION, edge_qdrant, serving

# The tests speak HTTP within this machine.
pytestmark = pytest.mark.filterwarnings("ignore:Api key is used with an insecure:UserWarning")


@pytest.fixture
def url() -> Iterator[str]:
    with edge_qdrant() as qdrant, serving(qdrant) as url:
        yield url


def test_a_server_says_its_version(url: str) -> None:
    assert server_version(open_client(url, KEY)) == VERSION


def test_a_server_that_is_away_is_named_with_the_remedy() -> None:
    client = open_client("http://127.0.0.1:9")  # where nothing may listen

    with pytest.raises(StorageError, match=r"does not answer.*VASARI_QDRANT_URL"):
        server_version(client)


def test_a_wrong_key_is_named(url: str) -> None:
    with pytest.raises(StorageError, match="VASARI_QDRANT_API_KEY"):
        server_version(open_client(url, "wrong"))


def test_an_error_of_the_server_keeps_its_reason(url: str) -> None:
    with pytest.raises(StorageError, match=r"404.*Not found"):
        collection_faults(open_client(f"{url}/elsewhere"), {"collection": "x", "vectors": 1})


def test_publishing_needs_a_server_that_answers() -> None:
    with pytest.raises(StorageError, match="does not answer"):
        publish_spaces(open_client("http://127.0.0.1:9"), {"x": {"collection": "x", "vectors": 1}})


@pytest.mark.parametrize("url", ["qdrant:6333", "grpc://qdrant:6334", "http://qdrant:port"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="VASARI_QDRANT_URL"):
        open_client(url)


def test_a_missing_client_is_named_with_its_install_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "qdrant_client", None)

    with pytest.raises(MissingExtraError, match=r"\.\[qdrant\]"):
        open_client("http://127.0.0.1:6333")


@pytest.mark.parametrize(
    ("version", "fits"), [("1.19.1", True), ("1.2.0", False), ("2.20.0", False)]
)
def test_a_server_of_another_time_does_not_fit(version: str, fits: bool) -> None:
    assert is_compatible(version, client="1.20.0") is fits
