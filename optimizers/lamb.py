"""LAMB: You et al. 2020 (arXiv:1904.00962), Algorithm 2."""

import jax.numpy as jnp
from jax import Array

from optimizers._adam import AdamState, adam_init, adam_moments
from optimizers._card import Card, Twin
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
        "Optax, with (x, y) as one layer. The paper clips the norm of theta and takes a decay of "
        "0.01; Keras decays outside the ratio and has eps 1e-7; torch_optimizer and "
        "pytorch_optimizer clamp the norm and leave V, or both moments, uncorrected. PyTorch does "
        "not have it.",
        "与 Optax 一致\uff0c(x, y) 视为一层。论文裁剪 θ 的范数\uff0c衰减取 0.01\uff1bKeras 的衰减在比"
        "值之外\uff0cε 为 1e-7\uff1btorch_optimizer、pytorch_optimizer 限制该范数\uff0c且不修正 V 或"
        "两个矩。PyTorch 中没有。",
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
    card=Card(
        parents=(
            "lars",
            "adam",
        ),
        mends=Text(
            "LARS lets one steep coordinate of a layer decide the whole direction. LAMB takes Adam's "
            "direction and gives it LARS' length; with it BERT was trained in 76 minutes, in batches of "
            "32 thousand and more.",
            "LARS 中\uff0c一层里某个陡峭的坐标会左右整个方向。LAMB 用 Adam 的方向、LARS 的长度\uff1bBERT "
            "由此以三万二千以上的批量在 76 分钟内训练完成。",
        ),
        breaks=Text(
            "Every step is exactly lr |theta| long (without decay), also at the minimum: on Rosenbrock "
            "at lr 0.05 it still jumps after 3000 steps. And the path depends on where the origin is.",
            "\uff08无衰减时\uff09每步长恰为 η‖θ‖\uff0c在极小点也不例外\uff1aRosenbrock 上 η = 0.05\uff0c"
            "3000 步后仍在跳动。而且路径依赖原点的位置。",
        ),
        use=Text(
            "Large-batch training of Transformers, with warm-up and a rate that falls to 0.",
            "Transformer 的大批量训练\uff0c配合预热和降到 0 的学习率。",
        ),
        avoid=Text(
            "A fixed rate; a start at or near the origin, where it stands still.",
            "固定学习率\uff1b起点在原点或其附近\uff0c那里它几乎不动。",
        ),
        memory=2,
        optax="optax.lamb({lr}, b1={beta1}, b2={beta2}, eps={eps}, weight_decay={weight_decay})",
        before="m, v = np.zeros(2), np.zeros(2)",
        step="g = gradient(theta)\n"
        "m = beta1 * m + (1 - beta1) * g\n"
        "v = beta2 * v + (1 - beta2) * g**2\n"
        "m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)\n"
        "u = m_hat / (np.sqrt(v_hat) + eps) + weight_decay * theta\n"
        "size, length = np.linalg.norm(theta), np.linalg.norm(u)\n"
        "trust = size / length if size > 0 and length > 0 else 1.0\n"
        "theta = theta - lr * trust * u",
        symbols={"length": r"\ell"},
        stability=Text(
            "The curvature plays no part: without decay a step is lr |theta| long. Above lr = 2 every "
            "step leads away from the origin.",
            "与曲率无关\uff1a无衰减时步长为 η‖θ‖。η 大于 2 时每一步都离原点更远。",
        ),
        note=Text(
            "Its arrival on the ravine (step 99 at lr 0.1) is owed to a minimum at the origin, where "
            "|theta| makes the step shrink. On Rosenbrock or Beale it does not settle.",
            "它在峡谷上能到达\uff08η = 0.1 时第 99 步\uff09\uff0c靠的是极小点恰在原点\uff0c‖θ‖ 使步长缩小"
            "。在 Rosenbrock 或 Beale 上它停不下来。",
        ),
    ),
)
