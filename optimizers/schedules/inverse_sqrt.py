"""The inverse square root schedule: Vaswani et al. 2017 (arXiv:1706.03762), section 5.3."""

import jax.numpy as jnp
from jax import Array

from optimizers.schedules._dials import WARMUP, factor_dial
from optimizers.schedules._schedule import Form, Rate, Schedule
from visualizer.spec import Hyper, Source, Text, Values


def rate(t: Array, steps: Array, h: Values) -> Rate:
    """By its peak: the base rate, reached after the warmup."""
    n, warmup = t + 1.0, jnp.maximum(h.warmup_steps, 1.0)
    return Rate(h.lr * jnp.minimum(n / warmup, jnp.sqrt(warmup / n)))


def paper_rate(t: Array, steps: Array, h: Values) -> Rate:
    """As in the paper: scale d^-0.5 min(n^-0.5, n W^-1.5), whatever the base rate."""
    n, warmup = t + 1.0, jnp.maximum(h.warmup_steps, 1.0)
    return Rate(h.scale / jnp.sqrt(h.d_model) * jnp.minimum(1.0 / jnp.sqrt(n), n * jnp.power(warmup, -1.5)))


WIDTH = Hyper(
    "d_model",
    "d",
    512,
    1,
    4096,
    "log",
    Text("Width of the model.", "模型宽度。"),
    kind="int",
    least=1,
    most=1_000_000,
)

INVERSE_SQRT = Schedule(
    title=Text("Inverse square root", "平方根倒数"),
    order=33,
    source=Source("Vaswani et al., NeurIPS", 2017, "1706.03762", "section 5.3"),
    formula=r"\eta_t = \eta \min(n / W, \sqrt{W / n}), \quad n = t + 1",
    summary=Text(
        "The Transformer's: a linear warmup, then one over the root of time.",
        "Transformer 的调度\uff1a线性预热\uff0c然后按时间平方根的倒数下降。",
    ),
    forms=(
        Form(hypers=(WARMUP,), rate=rate),
        Form(
            hypers=(WIDTH, WARMUP, factor_dial("scale", "s", 1.0, Text("Factor on all of it.", "整体因子。"))),
            rate=paper_rate,
        ),
    ),
)
