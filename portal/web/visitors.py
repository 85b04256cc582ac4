"""From where a visitor comes, as far as limits need to know."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from flask import request

#: Whoever has one IPv6 address has the whole network of this prefix.
IPV6_PREFIX = 64


def visitor_network() -> str:
    """Return the address of whoever sent the present request, in the form limits count by."""
    return network_of(request.remote_addr or "")


def network_of(address: str) -> str:
    """Return an IPv4 address as it is, the network of an IPv6 one, and any other text as it is."""
    try:
        parsed: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ip_network((parsed, IPV6_PREFIX), strict=False))
