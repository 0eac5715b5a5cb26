"""A formula that someone typed: read by a grammar that knows nothing else, never evaluated as code."""

from __future__ import annotations

from dataclasses import dataclass

from landscapes._compiler import compiled
from landscapes._grammar import ordered, read
from landscapes._latex import as_latex
from landscapes._machine import Program
from landscapes._mistakes import LENGTH, FormulaError
from landscapes._writing import as_code, as_text

__all__ = ["LENGTH", "Expression", "FormulaError", "parse"]


@dataclass(frozen=True)
class Expression:
    """A formula in x, y and the parameters a, b, c.

    ``text`` is its canonical form, which reads back as itself; ``latex`` is drawn by ``visualizer.formula``; ``names``
    are the parameters that occur; ``code`` is a Python expression of x, y, a, b, c for a reader, with ``{np}`` for the
    array module and ``math`` for constants; ``program`` is for ``_machine``.
    """

    text: str
    latex: str
    names: tuple[str, ...]
    code: str
    program: Program


def parse(text: object) -> Expression:
    """The formula; raises ``FormulaError``, which says where and what is wrong, and nothing else.

    At most ``LENGTH`` characters, ``_grammar.DEPTH`` levels, ``_machine.CODES`` operations and ``_machine.CONSTANTS``
    numbers, so that it costs milliseconds whatever is typed.
    """
    tree = read(text)
    program = compiled(tree, len(str(text)))
    used = {node.kind for node in ordered(tree)}
    names = tuple(name for name in "abc" if name in used)
    return Expression(as_text(tree), as_latex(tree), names, as_code(tree), program)
