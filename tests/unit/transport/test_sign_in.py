"""Signing in: tokens are got, renewed in time and after a 401, go to nobody else, and what fails is a sentence."""

from __future__ import annotations

import json
import re
import threading
from email.utils import formatdate
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc.jwk import ECKey, RSAKey

from carefhir.errors import BadInput
from carefhir.fhir.homes import Home
from carefhir.fhir.wire import Failure, Request, Response, TokenRequest, Wait, Waited, ask, exchange, get, together
from carefhir.transport.discovery import checked
from carefhir.transport.keyring import Bearer, Keyring
from carefhir.transport.registered_client import RegisteredClient
from carefhir.transport.signed_in import signed_in
from carefhir.transport.signing_key import SigningKey
from tests.support.authorization import START, Authorization, Guarded
from tests.support.backends import run_flow, sandbox_backend

RSA = RSAKey.generate_key(2048, {"kid": "rsa-1"}, private=True)
EC = ECKey.generate_key("P-384", {"kid": "ec-1"}, private=True)
SMALL_RSA = (
    rsa.generate_private_key(65537, 1024).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
)
BY_SECRET = RegisteredClient("clinic:1", secret="s3 cret+/%")
BY_RSA = RegisteredClient("clinic-rsa", key=SigningKey(RSA, "rsa-1", "RS384"))
BY_EC = RegisteredClient("clinic-ec", key=SigningKey(EC, "ec-1", "ES384"))
CLIENTS = (BY_SECRET, BY_RSA, BY_EC)
READ = get("Patient?_summary=count")


def guarded(**more: object) -> Guarded:
    authorization = Authorization(secrets={BY_SECRET.id: BY_SECRET.secret}, keys={BY_RSA.id: RSA, BY_EC.id: EC}, **more)  # type: ignore[arg-type]
    return Guarded(sandbox_backend(), authorization)


def write(name: str = "a") -> Request:
    body = json.dumps({"resourceType": "Patient", "identifier": [{"system": "urn:x", "value": name}]}).encode()
    return Request("POST", "Patient", (("Content-Type", "application/fhir+json"),), body)


# -- getting one ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("client", CLIENTS, ids=lambda one: one.id)
def test_a_client_proves_itself_and_is_let_in(client: RegisteredClient) -> None:
    site = guarded()
    answer = site.run(ask(READ), site.keyring(client))
    assert isinstance(answer, Response)
    assert answer.status == 200
    assert [one.bearer for one in site.asked] == ["token-1"]


def test_by_secret_nothing_of_it_is_in_the_form() -> None:
    site = guarded()
    site.run(ask(READ), site.keyring(BY_SECRET))
    assert site.authorization.forms == [{"grant_type": "client_credentials"}]


def test_a_server_that_takes_the_secret_only_in_the_form() -> None:
    site = guarded(document={"token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"]})
    site.run(ask(READ), site.keyring(BY_SECRET))
    assert site.authorization.forms[0]["client_secret"] == BY_SECRET.secret


def test_one_token_serves_everything_that_runs() -> None:
    site = guarded()
    keyring = site.keyring(BY_EC)
    site.run(together([exchange([READ, READ]), ask(READ)]), keyring)
    site.run(ask(READ), keyring)
    assert {one.bearer for one in site.asked} == {"token-1"}
    assert len(site.authorization.forms) == 1


@pytest.mark.parametrize(
    ("capabilities", "asked"),
    [
        (["permission-v2"], "system/Task.crus system/Patient.rs openid"),
        ([], "system/Task.crus system/Patient.rs openid"),
        (["permission-v1"], "system/Task.read system/Task.write system/Patient.read openid"),
        (["permission-v1", "permission-v2"], "system/Task.crus system/Patient.rs openid"),
    ],
)
def test_scopes_are_spelled_as_the_server_knows_them(capabilities: list[str], asked: str) -> None:
    site = guarded(document={"capabilities": capabilities})
    scopes = ("system/Task.crus", "system/Patient.rs", "openid")
    client = RegisteredClient(BY_SECRET.id, secret=BY_SECRET.secret, scopes=scopes)
    site.run(ask(READ), site.keyring(client))
    assert site.authorization.forms[0]["scope"] == asked


# -- renewing ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("client", CLIENTS, ids=lambda one: one.id)
def test_it_is_renewed_before_it_ends(client: RegisteredClient) -> None:
    site = guarded(lasts=60)
    keyring = site.keyring(client)
    for seconds in (0, 44, 45, 100, 300):
        site.authorization.clock.now = START + seconds
        answer = site.run(ask(READ), keyring)
        assert isinstance(answer, Response)
        assert answer.status == 200
    assert [one.bearer for one in site.asked] == ["token-1", "token-1", "token-2", "token-3", "token-4"]


def test_after_a_401_a_read_is_asked_again_once() -> None:
    site = guarded()
    keyring = site.keyring(BY_RSA)
    site.run(ask(READ), keyring)
    site.authorization.tokens.clear()
    answers = site.run(exchange([READ, READ]), keyring)
    assert [one.status for one in answers if isinstance(one, Response)] == [200, 200]
    assert len(site.authorization.forms) == 2


def test_after_a_401_a_write_is_not_sent_again_but_looked_after() -> None:
    site = guarded()
    keyring = site.keyring(BY_RSA)
    site.run(ask(READ), keyring)
    site.authorization.tokens.clear()
    answer = site.run(ask(write()), keyring)
    assert answer == Failure("token renewed", True)
    assert [one.bearer for one in site.asked if one.method == "POST"] == ["token-1"]
    assert site.run(ask(write()), keyring).status == 201  # type: ignore[union-attr]


def test_a_token_that_was_never_taken_is_not_renewed_for_ever() -> None:
    site = guarded()
    keyring = site.keyring(BY_SECRET)
    site.authorization.admits = lambda _: False  # type: ignore[method-assign]
    for _ in range(3):
        answer = site.run(ask(READ), keyring)
        assert isinstance(answer, Response)
        assert answer.status == 401
    assert len(site.authorization.forms) == 1


@pytest.mark.parametrize("request_", [get("Consent?patient=Patient/1"), write()], ids=["read", "write"])
def test_a_401_that_is_not_about_the_token_renews_it_once(request_: Request) -> None:
    """Some servers say 401 where they mean 403: what they take goes on, and the token is not renewed for ever."""
    site = guarded()
    keyring = site.keyring(BY_SECRET)
    kind = (request_.method, request_.target.partition("?")[0])
    real = site._answer

    def answer(one: object) -> object:
        said = real(one)  # type: ignore[arg-type]
        mine = isinstance(one, Request) and (one.method, one.target.partition("?")[0]) == kind
        return Response(401) if mine else said

    site._answer = answer  # type: ignore[method-assign, assignment]
    statuses = []
    for _ in range(4):
        assert site.run(ask(READ), keyring).status == 200  # type: ignore[union-attr]
        statuses.append(site.run(ask(request_), keyring))
    assert [one.status for one in statuses[1:] if isinstance(one, Response)] == [401] * 3
    assert len(site.authorization.forms) == 2


def test_revoked_twice_is_renewed_twice() -> None:
    site = guarded()
    keyring = site.keyring(BY_SECRET)
    for number in range(4):
        assert site.run(exchange([READ, READ]), keyring)[1].status == 200  # type: ignore[union-attr]
        site.authorization.tokens.clear()
        assert len(site.authorization.forms) == number + 1


def test_a_token_that_was_given_is_never_renewed() -> None:
    site = guarded()
    answer = site.run(ask(READ), Keyring({"main": Bearer("old")}))
    assert isinstance(answer, Response)
    assert answer.status == 401
    assert site.authorization.forms == []


@pytest.mark.parametrize(
    ("says", "still_at", "no_longer_at"), [("60", 44, 46), (None, 239, 241), ("soon", 239, 241), (10, 7, 8)]
)
def test_how_long_it_holds_is_read_from_its_answer(says: object, still_at: int, no_longer_at: int) -> None:
    """A text is a number, too; where nothing usable is said, the five minutes that SMART asks for."""
    site = guarded(lasts=says)
    keyring = site.keyring(BY_SECRET)
    site.authorization.admits = lambda _: True  # type: ignore[method-assign]
    for seconds, tokens in ((0, 1), (still_at, 1), (no_longer_at, 2)):
        site.authorization.clock.now = START + seconds
        site.run(ask(READ), keyring)
        assert len(site.authorization.forms) == tokens


def test_two_at_once_ask_for_one_token() -> None:
    """While one flow waits for the authorization server, another waits for that flow."""
    keyring = Keyring({"main": BY_SECRET})
    home = (Home.at("http://fhir.example/r4"),)
    flows = [signed_in(ask(READ), keyring, home) for _ in range(2)]
    first = flows[0].send(None)  # type: ignore[arg-type]
    second = flows[1].send(None)  # type: ignore[arg-type]
    assert isinstance(first[0], Request)
    assert isinstance(second[0], Wait)
    document = Response(200, {}, b'{"token_endpoint": "https://login.example/token"}')
    (form,) = flows[0].send((document, Response(404)))
    assert isinstance(form, TokenRequest)
    assert isinstance(flows[1].send((Waited(),))[0], Wait)
    granted = b'{"access_token": "t", "token_type": "bearer", "expires_in": 60}'
    (mine,) = flows[0].send((Response(200, {}, granted),))
    (theirs,) = flows[1].send((Waited(),))
    assert isinstance(mine, Request)
    assert isinstance(theirs, Request)
    assert mine.bearer == theirs.bearer == "t"


def test_one_that_was_broken_off_does_not_keep_the_others_waiting() -> None:
    keyring = Keyring({"main": BY_SECRET})
    home = (Home.at("http://fhir.example/r4"),)
    broken = signed_in(ask(READ), keyring, home)
    broken.send(None)  # type: ignore[arg-type]
    broken.close()
    (asked, *_) = signed_in(ask(READ), keyring, home).send(None)  # type: ignore[arg-type]
    assert isinstance(asked, Request)


def test_threads_share_a_ring() -> None:
    site = guarded()
    keyring = site.keyring(BY_EC)
    lock, released = threading.Lock(), threading.Event()
    statuses = []

    def work() -> None:
        def answer(asks: object) -> object:
            if isinstance(asks[0], Wait):  # type: ignore[index]
                released.wait()
                return (Waited(),)
            with lock:
                answers = site.round(asks)  # type: ignore[arg-type]
            if isinstance(asks[0], TokenRequest):  # type: ignore[index]
                released.set()
            return answers

        got = run_flow(signed_in(ask(READ), keyring, (Home.at(site.backend.base),)), answer)  # type: ignore[arg-type]
        statuses.append(got.status)  # type: ignore[union-attr]

    threads = [threading.Thread(target=work) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert statuses == [200] * 8
    assert len(site.authorization.forms) == 1


# -- whom it goes to -----------------------------------------------------------------------------------------------


def test_a_token_goes_to_its_own_home_and_to_nobody_else() -> None:
    site = guarded()
    keyring = site.keyring(BY_SECRET)
    homes = (Home.at(site.backend.base), Home.at("http://other.example/fhir", name="other"))
    seen: list[Request] = []

    def answer(asks: object) -> object:
        seen.extend(one for one in asks if isinstance(one, Request))  # type: ignore[attr-defined]
        return tuple(
            Response(200) if isinstance(one, Request) and one.home == "other" else site._answer(one)
            for one in asks  # type: ignore[attr-defined]
        )

    run_flow(signed_in(exchange([READ, get("Patient/1", home="other")]), keyring, homes), answer)  # type: ignore[arg-type]
    assert {one.bearer for one in seen if one.home == "other"} == {""}
    assert {one.bearer for one in seen if ".well-known" in one.target} == {""}


# -- what fails is a sentence ----------------------------------------------------------------------------------------


def why(site: Guarded, client: RegisteredClient, *, off: float = 0.0) -> str:
    answer = site.run(ask(READ), site.keyring(client, off=off))
    assert isinstance(answer, Failure), answer
    assert (answer.kind, answer.sent) == ("not signed in", False)
    assert site.asked == []
    return answer.detail


@pytest.mark.parametrize("client", CLIENTS, ids=lambda one: one.id)
def test_a_revoked_client(client: RegisteredClient) -> None:
    site = guarded(revoked={client.id})
    proof = "signature" if client.key else "secret"
    assert f"unknown, disabled or revoked, or its {proof} is wrong" in why(site, client)


def test_a_wrong_secret() -> None:
    assert "or its secret is wrong" in why(guarded(), RegisteredClient(BY_SECRET.id, secret="other"))


def test_a_wrong_audience() -> None:
    words = why(guarded(audience="https://inside:8443/token"), BY_RSA)
    assert "it expects another audience" in words
    assert "clock" not in words


def test_whom_a_signature_is_for_can_be_set() -> None:
    site = guarded(audience="https://inside:8443/token")
    client = RegisteredClient(BY_RSA.id, key=BY_RSA.key, audience="https://inside:8443/token")
    assert site.run(ask(READ), site.keyring(client)).status == 200  # type: ignore[union-attr]


@pytest.mark.parametrize(("off", "words"), [(300, "5 minutes ahead of"), (-300, "5 minutes behind")])
def test_a_clock_that_is_off(off: float, words: str) -> None:
    assert f"this machine's clock is {words} the server's" in why(guarded(), BY_EC, off=off)


@pytest.mark.parametrize("off", [-180, -20, 20, 35])
def test_a_clock_that_is_a_little_off_does_not_matter(off: float) -> None:
    site = guarded()
    answer = site.run(ask(READ), site.keyring(BY_EC, off=off))
    assert isinstance(answer, Response)
    assert answer.status == 200


def test_where_nobody_tells_the_time_the_clock_is_still_named() -> None:
    answers: list[Response | Failure] = [
        Response(400, {}, b'{"error": "invalid_client", "error_description": "Token is not active"}')
    ]
    assert "this machine's clock or the authorization server's may be off" in why(guarded(answers=answers), BY_EC)


def test_the_fhir_servers_time_serves_where_the_authorization_server_tells_none() -> None:
    """Keycloak 26 sends no `Date`."""
    site = guarded()
    site.authorization._date = lambda: ""  # type: ignore[method-assign]
    configuration = site.authorization.configuration()
    dated = Response(200, {"date": formatdate(START, usegmt=True)}, configuration.body)
    site.authorization.configuration = lambda: dated  # type: ignore[method-assign]
    assert "clock is 5 minutes behind the server's" in why(site, BY_EC, off=-300)


def test_a_clock_does_not_matter_to_a_secret() -> None:
    site = guarded()
    assert site.run(ask(READ), site.keyring(BY_SECRET, off=3000)).status == 200  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("document", "client", "words"),
    [
        ({"token_endpoint": "http://login.example/token"}, BY_RSA, "not https"),
        ({"token_endpoint": 7}, BY_RSA, "names no token endpoint"),
        ({"grant_types_supported": ["authorization_code"]}, BY_RSA, "knows no client credentials"),
        ({"token_endpoint_auth_methods_supported": ["private_key_jwt"]}, BY_SECRET, "does not take a secret"),
        ({"token_endpoint_auth_methods_supported": ["client_secret_basic"]}, BY_EC, "does not take a key"),
        ({"token_endpoint_auth_signing_alg_values_supported": ["ES384"]}, BY_RSA, "no signature by RS384"),
    ],
)
def test_what_the_discovery_document_says(document: dict[str, object], client: RegisteredClient, words: str) -> None:
    assert words in why(guarded(document=document), client)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Response(200, {}, b"<html>"), "answered without a token"),
        (Response(200, {}, b'{"access_token": "t", "token_type": "mac"}'), "no bearer token"),
        (Response(200, {}, b'{"access_token": "two words", "token_type": "bearer"}'), "without a token"),
        (Response(500, {"content-type": "text/html"}, b"<h1>Rosa</h1>"), "the authorization server answered 500"),
        (Response(302, {"location": "https://evil.example"}), "the authorization server answered 302"),
        (Response(400, {}, b'{"error": "invalid_scope"}'), "does not grant the scopes"),
        (Response(400, {}, b'{"error": "surprise"}'), "the authorization server answered 400"),
    ],
)
def test_answers_nobody_can_use(answer: Response, words: str) -> None:
    assert words in why(guarded(answers=[answer]), BY_SECRET)


@pytest.mark.parametrize("trouble", [Response(503), Response(429), Failure("timeout", True)])
def test_passing_trouble_is_waited_out_with_a_new_assertion(trouble: Response | Failure) -> None:
    site = guarded(answers=[trouble, trouble])
    answer = site.run(ask(READ), site.keyring(BY_RSA))
    assert isinstance(answer, Response)
    assert answer.status == 200
    assertions = [form["client_assertion"] for form in site.authorization.forms]
    assert len(set(assertions)) == 3


def test_trouble_that_stays_is_said() -> None:
    answers: list[Response | Failure] = [Failure("unreachable", False)] * 3
    assert "the authorization server could not be reached" in why(guarded(answers=answers), BY_RSA)


def test_a_server_that_does_not_say_where_tokens_come_from() -> None:
    site = guarded()
    site.authorization.configuration = lambda: Response(404)  # type: ignore[method-assign]
    assert "set the token URL" in why(site, BY_RSA)
    client = RegisteredClient(BY_SECRET.id, secret=BY_SECRET.secret, token_url=site.authorization.token_url)
    assert site.run(ask(READ), site.keyring(client)).status == 200  # type: ignore[union-attr]


def test_a_relative_token_endpoint_is_under_the_base() -> None:
    site = guarded(document={"token_endpoint": "oauth/token"})
    site.authorization.token_url = "http://localhost/fhir/oauth/token"
    assert site.run(ask(READ), site.keyring(BY_SECRET)).status == 200  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("url", "fine"),
    [
        ("https://login.example/token", True),
        ("http://127.0.0.1:8080/token", True),
        ("http://localhost/token", True),
        ("http://localhost.evil.example/token", False),
        ("http://login.example/token", False),
        ("https://user:pass@login.example/token", False),
        ("ftp://login.example/token", False),
        ("https:///token", False),
        ("https://[::1/token", False),
    ],
)
def test_where_a_proof_may_be_sent(url: str, fine: bool) -> None:
    assert (checked(url) == "") is fine


# -- keys ------------------------------------------------------------------------------------------------------------


def test_keys_are_read_as_pem_jwk_and_jwks(tmp_path: Path) -> None:
    for number, (key, algorithm) in enumerate(((RSA, "RS384"), (EC, "ES384"))):
        texts = (
            key.as_pem(private=True).decode(),
            json.dumps(key.as_dict(private=True)),
            json.dumps({"keys": [RSA.as_dict(private=False), key.as_dict(private=True)]}),
        )
        for text in texts:
            path = tmp_path / f"key-{number}"
            path.write_text(text)
            assert SigningKey.read(path, "mine").algorithm == algorithm
            assert SigningKey.read(path, "mine").id == "mine"
    assert SigningKey.read(path).id == "ec-1"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "expected an RSA or P-384 key"),
        ("{", "expected an RSA or P-384 key"),
        ('{"kty": "oct", "k": "AAAA"}', "expected an RSA or P-384 key"),
        (json.dumps(RSA.as_dict(private=False)), "the private one is needed"),
        (RSA.as_pem(private=False).decode(), "the private one is needed"),
        (json.dumps({"keys": [RSA.as_dict(private=True), EC.as_dict(private=True)]}), "several private keys"),
        (SMALL_RSA, "at least 2048 bits"),
        (ECKey.generate_key("P-256", private=True).as_pem(private=True).decode(), "must be on P-384"),
    ],
)
def test_a_key_that_cannot_be_used_is_a_sentence(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text(text)
    with pytest.raises(BadInput, match=re.escape(words)):
        SigningKey.read(path)
    with pytest.raises(BadInput, match="cannot be read"):
        SigningKey.read(tmp_path / "absent")


@pytest.mark.parametrize("more", [{}, {"secret": "x", "key": BY_EC.key}])
def test_a_client_has_a_secret_or_a_key(more: dict[str, object]) -> None:
    with pytest.raises(BadInput, match="either a secret or a key"):
        RegisteredClient("clinic", **more)  # type: ignore[arg-type]


# -- nothing of it is shown ------------------------------------------------------------------------------------------


def test_no_secret_in_any_repr() -> None:
    site = guarded()
    keyring = site.keyring(BY_SECRET)
    site.run(ask(READ), keyring)
    access = keyring.access("main")
    shown = repr(
        (BY_SECRET, BY_RSA, access, Bearer("bearer-1"), site.asked, TokenRequest("https://x", (("a", "hush"),)))
    )
    for hidden in (BY_SECRET.secret, "token-1", "bearer-1", "hush", str(RSA.as_dict(private=True)["d"])):
        assert hidden not in shown
