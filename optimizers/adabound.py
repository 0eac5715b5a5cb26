"""AdaBound: Luo, Xiong, Liu and Sun 2019 (arXiv:1902.09843), Algorithm 2."""

from jax import Array

from optimizers._bounded import BOUNDED_HYPERS, BoundedState, bounded_init, bounded_moments
from optimizers._card import Card, Twin
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
        "The authors' code, as in torch_optimizer; PyTorch, Optax and Keras have none. The paper has "
        "no bias correction and divides by sqrt(t), and its bounds use 1 - beta2 for gamma; "
        "pytorch_optimizer decouples the decay by default. The default final_lr is 0.1 there, 0.001 "
        "here.",
        "与作者代码\uff08torch_optimizer\uff09一致\uff1bPyTorch、Optax、Keras 都没有。论文没有偏差修"
        "正\uff0c并除以 √t\uff0c界中的 γ 取 1 − β₂\uff1bpytorch_optimizer 默认解耦衰减。它们的 "
        "final_lr 默认为 0.1\uff0c这里为 0.001。",
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
    card=Card(
        parents=(
            "adam",
            "momentum",
        ),
        mends=Text(
            "Adam's extreme rates at the end of training: the rate of each coordinate is clipped between "
            "two bounds that close on final_lr, so that it ends as SGD with averaged momentum.",
            "修正 Adam 训练末期过大或过小的学习率\uff1a各坐标的学习率被夹在两条趋于 final_lr 的界之间"
            "\uff0c最终成为带平均动量的 SGD。",
        ),
        breaks=Text(
            "It brings back what Adam was to spare: a rate of SGD to tune. And the lower bound soon "
            "overrules Adam: with gamma 0.1 both rates are equal to final_lr within 5 per cent at step "
            "200 of the Ravine.",
            "又要调 Adam 本想省去的 SGD 学习率。而且界很快就盖过 Adam\uff1a峡谷上取 γ = 0.1\uff0c第 200 "
            "步时两个学习率与 final_lr 相差不超过 5%。",
        ),
        use=Text(
            "To see a change from Adam to SGD happen gradually: show the effective rates and watch them meet.",
            "观察从 Adam 到 SGD 的渐变\uff1a显示有效学习率\uff0c看它们汇合。",
        ),
        avoid=Text(
            "With the paper's final_lr 0.1 unseen: it must suit the curvature as a rate of SGD does.",
            "不加考虑就用论文的 final_lr = 0.1\uff1a它必须像 SGD 的学习率一样与曲率相配。",
        ),
        memory=2,
        before="""
m = np.zeros(2)
v = np.zeros(2)
base = lr
""",
        step="""
g = gradient(theta) + weight_decay * theta
m = beta1 * m + (1 - beta1) * g
v = beta2 * v + (1 - beta2) * g**2
t_lr = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
final = final_lr * lr / base
low, high = final * (1 - 1 / (gamma * t + 1)), final * (1 + 1 / (gamma * t))
theta = theta - np.clip(t_lr / (np.sqrt(v) + eps), low, high) * m
""",
        symbols={"t_lr": r"\alpha", "final": r"\eta^*", "low": "l", "high": "h", "base": r"\eta_0"},
        stability=Text(
            "At the end it is averaged momentum at the rate final_lr: stable while final_lr is below 2(1 "
            "+ beta1)/((1 - beta1) L), 38/L at beta1 0.9. On the Ravine (L = 100, lr 0.1, gamma 1) it "
            "converges at 0.37 and diverges at 0.39. Before, the bounds are wide and Adam's rate decides.",
            "最终它是学习率为 final_lr 的平均动量\uff1afinal_lr 小于 2(1 + β₁)/((1 − β₁)L) 时稳定\uff0cβ₁"
            " = 0.9 时为 38/L。峡谷上\uff08L = 100、η = 0.1、γ = 1\uff09取 0.37 收敛\uff0c取 0.39 发散。"
            "在此之前界很宽\uff0c由 Adam 的学习率决定。",
        ),
        note=Text(
            "The paper promises the speed of Adam and the generalization of SGD; in a benchmark of "
            "fifteen optimizers, this one among them, none beat a tuned Adam consistently (Schmidt et "
            "al. 2021, arXiv:2007.01547). The picture shows the mechanism, not the promise.",
            "论文承诺兼有 Adam 的速度和 SGD 的泛化\uff1b但在包括它在内的 15 种优化器的基准测试中\uff0c没"
            "有一种能稳定胜过调好的 Adam\uff08Schmidt 等 2021\uff0carXiv:2007.01547\uff09。这里展示的是机"
            "制\uff0c不是承诺。",
        ),
    ),
)
