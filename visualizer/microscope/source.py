"""The statements that one step of a run consists of: the rule's, its wrappers' around them, and the surface's."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from optimizers import RULES, WRAPPERS
from visualizer.microscope.beginning import FADING, FADING_NEXT, Beginning, is_due, is_faded, is_power
from visualizer.microscope.symbols import INITIAL, SYMBOLS, indexed
from visualizer.race import is_cycled
from visualizer.scenario import Run, Scenario


@dataclass(frozen=True)
class Source:
    """``before`` and ``step`` as texts, the hyperparameters that they name, and symbols for all names."""

    before: str
    step: str
    values: dict[str, Any]
    symbols: dict[str, str]


def source(scenario: Scenario, run: Run, beginning: Beginning | None = None) -> Source:
    """The statements of a run on its surface; of one that goes on from ``beginning``, from there on."""
    rule, begun = RULES[run.optimizer], beginning or Beginning()
    card = rule.card
    assert card is not None
    hypers = {hyper.name: hyper.symbol for hyper in rule.hypers}
    before, step = card.statements(run.hyper)
    kept = "\n".join(line for line in before.split("\n") if not line.startswith("rng ="))
    symbols = {**SYMBOLS, **hypers, **card.symbols}
    if begun.born:
        symbols["start"] = indexed(r"\theta", str(begun.born))
    made = Source(kept, card.told or step, dict(run.hyper), symbols)
    noisy = scenario.noise is not None and scenario.noise[0] != "none"
    if rule.search and noisy:  # the slope where the step ends had this step's noise, and was not recorded
        lines = made.step.split("\n")
        made = replace(made, step="\n".join(line for line in lines if "here(" not in line))
    made = _counters(_powers(made, run, begun), run, begun)
    anew = bool(run.wrappers.get("lookahead", {}).get("reset_state"))
    if begun.at != begun.age and not anew and re.search(r"\bt\b", made.step):
        inner = re.sub(r"\bt\b", "since", made.step.strip("\n"))
        made = replace(made, step=f"since = t - {begun.at - begun.age}\n{inner}")
    if "lr" not in run.hyper and not rule.search and run.schedule[0] != "constant":
        # A rule without a rate has it scheduled all the same: as a factor, which is 1 while it is constant.
        made = replace(made, step=made.step.replace("theta = theta - ", "theta = theta - lr * "))
    # The catalogue's order is outermost first; the gradient is taken inside of all of them.
    if "sam" in run.wrappers:
        made = _sam(made, run.wrappers["sam"], noisy)
    if "lookahead" in run.wrappers:
        made = _lookahead(made, run.wrappers["lookahead"], begun)
    if scenario.surface.bounds:
        made = replace(made, step=f"{made.step}\ntheta = np.clip(theta, lowest, highest)")
    return made


def _powers(made: Source, run: Run, begun: Beginning) -> Source:
    """A beta's power is a product where the beta has not been the same all along: cycled, or moved at the fork.

    Of all updates of the state (t), or of those that counted (n).
    """
    for dial, count in dict(re.findall(r"\b(\w+)\*\*([tn])\b", made.step)).items():
        cycled = is_cycled(run) and RULES[run.optimizer].momentum_name == dial
        if not cycled and is_power(begun, run, dial, begun.counted if count == "n" else begun.age):
            continue
        name, step = f"faded_{dial}", made.step.strip("\n")
        grown = f"{name} = {name} * {dial}\n"
        counted = re.search(r"^( *)n = n \+ 1\n", step, re.MULTILINE)
        step = step[: counted.end()] + counted[1] + grown + step[counted.end() :] if counted else grown + step
        step = re.sub(rf"\b{dial}\*\*[tn]\b", name, step)
        made = replace(made, before=f"{made.before}\n{name} = 1.0", step=step)
    return made


def _counters(made: Source, run: Run, begun: Beginning) -> Source:
    """What else the engine counts by itself, and goes on counting where a dial of it was moved."""
    before, step = made.before, made.step.strip("\n")
    if FADING in step and not is_faded(begun, run, begun.age):
        step = step.replace(FADING, "fade").replace(FADING_NEXT, "(fade * 0.96**momentum_decay)")
        before, step = f"{before}\nfade = 1.0", f"fade = fade * 0.96**momentum_decay\n{step}"
    if run.optimizer == "sophia" and not is_due(begun, run):
        step = step.replace("if (t - 1) % update_interval == 0:\n", "if left <= 0:\n    left = update_interval\n")
        before, step = f"{before}\nleft = 0.0", step.replace("\nu = ", "\nleft = left - 1\nu = ")
    if run.optimizer == "built" and "surprise = g - m" in step.split("\n"):
        mean, kept = begun.fields.get("beside"), begun.fields.get("b")
        if mean is not None and kept is not None and not np.array_equal(mean, kept):
            # Its mean gradient was another's before the fork, and is not the first moment.
            step = step.replace("surprise = g - m", "mean = momentum * mean + (1 - momentum) * g\nsurprise = g - mean")
            before = f"{before}\nmean = np.zeros(2)"
    return replace(made, before=before, step=step)


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


def _lookahead(made: Source, values: Mapping[str, Any], begun: Beginning) -> Source:
    before, step, made = _named(made, "lookahead", values)
    inner = made.step.strip("\n")
    if not values["reset_state"]:
        return replace(made, before=f"{made.before}\n{before}", step=step.replace("{inner}", inner))
    # The rule begins anew after every return: its state, and the number of the update that its corrections are for.
    period = "lookahead_k" if "lookahead_k" in made.values else "k"
    state = _assigned(made.before) & _assigned(inner)
    since = f"since = (t - 1) % {period} + 1\n"
    if begun.age != begun.at % int(values["k"]):  # at first it goes on with another count
        since, made = "since = since + 1\n", replace(made, before=f"{made.before}\nsince = 0.0")
        state |= {"since"}
    inner = since + re.sub(r"\bt\b", "since", inner)
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
