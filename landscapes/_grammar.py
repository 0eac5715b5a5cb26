"""The grammar of a typed formula, and its reading into a tree. Nothing but what is written here can be read.

Powers bind first, from the right; a minus covers the product or the power that follows it: -x^2 is -(x^2), and 2^-x is
2^(-x). A number or a parenthesis multiplies what follows it, 2x and 3(x + 1)(y - 1), but not after a slash or in an
exponent, where it could be read in two ways.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import lark

from landscapes import _mistakes as mistakes
from landscapes._mistakes import ALIASES, FUNCTIONS, LENGTH, VARIABLES, FormulaError
from visualizer.spec import Text

DEPTH = 24
RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-", strict=True))

GRAMMAR = r"""
?start: sum
?sum: signed | sum PLUS signed -> add | sum MINUS signed -> sub
?signed: product | MINUS signed -> neg | PLUS signed -> same
?product: scaled | product STAR after_star -> mul | product SLASH after_slash -> div
?after_star: scaled | MINUS after_star -> neg
?after_slash: power | MINUS after_slash -> neg
?scaled: power | _head tail -> juxtaposed
_head: number | group
?tail: follower | group tail -> chain
?follower: named | named POWER exponent -> pow | named RAISED -> raised
?power: atom | atom POWER exponent -> pow | atom RAISED -> raised
?exponent: power | MINUS exponent -> neg
?atom: number | named | BAR sum BAR -> bars
?named: VARIABLE -> variable | FUNCTION LPAR sum (COMMA sum)* RPAR -> call | ROOT atom -> root | group
?group: LPAR sum RPAR -> inside
number: NUMBER

NUMBER: /([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?/
VARIABLE: /[^\W\d⁰¹²³⁴-⁹⁻][^\W⁰¹²³⁴-⁹⁻]*/
RAISED: /[⁰¹²³⁴-⁹⁻]+/
POWER: /\*\*|\^/
PLUS: "+"
MINUS: "-"
STAR: "*"
SLASH: "/"
LPAR: "("
RPAR: ")"
COMMA: ","
BAR: "|"
ROOT: "√"
%declare FUNCTION
%ignore /[ \t\r\n\u00a0\u2000-\u200a\u202f\u3000]+/
"""
# Other signs for the same, one character each, so that places stay: full-width forms, and the signs of print.
SIGNS = {**{0xFF01 + i: 0x21 + i for i in range(94)}, **str.maketrans("−–×·⋅∙∗÷", "--*****/")}


@dataclass(frozen=True, eq=False)
class Node:
    """One operation of a formula, a number or a name; ``depth`` counts what is nested, not what is in a row."""

    kind: str
    parts: tuple[Node, ...] = ()
    value: float = 0.0
    at: int = 0
    depth: int = 1


Result = TypeVar("Result")


def fold(node: Node, visit: Callable[[Node, list[Result]], Result]) -> Result:
    """What ``visit`` makes of the tree, given what it made of each node's parts. No recursion: no limit but memory."""
    made: dict[int, Result] = {}
    for each in ordered(node):
        made[id(each)] = visit(each, [made[id(part)] for part in each.parts])
    return made[id(node)]


def ordered(node: Node) -> Iterator[Node]:
    """Every node after its parts."""
    waiting, found = [node], []
    while waiting:
        each = waiting.pop()
        found.append(each)
        waiting += each.parts
    return reversed(found)


def _joined(kind: str, *parts: Node) -> Node:
    """A node of these parts; one more in a row of sums or products goes no deeper."""
    rows = ({"add", "sub"}, {"mul", "div"})
    flat = any(kind in row and parts[0].kind in row for row in rows)
    depth = max(part.depth + (not (flat and part is parts[0])) for part in parts)
    if depth > DEPTH:
        raise mistakes.too_much(Text("is nested too deeply", "嵌套太深"), parts[0].at, 1)
    return Node(kind, parts, at=parts[0].at, depth=depth)


@lark.v_args(inline=True)
class _Builder(lark.Transformer):
    """Builds the tree while the parser reads: a method for each rule of the grammar."""

    def number(self, token: lark.Token) -> Node:
        value = float(token)
        if math.isinf(value):
            raise FormulaError(Text("This number is too large.", "这个数太大。"), token.start_pos or 0, len(token))
        return Node("number", value=value, at=token.start_pos or 0)

    def variable(self, token: lark.Token) -> Node:
        return Node(ALIASES.get(token, str(token)), at=token.start_pos or 0)

    def add(self, left: Node, _: lark.Token, right: Node) -> Node:
        return _joined("add", left, right)

    def sub(self, left: Node, _: lark.Token, right: Node) -> Node:
        return _joined("sub", left, right)

    def mul(self, left: Node, _: lark.Token, right: Node) -> Node:
        return _joined("mul", left, right)

    def div(self, left: Node, _: lark.Token, right: Node) -> Node:
        return _joined("div", left, right)

    def chain(self, first: Node, rest: Node | tuple[Node, ...]) -> tuple[Node, ...]:
        return (first, rest) if isinstance(rest, Node) else (first, *rest)

    def juxtaposed(self, made: Node, rest: Node | tuple[Node, ...]) -> Node:
        for part in (rest,) if isinstance(rest, Node) else rest:
            made = _joined("mul", made, part)
        return made

    def pow(self, base: Node, _: lark.Token, exponent: Node) -> Node:
        return _joined("pow", base, exponent)

    def raised(self, base: Node, token: lark.Token) -> Node:
        """The exponent in superscript."""
        digits, at = "".join(RAISED[c] for c in token), token.start_pos or 0
        if not digits.removeprefix("-").isdigit():
            raise FormulaError(Text("This exponent is no number.", "这个指数不是数。"), at, len(token))
        number = Node("number", value=float(digits.removeprefix("-")), at=at)
        return _joined("pow", base, _joined("neg", number) if digits[0] == "-" else number)

    def neg(self, _: lark.Token, part: Node) -> Node:
        return _joined("neg", part)

    def same(self, _: lark.Token, part: Node) -> Node:
        return part

    def inside(self, _: lark.Token, part: Node, __: lark.Token) -> Node:
        return part

    def bars(self, _: lark.Token, part: Node, __: lark.Token) -> Node:
        return _joined("abs", part)

    def root(self, _: lark.Token, part: Node) -> Node:
        return _joined("sqrt", part)

    def call(self, function: lark.Token, *rest: lark.Token | Node) -> Node:
        name, at = ALIASES.get(function, str(function)), function.start_pos or 0
        parts = [part for part in rest if isinstance(part, Node)]
        least = FUNCTIONS[name]
        if len(parts) < least or (len(parts) > least and least == 1):
            text = Text(f"{name} takes one argument.", f"{name} 只有一个参数。")
            if least == 2:
                text = Text(f"{name} takes two arguments or more.", f"{name} 至少有两个参数。")
            raise FormulaError(text, at, len(function))
        made = parts[0] if least == 2 else _joined(name, parts[0])
        for part in parts[1:]:
            made = _joined(name, made, part)
        return made


def _named(token: lark.Token) -> lark.Token:
    """A word as a variable or as a function; raises ``FormulaError`` for any other."""
    name = ALIASES.get(token, str(token))
    if name in FUNCTIONS:
        return token.update(type="FUNCTION")
    if name not in VARIABLES:
        raise mistakes.unknown_name(str(token), token.start_pos or 0)
    return token


@cache
def _parser() -> lark.Lark:
    return lark.Lark(
        GRAMMAR, parser="lalr", lexer="basic", transformer=_Builder(), lexer_callbacks={"VARIABLE": _named}
    )


def read(text: object) -> Node:
    """The tree of a typed formula; raises ``FormulaError`` and nothing else, whatever the text is."""
    if not isinstance(text, str):
        raise FormulaError(Text("A formula is text.", "公式应为文字。"))
    if len(text) > LENGTH:
        what = Text(f"is longer than {LENGTH} characters", f"超过 {LENGTH} 个字符")
        raise mistakes.too_much(what, LENGTH, len(text) - LENGTH)
    if not text.strip():
        raise FormulaError(mistakes.EXAMPLE, 0, len(text), mistakes.OPERAND)
    typed = text.translate(SIGNS)
    if "=" in typed:
        raise mistakes.unknown_character("=", typed.index("="), "")
    parser = _parser().parse_interactive(typed)
    before: list[tuple[str, str]] = []
    opened: list[tuple[int, str]] = []
    try:
        for token in parser.lexer_thread.lex(parser.parser_state):
            parser.feed_token(token)
            before.append((token.type, str(token)))
            if token.type == "LPAR":
                called = before[-2][1] if len(before) > 1 and before[-2][0] == "FUNCTION" else ""
                opened.append((token.start_pos or 0, called))
            elif token.type == "RPAR":
                opened.pop()
        return parser.feed_eof()
    except lark.UnexpectedCharacters as wrong:
        at = wrong.pos_in_stream or 0
        raise mistakes.unknown_character(text[at], at, text[:at]) from None
    except lark.UnexpectedToken as wrong:
        kind, word, at = wrong.token.type, str(wrong.token), wrong.token.start_pos
        if kind == "$END":
            word, at = "", len(text)
        lists = bool(opened) and FUNCTIONS.get(opened[-1][1]) == 2
        could = mistakes.expected(parser.accepts() - (set() if lists else {"COMMA"}))
        raise mistakes.misplaced(kind, word, at or 0, before, opened, could) from None
