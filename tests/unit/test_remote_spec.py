import pytest

from core.errors import ConfigurationError
from models.remote.spec import RemoteSpec, Speech, is_remote, parse_remote


def test_an_address_names_protocol_server_and_model() -> None:
    spec = parse_remote("openai+https://models.museum.org:8443/v1/#BAAI/bge-m3")

    assert spec == RemoteSpec(Speech.OPENAI, "https://models.museum.org:8443/v1", "BAAI/bge-m3")
    assert spec.address == "https://models.museum.org:8443/v1#BAAI/bge-m3"


def test_options_stand_in_the_query() -> None:
    spec = parse_remote("vllm+http://h/v1?dim=768&revision=abc&visual_tokens=256&timeout_s=2.5#m")

    assert (spec.dim, spec.revision, spec.visual_tokens, spec.timeout_s) == (768, "abc", 256, 2.5)


def test_spaces_of_a_prefix_are_kept() -> None:
    spec = parse_remote("openai+http://h/v1?query_prefix=query:%20&document_prefix=passage:+#e5")

    assert (spec.query_prefix, spec.document_prefix) == ("query: ", "passage: ")


@pytest.mark.parametrize("name", ["minilm", "google/siglip-base-patch16-224", "/models/siglip"])
def test_what_is_loaded_here_is_no_address(name: str) -> None:
    assert not is_remote(name)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("https://h/v1#m", "must begin with"),
        ("grpc+https://h/v1#m", "must begin with"),
        ("openai+ftp://h/v1#m", "must begin with"),
        ("openai+https:///v1#m", "must name a host"),
        ("openai+https://h:0/v1#m", "must name a host"),
        ("openai+https://h:port/v1#m", "[Pp]ort"),
        ("openai+https://h/v1", "must end with # and the name"),
        ("openai+https://h/v1?dim=0#m", "dim='0'"),
        ("openai+https://h/v1?timeout_s=soon#m", "timeout_s='soon'"),
        ("openai+https://h/v1?colour=red#m", "unknown option 'colour'"),
    ],
)
def test_a_wrong_address_is_refused_with_the_reason(address: str, reason: str) -> None:
    with pytest.raises(ConfigurationError, match=reason):
        parse_remote(address)


def test_a_key_in_an_address_is_refused_and_not_told() -> None:
    with pytest.raises(ConfigurationError, match="VASARI_REMOTE_API_KEY") as raised:
        parse_remote("openai+https://user:hunter2@h/v1#m")

    assert "hunter2" not in str(raised.value)
