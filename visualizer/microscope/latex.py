"""A layout tree in LaTeX, with symbols: what ``visualizer.formula`` draws."""

from __future__ import annotations

from collections.abc import Callable

from visualizer.microscope.tree import Tree

RELATIONS = {"<": "<", "<=": r"\le", ">": ">", ">=": r"\ge", "=": "=", "!=": r"\ne"}
CALLS = {
    "sign": r"\operatorname{sign}",
    "max": r"\max",
    "min": r"\min",
    "clip": r"\operatorname{clip}",
    "mean": r"\operatorname{mean}",
    "mean_of_rows": r"\operatorname{mean}_i",
    "diag": r"\operatorname{diag}",
    "eigenvalues": r"\operatorname{eig}",
    "eigenvectors": r"\operatorname{eigvec}",
    "row": r"\operatorname{row}",
    "matrix": r"\operatorname{mat}",
    "count": r"\operatorname{count}",
}
NORMS = {1: "_1", 2: "", "inf": r"_\infty"}


def latex(tree: Tree, inside: bool = False) -> str:
    """The tree with symbols. A fraction inside another, or in an exponent, is written with a slash."""
    return RULES[tree["k"]](tree, inside)


def fenced(text: str, left: str = "(", right: str = ")") -> str:
    tall = r"\frac" in text or r"\begin" in text
    return rf"\left{left} {text} \right{right}" if tall else f"{left}{text}{right}"


def _leaf(tree: Tree, inside: bool) -> str:
    return tree["tex"]


def _infix(tree: Tree, inside: bool) -> str:
    left, right = (latex(part, inside) for part in tree["of"])
    op = tree["op"]
    if op in ("+", "-"):
        return f"{left} {op} {right}"
    if op == "mod":
        return rf"{left} \bmod {right}"
    if op == ".":
        return rf"{left} \cdot {right}"
    if right[0].isdigit() or (left[-1].isdigit() and not left[:1].isdigit() and right[:1] == "("):
        return rf"{left} \cdot {right}"
    return rf"{left} \, {right}"


def _fraction(tree: Tree, inside: bool) -> str:
    if not inside:
        over, below = (latex(part, True) for part in tree["of"])
        return rf"\frac{{{over}}}{{{below}}}"
    over, below = tree["of"]
    top = latex(over, True)
    top = f"({top})" if over["k"] == "op" and over["op"] in ("+", "-") else top
    simple = below["k"] in ("num", "vec", "lit", "sqrt", "paren", "norm", "abs", "pow", "call")
    return f"{top} / {latex(below, True)}" if simple else f"{top} / ({latex(below, True)})"


def _power(tree: Tree, inside: bool) -> str:
    base, exponent = tree["of"]
    text = latex(base, inside)
    if base["k"] in ("num", "vec", "lit", "mat") and ("^" in text or text.startswith(r"\|")):
        text = f"({text})"
    return f"{text}^{{{latex(exponent, True)}}}"


def _call(tree: Tree, inside: bool) -> str:
    if tree["name"] == "singular":
        return rf"\det{fenced(latex(tree['of'][0], inside))} \approx 0"
    return CALLS[tree["name"]] + fenced(", ".join(latex(part, inside) for part in tree["of"]))


def _cases(tree: Tree, inside: bool) -> str:
    rows = [" & ".join([*(latex(part, True) for part in row), *[r"\ldots"][len(row) - 1 :]]) for row in tree["rows"]]
    return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"


def _relation(tree: Tree, inside: bool) -> str:
    left, right = (latex(part, inside) for part in tree["of"])
    return f"{left} {RELATIONS[tree['op']]} {right}"


def _logic(sign: str) -> Callable[[Tree, bool], str]:
    return lambda tree, inside: rf" \;{sign}\; ".join(latex(part, inside) for part in tree["of"])


def _not(tree: Tree, inside: bool) -> str:
    """There are no words in formulas: they are the same in every language."""
    (part,) = tree["of"]
    if part["k"] == "none":
        return rf"\exists \, {latex(part['of'][0])}"
    return rf"\neg {latex(part, inside)}"


def _norm(tree: Tree, inside: bool) -> str:
    (part,) = tree["of"]
    text = latex(part, inside)
    bars = (r"\left\lVert", r"\right\rVert") if r"\frac" in text else (r"\lVert", r"\rVert")
    return rf"{bars[0]} {text} {bars[1]}{NORMS[tree['p']]}"


def _solve(tree: Tree, inside: bool) -> str:
    matrix, g = (latex(part, inside) for part in tree["of"])
    return rf"{fenced(matrix, '[', ']') if 'nabla' in matrix else matrix}^{{-1}} \, {g}"


def _abs(tree: Tree, inside: bool) -> str:
    return rf"\left| {latex(tree['of'][0], inside)} \right|"


RULES: dict[str, Callable[[Tree, bool], str]] = {
    "num": _leaf,
    "vec": _leaf,
    "mat": _leaf,
    "lit": _leaf,
    "op": _infix,
    "frac": _fraction,
    "pow": _power,
    "sqrt": lambda tree, inside: rf"\sqrt{{{latex(tree['of'][0], True)}}}",
    "neg": lambda tree, inside: f"-{latex(tree['of'][0], inside)}",
    "paren": lambda tree, inside: fenced(latex(tree["of"][0], inside)),
    "norm": _norm,
    "abs": _abs,
    "call": _call,
    "cases": _cases,
    "rel": _relation,
    "and": _logic(r"\wedge"),
    "or": _logic(r"\vee"),
    "not": _not,
    "none": lambda tree, inside: rf"\nexists \, {latex(tree['of'][0])}",
    "transpose": lambda tree, inside: rf"{latex(tree['of'][0], inside)}^\top",
    "outer": lambda tree, inside: rf"{latex(tree['of'][0], inside)} \, {latex(tree['of'][1], inside)}^\top",
    "solve": _solve,
}
