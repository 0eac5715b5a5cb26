"""Logistic regression on 40 data of two classes, with a small L2 term. Own."""

import math

import jax.numpy as jnp
import numpy as np
from jax import Array

from landscapes._landscape import Landscape, minimum
from visualizer.spec import Source, Text, Values

COUNT = 40
DECAY = 0.01
CLASSES = [1.0 if i % 2 == 0 else -1.0 for i in range(COUNT)]
# Features times class, (2, 40): a datum's margin is theta times its column.
SIGNED = np.array(
    [
        [0.6 + s * 1.2 * math.sin(1.7 * i) for i, s in enumerate(CLASSES)],
        [0.4 + s * 0.5 * math.cos(2.3 * i) for i, s in enumerate(CLASSES)],
    ]
)


def f(theta: Array, h: Values) -> Array:
    u, v = theta
    a, b = SIGNED.reshape(2, COUNT, *(1,) * u.ndim)
    return jnp.mean(jnp.logaddexp(0.0, -(u * a + v * b)), 0) + 0.5 * DECAY * (u * u + v * v)


def sample(theta: Array, h: Values, i: Array, shake: Array) -> Array:
    u, v = theta
    true = 1.0 - 2.0 * (i % 2)
    a, b = 0.6 * true + 1.2 * jnp.sin(1.7 * i), 0.4 * true + 0.5 * jnp.cos(2.3 * i)
    observed = jnp.where(true + shake > 0, 1.0, -1.0)
    return jnp.logaddexp(0.0, -observed * (u * a + v * b)) + 0.5 * DECAY * (u * u + v * v)


LOGISTIC = Landscape(
    title=Text("Logistic regression", "逻辑回归"),
    family="data",
    order=210,
    source=Source("Descent Lab", 2026),
    formula=r"\frac1n \sum_{i=1}^{n} \ln\left(1 + e^{-s_i (u a_i + v b_i)}\right) + \frac{\lambda}{2} (u^2 + v^2), "
    r"\quad \theta = (u, v), \quad n = 40, \quad \lambda = 0.01",
    f=f,
    code="""
total = 0
for i in range(40):
    s = 1 - 2 * (i % 2)
    a = 0.6 * s + 1.2 * math.sin(1.7 * i)
    b = 0.4 * s + 0.5 * math.cos(2.3 * i)
    margin = s * (x * a + y * b)
    total = total + {np}.log1p({np}.exp(-abs(margin))) + (abs(margin) - margin) / 2
loss = total / 40 + 0.005 * (x**2 + y**2)
""",
    domain=(-2.0, 5.0, -2.0, 6.0),
    # Polished by Newton's method with 40 digits.
    points=lambda params: (minimum(1.30697626476008235, 3.31444175884820301, 0.29221421266015663, best=True),),
    start=(-1.0, -1.0),
    notes=Text(
        "A logistic loss has a bounded slope, and the curvatures at the minimum are small, 0.027 and 0.080: SGD "
        "can afford a rate of 2. With all data in every gradient it comes to rest. With a batch it ends in a "
        "cloud: some 0.5 away with batches of 1, 0.15 with batches of 5.",
        "逻辑损失的斜率有界\uff0c极小点处的曲率也很小\uff080.027 和 0.080\uff09\uff1aSGD 的学习率可以取 2。每个梯度"
        "都用全部数据时它会停下\uff1b每次只用一批时\uff0c它停在一团云里\uff1a批量为 1 时距离约 0.5\uff0c"
        "为 5 时约 0.15。",
    ),
    noise=("minibatch", {"batch": 5}),
    race=(
        ("sgd", {"lr": 2.0}),
        ("momentum", {"lr": 0.2}),
        ("rmsprop", {"lr": 0.05}),
        ("adam", {"lr": 0.1}),
    ),
    rates={"gradient": 2.0, "velocity": 0.2, "distance": 0.1},
    color_scale="log",
    steps=200,
    samples=lambda h: COUNT,
    sample=sample,
)
