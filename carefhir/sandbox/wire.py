"""JSON in and out with the decimals' text kept: 1.50 stays 1.50, because precision is clinical meaning.

See http://hl7.org/fhir/R4/datatypes.html#decimal.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

from carefhir.sandbox.outcome import RequestRefused

Json = dict[str, Any]
"""A JSON object. `Any` lives only where JSON lives."""

_decoder = msgspec.json.Decoder(float_hook=Decimal)
_encoder = msgspec.json.Encoder(decimal_format="number")
_sorting = msgspec.json.Encoder(decimal_format="number", order="sorted")


def decode(body: bytes) -> Any:
    """The JSON value; a fault names the byte, not what stood there."""
    try:
        return _decoder.decode(body)
    except msgspec.DecodeError as error:
        raise RequestRefused(400, "structure", f"The body is not JSON: {error}.") from None
    except (UnicodeDecodeError, RecursionError):
        raise RequestRefused(400, "structure", "The body is not JSON in UTF-8, or nested too deeply.") from None


def encode(value: object) -> bytes:
    """The bytes, elements in the order they have."""
    return _encoder.encode(value)


def canonical(value: object) -> bytes:
    """The bytes with sorted elements, to tell whether two resources say the same."""
    return _sorting.encode(value)


def embedded(body: bytes) -> msgspec.Raw:
    """Stored bytes to be put into a Bundle as they are."""
    return msgspec.Raw(body)
