"""JSON in, JSON out: values, order and decimal precision stay; messages hold no content (rules R5, R9)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carefhir.fhir.codec import NotJson, canonical, decode, decode_object, digest, encode, indented


@pytest.mark.parametrize(
    "text",
    [
        "1.50",
        "10.0",
        "0.10",
        "-0.0",
        "0.000001",
        "123456789.123456789123456789",
        "5",
        "-5",
        "0",
        "1.0000000000000000001",
    ],
)
def test_numbers_keep_their_spelling(text: str) -> None:
    assert encode(decode(text)).decode() == text
    assert canonical(decode(text)).decode() == text


@pytest.mark.parametrize(
    "text", ["123456789012345678901234567890", "-123456789012345678901234567890", "18446744073709551616"]
)
def test_big_whole_numbers_stay_whole(text: str) -> None:
    assert decode(text) == int(text)
    assert encode(decode(text)).decode() == text


@pytest.mark.parametrize(
    ("text", "value"), [("1e2", "1E+2"), ("1.5e-3", "0.0015"), ("1.50E+3", "1.50E+3"), ("1e400", "1E+400")]
)
def test_exponents_keep_value_and_precision(text: str, value: str) -> None:
    found = decode(text)
    assert isinstance(found, Decimal)
    assert found.as_tuple() == Decimal(value).as_tuple()
    assert decode(encode(found)).as_tuple() == found.as_tuple()


def test_keys_keep_their_order_and_nothing_is_added() -> None:
    text = b'{"z":1,"a":[{"y":null,"b":true}],"m":"\xc3\xa9"}'
    assert encode(decode(text)) == text


def test_of_a_key_given_twice_the_last_counts() -> None:
    assert decode('{"a":1,"a":2}') == {"a": 2}


def test_canonical_sorts_at_every_depth_without_white_space() -> None:
    assert canonical(decode('{"b": {"d": 1, "c": [ {"y": 1.0, "x": 2} ]}, "a": 3}')) == (
        b'{"a":3,"b":{"c":[{"x":2,"y":1.0}],"d":1}}'
    )


def test_equal_content_has_equal_digest_whatever_the_order_of_keys() -> None:
    assert digest({"a": 1, "b": [1, 2]}) == digest({"b": [1, 2], "a": 1})
    assert digest({"a": 1, "b": [1, 2]}) != digest({"a": 1, "b": [2, 1]})


def test_the_digest_is_sha_256_of_the_canonical_text() -> None:
    assert digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_deep_nesting_is_refused_not_crashed_on() -> None:
    with pytest.raises(NotJson):
        decode("[" * 100_000 + "]" * 100_000)


def test_ordinary_nesting_is_read() -> None:
    assert encode(decode("[" * 50 + "]" * 50)) == b"[" * 50 + b"]" * 50


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"<html>Rosa Delgado</html>",
        b'{"name":"Rosa',
        b'{"name":Rosa}',
        b'{"name":"\xff Rosa"}',
        b'{"name":"\\ud800 Rosa"}',
        b"NaN",
        b'{"name":"Rosa"} Rosa',
        b"\xef\xbb\xbf{} Rosa",
    ],
)
def test_what_is_no_json_is_named_without_a_word_of_it(text: bytes) -> None:
    with pytest.raises(NotJson) as caught:
        decode(text)
    assert "Rosa" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(("text", "kind"), [("[]", "list"), ('"Rosa"', "str"), ("1", "int"), ("null", "NoneType")])
def test_an_object_is_expected_by_name_of_the_kind_only(text: str, kind: str) -> None:
    with pytest.raises(NotJson, match=f"this is a {kind}$"):
        decode_object(text)


def test_indented_is_the_same_json_for_people() -> None:
    assert indented({"a": Decimal("1.50")}) == '{\n  "a": 1.50\n}'


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.decimals(allow_nan=False, allow_infinity=False).filter(lambda one: one.as_tuple().exponent != 0),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def same(one: object, other: object) -> bool:
    """Equal to the digit, the order of keys and the kind of number (1 == 1.0 in Python, not in FHIR)."""
    return repr(one) == repr(other)


@given(JSON)
def test_decode_undoes_encode_to_the_digit(value: object) -> None:
    assert same(decode(encode(value)), value)


@given(JSON)
def test_canonical_is_stable_under_its_own_reading(value: object) -> None:
    assert canonical(decode(canonical(value))) == canonical(value)
