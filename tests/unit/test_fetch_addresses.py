"""Which machines may be asked, and under whose name."""

import pytest

from core.errors import ConfigurationError
from core.fetching import host_of
from fetch.addresses import AddressGuard, ForbiddenAddressError, is_public
from fetch.faults import FetchFault
from fetch.user_agent import user_agent
from fetch.web import web_address


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "0.1.2.3", "224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.1", "::1",
        "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
    ],
)  # fmt: skip
def test_private_addresses_are_not_public_however_they_are_written(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "2606:2800:21f:cb07::1", "64:ff9b::5db8:d70e"]
)
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    guard = AddressGuard(resolver=lambda *_: ["93.184.215.14", "10.0.0.7"])

    with pytest.raises(ForbiddenAddressError, match=r"museum\.test is 10\.0\.0\.7"):
        guard.pick("museum.test", 443)


def test_a_host_that_is_allowed_by_name_may_be_private() -> None:
    guard = AddressGuard(["Museum.test"], resolver=lambda *_: ["10.0.0.7"])

    assert guard.pick("museum.TEST", 443) == "10.0.0.7"


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("HTTPS://Museum.test/a b", "https://museum.test/a%20b"),
        ("http://museum.test:8080/ä?q=ö", "http://museum.test:8080/%C3%A4?q=%C3%B6"),
        ("http://müseum.test", "http://xn--mseum-kva.test/"),
        ("http://[2001:db8::1]:81/%41", "http://[2001:db8::1]:81/%41"),
    ],
)
def test_an_address_is_sent_in_ascii(url: str, sent: str) -> None:
    assert web_address(url) == sent


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://museum.test/a", "//museum.test/a", "pictures/1.jpg", "", "http://",
     "http://user:word@museum.test/", "http://museum.test:99999/", "http://[::1/"],
)  # fmt: skip
def test_what_is_no_address_of_the_web_is_refused(url: str) -> None:
    with pytest.raises(FetchFault):
        web_address(url)


@pytest.mark.parametrize(
    ("url", "host"),
    [("https://Museum.test/a", "museum.test"), ("https://museum.test:443/a", "museum.test"),
     ("http://museum.test:443/a", "museum.test:443"), ("http://[::1]:80/", "[::1]"),
     ("ftp://museum.test/", ""), ("pictures/1.jpg", ""), ("http://[::1/", "")],
)  # fmt: skip
def test_a_host_is_a_name_and_a_port_that_is_not_the_usual(url: str, host: str) -> None:
    assert host_of(url) == host


def test_the_name_that_servers_are_told_has_someone_to_write_to() -> None:
    assert user_agent("mail@museum.test").endswith("contact: mail@museum.test)")


@pytest.mark.parametrize("contact", [None, "", "me", "a@b", "a@b.c\r\nX: y", "http://", "ä@b.c"])
def test_without_someone_to_write_to_nothing_is_fetched(contact: str | None) -> None:
    with pytest.raises(ConfigurationError):
        user_agent(contact)
