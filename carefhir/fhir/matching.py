"""Which item of one version of a list is which item of another, and in what order both belong (`merging`).

FHIR gives most items of a list no name. Here an item is known by its element id; else by what identifies it in R4 (a
reference, an identifier, a code, an extension's url), where only one item of each version has that; else by its whole
content. An item that is known by nothing but its content and was changed is another item: whoever compares two
versions sees one go and one come, and guesses no more than that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any, TypeAlias

from carefhir.fhir.codec import Json, meaning
from carefhir.fhir.record import first_text, relative

Token: TypeAlias = tuple[Hashable, ...]
"""What an item is known by, the same in every version."""
Items: TypeAlias = dict[Token, Any]
"""The items of one version, in their order."""

CONTENT = "content"
"""The kind of token of an item that is known by its content alone."""

_CODED = ("measure", "type", "detail.code", "code")
"""Parts of an item whose first coding tells it from its neighbors: of a target, an input, an activity."""


def identity(item: Any) -> Token | None:
    """What identifies an item in R4, its element id aside; None for one that only its content tells from others."""
    if not isinstance(item, dict):
        return None
    if isinstance(item.get("url"), str):
        return ("url", item["url"])
    reference = item.get("reference")
    written = reference if isinstance(reference, str) else first_text(reference, "reference") if reference else None
    if isinstance(written, str):
        return ("reference", relative(written) or str(written))
    if isinstance(item.get("linkId"), str):
        return ("linkId", item["linkId"])
    if isinstance(item.get("value"), str) and isinstance(item.get("system"), str):
        return ("identifier", item["system"], item["value"])
    if isinstance(item.get("time"), str) and isinstance(item.get("text"), str):
        author = first_text(item, "authorReference.reference") or first_text(item, "authorString") or ""
        return ("note", item["time"], author)
    coding = _coding(item) or _first_coding(item) or next(filter(None, _codings_within(item)), None)
    return ("code", *coding) if coding else None


def _coding(item: Any) -> tuple[str, str] | None:
    """The system and code of a Coding."""
    if isinstance(item, dict) and isinstance(item.get("code"), str):
        return str(item.get("system", "")), item["code"]
    return None


def _first_coding(concept: Any) -> tuple[str, str] | None:
    """The system and code of a CodeableConcept."""
    codings = concept.get("coding") if isinstance(concept, dict) else None
    return _coding(codings[0]) if isinstance(codings, list) and codings else None


def _codings_within(item: Json) -> Iterator[tuple[str, str] | None]:
    """The first coding of each part that tells an item from its neighbors."""
    for path in _CODED:
        part: Any = item
        for name in path.split("."):
            part = part.get(name) if isinstance(part, dict) else None
        yield _first_coding(part)


def matched(*versions: Sequence[Any]) -> tuple[Items, ...]:
    """The items of each version of a list, by what they are known by."""
    usable = _usable(versions, _by_id), _usable(versions, identity)
    return tuple(_tokens(version, *usable) for version in versions)


def _by_id(item: Any) -> Token | None:
    id_ = item.get("id") if isinstance(item, dict) else None
    return ("id", id_) if isinstance(id_, str) else None


def _usable(versions: Sequence[Sequence[Any]], known_by: Callable[[Any], Token | None]) -> frozenset[Token]:
    """The names that no version has twice."""
    names: set[Token] = set()
    twice: set[Token] = set()
    for version in versions:
        counts = Counter(name for item in version if (name := known_by(item)) is not None)
        names |= counts.keys()
        twice |= {name for name, count in counts.items() if count > 1}
    return frozenset(names - twice)


def _tokens(version: Sequence[Any], ids: frozenset[Token], identities: frozenset[Token]) -> Items:
    items: Items = {}
    copies: Counter[bytes] = Counter()
    for item in version:
        by_id, by_identity = _by_id(item), identity(item)
        if by_id in ids and by_id is not None:
            items[by_id] = item
        elif by_identity in identities and by_identity is not None:
            items[by_identity] = item
        else:
            content = meaning(item)
            items[(CONTENT, content, copies[content])] = item
            copies[content] += 1
    return items


def in_words(token: Token, number: int) -> str:
    """An item as a path names it: by its identity, else by its number in its list."""
    return str(number) if token[0] == CONTENT else "|".join(str(part) for part in token[1:] if part)


def put_together(
    frame: Sequence[Token], other: Sequence[Token], base: Sequence[Token], present: frozenset[Token]
) -> list[Token]:
    """What is `present`, in the order of the frame; what only the other has comes after the neighbor that it followed
    there, and last where it has none. A neighbor that is gone keeps its place meanwhile: what came in place of it
    stands before it."""
    order = list(frame)
    placed = set(order)
    for index, token in reversed(list(enumerate(base))):
        if token not in placed:
            after = next((each for each in base[index + 1 :] if each in placed), None)
            order.insert(order.index(after) if after is not None else len(order), token)
            placed.add(token)
    for index, token in enumerate(other):
        if token not in placed:
            before = next((each for each in reversed(other[:index]) if each in placed), None)
            follows = any(each in placed for each in other[index + 1 :])
            order.insert(order.index(before) + 1 if before is not None else 0 if follows else len(order), token)
            placed.add(token)
    return [token for token in order if token in present]


def shared_orders(*versions: Items) -> Iterator[list[Token]]:
    """The order in which each version has the items that all of them have."""
    common = set.intersection(*(set(version) for version in versions))
    for version in versions:
        yield [token for token in version if token in common]
