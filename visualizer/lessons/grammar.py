"""The grammar of what lessons measure, and its reading into a tree. Nothing but what is written here can be read.

    valley.momentum.best.stays < 0.5 * valley.sgd.best.stays
    median(60 seeds, saddle@45.adam.leaves) > 2 * median(60 seeds, saddle.adam.leaves)
    valley.adam.least(x) > -0.1 and valley.adam.first(abs(y) < 0.01) = 57

A path is a scenario's name, turned by degrees after an ``@``, a run's, and a measure; what the names mean is checked
in ``meaning.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import lark

from visualizer.lessons.mistakes import LessonError, shown

LENGTH, DEPTH = 400, 24

GRAMMAR = r"""
?start: either
?either: both (OR both)* -> any
?both: denied (AND denied)* -> all
?denied: NOT denied -> not_ | compared
?compared: sum (RELATION sum)* -> compare
?sum: product ((PLUS | MINUS) product)* -> row
?product: signed ((STAR | SLASH) signed)* -> row
?signed: MINUS signed -> neg | power
?power: atom | atom POWER signed -> row
?atom: number | LPAR either RPAR -> inside | NAME -> word | NAME LPAR given RPAR -> call | path
number: NUMBER | NUMBER PERCENT
path: NAME AT? (DOT part)+
part: NAME (LPAR given RPAR)?
given: _given (COMMA _given)*
_given: either | lanes
lanes: NUMBER NAME

NUMBER: /([0-9]+(\.[0-9]+)?|\.[0-9]+)([eE][+-]?[0-9]+)?/
OR.2: /or\b/
AND.2: /and\b/
NOT.2: /not\b/
NAME: /[A-Za-z][A-Za-z0-9_]*/
AT: /@-?[0-9]+/
RELATION: /<=|>=|!=|<|>|==?|≤|≥|≠/
POWER: /\*\*|\^/
PLUS: "+"
MINUS: "-" | "−"
STAR: "*" | "×"
SLASH: "/"
PERCENT: "%"
LPAR: "("
RPAR: ")"
COMMA: ","
DOT: "."
%ignore /[ \t\r\n\u00a0\u3000]+/
"""
SAME = {"**": "^", "==": "=", "≤": "<=", "≥": ">=", "≠": "!=", "−": "-", "×": "*"}


@dataclass(frozen=True)
class Node:
    """One operation, a number or a name: ``kind`` and its ``parts``.

    ``number`` has its ``value``; ``word`` a ``name``; ``call`` a name and parts; ``lanes`` a value and a name ("60
    seeds"); ``path`` its scenario as ``name``, degrees as ``value``, and a part of kind ``part`` for each further name,
    which has what is in its parentheses. ``any``, ``all``, ``not``, ``neg``; ``compare`` and ``row`` have the signs
    between their parts as ``signs``. ``at`` is the place of its first character.
    """

    kind: str
    parts: tuple[Node, ...] = ()
    value: float = 0.0
    name: str = ""
    signs: tuple[str, ...] = ()
    at: int = 0
    depth: int = 1

    def walk(self) -> Iterator[Node]:
        """This node and all below it, from left to right."""
        yield self
        for part in self.parts:
            yield from part.walk()


def _made(kind: str, parts: tuple[Node, ...], **rest: Any) -> Node:
    depth = 1 + max((part.depth for part in parts), default=0)
    at = rest.pop("at", parts[0].at if parts else 0)
    if depth > DEPTH:
        raise LessonError("This is nested too deeply.", "嵌套太深。", at)
    return Node(kind, parts, depth=depth, at=at, **rest)


def _split(items: tuple[Any, ...]) -> tuple[tuple[Node, ...], tuple[str, ...]]:
    """What is between signs, and the signs."""
    parts = tuple(item for item in items if isinstance(item, Node))
    return parts, tuple(SAME.get(item, str(item)) for item in items if not isinstance(item, Node))


def _joined(kind: str, items: tuple[Any, ...]) -> Node:
    """Parts with signs between them; one part alone is itself."""
    parts, signs = _split(items)
    return _made(kind, parts, signs=signs) if signs else parts[0]


@lark.v_args(inline=True)
class _Builder(lark.Transformer):
    """Builds the tree while the parser reads: a method for each rule of the grammar."""

    def number(self, token: lark.Token, percent: lark.Token | None = None) -> Node:
        return Node("number", value=float(token) / (100.0 if percent else 1.0), at=token.start_pos or 0)

    def word(self, token: lark.Token) -> Node:
        return Node("word", name=str(token), at=token.start_pos or 0)

    def lanes(self, count: lark.Token, what: lark.Token) -> Node:
        return Node("lanes", value=float(count), name=str(what), at=count.start_pos or 0)

    def given(self, *items: Any) -> tuple[Node, ...]:
        return _split(items)[0]

    def call(self, token: lark.Token, _: lark.Token, given: tuple[Node, ...], __: lark.Token) -> Node:
        return _made("call", given, name=str(token), at=token.start_pos or 0)

    def part(self, token: lark.Token, _: Any = None, given: tuple[Node, ...] = (), __: Any = None) -> Node:
        return _made("part", given, name=str(token), at=token.start_pos or 0)

    def path(self, token: lark.Token, *items: Any) -> Node:
        turned = next((float(item[1:]) for item in items if isinstance(item, str) and item.startswith("@")), 0.0)
        return _made("path", _split(items)[0], name=str(token), value=turned, at=token.start_pos or 0)

    def inside(self, _: lark.Token, part: Node, __: lark.Token) -> Node:
        return part

    def neg(self, token: lark.Token, part: Node) -> Node:
        return _made("neg", (part,), at=token.start_pos or 0)

    def not_(self, token: lark.Token, part: Node) -> Node:
        return _made("not", (part,), at=token.start_pos or 0)

    def any(self, *items: Any) -> Node:
        return _joined("any", items)

    def all(self, *items: Any) -> Node:
        return _joined("all", items)

    def compare(self, *items: Any) -> Node:
        return _joined("compare", items)

    def row(self, *items: Any) -> Node:
        return _joined("row", items)


@cache
def _parser() -> lark.Lark:
    return lark.Lark(GRAMMAR, parser="lalr", lexer="basic", transformer=_Builder(), maybe_placeholders=False)


@lru_cache(maxsize=8192)
def read(text: str) -> Node:
    """The tree of an expression; raises ``LessonError`` and nothing else. Most are there once in each language."""
    if len(text) > LENGTH:
        raise LessonError(f"This is longer than {LENGTH} characters.", f"超过 {LENGTH} 个字符。", LENGTH)
    if not text.strip():
        raise LessonError("Here is nothing to measure.", "这里没有要测量的内容。")
    try:
        made: Any = _parser().parse(text)  # the transformer's nodes
    except lark.UnexpectedCharacters as wrong:
        at = wrong.pos_in_stream or 0
        sign = shown(text[at])
        raise LessonError(f"The sign {sign} means nothing here.", f"符号 {sign} 在这里没有含义。", at) from None
    except lark.UnexpectedToken as wrong:
        if wrong.token.type == "$END":
            raise LessonError("Something is missing at the end.", "末尾缺少内容。", len(text)) from None
        word, at = shown(wrong.token), wrong.token.start_pos or 0
        raise LessonError(f"{word} cannot stand here.", f"{word} 不能出现在这里。", at) from None
    except lark.exceptions.VisitError as wrong:
        if isinstance(wrong.orig_exc, LessonError):
            raise wrong.orig_exc from None
        raise
    found: Node = made
    return found


def written(node: Node) -> str:
    """The expression as text: ``read`` gives it back."""
    parts = [written(part) for part in node.parts]
    inner = ", ".join(parts)
    if node.kind == "number":
        return f"{node.value:.12g}"
    if node.kind == "lanes":
        return f"{node.value:g} {node.name}"
    if node.kind == "word":
        return node.name
    if node.kind in ("call", "part"):
        return f"{node.name}({inner})" if parts or node.kind == "call" else node.name
    if node.kind == "path":
        return ".".join([f"{node.name}@{node.value:g}" if node.value else node.name, *parts])
    pairs = zip(parts, node.parts, strict=True)
    grouped = [f"({part})" if own.parts and own.kind not in ("path", "call") else part for part, own in pairs]
    if node.kind in ("neg", "not"):
        return f"{'-' if node.kind == 'neg' else 'not '}{grouped[0]}"
    signs = node.signs
    return grouped[0] + "".join(f" {sign} {part}" for sign, part in zip(signs, grouped[1:], strict=True))
