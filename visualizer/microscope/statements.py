"""A rule's statements in NumPy, read into what is run and shown: for the flags that a run has, and unrolled.

What a run's hyperparameters decide is decided here, so that no branch is listed that no step of the run can take. What
a step decides stays a ``Branch``; a value with a condition inside (``a if b else c``) becomes a branch of two lines.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

ELEMENTS = ("np.linalg.eigh", ("eigenvalues", "eigenvectors"))


@dataclass(frozen=True)
class Assign:
    """``target = value``; without a target, a claim that is shown and not used."""

    target: str
    value: ast.expr


@dataclass(frozen=True)
class Branch:
    """A condition of the step's; ``quiet`` where it only guards against an empty value and is not shown."""

    test: ast.expr
    yes: tuple[Statement, ...]
    no: tuple[Statement, ...]
    quiet: bool = False


Statement = Assign | Branch
Decide = Callable[[ast.expr], Any]  # the value of an expression that no step can change, or UNKNOWN
UNKNOWN = object()


def dotted(node: ast.expr) -> str:
    """``np.linalg.norm`` of such an attribute; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := dotted(node.value)):
        return f"{before}.{node.attr}"
    return ""


def calls(node: ast.AST, name: str) -> list[ast.Call]:
    """The calls of a function in a tree."""
    return [one for one in ast.walk(node) if isinstance(one, ast.Call) and dotted(one.func) == name]


def read(source: str, decide: Decide) -> tuple[Statement, ...]:
    """The statements of a text. Raises ``ValueError`` for what no card may say."""
    return tuple(_block(ast.parse(source).body, decide))


def needed(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """The statements that the next point, or a claim, depends on: without AMSGrad its maximum need not be told."""
    names = {"theta"}
    size = 0
    while size < len(names):
        size = len(names)
        for one in statements:
            _need(one, names)
    return _kept(statements, names)


def _need(one: Statement, names: set[str]) -> bool:
    """Adds the names that a statement reads, if one that it assigns is among them; whether it is."""
    if isinstance(one, Branch):
        found = sum(_need(inside, names) for inside in (*one.yes, *one.no)) > 0  # all of them, not the first
    else:
        found = not one.target or one.target in names
    if found:
        read = one.test if isinstance(one, Branch) else one.value
        names |= {node.id for node in ast.walk(read) if isinstance(node, ast.Name)}
    return found


def _kept(statements: Sequence[Statement], names: set[str]) -> tuple[Statement, ...]:
    found: list[Statement] = []
    for one in statements:
        if isinstance(one, Assign):
            found += [one] if not one.target or one.target in names else []
        else:
            yes, no = _kept(one.yes, names), _kept(one.no, names)
            found += [Branch(one.test, yes, no, one.quiet)] if yes or no else []
    return tuple(found)


def _block(body: Sequence[ast.stmt], decide: Decide) -> Iterator[Statement]:
    for one in body:
        yield from _statement(one, decide)


def _statement(one: ast.stmt, decide: Decide) -> Iterator[Statement]:
    if isinstance(one, ast.Assign):
        for target in one.targets:
            for name, value in _pairs(target, one.value):
                yield _lifted(name, _Settle(decide).visit(deepcopy(value)))
    elif isinstance(one, ast.Expr):
        yield Assign("", _Settle(decide).visit(deepcopy(one.value)))
    elif isinstance(one, ast.If):
        yield from _if(one, decide)
    elif isinstance(one, ast.For):
        yield from _unrolled(one, decide)
    else:
        raise ValueError(f"line {one.lineno}: no {type(one).__name__} in a card's statements")


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Each name with its value. A tuple's values are assigned one after the other, which must be the same."""
    if isinstance(target, ast.Name):
        yield target.id, value
        return
    assert isinstance(target, ast.Tuple)
    names = [part.id for part in target.elts if isinstance(part, ast.Name)]
    if isinstance(value, ast.Tuple):
        for at, part in enumerate(value.elts):
            if {found.id for found in ast.walk(part) if isinstance(found, ast.Name)} & set(names[:at]):
                raise ValueError(f"line {target.lineno}: these values need each other's old names")
        yield from zip(names, value.elts, strict=True)
    elif isinstance(value, ast.Call) and dotted(value.func) == ELEMENTS[0]:
        for name, element in zip(names, ELEMENTS[1], strict=True):
            yield name, ast.Call(ast.Name(element, ast.Load()), value.args, [])
    else:
        raise ValueError(f"line {target.lineno}: no tuple from {ast.unparse(value)}")


def _if(one: ast.If, decide: Decide) -> Iterator[Statement]:
    test = _Settle(decide).visit(deepcopy(one.test))
    known = decide(test)
    if known is not UNKNOWN:
        yield from _block(one.body if known else one.orelse, decide)
    else:
        yield Branch(test, tuple(_block(one.body, decide)), tuple(_block(one.orelse, decide)))


def _unrolled(one: ast.For, decide: Decide) -> Iterator[Statement]:
    assert isinstance(one.target, ast.Name)
    if not (isinstance(one.iter, ast.Call) and dotted(one.iter.func) in ("range", "reversed")):
        raise ValueError(f"line {one.lineno}: only ranges can be unrolled")
    back = dotted(one.iter.func) == "reversed"
    inner = one.iter.args[0]
    counted = inner.args[0] if back and isinstance(inner, ast.Call) else inner
    many = decide(counted)
    if many is UNKNOWN:
        raise ValueError(f"line {one.lineno}: how often this runs must not depend on the step")
    rounds = range(int(many))
    for k in reversed(rounds) if back else rounds:
        for inside in one.body:
            yield from _statement(_Put(one.target.id, k).visit(deepcopy(inside)), decide)


def _lifted(name: str, value: ast.expr) -> Statement:
    """A value with a condition inside, as a branch of two."""
    for node in ast.walk(value):
        if isinstance(node, ast.IfExp):
            quiet = getattr(node, "quiet", False)
            yes, no = (_lifted(name, _swapped(value, node, part)) for part in (node.body, node.orelse))
            return Branch(node.test, (yes,), (no,), quiet)
    for node in ast.walk(value):
        if isinstance(node, ast.Call) and dotted(node.func) == "np.linalg.solve":
            # The rules take the gradient itself where the matrix has no inverse: the line must say so then.
            matrix, g = node.args
            test = ast.Call(ast.Name("singular", ast.Load()), [deepcopy(matrix)], [])
            inverse = ast.Call(ast.Name("solved", ast.Load()), [matrix, g], [])
            return Branch(
                test, (_lifted(name, _swapped(value, node, g)),), (_lifted(name, _swapped(value, node, inverse)),)
            )
    return Assign(name, value)


def _swapped(tree: ast.expr, old: ast.expr, new: ast.expr) -> ast.expr:
    class Swap(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> Any:
            return new if node is old else self.generic_visit(node)

    # The node is found by identity, so it must be the tree itself that is taken apart, and a copy that is changed.
    places = list(ast.walk(tree))
    copy = deepcopy(tree)
    old = list(ast.walk(copy))[places.index(old)]  # type: ignore[assignment]
    return Swap().visit(copy)


class _Put(ast.NodeTransformer):
    """A loop's variable replaced by its value."""

    def __init__(self, name: str, value: int) -> None:
        self.name, self.value = name, value

    def visit_Name(self, node: ast.Name) -> Any:
        return ast.Constant(self.value) if node.id == self.name else node


class _Settle(ast.NodeTransformer):
    """Takes the side of each condition that the hyperparameters have decided."""

    def __init__(self, decide: Decide) -> None:
        self.decide = decide

    def visit_IfExp(self, node: ast.IfExp) -> Any:
        test = self.visit(node.test)
        known = self.decide(test)
        if known is not UNKNOWN:
            return self.visit(node.body if known else node.orelse)
        return ast.IfExp(test, self.visit(node.body), self.visit(node.orelse))

    def visit_BoolOp(self, node: ast.BoolOp) -> Any:
        """``a or b``: what is decided is left out. Of numbers it is ``a if a != 0 else b``."""
        values = [self.visit(value) for value in node.values]
        if isinstance(node.op, ast.Or) and not all(map(_is_test, values)):
            first, second = values
            chosen = ast.IfExp(ast.Compare(first, [ast.NotEq()], [ast.Constant(0.0)]), deepcopy(first), second)
            chosen.quiet = True  # type: ignore[attr-defined]
            return chosen
        neutral = isinstance(node.op, ast.And)
        kept = []
        for value in values:
            known = self.decide(value)
            if known is UNKNOWN:
                kept.append(value)
            elif bool(known) != neutral:
                return ast.Constant(not neutral)
        if not kept:
            return ast.Constant(neutral)
        return kept[0] if len(kept) == 1 else ast.BoolOp(node.op, kept)


def _is_test(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.Not)
    return isinstance(node, ast.Compare | ast.BoolOp) or (isinstance(node, ast.Name) and node.id in TRUTHS)


TRUTHS = ("close", "small", "learn", "known")  # names that hold a truth, not a number
