"""Who did not answer a moment ago is not asked again for each page, and is asked again after that."""

from __future__ import annotations

import pytest

from carefhir.fhir.wire import Failure, Response, get
from carefhir.transport.keyring import Bearer, Keyring
from carefhir.transport.observing import Unobserved
from carefhir.transport.registered_client import RegisteredClient
from carefhir.transport.silence import SILENT_FOR, SilenceWatch
from tests.support.authorization import Clock

NOBODY, FINE = Failure("unreachable", False), Response(200, {}, b"{}")


def exchanged(watch: SilenceWatch, answer: Response | Failure, home: str = "ehr") -> None:
    with watch.exchange(get("Patient", home=home)) as ended:
        ended(answer)


@pytest.mark.parametrize("answer", [NOBODY, Failure("timeout", True), Response(503, {}, b"")])
def test_who_does_not_answer_is_silent_for_a_moment(answer: Response | Failure) -> None:
    clock = Clock()
    watch = SilenceWatch(Unobserved(), clock)
    exchanged(watch, answer)
    assert (watch.silent("ehr"), watch.silent("main")) == (True, False)
    clock.now += SILENT_FOR - 1
    exchanged(watch, answer)
    assert watch.silent("ehr")
    clock.now += 1
    assert not watch.silent("ehr"), "however often it was asked meanwhile"


@pytest.mark.parametrize("answer", [FINE, Response(404, {}, b""), Response(401, {}, b"")])
def test_an_answer_ends_it(answer: Response) -> None:
    watch = SilenceWatch(Unobserved())
    exchanged(watch, NOBODY)
    exchanged(watch, answer, home="main")
    assert watch.silent("ehr")
    exchanged(watch, answer)
    assert not watch.silent("ehr")


def test_what_breaks_off_is_no_silence() -> None:
    watch = SilenceWatch(Unobserved())
    exchanged(watch, Failure("broken", True))
    assert not watch.silent("ehr")


def test_a_ring_with_another_way_shares_what_it_holds() -> None:
    """A user's token for one server, beside the service's own for the other, which is renewed once for all."""
    own = Keyring({"main": RegisteredClient("carefhir", secret="s", scopes=("system/*.rs",))})
    dana, sam = own.with_way("ehr", Bearer("dana")), own.with_way("ehr", Bearer("sam"))
    assert own.access("ehr") is None
    assert dana.access("main") is sam.access("main") is own.access("main")
    held = [ring.access("ehr") for ring in (dana, sam)]
    assert [access.how for access in held if access is not None] == [Bearer("dana"), Bearer("sam")]
    assert (own.granted_to("main"), own.granted_to("ehr"), dana.granted_to("ehr")) == (("system/*.rs",), None, None)
