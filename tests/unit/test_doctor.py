import pytest

from cli.doctor import check_faiss, check_qdrant
from cli.doctor_rerank import check_reranker
from cli.findings import Status
from core.settings import load_settings
from tests.qdrant_server import VERSION, edge_qdrant, serving

SETTINGS = load_settings({})


def test_one_faiss_is_well() -> None:
    [finding] = check_faiss(SETTINGS, lambda name: name == "faiss-cpu")

    assert finding.status is Status.OK


def test_no_faiss_is_a_fault_with_the_install_command() -> None:
    [finding] = check_faiss(SETTINGS, lambda _: False)

    assert finding.status is Status.FAULT
    assert finding.remedy == "pip install -e '.[cpu]'"


def test_both_faiss_packages_are_refused() -> None:
    [finding] = check_faiss(SETTINGS, lambda name: name in ("faiss-cpu", "faiss-gpu"))

    assert finding.status is Status.FAULT
    assert "overwrite each other" in finding.detail
    assert finding.remedy is not None
    assert finding.remedy.startswith("pip uninstall faiss-cpu faiss-gpu && pip install faiss-cpu")


def test_without_a_qdrant_there_is_nothing_to_say() -> None:
    assert list(check_qdrant(SETTINGS)) == []


def test_a_qdrant_that_answers_is_well() -> None:
    with edge_qdrant() as qdrant, serving(qdrant) as url:
        [finding] = check_qdrant(load_settings({"VASARI_QDRANT_URL": url}))

    assert (finding.status, finding.detail) == (Status.OK, f"answers, version {VERSION}")


def test_a_qdrant_that_is_away_is_a_fault_with_the_remedy() -> None:
    away = load_settings({"VASARI_QDRANT_URL": "http://127.0.0.1:9"})

    [finding] = check_qdrant(away)

    assert finding.status is Status.FAULT
    assert finding.remedy is not None
    assert "VASARI_QDRANT_URL" in finding.remedy


def test_without_a_reranker_there_is_nothing_to_say() -> None:
    assert list(check_reranker(load_settings({}))) == []


@pytest.mark.parametrize(
    ("name", "status", "said"),
    [
        ("words", Status.WARNING, "only counts words"),
        ("picture-encoder", Status.FAULT, "efficientnet-lite0 does not read text"),
        ("no-such", Status.FAULT, "no reranker is named 'no-such'"),
        ("openai+http://127.0.0.1:1/v1#m", Status.FAULT, "the address of an encoder"),
    ],
)
def test_a_reranker_that_is_no_help_is_told(name: str, status: Status, said: str) -> None:
    [finding] = check_reranker(load_settings({"VASARI_RERANKER": name}))

    assert finding.status is status
    assert said in finding.detail
