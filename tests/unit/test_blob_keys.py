import pytest

from core.blob_keys import picture_key, reduction_key, thumbnail_key
from storage.keys import check_key

HASH = "0f" + "a" * 62


def test_the_key_of_a_picture_follows_from_its_content() -> None:
    assert picture_key(HASH) == f"pictures/0f/{HASH}"
    assert thumbnail_key(HASH) == f"thumbnails/0f/{HASH}.webp"
    assert thumbnail_key(HASH, "jpeg") == f"thumbnails/0f/{HASH}.jpeg"
    assert reduction_key(HASH, 2048) == f"reduced/2048/0f/{HASH}"


def test_every_store_takes_these_keys() -> None:
    for key in (picture_key(HASH), thumbnail_key(HASH), reduction_key(HASH, 2048)):
        assert check_key(key) == key


@pytest.mark.parametrize("wrong", ["", "0f", HASH.upper(), HASH + "a", "../" + HASH[3:], HASH[:-1]])
def test_what_is_no_hash_has_no_key(wrong: str) -> None:
    with pytest.raises(ValueError, match="is not a SHA-256"):
        picture_key(wrong)
