"""A surface that its user paints: hills and wells, a sum of Gaussians on a shallow bowl."""

import jax.numpy as jnp
from jax import Array

from landscapes._landscape import Landscape, Params, Shape, parameter
from visualizer.spec import Hyper, Source, Text, Values

MOST_HILLS = 12
FIELDS = ("x", "y", "height", "width")
NARROWEST, TALLEST = 0.05, 5.0
REACH = 4.0


def smoothed(theta: Array, h: Values) -> Array:
    """A Gaussian of variance v stays one, of variance v + s^2, and is lower by v / (v + s^2)."""
    numbers, _ = h.hills
    x, y = theta
    a, b, height, width = (numbers[i :: len(FIELDS)].reshape(-1, *[1] * x.ndim) for i in range(len(FIELDS)))
    variance, extra = width * width, h.smooth * h.smooth
    wide = jnp.where(variance + extra > 0.0, variance + extra, 1.0)  # a row that is not used is 0 wide
    square = (x - a) * (x - a) + (y - b) * (y - b)
    hills = jnp.sum(height * variance / wide * jnp.exp(-0.5 * square / wide), axis=0)
    return 0.5 * h.bowl * (x * x + y * y + 2.0 * extra) + hills


def f(theta: Array, h: Values) -> Array:
    return smoothed(theta, Values(h, smooth=jnp.zeros(())))


def made(params: Params) -> Shape:
    code = ["loss = bowl * (x**2 + y**2) / 2"]
    code += [
        f"loss = loss + {height!r} * {{np}}.exp(-((x - {x!r})**2 + (y - {y!r})**2) / {2 * width * width!r})"
        for x, y, height, width in params["hills"]
        if width
    ]
    count = len(params["hills"])
    formula = rf"\tfrac{{b}}{{2}}(x^2 + y^2) + \sum_{{k=1}}^{{{count}}} h_k \, e^{{-\|\theta - \mu_k\|^2 / 2 w_k^2}}"
    return Shape(formula, "\n".join(code), PAINTED.domain)


PAINTED = Landscape(
    title=Text("Your own hills", "自己画的曲面"),
    family="own",
    order=910,
    source=Source("Painted by its user", 2026),
    formula=r"\tfrac{b}{2}(x^2 + y^2) + \sum_k h_k \, e^{-\|\theta - \mu_k\|^2 / 2 w_k^2}",
    f=f,
    smoothed=smoothed,
    code="loss = bowl * (x**2 + y**2) / 2",
    made=made,
    params=(
        parameter("bowl", "b", 0.05, 0.0, 0.5, Text("Curvature of the bowl beneath.", "底下碗的曲率。"), most=10.0),
        Hyper(
            "hills",
            "h",
            (
                (-1.8, 1.2, -1.2, 0.7),
                (1.6, 1.4, -1.0, 0.5),
                (0.6, -1.6, -1.8, 0.8),
                (0.2, 0.6, 0.9, 0.6),
            ),
            kind="table",
            length=MOST_HILLS,
            fields=FIELDS,
            doc=Text(
                "Hills and wells: where, how high (a well is negative) and how wide.",
                "小山与洼地\uff1a位置、高度\uff08负数为洼地\uff09和宽度。",
            ),
            least=-100.0,
            most=100.0,
        ),
    ),
    domain=(-REACH, REACH, -REACH, REACH),
    points=None,
    start=(-0.4, 3.0),
    notes=Text(
        "Click to place hills and wells, drag them, and see where each optimizer goes.",
        "点击放置小山和洼地\uff0c拖动它们\uff0c看各个优化器走向哪里。",
    ),
    race=(
        ("sgd", {"lr": 0.3}),
        ("momentum", {"lr": 0.1}),
        ("rmsprop", {"lr": 0.03}),
        ("adam", {"lr": 0.1}),
    ),
    rates={"gradient": 0.3, "velocity": 0.1, "distance": 0.1},
    steps=150,
)
