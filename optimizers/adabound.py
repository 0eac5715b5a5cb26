"""AdaBound: Luo, Xiong, Liu and Sun 2019 (arXiv:1902.09843), Algorithm 2."""

from jax import Array

from optimizers._bounded import BOUNDED_HYPERS, BoundedState, bounded_init, bounded_moments
from optimizers._card import Twin
from optimizers._frame import COUPLED, Moments, Optimizer
from visualizer.spec import Source, Text, Values


def moments(g: Array, theta: Array, state: BoundedState, h: Values) -> Moments:
    return bounded_moments(g, state, h, use_max=False)


ADABOUND = Optimizer(
    title=Text("AdaBound", "AdaBound"),
    family="bounded",
    order=150,
    source=Source("Luo, Xiong, Liu and Sun, ICLR", 2019, "1902.09843", "Algorithm 2"),
    formula=r"\theta_t = \theta_{t-1} - \operatorname{clip}\!\left("
    r"\frac{\eta \sqrt{1 - \beta_2^t}}{(1 - \beta_1^t)(\sqrt{V_t} + \epsilon)},\; "
    r"\eta^* \left(1 - \tfrac{1}{\gamma t + 1}\right),\; "
    r"\eta^* \left(1 + \tfrac{1}{\gamma t}\right)\right) m_t",
    follows=Text(
        "The authors' code, as in torch_optimizer. The paper has no bias correction and divides by sqrt(t); "
        "pytorch_optimizer decouples the decay by default. The default final_lr is 0.1 there.",
        "与作者代码\uff08torch_optimizer\uff09一致。论文没有偏差修正\uff0c并除以 √t\uff1b"
        "pytorch_optimizer 默认解耦衰减。两者的 final_lr 默认为 0.1。",
    ),
    summary=Text(
        "Starts as Adam and ends as SGD with momentum: the rate of each coordinate is clipped between two bounds that "
        "close on final_lr. Watch the two effective rates meet.",
        "起初是 Adam\uff0c最终是带动量的 SGD\uff1a各坐标的学习率被夹在两条趋于 final_lr 的界之间。"
        "可以看到两个有效学习率汇合。",
    ),
    twins=(
        Twin(Text("Without the bounds (Adam)", "不设上下界\uff08Adam\uff09"), "adam"),
        Twin(Text("AMSGrad's maximum", "加上 AMSGrad 的最大值"), "amsbound"),
    ),
    hypers=BOUNDED_HYPERS,
    units="distance",
    init=bounded_init,
    moments=moments,
    decay=COUPLED,
)
