"""A rate that falls when the loss stops falling."""

import jax.numpy as jnp
from jax import Array

from optimizers.schedules._dials import factor_dial, rate_dial, steps_dial
from optimizers.schedules._schedule import Form, Rate, Schedule
from visualizer.spec import Hyper, Source, Text, Values


def react(t: Array, loss: Array, memory: Array, h: Values) -> tuple[Rate, Array]:
    """PyTorch's ``ReduceLROnPlateau``: memory is (rate, best, bad reports, cooldown left)."""
    lr, best, bad, cooldown = memory[:4]
    largest = h.mode > 0
    gain = jnp.where(largest, -1.0, 1.0)
    relative = jnp.where(jnp.isinf(best), best, best * (1.0 - gain * h.threshold))
    goal = jnp.where(h.threshold_mode > 0, best - gain * h.threshold, relative)
    better = jnp.where(largest, loss > goal, loss < goal)
    cooling = cooldown > 0
    bad_now = jnp.where(better | cooling, 0.0, bad + 1.0)
    reduce = bad_now > h.patience
    lower = jnp.maximum(lr * h.factor, h.min_lr)
    reported = jnp.stack(
        [
            jnp.where(reduce & (lr - lower > h.eps), lower, lr),
            jnp.where(better, loss, best),
            jnp.where(reduce, 0.0, bad_now),
            jnp.where(reduce, h.cooldown, jnp.where(cooling, cooldown - 1.0, cooldown)),
            *memory[4:],
        ]
    )
    memory = jnp.where(t > 0, reported, memory)  # nothing is reported before the first update
    return Rate(memory[0]), memory


def optax_react(t: Array, loss: Array, memory: Array, h: Values) -> tuple[Rate, Array]:
    """Optax's ``reduce_on_plateau``: memory is (scale, best, bad reports, cooldown left, reports, their mean)."""
    scale, best, bad, cooldown, count, mean = memory
    count_now = count + 1.0
    mean_now = (count * mean + loss) / count_now
    better = mean_now < (1.0 - h.rtol) * best - h.atol
    bad_now = jnp.where(better, 0.0, bad + 1.0)
    cooling = cooldown > 0
    reduce = (bad_now == h.patience) & ~cooling
    smaller = jnp.maximum(jnp.where(reduce, scale * h.factor, scale), h.min_scale)
    nothing = jnp.zeros_like(scale)
    settled = jnp.stack(
        [
            jnp.where(cooling, scale, smaller),
            jnp.where(better, mean_now, best),
            jnp.where(reduce | cooling, 0.0, bad_now),
            jnp.where(cooling, cooldown - 1.0, jnp.where(reduce, h.cooldown, 0.0)),
            nothing,
            nothing,
        ]
    )
    gathered = jnp.stack([scale, best, bad, cooldown, count_now, mean_now])
    memory = jnp.where(t > 0, jnp.where(count_now == h.accumulation_size, settled, gathered), memory)
    return Rate(h.lr * memory[0]), memory


def small_dial(name: str, symbol: str, default: float, doc: Text) -> Hyper:
    return Hyper(name, symbol, default, 1e-12, 0.1, "log0", doc, least=0.0, most=1e6)


FACTOR = factor_dial("factor", "f", 0.1, Text("Factor of each fall.", "每次下降的因子。"))
PATIENCE = steps_dial("patience", "P", 10, Text("Bad reports that are put up with.", "容忍的无改善次数。"))
COOLDOWN = steps_dial("cooldown", "C", 0, Text("Reports ignored after a fall.", "下降后忽略的次数。"))
PYTORCH = (
    FACTOR,
    PATIENCE,
    small_dial("threshold", r"\tau", 1e-4, Text("Improvement that counts.", "算作改善的幅度。")),
    Hyper(
        "threshold_mode",
        "m",
        "rel",
        kind="choice",
        choices=("rel", "abs"),
        doc=Text("Relative or absolute.", "相对或绝对。"),
    ),
    COOLDOWN,
    rate_dial("min_lr", r"\eta_{\min}", 0.0, Text("No lower than this.", "不低于此值。")),
    small_dial("eps", r"\epsilon", 1e-8, Text("Smaller falls are not made.", "小于此值的下降被忽略。")),
    Hyper(
        "mode",
        "d",
        "min",
        kind="choice",
        choices=("min", "max"),
        doc=Text("Whether less or more is better.", "越小越好或越大越好。"),
    ),
)
OPTAX = (
    FACTOR,
    PATIENCE,
    small_dial("rtol", "r", 1e-4, Text("Relative improvement that counts.", "算作改善的相对幅度。")),
    small_dial("atol", "a", 0.0, Text("Absolute improvement that counts.", "算作改善的绝对幅度。")),
    COOLDOWN,
    steps_dial("accumulation_size", "A", 1, Text("Losses averaged into a report.", "每次报告平均的损失数。"), least=1),
    factor_dial("min_scale", "s", 0.0, Text("No lower than this share.", "不低于此比例。"), low=0.0),
)

REDUCE_ON_PLATEAU = Schedule(
    title=Text("Reduce on plateau", "停滞时降低"),
    order=50,
    source=Source("PyTorch, ReduceLROnPlateau", 2017),
    formula=r"\text{no new best for } P \text{ steps: } \eta \leftarrow f \eta",
    summary=Text("Falls when the loss has not improved for a while.", "损失一段时间没有改善时降低。"),
    forms=(
        Form(
            hypers=PYTORCH,
            react=react,
            memory=lambda h: jnp.stack([h.lr, jnp.where(h.mode > 0, -jnp.inf, jnp.inf), 0.0 * h.lr, 0.0 * h.lr]),
        ),
        Form(
            hypers=OPTAX,
            react=optax_react,
            memory=lambda h: jnp.stack([1.0 + 0.0 * h.lr, jnp.inf + 0.0 * h.lr, *[0.0 * h.lr] * 4]),
        ),
    ),
)
