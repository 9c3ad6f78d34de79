from cli.doctor import Status, check_faiss
from core.settings import load_settings

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
