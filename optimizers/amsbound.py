"""AMSBound: Luo, Xiong, Liu and Sun 2019 (arXiv:1902.09843), Algorithm 3."""

from jax import Array

from optimizers._bounded import BOUNDED_HYPERS, BoundedState, bounded_init, bounded_moments
from optimizers._card import Twin
from optimizers._frame import COUPLED, Moments, Optimizer
from visualizer.spec import Source, Text, Values


def moments(g: Array, theta: Array, state: BoundedState, h: Values) -> Moments:
    return bounded_moments(g, state, h, use_max=True)


AMSBOUND = Optimizer(
    title=Text("AMSBound", "AMSBound"),
    family="bounded",
    order=151,
    source=Source("Luo, Xiong, Liu and Sun, ICLR", 2019, "1902.09843", "Algorithm 3"),
    formula=r"\bar V_t = \max(\bar V_{t-1}, V_t), \quad \theta_t = \theta_{t-1} - \operatorname{clip}\!\left("
    r"\frac{\eta \sqrt{1 - \beta_2^t}}{(1 - \beta_1^t)(\sqrt{\bar V_t} + \epsilon)},\; "
    r"\eta^* \left(1 - \tfrac{1}{\gamma t + 1}\right),\; "
    r"\eta^* \left(1 + \tfrac{1}{\gamma t}\right)\right) m_t",
    follows=Text(
        "The authors' code, as in torch_optimizer's AdaBound(amsbound=True). The paper has no bias correction and "
        "divides by sqrt(t). The default final_lr is 0.1 there.",
        "与作者代码\uff08torch_optimizer 的 AdaBound(amsbound=True)\uff09一致。"
        "论文没有偏差修正\uff0c并除以 √t。两者的 final_lr 默认为 0.1。",
    ),
    summary=Text(
        "AdaBound over AMSGrad: before the bounds close, a large gradient once seen keeps the rate low for good.",
        "基于 AMSGrad 的 AdaBound\uff1a在上下界收拢之前\uff0c见过一次大梯度\uff0c学习率就一直偏低。",
    ),
    twins=(
        Twin(Text("Without the maximum (AdaBound)", "去掉最大值\uff08AdaBound\uff09"), "adabound"),
        Twin(Text("Without the bounds (AMSGrad)", "不设上下界\uff08AMSGrad\uff09"), "amsgrad"),
    ),
    hypers=BOUNDED_HYPERS,
    units="distance",
    init=bounded_init,
    moments=moments,
    decay=COUPLED,
)
