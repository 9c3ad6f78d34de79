"""Files that are there whole or not at all."""

from pathlib import Path

import pytest

from core.atomic_files import beside, replace_file


def test_a_replaced_file_has_the_new_bytes_and_leaves_nothing_beside(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"old")

    replace_file(path, b"new")

    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_that_fails_changes_nothing(tmp_path: Path) -> None:
    taken = tmp_path / "a.json"
    taken.mkdir()

    with pytest.raises(IsADirectoryError):
        replace_file(taken, b"new")

    assert list(tmp_path.iterdir()) == [taken]
    assert list(taken.iterdir()) == []


def test_two_who_write_one_file_at_once_do_not_meet(tmp_path: Path) -> None:
    path = tmp_path / "a.json"

    with beside(path) as mine, beside(path) as theirs:
        mine.write_bytes(b"mine")
        theirs.write_bytes(b"theirs")
        assert mine != theirs
        mine.replace(path)

    assert path.read_bytes() == b"mine"
