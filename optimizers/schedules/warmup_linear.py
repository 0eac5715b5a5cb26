"""Linear warmup: Goyal et al. 2017 (arXiv:1706.02677)."""

from jax import Array

from optimizers.schedules._dials import INIT, PEAK, WARMUP, line, own, ratio
from optimizers.schedules._schedule import Form, Rate, Schedule
from visualizer.spec import Source, Text, Values


def rate(t: Array, steps: Array, h: Values) -> Rate:
    """Optax's ``linear_schedule`` up to the peak, which it keeps."""
    return Rate(line(h.init_value, own(h.peak_value, h.lr), ratio(t, h.warmup_steps)))


WARMUP_LINEAR = Schedule(
    title=Text("Linear warmup", "线性预热"),
    order=30,
    source=Source("Goyal et al.", 2017, "1706.02677", "section 2.2"),
    formula=r"\eta_t = \eta_0 + (\eta - \eta_0) \min(t / W, 1)",
    summary=Text(
        "Rises from almost nothing while the gradients are still messy.", "在梯度尚且杂乱的开头\uff0c从很小的值升起。"
    ),
    forms=(Form(hypers=(INIT, PEAK, WARMUP), rate=rate),),
)
