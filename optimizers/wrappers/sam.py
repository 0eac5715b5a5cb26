"""Sharpness-aware minimization: Foret, Kleiner, Mobahi and Neyshabur 2021 (arXiv:2010.01412), Algorithm 1."""

from optimizers.wrappers._wrapper import Wrapper
from visualizer.spec import Hyper, Source, Text

SAM = Wrapper(
    title=Text("SAM", "SAM\uff08锐度感知最小化\uff09"),
    family="wrapper",
    order=510,
    source=Source("Foret, Kleiner, Mobahi and Neyshabur, ICLR", 2021, "2010.01412", "Algorithm 1"),
    formula=r"g_t = \nabla f(\theta_{t-1} + \rho\, n_t), \quad n_t = "
    r"\nabla f(\theta_{t-1}) / \|\nabla f(\theta_{t-1})\|",
    follows=Text(
        "Optax. pytorch_optimizer takes the norm in float32. Two gradients a step.",
        "与 Optax 一致。pytorch_optimizer 用 float32 计算范数。每步两次梯度。",
    ),
    summary=Text(
        "Takes the gradient a radius further uphill: sharp minima push it out, flat ones do not notice.",
        "在上坡方向一个半径处取梯度\uff1a尖锐的极小值会把它推出去\uff0c平坦的则不受影响。",
    ),
    hypers=(
        Hyper(
            "rho",
            r"\rho",
            0.05,
            1e-3,
            2.0,
            "log0",
            Text("Radius of the step uphill.", "上坡半径。"),
            least=0.0,
            most=1e6,
        ),
    ),
    inner="base",
)
