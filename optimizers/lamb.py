"""LAMB: You et al. 2020 (arXiv:1904.00962), Algorithm 2."""

import jax.numpy as jnp
from jax import Array

from optimizers._adam import AdamState, adam_init, adam_moments
from optimizers._card import Twin
from optimizers._frame import Moments, Optimizer, beta1, beta2, epsilon, learning_rate, norm
from visualizer.spec import Hyper, Source, Text, Values


def moments(g: Array, theta: Array, state: AdamState, h: Values) -> Moments:
    adam = adam_moments(g, theta, state, h)
    pull = h.weight_decay * theta
    length, step = norm(theta), norm(adam.m / (adam.root_v + adam.eps) + pull)
    usable = (length > 0) & (step > 0)
    trust = jnp.where(usable, length / jnp.where(usable, step, 1.0), 1.0)
    return adam._replace(scale=trust, decay=-h.lr * trust * pull)


LAMB = Optimizer(
    title=Text("LAMB", "LAMB"),
    family="norm",
    order=310,
    source=Source("You et al., ICLR", 2020, "1904.00962", "Algorithm 2"),
    formula=r"u_t = \frac{\hat m_t}{\sqrt{\hat V_t} + \epsilon} + \lambda \theta_{t-1}, \quad "
    r"\theta_t = \theta_{t-1} - \eta \frac{\|\theta_{t-1}\|}{\|u_t\|} u_t",
    follows=Text(
        "Optax, with (x, y) as one layer. The paper clips the norm of theta; Keras decays outside the ratio; "
        "torch_optimizer and pytorch_optimizer clamp the norm and leave V, or both moments, uncorrected.",
        "与 Optax 一致\uff0c(x, y) 视为一层。论文裁剪 θ 的范数\uff1bKeras 的衰减在比值之外\uff1b"
        "torch_optimizer、pytorch_optimizer 限制该范数\uff0c且不修正 V 或两个矩。",
    ),
    summary=Text(
        "Adam's direction, with a length that is lr times the distance to the origin. "
        "So the path depends on where the origin is, and stalls near it.",
        "取 Adam 的方向\uff0c步长为 η 乘以到原点的距离。因此路径依赖原点的位置\uff0c并在原点附近停滞。",
    ),
    twins=(Twin(Text("Without the trust ratio (AdamW)", "不用信任比\uff08AdamW\uff09"), "adamw"),),
    hypers=(
        learning_rate(1e-3, 1e-4, 2.0),
        beta1(),
        beta2(),
        epsilon(1e-6),
        Hyper(
            "weight_decay",
            r"\lambda",
            0.0,
            1e-5,
            1.0,
            "log0",
            Text(
                "Weight decay: adds lambda theta to Adam's direction, before its length is set.",
                "权重衰减\uff1a在定步长之前\uff0c给 Adam 的方向加上 λθ。",
            ),
            least=0.0,
            most=1e6,
        ),
    ),
    units="distance",
    init=adam_init,
    moments=moments,
)
