"""A surface that its user types."""

from functools import lru_cache

import jax.numpy as jnp
from jax import Array

from landscapes import _machine
from landscapes._expression import Expression, parse
from landscapes._landscape import Box, Landscape, Params, Shape, parameter
from visualizer.spec import Codec, Hyper, Source, Text, Values

known = lru_cache(maxsize=1024)(parse)  # what was typed is asked for again with every change of a dial


def gradient(theta: Array, h: Values) -> tuple[Array, Array]:
    return _machine.run(h.formula, theta, jnp.stack([h.a, h.b, h.c]))


def f(theta: Array, h: Values) -> Array:
    return gradient(theta, h)[0]


def read(text: object) -> str:
    return (known(text) if isinstance(text, str) else parse(text)).text


def expression(params: Params) -> Expression:
    return known(params["formula"])


def made(params: Params) -> Shape:
    typed = expression(params)
    x0, x1, y0, y1 = params["window"]
    return Shape(typed.latex, f"loss = {typed.code}", _proper((x0, x1, y0, y1)))


def _proper(window: Box) -> Box:
    """The window with its sides in order and not empty."""
    sides = (sorted(window[:2]), sorted(window[2:]))
    (x0, x1), (y0, y1) = ((low, high if high - low > 1e-9 * max(1.0, abs(low)) else low + 1.0) for low, high in sides)
    return x0, x1, y0, y1


def letter(name: str) -> Hyper:
    doc = Text(f"The {name} of the formula.", f"公式中的 {name}。")
    return parameter(name, name, 1.0, -5.0, 5.0, doc, least=-1e6, most=1e6)


FORMULA = Landscape(
    title=Text("Your formula", "自己的公式"),
    family="own",
    order=900,
    source=Source("Typed by its user", 2026),
    formula=r"f(x, y)",
    f=f,
    gradient=gradient,
    code="loss = x**2 + y**2",
    made=made,
    params=(
        Hyper(
            "formula",
            "f",
            "(x^2 - 1)^2 + y^2 + a*x*y",
            kind="text",
            doc=Text("The loss, in x and y, with a, b and c as dials.", "损失函数\uff0c含 x、y\uff0ca、b、c 为滑块。"),
            codec=Codec(read, lambda text: _machine.encode(known(text).program), _machine.WIDTH),
        ),
        letter("a"),
        letter("b"),
        letter("c"),
        Hyper(
            "window",
            r"\text{range}",
            (-2.0, 2.0, -2.0, 2.0),
            kind="list",
            length=4,
            shortest=4,
            doc=Text("What is drawn: x from, x to, y from, y to.", "绘制范围\uff1ax 从、到\uff0cy 从、到。"),
            least=-1e6,
            most=1e6,
        ),
    ),
    domain=(-2.0, 2.0, -2.0, 2.0),
    points=None,
    start=(1.6, 1.4),
    notes=Text(
        "Whatever you type: its slopes are exact, its minima are found and certified. a, b, c become dials.",
        "任意公式\uff1a梯度精确计算\uff0c极小点自动求出并验证。字母 a、b、c 变成滑块。",
    ),
    race=(
        ("sgd", {"lr": 0.02}),
        ("momentum", {"lr": 0.01}),
        ("rmsprop", {"lr": 0.02}),
        ("adam", {"lr": 0.1}),
    ),
    rates={"gradient": 0.02, "velocity": 0.01, "distance": 0.05},
    steps=150,
)
