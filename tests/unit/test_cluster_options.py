import pytest

from cluster.loading import served_models
from cluster.options import BatchOptions, WorkerOptions, worker_settings
from cluster.serve import remote_address
from cluster.session import check_room, connected
from core.errors import ConfigurationError, InputError, MissingExtraError
from core.settings import Settings, load_settings
from core.types import Json
from models.remote.spec import parse_remote

BASE: Json = {"id": "owner/model", "dim": 8, "instruction": None}


def settings(**changed: str) -> Settings:
    return load_settings({f"VASARI_{name.upper()}": value for name, value in changed.items()})


@pytest.mark.parametrize("gpus", [0, 0.25, 1, 2])
def test_shares_of_a_gpu_and_whole_ones_are_taken(gpus: float) -> None:
    assert WorkerOptions(gpus=gpus).gpus == gpus


@pytest.mark.parametrize(
    ("count", "gpus", "cpus"), [(0, 0, 1), (1, 1.5, 1), (1, 0.00001, 1), (1, -1, 1), (1, 0, 0)]
)
def test_what_ray_cannot_schedule_is_refused(count: int, gpus: float, cpus: float) -> None:
    with pytest.raises(InputError):
        WorkerOptions(count, gpus=gpus, cpus=cpus)


@pytest.mark.parametrize(("most", "wait_s"), [(0, 0.1), (5000, 0.1), (8, -1), (8, 11)])
def test_batches_that_cannot_be_are_refused(most: int, wait_s: float) -> None:
    with pytest.raises(InputError):
        BatchOptions(most, wait_s)


def test_a_cluster_without_room_is_told_at_once() -> None:
    workers = WorkerOptions(count=4, gpus=0.5)

    check_room({"CPU": 8, "GPU": 2}, workers)
    with pytest.raises(
        ConfigurationError, match=r"4 workers of 0\.5 GPU need 2; the cluster has 1"
    ):
        check_room({"CPU": 8, "GPU": 1}, workers)
    with pytest.raises(ConfigurationError, match="8 workers of 1 CPU need 8; the cluster has 4"):
        check_room({"CPU": 4, "GPU": 4}, workers, models=2)


def test_a_worker_gets_no_passwords_and_as_many_threads_as_cores() -> None:
    given = settings(database_url="postgresql://u:secret@h/d", qdrant_api_key="secret")

    sent = worker_settings(given, 2.0)

    assert "secret" not in repr(sent)
    assert (sent.threads, worker_settings(given, 0.5).threads) == (2, 1)
    assert worker_settings(settings(threads="3"), 0.5).threads == 3


def test_one_encoder_for_both_is_served_once() -> None:
    both = settings(text_encoder="siglip2", picture_encoder="siglip2", reranker="words")

    assert served_models(both) == {"encoder": "siglip2", "reranker": "words"}
    assert list(served_models(settings())) == ["text", "picture"]


@pytest.mark.parametrize("model", ["openai+http://h/v1#m", "picture-encoder"])
def test_what_needs_no_server_is_refused(model: str) -> None:
    with pytest.raises(ConfigurationError, match="server"):
        served_models(settings(reranker=model))


def test_the_address_of_a_text_encoder_asks_in_batches() -> None:
    spec = parse_remote(remote_address("http://h:1/text/v1", BASE | {"modalities": ["text"]}))

    assert (spec.speech, spec.dim, spec.model) == ("openai", 8, "owner/model")
    assert spec.url == "http://h:1/text/v1"


@pytest.mark.parametrize(
    ("instruction", "sent"),
    [(None, ""), ("query: Find art & more. document: Represent it.", "Find art & more.")],
)
def test_the_address_of_a_picture_encoder_has_its_instruction(
    instruction: str | None, sent: str
) -> None:
    facts = BASE | {"modalities": ["text", "image"], "instruction": instruction}

    spec = parse_remote(remote_address("http://h:1/encoder/v1", facts))

    assert (spec.speech, spec.instruction, spec.reads_pictures) == ("vllm", sent, True)
    assert spec.texts


def test_no_texts_are_sent_to_an_encoder_of_pictures() -> None:
    facts = BASE | {"modalities": ["image"]}

    assert not parse_remote(remote_address("http://h:1/picture/v1", facts)).texts


def test_the_address_of_a_reranker_is_one_of_pairs() -> None:
    facts = {"id": "words", "revision": "unstated"}

    assert remote_address("http://h:1/reranker/v1", facts) == "vllm+http://h:1/reranker/v1#words"


def test_without_ray_the_install_command_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "ray", None)

    with pytest.raises(MissingExtraError, match=r"\[ray\]"), connected("local"):
        pass


def test_an_address_where_nothing_listens_is_told_at_once() -> None:
    with pytest.raises(ConfigurationError, match="no Ray cluster at"), connected("127.0.0.1:1"):
        pass


def test_ray_client_addresses_are_refused() -> None:
    with pytest.raises(InputError, match="machine of the cluster"), connected("ray://h:10001"):
        pass
