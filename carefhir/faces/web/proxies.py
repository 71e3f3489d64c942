"""From where a request came, behind a proxy: a proxy's header is believed from configured proxies, and nobody else.

`X-Forwarded-Host` is never read: the service's address is a setting, and what anybody sends does not change it.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from carefhir.errors import BadInput

ARRIVAL = "carefhir.arrival"
"""Where a request's `Arrival` is, in its ASGI scope."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_with_port = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+")


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where a request came from."""

    address: str
    """The client's IP address; "" where nobody can tell, since only proxies of ours are named, or nothing readable."""
    secure: bool
    """Whether the client used https."""


def arrival_of(scope: Mapping[str, Any]) -> Arrival:
    """Where a request came from, as `around.RequestFrame` has found out."""
    arrival: Arrival = scope[ARRIVAL]
    return arrival


class TrustedProxies:
    """The proxies that are believed, by their networks (`10.0.0.0/8`) or addresses."""

    def __init__(self, networks: Iterable[str] = ()) -> None:
        """Raises `BadInput` for one that is no network, and for one that holds every address."""
        self._networks = tuple(_network(text) for text in networks)

    def __bool__(self) -> bool:
        return bool(self._networks)

    def holds(self, address: Address) -> bool:
        """Whether it is one of the proxies."""
        return any(address in network for network in self._networks)

    def arrival(self, peer: str, scheme: str, headers: Iterable[tuple[bytes, bytes]]) -> Arrival:
        """Where a request came from, whose connection is `peer`'s over `scheme`. The list of a trusted proxy is read
        from its end, where proxies of ours have written, to the first address that is not one of them: what comes
        before it may be made up by whoever sent the request."""
        nearest = _address(peer)
        if nearest is None or not self.holds(nearest):
            # A connection from this machine that is no known proxy may be one all the same: whose it is, is not known.
            return Arrival("" if nearest is None or nearest.is_loopback else str(nearest), scheme == "https")
        named = [(name.lower(), value.decode("latin-1")) for name, value in headers]
        hops = [hop for name, value in named if name == b"x-forwarded-for" for hop in value.split(",")]
        schemes = [each for name, value in named if name == b"x-forwarded-proto" for each in value.split(",")]
        secure = (schemes[-1] if schemes else scheme).strip().lower() == "https"
        for hop in reversed(hops):
            address = _address(hop.strip())
            if address is None:
                break
            if not self.holds(address):
                return Arrival(str(address), secure)
        return Arrival("", secure)


def _address(text: str) -> Address | None:
    """An IP address, with or without a port; None for anything else."""
    match = _with_port.fullmatch(text)
    try:
        address = ipaddress.ip_address((match[1] or match[2]) if match else text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _network(text: str) -> Network:
    try:
        network = ipaddress.ip_network(text.strip())
    except ValueError:
        raise BadInput('trusted_proxies: expected networks or addresses, for example ["10.0.0.0/8"]') from None
    if network.prefixlen == 0:
        raise BadInput("trusted_proxies: one of them holds every address, so that anybody would be believed")
    return network
