"""Adam: Kingma and Ba 2015 (arXiv:1412.6980), Algorithm 1."""

from optimizers._adam import adam_init, adam_moments
from optimizers._card import Twin
from optimizers._frame import Optimizer, beta1, beta2, epsilon, learning_rate
from visualizer.spec import Source, Text

ADAM = Optimizer(
    title=Text("Adam", "Adam"),
    family="adam",
    order=70,
    source=Source("Kingma and Ba, ICLR", 2015, "1412.6980", "Algorithm 1"),
    formula=r"\theta_t = \theta_{t-1} - \eta \frac{m_t / (1 - \beta_1^t)}{\sqrt{V_t / (1 - \beta_2^t)} + \epsilon}",
    follows=Text(
        "PyTorch's Adam; Optax agrees. Keras does not divide eps by the root of the bias correction: "
        "its effective eps is 31.6 times larger at the first step.",
        "与 PyTorch 的 Adam 一致；Optax 相同。Keras 的 ε 不随偏差修正缩放：第一步的有效 ε 大 31.6 倍。",
    ),
    summary=Text(
        "Momentum divided by the root mean square, both corrected for starting at zero: a step of about lr.",
        "动量除以均方根，二者都修正了零初始化的偏差：每步约为 η。",
    ),
    twins=(
        Twin(Text("No bias correction", "不做偏差修正"), "adam_nobias"),
        Twin(Text("Without momentum (beta1 = 0)", "不加动量\uff08β₁ = 0\uff09"), "adam", {"beta1": 0.0}),
        Twin(Text("AMSGrad's maximum", "加上 AMSGrad 的最大值"), "amsgrad"),
        Twin(
            Text("Nesterov's look-ahead, with Nadam's momentum schedule", "Nesterov 前瞻\uff0c连同 Nadam 的动量调度"),
            "nadam",
        ),
        Twin(Text("Rectified: RAdam's warm-up", "修正\uff1aRAdam 的预热"), "radam"),
    ),
    hypers=(learning_rate(1e-3, 1e-4, 2.0), beta1(), beta2(), epsilon(1e-8)),
    units="distance",
    init=adam_init,
    moments=adam_moments,
)
