"""Networks trained by the catalogue's optimizers: one compiled program for an architecture and a group of rules.

Everything but the architecture and the room for data is traced: rates, batch sizes, dropout, penalties, seeds and data
compile nothing. A run is carried through slices of steps, between which it can be given up and shown.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import chain
from typing import Any

import numpy as np

from optimizers.schedules import FORMS, MEMORY
from visualizer.backend import jax
from visualizer.networks.architecture import Architecture
from visualizer.networks.data import Points
from visualizer.networks.progress import go_on, together
from visualizer.networks.steps import CALL, NUMBERS, SIDE, SNAPSHOTS, WATCHING, Carry, Order, make_steps, state_size
from visualizer.simulate import compiled
from visualizer.simulate.groups import GROUPS
from visualizer.simulate.job import Named, method
from visualizer.simulate.schedules import planned

MOST_STEPS = 20_000
COMPILED = {"xla_backend_optimization_level": 1, "xla_cpu_prefer_vector_width": 512}  # a tenth sooner, and faster
SHOWN = 100  # snapshots of a run, if it has as many steps


@dataclass(frozen=True)
class Recipe:
    """How one network is trained.

    ``optimizer`` with its ``hyper``, ``schedule`` and ``wrappers`` are those of ``rollout``, of first order; the rule
    sees all parameters as one vector. ``batch`` data a step, without replacement; all of them if there are fewer.
    ``dropout`` is the probability that a hidden unit is off in a step; ``inverted`` scales the others up by
    1 / (1 - dropout). ``l1`` and ``l2`` penalize the weights (not biases, gains and shifts) by l1 |w| + l2 w^2 / 2.
    ``smooth``, for inputs that are images of 8 x 8 pixels, adds for each unit of the first layer smooth / 2 times the
    sum of the squared differences between the weights of neighbouring pixels. ``jitter`` is the standard deviation of
    noise on the inputs of every step. ``seed`` decides the parameters before training, the order of the data and the
    masks; ``start`` ``(P,)`` gives those parameters instead. The first ``frozen`` layers do not move, nor do the
    parameters that are ``still`` ``(P,)``.
    """

    optimizer: str = "adam"
    hyper: Mapping[str, Any] = field(default_factory=dict)
    schedule: Named | None = None
    wrappers: Mapping[str, Mapping[str, Any]] | None = None
    batch: int = 32
    dropout: float = 0.0
    inverted: bool = True
    l1: float = 0.0
    l2: float = 0.0
    smooth: float = 0.0
    jitter: float = 0.0
    seed: int = 0
    start: np.ndarray | None = None
    frozen: int = 0
    still: np.ndarray | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.dropout < 1:
            raise ValueError(f"dropout is a probability below 1, not {self.dropout!r}")
        for name in ("l1", "l2", "smooth", "jitter"):
            if not 0 <= getattr(self, name) < np.inf:
                raise ValueError(f"{name} is finite and not negative, not {getattr(self, name)!r}")
        if not (self.batch >= 1 and 0 <= self.seed < 2**31):
            raise ValueError(f"there is no batch of {self.batch} or no seed {self.seed}")


@dataclass(frozen=True, eq=False)
class Training:
    """One network's way.

    ``theta`` float32 ``(S, P)`` are its parameters after the steps ``at`` ``(S,)``, the first 0; ``loss`` float32
    ``(T,)`` is the mean loss over the batch that each update saw, with its masks, without penalties. Not finite after
    a run diverged.
    """

    at: np.ndarray
    theta: np.ndarray
    loss: np.ndarray


def train(
    network: Architecture,
    points: Points,
    recipes: Sequence[Recipe],
    steps: int = 2000,
    *,
    shown: int = SHOWN,
    cancel: threading.Event | None = None,
    progress: Callable[[float], None] | None = None,
) -> list[Training]:
    """Trains a network by each recipe, on all processors; ``progress`` is told which share of all steps is done.

    Raises ``ValueError`` for recipes that are impossible, ``Cancelled`` when ``cancel`` is set.
    """
    if not 1 <= steps <= MOST_STEPS:
        raise ValueError(f"a network is trained for 1 to {MOST_STEPS} steps, not {steps}")
    stride = max(1, -(-steps // shown))
    orders = [order_of(network, points, recipe, steps, stride) for recipe in recipes]
    programs = _programs(network, [group for group, _ in orders], points.room)
    stop, done = threading.Event(), [0] * len(orders)

    def work(k: int) -> Training:
        at = np.append(np.arange(0, steps, stride), steps)
        found = Training(at, np.empty((len(at), network.size), np.float32), np.empty(steps, np.float32))
        for reached in _slices(programs[k], orders[k][1], found):
            go_on(stop, cancel)
            done[k] = reached
            if progress:
                progress(sum(done) / (steps * len(orders)))
        return found

    return list(together(workers(), [partial(work, k) for k in range(len(orders))], stop))


@cache
def workers() -> ThreadPoolExecutor:
    """A thread for each processor."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return ThreadPoolExecutor(count or 1, "networks")


def _slices(program: Any, order: Order, found: Training) -> Iterator[int]:
    """Makes all steps of a run; yields how many are made after each slice."""
    steps, stride, at = int(order.steps), int(order.stride), 0
    found.theta[0] = order.begin
    carry = blank(len(order.begin), program.state)
    most = min(CALL, SNAPSHOTS * stride)
    while at < steps:
        end = min(at + most, steps)
        carry, made = program.call(part_of(order, at, end), carry)
        found.loss[at:end] = np.asarray(made.loss)[: end - at]
        marks = [t for t in range(at + 1, end + 1) if t % stride == 0 or t == steps]
        found.theta[[-(-t // stride) for t in marks]] = np.asarray(made.theta)[: len(marks)]
        at = end
        yield at


def states(
    network: Architecture,
    points: Points,
    recipe: Recipe,
    steps: int,
    at: Sequence[int],
    *,
    cancel: threading.Event | None = None,
) -> Iterator[np.ndarray]:
    """The rule's state, ravelled, after the updates ``at`` + 1, rising, of a run of so many steps.

    After the last of them as well: one more gradient is taken there. Raises ``Cancelled``.
    """
    group, order = order_of(network, points, recipe, steps, steps + 1)
    longer = {name: np.append(getattr(order, name), getattr(order, name)[-1:]) for name in ("lr", "momentum")}
    order = order._replace(**longer)
    [program] = _programs(network, [group], points.room)
    carry, done = blank(network.size, program.state), 0
    for end in at:
        while done <= end:
            go_on(cancel)
            last = min(done + CALL, end + 1)
            carry, _ = program.call(part_of(order, done, last), carry)
            done = last
        yield np.asarray(carry.state)


def part_of(order: Order, first: int, last: int) -> Order:
    """The order for one call: the rates of its steps only."""

    def cut(whole: np.ndarray) -> np.ndarray:
        own = whole[first : first + CALL]
        return np.concatenate([own, np.zeros(CALL - len(own), whole.dtype)])

    rates = {"lr": cut(order.lr), "momentum": cut(order.momentum)}
    return order._replace(first=np.int32(first), last=np.int32(last), **rates)


def blank(size: int, state: int, dtype: Any = np.float32) -> Carry:
    """Where a run stands that has not begun: what it holds is not looked at."""
    zeros = [np.zeros(many, dtype) for many in (size, state, size, MEMORY)]
    return Carry(*zeros)


def order_of(
    network: Architecture, points: Points, recipe: Recipe, steps: int, stride: int, dtype: Any = np.float32
) -> tuple[str, Order]:
    """The group of the rule, and what its run is to do, with the rates of all steps: ``part_of`` is for a call."""
    how = method(recipe.optimizer, recipe.hyper, recipe.schedule, recipe.wrappers)
    if how.rule.second_order:
        raise ValueError(
            f"{recipe.optimizer} takes more than a gradient a step: networks are trained by first-order rules"
        )
    if recipe.smooth and network.inputs != SIDE**2:
        raise ValueError(f"weights of {network.inputs} inputs are no image of {SIDE} x {SIDE} pixels to be smooth")
    begin = network.start(recipe.seed) if recipe.start is None else np.asarray(recipe.start, np.float64)
    if begin.shape != (network.size,):
        raise ValueError(f"this network has {network.size} parameters, not {begin.shape}")
    moves = network.trained(recipe.frozen) * (1.0 if recipe.still is None else ~recipe.still)
    scale = 1.0 / (1.0 - recipe.dropout) if recipe.inverted else 1.0
    rest = [recipe.dropout, scale, recipe.l1, recipe.l2, recipe.jitter, recipe.smooth]
    numbers = np.array([*how.hyper, *how.schedule, *chain.from_iterable(how.wrappers), *rest], dtype)
    assert len(numbers) == sum(NUMBERS.values())
    form = FORMS[how.form]
    watching = WATCHING.index(form) if form in WATCHING else -1
    lr, momentum = planned(how.form, how.schedule, steps)
    whole = {"place": how.place, "watching": watching, "seed": recipe.seed, "steps": steps, "stride": stride}
    return how.group, Order(
        x=points.x.astype(dtype),
        y=points.y.astype(dtype),
        train=np.int32(points.train),
        numbers=numbers,
        batch=np.int32(min(recipe.batch, points.train)),
        moves=moves.astype(dtype),
        begin=begin.astype(dtype),
        lr=lr.astype(dtype),
        momentum=momentum.astype(dtype),
        first=np.int32(0),
        last=np.int32(0),
        **{name: np.int32(value) for name, value in whole.items()},
    )


@dataclass(frozen=True)
class _Program:
    call: Any
    state: int


def _programs(network: Architecture, groups: Sequence[str], room: int) -> list[_Program]:
    """The executables of these groups of rules, made as many at a time as there are processors."""
    sizes = {group: state_size(network, GROUPS[group]) for group in groups}

    def build(group: str) -> compiled.Build:
        def built() -> tuple[Any, tuple[Any, ...]]:
            flat, zero = np.zeros(network.size, np.float32), np.int32(0)
            x, y = (np.zeros((room, wide), np.float32) for wide in (network.inputs, network.outputs))
            numbers = np.zeros(sum(NUMBERS.values()), np.float32)
            rates = np.zeros(CALL, np.float32)
            order = Order(x, y, zero, numbers, zero, zero, zero, zero, zero, zero, flat, flat, rates, rates, zero, zero)
            program = jax.jit(make_steps(network, GROUPS[group]), compiler_options=COMPILED)
            return program, (order, blank(network.size, sizes[group]))

        return built

    def made(group: str) -> _Program:
        with jax.enable_x64(False):
            return _Program(compiled.program(f"net-train-{network.name}-{group}-{room}", build(group)), sizes[group])

    found = dict(zip(sizes, workers().map(made, sizes), strict=True))
    return [found[group] for group in groups]
