"""Which machines may be asked: none of a private network, unless it is allowed by name.

A name is resolved once for each connection, what it resolves to is checked, and the connection goes
to the very address that was checked: a name server that answers otherwise a moment later gains
nothing.
"""

import socket
from collections.abc import Callable, Collection, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TypeAlias

Resolver: TypeAlias = Callable[[str, int], Sequence[str]]
"""Gives the IP addresses of a host; raises OSError where there are none."""

_NAT64 = ip_network("64:ff9b::/96")  # an IPv4 address in its last four bytes (RFC 6052)


class ForbiddenAddressError(Exception):
    """A host that lies in a private network, or an address that is not one of the web."""


def resolve(host: str, port: int) -> list[str]:
    """Ask the name servers of this machine."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]).partition("%")[0] for *_, address in found))


def is_public(address: str) -> bool:
    """Tell whether an IP address belongs to the public internet, however it is wrapped."""
    parsed = _unwrapped(ip_address(address))
    return parsed.is_global and not parsed.is_multicast and not parsed.is_reserved


def _unwrapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Take an IPv4 address out of the IPv6 address that carries it to a gateway."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (address,))[-1]


class AddressGuard:
    """Gives the IP address to connect to, or refuses."""

    def __init__(self, allowed: Collection[str] = (), *, resolver: Resolver = resolve) -> None:
        self._allowed = frozenset(host.lower() for host in allowed)
        self._resolver = resolver

    def pick(self, host: str, port: int) -> str:
        """Resolve a host to the address to connect to.

        Raises:
            ForbiddenAddressError: one of its addresses is not public, and the host is not allowed.
            OSError: it has no address.
        """
        found = list(self._resolver(host, port))
        if not found:
            raise OSError(f"{host} has no address")
        private = next((address for address in found if not is_public(address)), None)
        if private is not None and host.lower() not in self._allowed:
            raise ForbiddenAddressError(
                f"{host} is {private}, which is not a public address (--allow-private {host})"
            )
        return found[0]
