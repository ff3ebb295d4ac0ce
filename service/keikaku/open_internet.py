"""Which addresses of machines lie in the open internet, and not in somebody's own network."""

from __future__ import annotations

import ipaddress

_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
"""Where IPv6 networks reach addresses of IPv4 (RFC 6052)."""

_INSIDE = tuple(
    ipaddress.ip_network(network)
    for network in (
        "64:ff9b:1::/48",  # translation inside a network (RFC 8215)
        "::/96",  # IPv4-compatible, deprecated (RFC 4291, 2.5.5.1)
        "fec0::/10",  # site-local, deprecated (RFC 3879)
        "5f00::/16",  # segment routing inside a network (RFC 9602)
        "192.88.99.0/24",  # relays of 6to4, deprecated (RFC 7526)
    )
)


def is_open(machine: str) -> bool:
    """Tell whether an address lies in the open internet, also where it wraps another.

    >>> is_open("203.0.114.7"), is_open("127.0.0.1"), is_open("64:ff9b::7f00:1")
    (True, False, False)
    """
    address = ipaddress.ip_address(machine)
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if address in _TRANSLATED:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
        if inner is not None:
            return is_open(str(inner))
    inside = any(address in network for network in _INSIDE)
    return address.is_global and not address.is_multicast and not inside
