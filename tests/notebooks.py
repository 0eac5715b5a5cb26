"""The notebooks of ``examples/`` without Jupyter: their cells are run one after another in one namespace.

``python tests/notebooks.py`` runs them and writes their outputs anew.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted((ROOT / "examples").glob("*.ipynb"))
PLOTLY = "application/vnd.plotly.v1+json"


def code_cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def executed(notebook: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """The outputs of each code cell, as nbformat 4.5 has them: what was printed, and the value of a last expression."""
    space: dict[str, Any] = {}
    return [_outputs("".join(cell["source"]), number, space) for number, cell in enumerate(code_cells(notebook), 1)]


def _outputs(source: str, number: int, space: dict[str, Any]) -> list[dict[str, Any]]:
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    told, value = io.StringIO(), None
    with contextlib.redirect_stdout(told):
        exec(compile(tree, f"cell {number}", "exec"), space)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), f"cell {number}", "eval"), space)
    found: list[dict[str, Any]] = []
    if told.getvalue():
        found.append({"name": "stdout", "output_type": "stream", "text": told.getvalue().splitlines(keepends=True)})
    if value is not None:
        data = {PLOTLY: json.loads(value.to_json())} if hasattr(value, "to_json") else {"text/plain": [repr(value)]}
        found.append({"data": data, "execution_count": number, "metadata": {}, "output_type": "execute_result"})
    return found


def main() -> None:
    sys.path.insert(0, str(ROOT))
    for path in FILES:
        notebook = json.loads(path.read_text("utf-8"))
        cells = zip(code_cells(notebook), executed(notebook), strict=True)
        for number, (cell, outputs) in enumerate(cells, 1):
            cell["execution_count"], cell["outputs"] = number, outputs
        path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()
