"""signSGD: Bernstein, Wang, Azizzadenesheli and Anandkumar 2018 (arXiv:1802.04434), Algorithm 1."""

import jax.numpy as jnp
from jax import Array

from optimizers._card import Card, Twin
from optimizers._frame import Moments, Optimizer, learning_rate
from visualizer.spec import Source, Text, Values


def moments(g: Array, theta: Array, state: tuple[()], h: Values) -> Moments:
    return Moments(jnp.sign(g), state)


SIGNSGD = Optimizer(
    title=Text("signSGD", "符号梯度下降 signSGD"),
    family="sign",
    order=210,
    source=Source("Bernstein, Wang, Azizzadenesheli and Anandkumar, ICML", 2018, "1802.04434", "Algorithm 1"),
    formula=r"\theta_t = \theta_{t-1} - \eta \operatorname{sign}(g_t)",
    follows=Text(
        "Optax' sign_sgd and the paper; neither PyTorch nor Keras has it. The sign of 0 is 0.",
        "与 Optax 的 sign_sgd 及论文一致\uff1bPyTorch 和 Keras 中没有。0 的符号为 0。",
    ),
    summary=Text(
        "Every coordinate moves by exactly lr, so the path runs along diagonals. "
        "At a fixed rate it ends in a 2-cycle of width lr.",
        "每个坐标每步恰好移动 η\uff0c路径沿对角线。学习率固定时\uff0c最终在宽 η 的两点间来回跳。",
    ),
    twins=(
        Twin(Text("With momentum (Signum)", "加上动量\uff08Signum\uff09"), "signum"),
        Twin(Text("The gradient, not its sign (SGD)", "用梯度而不是符号\uff08SGD\uff09"), "sgd"),
    ),
    hypers=(learning_rate(1e-3, 1e-5, 1.0),),
    units="distance",
    init=lambda theta, h: (),
    moments=moments,
    card=Card(
        parents=(
            "rprop",
            "sgd",
        ),
        mends=Text(
            "One bit a coordinate, and a step that neither an exploding nor a vanishing gradient can "
            "change. It is Rprop with a step size that never adapts.",
            "每个坐标只需一位信息\uff0c步长既不受梯度爆炸也不受梯度消失影响。它就是步长从不调整的 Rprop。",
        ),
        breaks=Text(
            "The signs know only the axes. Turn the saddle with a floor by 45° (lr 0.05): it never "
            "leaves. On the ravine at its 30° (lr 0.01) it locks into a 2-cycle on the valley floor at "
            "(0.36, 0.22), far from the minimum; turned to 0° it arrives.",
            "符号只认坐标轴。把有底的鞍面旋转 45°\uff08η = 0.05\uff09\uff0c它永远离不开鞍点。峡谷为 30° "
            "时\uff08η = 0.01\uff09\uff0c它在谷底 (0.36, 0.22) 附近陷入两点循环\uff0c离极小点还很远\uff1b"
            "转到 0° 则能到达。",
        ),
        use=Text(
            "Training on many machines that send one bit a coordinate and vote. With a falling rate: a "
            "cosine schedule of 1000 steps takes it down the same ravine, to a loss of 1e-5.",
            "多机训练时每个坐标只传一位、按多数表决。学习率要递减\uff1a同一峡谷上用 1000 步的余弦调度"
            "\uff0c损失降到 1e-5。",
        ),
        avoid=Text(
            "A fixed rate where the end must be exact; small batches whose noise is lopsided, for the "
            "sign of a mean is not the mean of the signs.",
            "学习率固定而又要求精确时\uff1b小批量噪声不对称时\uff0c因为均值的符号不等于符号的均值。",
        ),
        memory=0,
        optax="optax.sign_sgd({lr})",
        step="theta = theta - lr * np.sign(gradient(theta))",
        stability=Text(
            "No limit: it cannot diverge on a quadratic, and at a fixed lr it cannot converge. It ends "
            "in a cycle as wide as lr in each coordinate, and on a turned ravine not even around the "
            "minimum.",
            "没有界\uff1a在二次函数上不会发散\uff0c学习率固定时也不会收敛。最终在每个坐标上来回跳 η\uff1b"
            "在倾斜的峡谷上甚至不在极小点周围。",
        ),
    ),
)
