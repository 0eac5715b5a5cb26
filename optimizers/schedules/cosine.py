"""Cosine annealing: Loshchilov and Hutter 2017 (arXiv:1608.03983), equation 5, without restarts."""

import jax.numpy as jnp
from jax import Array

from optimizers.schedules._dials import BOTTOM, EXPONENT, FIRST, factor_dial, own, run_dial, whole
from optimizers.schedules._schedule import Form, Rate, Schedule
from visualizer.spec import Source, Text, Values


def rate(t: Array, steps: Array, h: Values) -> Rate:
    """PyTorch's ``CosineAnnealingLR``, which climbs again after T_max; Optax and Keras stay at the end."""
    period = whole(h.T_max, steps)
    return Rate(h.eta_min + (h.lr - h.eta_min) * (1.0 + jnp.cos(jnp.pi * t / period)) / 2.0)


def optax_rate(t: Array, steps: Array, h: Values) -> Rate:
    """Optax's ``cosine_decay_schedule``: stays at alpha times the first rate."""
    total = whole(h.decay_steps, steps)
    fall = jnp.power(0.5 * (1.0 + jnp.cos(jnp.pi * jnp.minimum(t, total) / total)), h.exponent)
    return Rate(own(h.init_value, h.lr) * ((1.0 - h.alpha) * fall + h.alpha))


COSINE = Schedule(
    title=Text("Cosine", "余弦退火"),
    order=10,
    source=Source("Loshchilov and Hutter, ICLR", 2017, "1608.03983", "equation 5"),
    formula=r"\eta_t = \eta_{\min} + \tfrac12 (\eta - \eta_{\min}) (1 + \cos(\pi t / T))",
    summary=Text(
        "Falls from the base rate to the final one along half a cosine.", "沿半个余弦从初始学习率降到最终学习率。"
    ),
    forms=(
        Form(hypers=(run_dial("T_max", low=10), BOTTOM), rate=rate),
        Form(
            hypers=(
                FIRST,
                run_dial("decay_steps"),
                factor_dial("alpha", r"\alpha", 0.0, Text("Share left at the end.", "最终剩下的比例。"), low=0.0),
                EXPONENT,
            ),
            rate=optax_rate,
        ),
    ),
)
