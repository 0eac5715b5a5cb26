"""AMSGrad: Reddi, Kale and Kumar 2018 (arXiv:1904.09237), Algorithm 2."""

from jax import Array

from optimizers._adam import MaxState, max_init, max_moments
from optimizers._card import Twin
from optimizers._frame import COUPLED, Moments, Optimizer, beta1, beta2, epsilon, learning_rate, weight_decay
from visualizer.spec import Source, Text, Values


def moments(g: Array, theta: Array, state: MaxState, h: Values) -> Moments:
    return max_moments(g, state, h, True)


AMSGRAD = Optimizer(
    title=Text("AMSGrad", "AMSGrad"),
    family="adam",
    order=90,
    source=Source("Reddi, Kale and Kumar, ICLR", 2018, "1904.09237", "Algorithm 2"),
    formula=r"\bar V_t = \max(\bar V_{t-1}, V_t), \quad "
    r"\theta_t = \theta_{t-1} - \eta \frac{m_t / (1 - \beta_1^t)}{\sqrt{\bar V_t / (1 - \beta_2^t)} + \epsilon}",
    follows=Text(
        "PyTorch's Adam(amsgrad=True); Keras agrees. The paper has no bias correction; "
        "Optax takes the maximum of the corrected V, which differs much in the early steps.",
        "与 PyTorch 的 Adam(amsgrad=True) 一致；Keras 相同。论文没有偏差修正；"
        "Optax 对修正后的 V 取最大值，早期差别很大。",
    ),
    summary=Text(
        "Adam that never forgets a large gradient: the effective rate can only fall.",
        "永不忘记大梯度的 Adam：有效学习率只降不升。",
    ),
    twins=(Twin(Text("Without the maximum (Adam)", "去掉最大值\uff08Adam\uff09"), "adam"),),
    hypers=(learning_rate(1e-3, 1e-4, 2.0), beta1(), beta2(), epsilon(1e-8), weight_decay()),
    units="distance",
    init=max_init,
    moments=moments,
    decay=COUPLED,
)
