"""AdamW: Loshchilov and Hutter 2019 (arXiv:1711.05101), Algorithm 2."""

from jax import Array

from optimizers._adam import MaxState, max_init, max_moments
from optimizers._card import Twin
from optimizers._frame import DECOUPLED, Moments, Optimizer, beta1, beta2, epsilon, learning_rate, weight_decay
from visualizer.spec import Hyper, Source, Text, Values


def moments(g: Array, theta: Array, state: MaxState, h: Values) -> Moments:
    return max_moments(g, state, h, h.amsgrad > 0)


ADAMW = Optimizer(
    title=Text("AdamW", "AdamW"),
    family="adam",
    order=80,
    source=Source("Loshchilov and Hutter, ICLR", 2019, "1711.05101", "Algorithm 2"),
    formula=r"\theta_t = (1 - \eta\lambda)\,\theta_{t-1} - \eta \frac{\hat m_t}{\sqrt{\hat V_t} + \epsilon}",
    follows=Text(
        "PyTorch's AdamW; Optax agrees. In the paper the decay is multiplied by the schedule alone, not by the rate.",
        "与 PyTorch 的 AdamW 一致；Optax 相同。论文中衰减只乘调度系数，不乘学习率。",
    ),
    summary=Text(
        "Adam with weight decay taken out of the gradient: every coordinate shrinks at the same rate.",
        "把权重衰减移出梯度的 Adam：每个坐标以同样的速率收缩。",
    ),
    twins=(
        Twin(Text("Coupled weight decay (Adam + L2)", "耦合权重衰减\uff08Adam + L2\uff09"), "adam_l2"),
        Twin(Text("AMSGrad's maximum", "加上 AMSGrad 的最大值"), "adamw", {"amsgrad": True}),
        Twin(Text("Without the maximum", "去掉最大值"), "adamw", {"amsgrad": False}),
        Twin(Text("Nesterov's look-ahead (NAdamW)", "Nesterov 前瞻\uff08NAdamW\uff09"), "nadamw"),
    ),
    hypers=(
        learning_rate(1e-3, 1e-4, 2.0),
        beta1(),
        beta2(),
        epsilon(1e-8),
        weight_decay(1e-2, decoupled=True),
        Hyper(
            "amsgrad",
            "A",
            False,
            kind="bool",
            doc=Text("Divide by the largest second moment so far.", "除以至今最大的二阶矩。"),
        ),
    ),
    units="distance",
    init=max_init,
    moments=moments,
    decay=DECOUPLED,
)
