import os
from pathlib import Path

import pytest

from bench.models.coldstart import child_environ, record
from bench.models.coldstart_runs import forget_files, run_command
from bench.record import Recorder, read_rows


def test_a_process_is_timed_to_its_first_word_and_to_its_end() -> None:
    code = "import time; print('here', flush=True); time.sleep(0.2)"

    started = run_command(["-c", code], dict(os.environ))

    assert 0 < started.first_answer_s < started.exit_s - 0.1
    assert started.rss_mb > 1


def test_a_process_that_fails_is_no_measurement() -> None:
    with pytest.raises(RuntimeError, match="ended with status 3"):
        run_command(["-c", "import sys; sys.exit(3)"], dict(os.environ))


def test_forgotten_files_stay_as_they_are(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("kept")

    forget_files([file, tmp_path / "not there"])

    assert file.read_text() == "kept"


def test_measured_processes_keep_bytecode_and_default_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("VASARI_TEXT_ENCODER", "minilm")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")

    environ = child_environ(tmp_path / "home", tmp_path / "bytecode")

    assert "VASARI_TEXT_ENCODER" not in environ
    assert "PYTHONDONTWRITEBYTECODE" not in environ
    assert environ["VASARI_HOME"] == str(tmp_path / "home")


def test_rows_hold_medians_and_multiples_of_the_floor(tmp_path: Path) -> None:
    rounds = [
        {"floor": {"exit_s": floor}, "service": {"first_answer_s": first}}
        for floor, first in ((1.0, 4.0), (2.0, 6.0), (1.0, 9.0))
    ]

    record(Recorder("coldstart", tmp_path, quiet=True), {"works": 3}, rounds)

    row = read_rows(tmp_path / "coldstart.jsonl")[1]
    assert (row["first_answer_s"], row["first_answer_max_s"], row["floor_ratio"]) == (6, 9, 4)
    assert (row["measure"], row["works"]) == ("service", 3)
