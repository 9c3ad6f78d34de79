"""The admin key."""

from hypothesis import given
from hypothesis import strategies as st

from api.auth import hash_key, key_matches, new_admin_key


def test_a_new_key_is_long_and_never_the_same() -> None:
    keys = {new_admin_key() for _ in range(100)}

    assert len(keys) == 100
    assert all(len(key) >= 43 and key.isascii() for key in keys)


def test_the_hash_is_the_sha256_that_any_tool_computes() -> None:
    # printf hello | sha256sum
    assert hash_key("hello") == "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_only_the_key_itself_matches(text: str) -> None:
    key = new_admin_key()

    assert key_matches(key, hash_key(key).upper() + "\n")
    assert not key_matches(text, hash_key(key))
    assert not key_matches(key, text)
