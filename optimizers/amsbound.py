"""AMSBound: Luo, Xiong, Liu and Sun 2019 (arXiv:1902.09843), Algorithm 3."""

from jax import Array

from optimizers._bounded import BOUNDED_HYPERS, BoundedState, bounded_init, bounded_moments
from optimizers._card import Card, Twin
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
        "The authors' code, as in torch_optimizer's AdaBound(amsbound=True); PyTorch, Optax and "
        "Keras have none. The paper has no bias correction and divides by sqrt(t). The default "
        "final_lr is 0.1 there, 0.001 here.",
        "与作者代码\uff08torch_optimizer 的 AdaBound(amsbound=True)\uff09一致\uff1bPyTorch、Optax、"
        "Keras 都没有。论文没有偏差修正\uff0c并除以 √t。那里 final_lr 默认为 0.1\uff0c这里为 0.001。",
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
    card=Card(
        parents=(
            "adabound",
            "amsgrad",
        ),
        mends=Text(
            "AdaBound's Adam phase: V is replaced by its largest value so far, so that a rare large "
            "gradient is not forgotten before the bounds close.",
            "改进 AdaBound 的 Adam 阶段\uff1a用至今最大的 V\uff0c使界收拢之前少见的大梯度不被忘记。",
        ),
        breaks=Text(
            "Like AMSGrad it starves after a steep beginning, until the lower bound lifts it again; one vector more.",
            "与 AMSGrad 一样\uff0c开头陡峭之后步长偏短\uff0c直到下界把它抬起\uff1b还要多存一个向量。",
        ),
        use=Text(
            "Beside AdaBound: they differ only until the bounds close.",
            "与 AdaBound 对比\uff1a二者只在界收拢之前不同。",
        ),
        avoid=Text(
            "With the paper's final_lr 0.1 unseen: it must suit the curvature as a rate of SGD does.",
            "不加考虑就用论文的 final_lr = 0.1\uff1a它必须像 SGD 的学习率一样与曲率相配。",
        ),
        memory=3,
        before="""
m = np.zeros(2)
v = np.zeros(2)
largest = np.zeros(2)
base = lr
""",
        step="""
g = gradient(theta) + weight_decay * theta
m = beta1 * m + (1 - beta1) * g
v = beta2 * v + (1 - beta2) * g**2
largest = np.maximum(largest, v)
t_lr = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
final = final_lr * lr / base
low, high = final * (1 - 1 / (gamma * t + 1)), final * (1 + 1 / (gamma * t))
theta = theta - np.clip(t_lr / (np.sqrt(largest) + eps), low, high) * m
""",
        symbols={"t_lr": r"\alpha", "final": r"\eta^*", "low": "l", "high": "h", "base": r"\eta_0"},
        stability=Text(
            "At the end it is averaged momentum at the rate final_lr: stable while final_lr is below 2(1 "
            "+ beta1)/((1 - beta1) L), 38/L at beta1 0.9. Before, the bounds are wide and AMSGrad's rate "
            "decides.",
            "最终它是学习率为 final_lr 的平均动量\uff1afinal_lr 小于 2(1 + β₁)/((1 − β₁)L) 时稳定\uff0cβ₁"
            " = 0.9 时为 38/L。在此之前界很宽\uff0c由 AMSGrad 的学习率决定。",
        ),
        note=Text(
            "Once the bounds have met, the largest V no longer matters: the two draw the same steps from "
            "the same point.",
            "界收拢之后\uff0c最大的 V 不再起作用\uff1a从同一点出发\uff0c二者的步子相同。",
        ),
    ),
)
