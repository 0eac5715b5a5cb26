"""Lookahead: Zhang, Lucas, Hinton and Ba 2019 (arXiv:1907.08610), Algorithm 1."""

from optimizers.wrappers._wrapper import Wrapper
from visualizer.spec import Hyper, Source, Text

LOOKAHEAD = Wrapper(
    title=Text("Lookahead", "Lookahead"),
    family="wrapper",
    order=500,
    source=Source("Zhang, Lucas, Hinton and Ba, NeurIPS", 2019, "1907.08610", "Algorithm 1"),
    formula=r"t \bmod k = 0: \quad \phi \leftarrow \phi + \alpha (\theta_t - \phi), \quad \theta_t \leftarrow \phi",
    follows=Text(
        "Optax; pytorch_optimizer agrees. "
        "torch_optimizer synchronises one step early and starts from the first update.",
        "与 Optax 一致\uff1bpytorch_optimizer 相同。torch_optimizer 提前一步同步\uff0c且从第一次更新后开始。",
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
)
