"""Parses the FHIRPath of a ViewDefinition into nodes.

Only what is supported is a node; everything else is refused by its name: `repeat()`, `+`, `is`. What a node means for a
type of R4 is `view_typing`'s affair.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

FUNCTIONS = {
    "where": (1, 1),
    "exists": (0, 1),
    "empty": (0, 0),
    "not": (0, 0),
    "first": (0, 0),
    "join": (0, 1),
    "ofType": (1, 1),
    "extension": (1, 1),
    "getResourceKey": (0, 0),
    "getReferenceKey": (0, 1),
}
"""The functions, and how few and how many arguments each takes."""
COMPARISONS = ("=", "!=", "<=", ">=", "<", ">")
LOGIC = ("and", "or")
REFUSED_WORDS = ("xor", "implies", "is", "as", "in", "contains", "div", "mod")
REFUSED_SIGNS = ("+", "-", "*", "/", "&", "|", "~", "!~", "{", "}")
"""Operators of FHIRPath, as words and as signs, that are not supported."""

TOKEN = re.compile(
    r"""\s*(?:
      (?P<moment>@T?\d[\dT:.+Z-]*)
    | (?P<number>\d+(?:\.\d+)?)
    | (?P<text>'(?:[^'\\]|\\.)*')
    | (?P<constant>%(?:[A-Za-z_]\w*|`[^`]+`|'[^']+'))
    | (?P<name>\$?[A-Za-z_]\w*|`[^`]+`)
    | (?P<sign><=|>=|!=|!~|[=~<>().,\[\]+*/&|{}-])
    )""",
    re.VERBOSE,
)
MOMENTS = (
    (re.compile(r"\d{4}(-\d\d(-\d\d)?)?"), "date"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"), "dateTime"),
    (re.compile(r"T\d\d:\d\d:\d\d(\.\d+)?"), "time"),
)
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "f": "\f"}


class PathRefused(ValueError):
    """A path that cannot be used; the message says which part of it and why."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """A value that stands in the view: a literal, or what a constant says; `type` is a primitive of R4."""

    value: str | int | bool | Decimal
    type: str

    @property
    def many(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class Focus:
    """`$this`, and what a path begins with: the resource, the row of a forEach, the item of a where."""


@dataclass(frozen=True, slots=True)
class ElementNode:
    """An element of what `base` gives."""

    base: Node
    name: str


@dataclass(frozen=True, slots=True)
class Applied:
    """A function applied to what `base` gives."""

    base: Node
    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Picked:
    """One item, counted from 0."""

    base: Node
    place: int


@dataclass(frozen=True, slots=True)
class Operated:
    """An operator between two paths."""

    operator: str
    left: Node
    right: Node


Node = Fixed | Focus | ElementNode | Applied | Picked | Operated


def parse(path: str, constants: dict[str, Fixed]) -> Node:
    """A path as nodes, its constants put in. Raises `PathRefused`."""
    return _Parser(path, constants).whole()


class _Parser:
    def __init__(self, path: str, constants: dict[str, Fixed]) -> None:
        self.constants = constants
        self.tokens: list[tuple[str, str]] = []
        place = 0
        while path[place:].strip():
            match = TOKEN.match(path, place)
            if match is None:
                raise PathRefused(f"cannot be read from character {place + 1}: {path[place:].strip()[:20]}")
            self.tokens.append((str(match.lastgroup), match[str(match.lastgroup)]))
            place = match.end()
        self.place = 0

    def whole(self) -> Node:
        if not self.tokens:
            raise PathRefused("is empty")
        node = self.either()
        if self.place < len(self.tokens):
            raise self.unexpected()
        return node

    def either(self) -> Node:
        return self.chain(("or",), self.both)

    def both(self) -> Node:
        return self.chain(("and",), self.comparison)

    def chain(self, operators: tuple[str, ...], operand: Callable[[], Node]) -> Node:
        node = operand()
        while self.peek() in operators:
            node = Operated(self.take()[1], node, operand())
        return node

    def comparison(self) -> Node:
        node = self.steps()
        if self.peek() in COMPARISONS:
            node = Operated(self.take()[1], node, self.steps())
            if self.peek() in COMPARISONS:
                raise PathRefused("compares twice in a row; use parentheses")
        return node

    def steps(self) -> Node:
        node = self.start()
        while self.peek() in (".", "["):
            node = self.index(node) if self.take()[1] == "[" else self.step(node)
        return node

    def start(self) -> Node:
        kind, word = self.take()
        match kind:
            case "text":
                return Fixed(unescaped(word[1:-1]), "string")
            case "number":
                return Fixed(Decimal(word), "decimal") if "." in word else Fixed(int(word), "integer")
            case "moment":
                return moment(word)
            case "constant":
                return self.constant(word)
            case "name" if word in ("true", "false"):
                return Fixed(word == "true", "boolean")
            case "name":
                self.place -= 1
                return self.step(Focus())
        if word == "(":
            node = self.either()
            self.expect(")")
            return node
        if word == "-" and self.place < len(self.tokens) and self.tokens[self.place][0] == "number":
            number = self.start()
            assert isinstance(number, Fixed)
            assert isinstance(number.value, int | Decimal)
            return Fixed(-number.value, number.type)
        self.place -= 1
        raise self.unexpected()

    def step(self, base: Node) -> Node:
        kind, word = self.take()
        if kind != "name":
            raise PathRefused(f"has {word or 'nothing'} where a name is expected")
        if word == "$this":
            if base != Focus():
                raise PathRefused("has $this inside a path")
            return base
        if word.startswith("$"):
            raise PathRefused(f"uses {word}, which is not supported")
        if self.peek() != "(":
            return ElementNode(base, word.strip("`"))
        self.take()
        return self.call(base, word)

    def call(self, base: Node, function: str) -> Node:
        if function not in FUNCTIONS:
            raise PathRefused(f"uses {function}(), which is not supported")
        arguments: list[Node] = []
        while self.peek() != ")":
            if arguments:
                self.expect(",")
            arguments.append(self.either())
        self.take()
        fewest, most = FUNCTIONS[function]
        if not fewest <= len(arguments) <= most:
            raise PathRefused(f"calls {function}() with {len(arguments)} arguments")
        return Applied(base, function, tuple(arguments))

    def index(self, base: Node) -> Node:
        node = self.either()
        self.expect("]")
        if not (isinstance(node, Fixed) and type(node.value) is int):
            raise PathRefused("has an index that is no whole number")
        return Picked(base, node.value)

    def constant(self, word: str) -> Fixed:
        name = word[1:].strip("`'")
        if name not in self.constants:
            raise PathRefused(f"uses %{name}, which the view does not define")
        return self.constants[name]

    def peek(self) -> str:
        if self.place < len(self.tokens):
            kind, word = self.tokens[self.place]
            return word if kind in ("sign", "name") else ""
        return ""

    def take(self) -> tuple[str, str]:
        if self.place >= len(self.tokens):
            raise PathRefused("ends too early")
        self.place += 1
        return self.tokens[self.place - 1]

    def expect(self, sign: str) -> None:
        word = self.take()[1]
        if word != sign:
            if word in REFUSED_WORDS or not word[0].isalnum():
                self.place -= 1
                raise self.unexpected()
            raise PathRefused(f"has {word} where {sign} is expected")

    def unexpected(self) -> PathRefused:
        _, word = self.tokens[self.place]
        if word in REFUSED_WORDS or word in REFUSED_SIGNS:
            return PathRefused(f"uses the operator {word}, which is not supported")
        return PathRefused(f"has {word}, which is not expected there")


def moment(word: str) -> Fixed:
    """A literal date, dateTime or time. Raises `PathRefused` for one without a time zone or with hours alone."""
    text = word[1:].removesuffix("T") if not word.startswith("@T") else word[1:]
    for form, type_ in MOMENTS:
        if form.fullmatch(text):
            return Fixed(text.removeprefix("T"), type_)
    raise PathRefused(f"has {word}: a time needs seconds, and with a date a time zone")


def unescaped(text: str) -> str:
    """The characters that a literal string stands for."""
    return re.sub(
        r"\\(u[0-9a-fA-F]{4}|.)",
        lambda match: chr(int(match[1][1:], 16)) if len(match[1]) > 1 else ESCAPES.get(match[1], match[1]),
        text,
    )
