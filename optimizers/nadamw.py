"""NAdamW: Nadam (Dozat 2016) with the decoupled weight decay of Loshchilov and Hutter 2019 (arXiv:1711.05101)."""

from optimizers._card import Card, Twin
from optimizers._frame import DECOUPLED, Optimizer, weight_decay
from optimizers.nadam import NADAM, init, moments
from visualizer.spec import Source, Text

DECAY = weight_decay(1e-2, decoupled=True)

NADAMW = Optimizer(
    title=Text("NAdamW", "NAdamW"),
    family="adam",
    order=101,
    source=Source("Dozat, ICLR workshop; Loshchilov and Hutter, ICLR", 2019, "1711.05101"),
    formula=r"\theta_t = (1 - \eta\lambda)\,\theta_{t-1} - \eta \frac{\hat m_t}{\sqrt{\hat V_t} + \epsilon}, \quad "
    r"\hat m_t = \frac{\mu_{t+1} m_t}{1 - P_t \mu_{t+1}} + \frac{(1 - \mu_t) g_t}{1 - P_t}",
    follows=Text(
        "PyTorch's NAdam(decoupled_weight_decay=True). Optax' nadamw has no momentum schedule; Keras "
        "fixes psi = 1. The decay is multiplied by lr in all three; in the paper on AdamW by the "
        "schedule alone.",
        "与 PyTorch 的 NAdam(decoupled_weight_decay=True) 一致。Optax 的 nadamw 没有动量调度\uff1b"
        "Keras 固定 ψ = 1。三者的衰减都乘学习率\uff1bAdamW 的论文只乘调度系数。",
    ),
    summary=Text(
        "Nadam with weight decay taken out of the gradient: AdamW with Nesterov's look-ahead.",
        "把权重衰减移出梯度的 Nadam\uff0c即带 Nesterov 前瞻的 AdamW。",
    ),
    twins=(
        Twin(Text("Coupled weight decay (Nadam)", "耦合权重衰减\uff08Nadam\uff09"), "nadam"),
        Twin(Text("Without the look-ahead (AdamW)", "不前瞻\uff08AdamW\uff09"), "adamw"),
    ),
    hypers=tuple(DECAY if hyper.name == DECAY.name else hyper for hyper in NADAM.hypers),
    units="distance",
    init=init,
    moments=moments,
    decay=DECOUPLED,
    card=Card(
        parents=(
            "nadam",
            "adamw",
        ),
        mends=Text(
            "Nadam's L2: the decay leaves the gradient, as in AdamW.",
            "修正 Nadam 的 L2\uff1a衰减移出梯度\uff0c与 AdamW 相同。",
        ),
        breaks=Text(
            "As AdamW it minimizes no penalized loss and keeps each coordinate within about 1/lambda of "
            "0: on Himmelblau from (1, 1) at lambda 0.5 it ends near (1.99, 1.95), not at (3, 2).",
            "与 AdamW 一样\uff0c它不最小化任何带惩罚的损失\uff0c并把每个坐标限制在约 1/λ 以内\uff1a"
            "Himmelblau 上从 (1, 1) 出发\uff0cλ = 0.5 时停在 (1.99, 1.95) 附近\uff0c而不是 (3, 2)。",
        ),
        use=Text(
            "Where AdamW is used; it did well in benchmarks of training speed (Dahl et al. 2023, arXiv:2306.07179).",
            "可用 AdamW 的地方\uff1b在训练速度的基准测试中表现很好\uff08Dahl 等 2023\uff0carXiv:2306.07179\uff09。",
        ),
        avoid=Text(
            "Where a result must be compared with AdamW at the same dials: the momentum schedule is a "
            "further difference.",
            "需要在相同参数下与 AdamW 对比时\uff1a动量调度是额外的差别。",
        ),
        memory=2,
        torch="torch.optim.NAdam([theta], lr={lr}, betas=({beta1}, {beta2}), eps={eps}, "
        "weight_decay={weight_decay}, momentum_decay={momentum_decay}, decoupled_weight_decay=True)",
        before="""
m = np.zeros(2)
v = np.zeros(2)
product = 1.0
""",
        step="""
g = gradient(theta)
m = beta1 * m + (1 - beta1) * g
v = beta2 * v + (1 - beta2) * g**2
mu = beta1 * (1 - 0.5 * 0.96 ** (t * momentum_decay))
after = beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * momentum_decay))
product = product * mu
mean = after * m / (1 - product * after) + (1 - mu) * g / (1 - product)
theta = theta - lr * weight_decay * theta
theta = theta - lr * mean / (np.sqrt(v / (1 - beta2**t)) + eps)
""",
        symbols={"after": r"\mu_{t+1}", "product": "P", "mean": r"\hat m"},
        stability=Text(
            "No fixed bound in L, as for Adam: too large a rate ends in swings.",
            "与 Adam 一样没有固定的 L 上限\uff1a学习率过大时会摆动。",
        ),
        note=Text(
            "With eps 0 a coordinate whose gradient has always been 0 becomes 0/0, NaN, as in PyTorch.",
            "ε = 0 时\uff0c梯度一直为 0 的坐标会得到 0/0\uff0c即 NaN\uff0c与 PyTorch 相同。",
        ),
    ),
)
