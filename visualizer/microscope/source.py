"""The statements that one step of a run consists of: the rule's, its wrappers' around them, and the surface's."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from optimizers import RULES, WRAPPERS
from visualizer.microscope.symbols import INITIAL, SYMBOLS
from visualizer.race import is_cycled
from visualizer.scenario import Run, Scenario


@dataclass(frozen=True)
class Source:
    """``before`` and ``step`` as texts, the hyperparameters that they name, and symbols for all names."""

    before: str
    step: str
    values: dict[str, Any]
    symbols: dict[str, str]


def source(scenario: Scenario, run: Run) -> Source:
    """The statements of a run on its surface."""
    rule = RULES[run.optimizer]
    card = rule.card
    assert card is not None
    hypers = {hyper.name: hyper.symbol for hyper in rule.hypers}
    before, step = card.statements(run.hyper)
    kept = "\n".join(line for line in before.split("\n") if not line.startswith("rng ="))
    made = Source(kept, card.told or step, dict(run.hyper), {**SYMBOLS, **hypers, **card.symbols})
    if is_cycled(run) and rule.momentum_name and f"{rule.momentum_name}**" in made.step:
        made = _powers(made, rule.momentum_name)
    if "lr" not in run.hyper and not rule.search and run.schedule[0] != "constant":
        # A rule without a rate has it scheduled all the same: as a factor, which is 1 while it is constant.
        made = replace(made, step=made.step.replace("theta = theta - ", "theta = theta - lr * "))
    # The catalogue's order is outermost first; the gradient is taken inside of all of them.
    if "sam" in run.wrappers:
        noisy = scenario.noise is not None and scenario.noise[0] != "none"
        made = _sam(made, run.wrappers["sam"], noisy)
    if "lookahead" in run.wrappers:
        made = _lookahead(made, run.wrappers["lookahead"])
    if scenario.surface.bounds:
        made = replace(made, step=f"{made.step}\ntheta = np.clip(theta, lowest, highest)")
    return made


def _powers(made: Source, name: str) -> Source:
    """A cycled beta's power is the product of the betas so far: of all steps (t), or of those that counted (n)."""
    step = made.step.strip("\n")
    grown = f"faded = faded * {name}\n"
    counted = re.search(r"^( *)n = n \+ 1\n", step, re.MULTILINE)
    step = step[: counted.end()] + counted[1] + grown + step[counted.end() :] if counted else grown + step
    step = re.sub(rf"\b{name}\*\*[tn]\b", "faded", step)
    return replace(made, before=f"{made.before}\nfaded = 1.0", step=step)


def _named(made: Source, slug: str, values: Mapping[str, Any]) -> tuple[str, str, Source]:
    """A wrapper's statements, its dials renamed where the rule has the same names, and these dials among the others."""
    wrapper = WRAPPERS[slug]
    card = wrapper.card
    assert card is not None
    before, step, taken = card.before, card.told or card.step, {}
    words = set(re.findall(r"\w+", f"{made.before}\n{made.step}")) | set(made.values)
    symbols = {**made.symbols, **card.symbols}
    for hyper in wrapper.hypers:
        called = f"{slug}_{hyper.name}" if hyper.name in words else hyper.name
        before, step = (re.sub(rf"\b{hyper.name}\b", called, text) for text in (before, step))
        taken[called], symbols[called] = values[hyper.name], hyper.symbol
    return before, step, replace(made, values={**made.values, **taken}, symbols=symbols)


def _lookahead(made: Source, values: Mapping[str, Any]) -> Source:
    before, step, made = _named(made, "lookahead", values)
    inner = made.step.strip("\n")
    if not values["reset_state"]:
        return replace(made, before=f"{made.before}\n{before}", step=step.replace("{inner}", inner))
    # The rule begins anew after every return: its state, and the number of the update that its corrections are for.
    period = "lookahead_k" if "lookahead_k" in made.values else "k"
    state = _assigned(made.before) & _assigned(inner)
    inner = f"since = (t - 1) % {period} + 1\n" + re.sub(r"\bt\b", "since", inner)
    again = "".join(f"\n    {name} = {INITIAL}{name}" for name in sorted(state))
    return replace(made, before=f"{made.before}\n{before}", step=step.replace("{inner}", inner) + again)


def _sam(made: Source, values: Mapping[str, Any], noisy: bool) -> Source:
    """SAM's lines come before the statement that takes the gradient, which it takes at the ascent.

    With noise its first gradient was not recorded, and so nobody knows whether it vanished: no condition on it is told.
    """
    _, lines, made = _named(made, "sam", values)
    if noisy:
        lines = re.sub(r" if steep > 0 else theta", "", lines)
    body: list[ast.stmt] = []
    for one in ast.parse(made.step.strip("\n")).body:
        found = [node for node in ast.walk(one) if isinstance(node, ast.Call) and ast.unparse(node.func) == "gradient"]
        if found:
            point = ast.unparse(found[0].args[0])
            body += ast.parse(re.sub(r"\btheta\b", point, lines)).body
            found[0].args = [ast.Name("ascent", ast.Load())]
        body.append(one)
    return replace(made, step=ast.unparse(ast.Module(body, [])))


def _assigned(text: str) -> set[str]:
    """The names that a text assigns."""
    names = [node for node in ast.walk(ast.parse(text.strip("\n"))) if isinstance(node, ast.Name)]
    return {node.id for node in names if isinstance(node.ctx, ast.Store)}
