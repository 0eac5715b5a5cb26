"""The two dials of weight decay that a flag couples or decouples."""

from __future__ import annotations

from visualizer.spec import Hyper, Text


def switched_decay(decoupled: bool) -> tuple[Hyper, Hyper]:
    """``weight_decay`` and ``decoupled_weight_decay``, for a rule whose ``decay`` is ``SWITCHED``."""
    strength = Hyper(
        "weight_decay",
        r"\lambda",
        0.0,
        1e-5,
        1.0,
        "log0",
        Text("Weight decay; the flag says whether it is coupled.", "权重衰减\uff1b是否耦合由开关决定。"),
        least=0.0,
        most=1e6,
    )
    flag = Hyper(
        "decoupled_weight_decay",
        "D",
        decoupled,
        kind="bool",
        doc=Text(
            "Shrink theta beside the step, in place of adding lambda theta to the gradient.",
            "在步长之外直接收缩 θ\uff0c而不是把 λθ 加进梯度。",
        ),
    )
    return strength, flag
