"""Adam with L2 regularization: the decay goes through both moments (what AdamW mends)."""

from optimizers._adam import adam_init, adam_moments
from optimizers._card import Twin
from optimizers._frame import COUPLED, Optimizer, beta1, beta2, epsilon, learning_rate, weight_decay
from visualizer.spec import Source, Text

ADAM_L2 = Optimizer(
    title=Text("Adam + L2", "Adam + L2 正则"),
    family="adam",
    order=81,
    source=Source("Loshchilov and Hutter, ICLR", 2019, "1711.05101", "Algorithm 2, with L2"),
    formula=r"g_t \leftarrow g_t + \lambda\theta_{t-1}, \quad "
    r"\theta_t = \theta_{t-1} - \eta \frac{\hat m_t}{\sqrt{\hat V_t} + \epsilon}",
    follows=Text(
        "PyTorch's Adam(weight_decay=). Keras' argument of the same name is decoupled; Optax' adam has none.",
        "与 PyTorch 的 Adam(weight_decay=) 一致。Keras 的同名参数是解耦的；Optax 的 adam 没有。",
    ),
    summary=Text(
        "Decay mixed into the gradient: coordinates with noisy gradients are decayed less.",
        "衰减混入梯度：梯度噪声大的坐标衰减得更少。",
    ),
    twins=(
        Twin(Text("Decoupled weight decay (AdamW)", "解耦权重衰减\uff08AdamW\uff09"), "adamw"),
        Twin(Text("AMSGrad's maximum", "加上 AMSGrad 的最大值"), "amsgrad"),
    ),
    hypers=(learning_rate(1e-3, 1e-4, 2.0), beta1(), beta2(), epsilon(1e-8), weight_decay(1e-2)),
    units="distance",
    init=adam_init,
    moments=adam_moments,
    decay=COUPLED,
)
