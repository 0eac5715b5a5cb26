"""Imports run one way only: spec, catalogues, engine, figures, export, panels, app."""

import ast
import subprocess
import sys

import pytest
from conftest import ROOT

# A module's layer is that of the longest prefix named here; it imports from lower layers and from its own.
LAYERS = {
    "visualizer.spec": 0,
    "visualizer.backend": 0,
    "optimizers": 1,
    "landscapes": 1,
    "visualizer.cards": 2,
    "visualizer.catalogue": 2,
    "visualizer.charts": 2,
    "visualizer.dials": 2,
    "visualizer.edits": 2,
    "visualizer.ensemble": 2,
    "visualizer.formula": 2,
    "visualizer.library": 2,
    "visualizer.link": 2,
    "visualizer.own": 2,
    "visualizer.plane": 2,
    "visualizer.quiz": 2,
    "visualizer.race": 2,
    "visualizer.rates": 2,
    "visualizer.reader": 2,
    "visualizer.scenario": 2,
    "visualizer.scene": 2,
    "visualizer.simulate": 2,
    "visualizer.sweeping": 3,
    "visualizer.tells": 2,
    "visualizer.twins": 2,
    "visualizer.workbench": 2,
    "visualizer.classroom": 4,
    "visualizer.lessons": 3,
    "visualizer.maps": 3,
    "visualizer.microscope": 3,
    "visualizer.networks": 3,
    "visualizer.figures": 3,
    "visualizer.export": 4,
    "visualizer.panels": 5,
    "visualizer.__main__": 6,
    "app": 6,
}
NEVER = [("optimizers", "landscapes"), ("landscapes", "optimizers")]

# Who alone may import a package from outside.
ONLY = {
    "jax": ("optimizers", "landscapes", "visualizer.backend", "visualizer.simulate", "visualizer.networks"),
    "lark": ("landscapes._grammar", "visualizer.lessons.grammar"),
    "markdown_it": ("visualizer.lessons",),
    "mdit_py_plugins": ("visualizer.lessons",),
    "plotly": ("visualizer.figures", "visualizer.export", "visualizer.panels.player"),
    "prometheus_client": ("visualizer.panels.metrics",),
    "redis": ("visualizer.classroom.store",),
    "segno": ("visualizer.panels.classroom",),
    "ziamath": ("visualizer.formula",),
    "streamlit": ("visualizer.panels", "app"),
    "starlette": ("visualizer.panels", "app"),
}
ALLOWED = {"jax": {"jax", "jaxlib"}}


def inside(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


def modules() -> dict[str, ast.Module]:
    """Dotted name -> syntax tree, of every file of ours."""
    found = {}
    for top in ("app.py", "optimizers", "landscapes", "visualizer"):
        for path in [ROOT / top] if top.endswith(".py") else sorted((ROOT / top).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            found[name] = ast.parse(path.read_text("utf-8"), str(path))
    return found


MODULES = modules()


def imports(tree: ast.Module) -> set[str]:
    """Every module a file imports, at its head or inside a function; ``from package import module`` is the module."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "absolute imports only"
            both = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in MODULES else str(node.module) for name in both}
    return found


def layer(module: str) -> int | None:
    found = [prefix for prefix in LAYERS if inside(module, prefix)]
    return LAYERS[max(found, key=len)] if found else None


IMPORTS = [(name, imported) for name, tree in MODULES.items() for imported in sorted(imports(tree))]


def test_every_module_has_a_layer() -> None:
    """The package's own front door is above everything it hands out; panels do not go through it."""
    assert [name for name in MODULES if layer(name) is None] == ["visualizer"]


def test_imports_run_one_way() -> None:
    wrong = []
    for name, imported in IMPORTS:
        mine, theirs = layer(name), layer(imported)
        if mine is not None and ((theirs is not None and theirs > mine) or imported == "visualizer"):
            wrong.append(f"{name} imports {imported}")
    for one, other in NEVER:
        wrong += [
            f"{name} imports {imported}" for name, imported in IMPORTS if inside(name, one) and inside(imported, other)
        ]
    assert wrong == []


@pytest.mark.parametrize("package", ONLY)
def test_packages_from_outside_stay_where_they_belong(package: str) -> None:
    wrong = [
        f"{name} imports {imported}"
        for name, imported in IMPORTS
        if imported.partition(".")[0] in ALLOWED.get(package, {package})
        and not any(inside(name, place) for place in ONLY[package])
    ]
    assert wrong == []


def test_the_reader_of_imports_sees_all_kinds() -> None:
    tree = ast.parse("import jax.numpy as np\ndef f():\n    from visualizer import spec\n    from json import loads")
    assert imports(tree) == {"jax.numpy", "visualizer.spec", "json"}


@pytest.mark.parametrize(
    "first", ["optimizers", "landscapes", "visualizer", "visualizer.spec", "visualizer.panels.assets"]
)
def test_each_package_can_be_imported_first(first: str) -> None:
    program = f"import {first}, optimizers, landscapes, visualizer; visualizer.rollout, visualizer.Scenario"
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, timeout=120)
