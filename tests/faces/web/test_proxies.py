"""From where a request came: a header is believed from configured proxies, from its end on, and from nobody else."""

from __future__ import annotations

import pytest

from carefhir.errors import BadInput
from carefhir.faces.web.proxies import TrustedProxies

OURS = TrustedProxies(["10.0.0.0/8", "fd00::/8"])
FOR, PROTO = b"x-forwarded-for", b"x-forwarded-proto"


@pytest.mark.parametrize(
    ("peer", "hops", "address"),
    [
        ("198.51.100.7", [], "198.51.100.7"),
        ("198.51.100.7", ["203.0.113.9"], "198.51.100.7"),  # a stranger says so
        ("10.1.2.3", ["203.0.113.9"], "203.0.113.9"),
        ("10.1.2.3", ["192.0.2.1, 203.0.113.9"], "203.0.113.9"),  # the first was made up by the client
        ("10.1.2.3", ["192.0.2.1, 203.0.113.9, 10.9.9.9"], "203.0.113.9"),  # through two proxies of ours
        ("10.1.2.3", ["192.0.2.1", "203.0.113.9", "10.9.9.9"], "203.0.113.9"),  # the same in three headers
        ("10.1.2.3", ["203.0.113.9:4711"], "203.0.113.9"),
        ("fd00::1", ["[2001:db8::9]:4711"], "2001:db8::9"),
        ("fd00::1", ["2001:db8::9"], "2001:db8::9"),
        ("::ffff:10.1.2.3", ["203.0.113.9"], "203.0.113.9"),
        ("10.1.2.3", ["::ffff:203.0.113.9"], "203.0.113.9"),
        ("10.1.2.3", [], ""),  # the proxy itself, or a header that it does not write
        ("10.1.2.3", ["10.9.9.9"], ""),
        ("10.1.2.3", ["203.0.113.9, unknown"], ""),  # what comes before cannot be told apart from an invention
        ("10.1.2.3", ["203.0.113.9, "], ""),
        ("127.0.0.1", ["203.0.113.9"], ""),  # a proxy on this machine that nobody has configured
        ("", ["203.0.113.9"], ""),
    ],
)
def test_the_address_of_a_client(peer: str, hops: list[str], address: str) -> None:
    headers = [(FOR, hop.encode()) for hop in hops]
    assert OURS.arrival(peer, "http", headers).address == address


@pytest.mark.parametrize(
    ("peer", "scheme", "said", "secure"),
    [
        ("10.1.2.3", "http", "https", True),
        ("10.1.2.3", "http", "https, http", False),
        ("10.1.2.3", "https", "http", False),
        ("198.51.100.7", "http", "https", False),
        ("198.51.100.7", "https", "http", True),
        ("10.1.2.3", "https", "", True),
    ],
)
def test_whether_a_client_uses_https(peer: str, scheme: str, said: str, secure: bool) -> None:
    headers = [(PROTO, said.encode())] if said else []
    assert OURS.arrival(peer, scheme, headers).secure is secure


def test_the_name_of_a_host_is_never_taken() -> None:
    headers = [(b"x-forwarded-host", b"evil.example"), (b"forwarded", b"for=192.0.2.1;host=evil.example")]
    plain = OURS.arrival("10.1.2.3", "https", [])
    assert OURS.arrival("10.1.2.3", "https", headers) == plain
    assert "evil" not in str(plain)


@pytest.mark.parametrize("networks", [["Delgado"], ["0.0.0.0/0"], ["::/0"], ["10.1.2.3/8"]])
def test_what_is_no_network_of_proxies(networks: list[str]) -> None:
    with pytest.raises(BadInput, match=r"^trusted_proxies: ") as error:
        TrustedProxies(networks)
    assert "Delgado" not in error.value.message
