"""Schedule-free SGD: Defazio et al. 2024 (arXiv:2405.15682)."""

from jax import Array

from optimizers._card import Card, Twin
from optimizers._frame import Moments, Optimizer, decay_rate, learning_rate
from optimizers._schedulefree import BETA_DOC, Average, begin, direction_of, follow, warm_up, weight_hypers
from visualizer.spec import Source, Text, Values


def query(theta: Array, state: Average, h: Values) -> Array:
    return (1.0 - h.beta) * state.z + h.beta * theta


def base(theta: Array, state: Average, h: Values) -> Array:
    return state.z


def moments(g: Array, theta: Array, state: Average, h: Values) -> Moments:
    scale = warm_up(state, h)
    rate = h.lr * scale
    step, state_next = follow(state, theta, g + h.weight_decay * query(theta, state, h), rate, h)
    return Moments(direction_of(step, rate), state_next, scale=scale, step=step)


SCHEDULEFREE_SGD = Optimizer(
    title=Text("Schedule-free SGD", "免调度 SGD"),
    family="free",
    order=420,
    source=Source("Defazio, Yang, Mehta, Mishchenko, Khaled and Cutkosky, NeurIPS", 2024, "2405.15682"),
    formula=r"y_t = (1 - \beta) z_{t-1} + \beta x_{t-1}, \quad z_t = z_{t-1} - \eta_t \nabla f(y_t), \quad "
    r"x_t = (1 - c_t) x_{t-1} + c_t z_t, \quad c_t = \frac{w_t}{\sum_{i \le t} w_i}, \quad "
    r"w_t = t^r \max_{i \le t} \eta_i^p",
    follows=Text(
        "schedulefree, the authors' package (its default rate is 1; here 1e-3, as for SGD). theta is "
        "the average x. Optax keeps y in place of x, so that x must be asked for, and agrees at a "
        "constant rate without a warm-up, which it takes one step late; it needs beta > 0. Keras "
        "weighs all points alike and decays y before the step. PyTorch does not have it.",
        "与作者的 schedulefree 一致\uff08其默认学习率为 1\uff0c这里与 SGD 同取 1e-3\uff09。θ 是平均点"
        " x。Optax 保存的是 y\uff0cx 要另外取得\uff1b学习率恒定且无预热时相同\uff0c预热则晚一步\uff1b"
        "它要求 β > 0。Keras 对所有点等权平均\uff0c并在走步之前衰减 y。PyTorch 中没有。",
    ),
    summary=Text(
        "A scout z steps by gradients taken between it and the average x of its path: "
        "the average settles with no schedule.",
        "侦察点 z 用它与路径平均点 x 之间的梯度前进\uff1a无需学习率调度\uff0c平均点也能停稳。",
    ),
    twins=(
        Twin(
            Text("Gradient at z (beta = 0): Polyak averaging", "在 z 处取梯度\uff08β = 0\uff09\uff1aPolyak 平均"),
            "schedulefree_sgd",
            {"beta": 0.0},
        ),
    ),
    hypers=(
        learning_rate(1e-3),
        decay_rate("beta", r"\beta", 0.9, BETA_DOC, high=0.999),
        *weight_hypers(),
    ),
    units="gradient",
    init=begin,
    moments=moments,
    query=query,
    report=(("y", query), ("z", base)),
    card=Card(
        parents=("sgd",),
        mends=Text(
            "A constant rate ends in a cloud, and a schedule wants the number of steps in advance. Here "
            "the average x of the path is the answer, and its noise shrinks as the run goes on. Noisy "
            "bowl with sigma 1, lr 0.1: x ends within 0.09, SGD within 0.27; at lr 0.5, 0.10 against "
            "0.82.",
            "恒定学习率最终停在一团云里\uff0c而调度要预先知道总步数。这里以路径的平均点 x 为结果\uff0c其"
            "噪声随运行减小。噪声碗 σ = 1\uff1aη = 0.1 时 x 的云半径 0.09\uff0cSGD 为 0.27\uff1bη = 0.5 "
            "时为 0.10 对 0.82。",
        ),
        breaks=Text(
            "An average drags the past along: without noise it arrives late, by a power of t where SGD "
            "is geometric. Ravine, lr 0.01, 2000 steps: a loss of 0.005, SGD's is 3e-17.",
            "平均会拖着过去\uff1a没有噪声时到得晚\uff0c按 t 的幂次收敛\uff0c而 SGD 是几何收敛。峡谷上 η ="
            " 0.01\uff0c2000 步后损失 0.005\uff0cSGD 为 3e-17。",
        ),
        use=Text(
            "Training whose length is not decided yet; noisy gradients; larger rates than SGD stands.",
            "训练长度尚未决定时\uff1b梯度有噪声时\uff1b想用比 SGD 更大的学习率时。",
        ),
        avoid=Text(
            "Noiseless and ill-conditioned problems; code that forgets to switch between y, where it "
            "trains, and x, where it is judged.",
            "无噪声的病态问题\uff1b忘记在训练点 y 与评估点 x 之间切换的代码。",
        ),
        memory=1,
        before="z, top, total = theta, 0.0, 0.0",
        step="y = (1 - beta) * z + beta * theta\n"
        "rate = lr * min(1, t / max(warmup_steps, 1))\n"
        "z = z - rate * (gradient(y) + weight_decay * y)\n"
        "top = max(top, rate)\n"
        "w = t**r * top**weight_lr_power\n"
        "total = total + w\n"
        "if total > 0:\n"
        "    theta = theta + w / total * (z - theta)",
        symbols={"top": r"\alpha^{\max}", "total": "W"},
        stability=Text(
            "On a quadratic it converges in the end while lr < 2 / ((1 - beta) L), ten times SGD's limit "
            "at beta = 0.9, for only a share 1 - beta of z is seen in y. Near that limit the first steps "
            "are thrown out by many orders of magnitude before they come home.",
            "在二次函数上\uff0c只要 η < 2/((1 − β)L)\uff0c最终收敛\uff1bβ = 0.9 时为 SGD 的十倍\uff0c因为"
            " y 中只含 z 的 1 − β。但接近此界时\uff0c最初几步会先飞出许多个数量级再回来。",
        ),
    ),
)
