"""Lookahead: Zhang, Lucas, Hinton and Ba 2019 (arXiv:1907.08610), Algorithm 1."""

from optimizers._card import Card
from optimizers.wrappers._wrapper import Wrapper
from visualizer.spec import Hyper, Source, Text

LOOKAHEAD = Wrapper(
    title=Text("Lookahead", "Lookahead"),
    family="wrapper",
    order=500,
    source=Source("Zhang, Lucas, Hinton and Ba, NeurIPS", 2019, "1907.08610", "Algorithm 1"),
    formula=r"t \bmod k = 0: \quad \phi \leftarrow \phi + \alpha (\theta_t - \phi), \quad \theta_t \leftarrow \phi",
    follows=Text(
        "Optax; pytorch_optimizer agrees, and can also pull back or reset the inner momentum. "
        "torch_optimizer synchronizes one step early and starts from the first update. Neither "
        "PyTorch nor Keras has it. The paper's alpha is 0.5 or 0.8.",
        "与 Optax 一致\uff1bpytorch_optimizer 相同\uff0c还可以回拉或重置内部动量。torch_optimizer 提"
        "前一步同步\uff0c且从第一次更新后开始。PyTorch 和 Keras 中没有。论文的 α 取 0.5 或 0.8。",
    ),
    summary=Text(
        "k fast steps forward, then back to the slow weights, which follow a share of the way.",
        "快权重前进 k 步\uff0c再退回慢权重\uff1b慢权重只跟进其中一部分。",
    ),
    hypers=(
        Hyper(
            "k",
            "k",
            5,
            1,
            20,
            doc=Text("Fast steps between two returns.", "两次回退之间的快步数。"),
            kind="int",
            least=1,
            most=10_000,
        ),
        Hyper(
            "alpha",
            r"\alpha",
            0.5,
            doc=Text("Share of the way that the slow weights follow.", "慢权重跟进的比例。"),
            least=0.0,
            most=1.0,
        ),
        Hyper(
            "reset_state",
            "r",
            False,
            kind="bool",
            doc=Text("Start the inner optimizer's state anew at every return.", "每次回退时重置内部优化器的状态。"),
        ),
    ),
    inner="inner",
    card=Card(
        parents=(),
        mends=Text(
            "The inner optimizer's swings: every k steps the slow weights take a share of the way, and "
            "what swings to both sides cancels. Around momentum 0.99 on the ravine (lr 0.01): within "
            "1e-3 from step 447 on, without it from step 1039. Around SGD on the noisy bowl with sigma 1 "
            "(lr 0.1) the cloud shrinks from 0.27 to 0.21.",
            "抑制内部优化器的摆动\uff1a每 k 步慢权重只跟进一部分\uff0c左右摆动互相抵消。包住动量 0.99"
            "\uff0c峡谷上\uff08η = 0.01\uff09从第 447 步起损失不超过 1e-3\uff0c不包则从第 1039 步起。包住"
            " SGD\uff0c噪声碗 σ = 1\uff08η = 0.1\uff09的云半径从 0.27 缩到 0.21。",
        ),
        breaks=Text(
            "Whatever makes no swings is slowed down: around SGD on the ravine (lr 0.0195) 472 steps in "
            "place of 231, around Adam (lr 0.1) 446 in place of 275.",
            "没有摆动的方法只会变慢\uff1a峡谷上包住 SGD\uff08η = 0.0195\uff09要 472 步而不是 231 步\uff0c"
            "包住 Adam\uff08η = 0.1\uff09要 446 步而不是 275 步。",
        ),
        use=Text(
            "Around Adam or a strong momentum, where the end trembles; RAdam inside it is known as Ranger.",
            "包住 Adam 或大动量\uff0c使终点不再颤动\uff1b内部用 RAdam 即所谓 Ranger。",
        ),
        avoid=Text(
            "Where the inner rate is small already, or a falling schedule calms the end.",
            "内部学习率已经很小\uff0c或递减的调度已使终点平静时。",
        ),
        memory=1,
        before="slow = theta",
        step="{inner}\nif t % k == 0:\n    slow = slow + alpha * (theta - slow)\n    theta = slow",
        symbols={"slow": r"\phi"},
        stability=Text(
            "Around SGD with an odd k a quadratic stays stable up to lr L = 1 + (2 / alpha - 1)^(1/k), "
            "2.25 at the defaults, for the slow weights undo the overshoot; with an even k up to 2, as "
            "without it.",
            "包住 SGD 且 k 为奇数时\uff0c二次函数上稳定到 ηL = 1 + (2/α − 1)^(1/k)\uff0c默认值下为 2.25"
            "\uff0c因为慢权重抵消了过冲\uff1bk 为偶数时仍为 2\uff0c与不包相同。",
        ),
        note=Text(
            "The fast path is drawn; the slow weights are where the answer is.",
            "画出的是快权重的路径\uff1b结果应取慢权重。",
        ),
    ),
)
