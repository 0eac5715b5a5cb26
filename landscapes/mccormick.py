"""McCormick's function, unbounded below outside the picture: Jamil and Yang 2013 (arXiv:1308.4008)."""

import jax.numpy as jnp
from jax import Array

from landscapes._gaussian import damping
from landscapes._landscape import Landscape, minimum, saddle
from visualizer.spec import Source, Text, Values


def f(theta: Array, h: Values) -> Array:
    x, y = theta
    return jnp.sin(x + y) + (x - y) * (x - y) - 1.5 * x + 2.5 * y + 1.0


def smoothed(theta: Array, h: Values) -> Array:
    x, y = theta
    v = 2.0 * (h.smooth * h.smooth)  # the variance of x + y, and of x - y
    return damping(1.0, v) * jnp.sin(x + y) + (x - y) * (x - y) + v - 1.5 * x + 2.5 * y + 1.0


# Polished by Newton's method with 40 digits.
POINTS = (
    minimum(-0.547197551196597746, -1.54719755119659775, -1.91322295498103639, best=True),
    minimum(2.59439510239319549, 1.59439510239319549, 1.22836969860875685),
    saddle(1.54719755119659775, 0.547197551196597746, 1.91322295498103639),
)

MCCORMICK = Landscape(
    title=Text("McCormick", "McCormick 函数"),
    family="wells",
    order=92,
    source=Source("Jamil and Yang, IJMMNO 4", 2013, "1308.4008"),
    formula=r"\sin(x + y) + (x - y)^2 - 1.5\,x + 2.5\,y + 1",
    f=f,
    smoothed=smoothed,
    code="loss = {np}.sin(x + y) + (x - y) ** 2 - 1.5 * x + 2.5 * y + 1",
    domain=(-1.5, 4.0, -3.0, 4.0),
    points=lambda params: POINTS,
    start=(3.0, 3.0),
    notes=Text(
        "Along s = x + y it is a tilted washboard, sin s + s / 2. All four stop in the nearer hollow, 3.14 above "
        "the other. Momentum stops there at lr 0.12, too; at 0.13 it runs past both and out of the picture.",
        "沿 s = x + y 看\uff0c它是倾斜的搓衣板 sin s + s/2。四个优化器都停在较近的洼地\uff0c比另一个高 3.14。"
        "动量的学习率取 0.12 时仍停在那里\uff0c取 0.13 时冲过两个洼地\uff0c离开画面。",
    ),
    race=(
        ("sgd", {"lr": 0.1}),
        ("momentum", {"lr": 0.05}),
        ("rmsprop", {"lr": 0.02}),
        ("adam", {"lr": 0.2}),
    ),
    rates={"gradient": 0.1, "velocity": 0.05, "distance": 0.1},
    color_scale="log",
    steps=80,
)
