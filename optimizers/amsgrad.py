"""AMSGrad: Reddi, Kale and Kumar 2018 (arXiv:1904.09237), Algorithm 2."""

from jax import Array

from optimizers._adam import MaxState, max_init, max_moments
from optimizers._card import Card, Twin
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
        "Adam that divides by the largest second moment so far: one large gradient keeps the steps short for good.",
        "除以至今最大二阶矩的 Adam\uff1a一次大梯度会让步长一直偏短。",
    ),
    twins=(Twin(Text("Without the maximum (Adam)", "去掉最大值\uff08Adam\uff09"), "adam"),),
    hypers=(learning_rate(1e-3, 1e-4, 2.0), beta1(), beta2(), epsilon(1e-8), weight_decay()),
    units="distance",
    init=max_init,
    moments=moments,
    decay=COUPLED,
    card=Card(
        parents=("adam",),
        mends=Text(
            "Adam's forgetting: V is replaced by its largest value so far, so that one large gradient is "
            "not outvoted by thousands of small ones. It restores the proof of convergence for convex "
            "losses.",
            "修正 Adam 的遗忘\uff1a用至今最大的 V\uff0c使一次大梯度不会被成千上万的小梯度淹没。它恢复了凸"
            "损失上的收敛证明。",
        ),
        breaks=Text(
            "It shares AdaGrad's flaw: after a steep beginning the step stays short for good. And it "
            "costs one vector more.",
            "与 AdaGrad 有同样的毛病\uff1a开头陡峭之后\uff0c步长一直偏短。还要多存一个向量。",
        ),
        use=Text(
            "Where rare large gradients carry the truth; where Adam swings late: on Rosenbrock at lr 0.1 "
            "Adam comes within 0.05 at step 763 but is thrown out again and again, still after step "
            "3,800; AMSGrad arrives at step 890 and stays.",
            "少见的大梯度才有用时\uff1bAdam 后期摆动时\uff1aRosenbrock 上 η = 0.1\uff0cAdam 第 763 步进入"
            " 0.05 以内\uff0c但反复被抛出\uff0c第 3800 步之后仍有\uff1bAMSGrad 第 890 步到达后不再离开。",
        ),
        avoid=Text(
            "As a default: in deep networks it is rarely better than Adam.",
            "作为默认选择\uff1a在深度网络中它很少优于 Adam。",
        ),
        memory=3,
        torch="torch.optim.Adam([theta], lr={lr}, betas=({beta1}, {beta2}), eps={eps}, "
        "weight_decay={weight_decay}, amsgrad=True)",
        before="""
m = np.zeros(2)
v = np.zeros(2)
largest = np.zeros(2)
""",
        step="""
g = gradient(theta) + weight_decay * theta
m = beta1 * m + (1 - beta1) * g
v = beta2 * v + (1 - beta2) * g**2
largest = np.maximum(largest, v)
v_hat = largest / (1 - beta2**t)
theta = theta - lr * m / (1 - beta1**t) / (np.sqrt(v_hat) + eps)
""",
        stability=Text(
            "No fixed bound in L: the preconditioner grows with the gradient, so a rate that is too "
            "large ends in swings, not in flight. Locally it is stable while the curvature divided by "
            "sqrt(V) stays below 2(1 + beta1)/((1 - beta1) lr), 38/lr at the defaults (Cohen et al. "
            "2022, arXiv:2207.14484).",
            "没有固定的 L 上限\uff1a预条件随梯度增大\uff0c学习率过大的结果是摆动而不是飞走。局部稳定的条"
            "件是\uff1a曲率除以 √V 小于 2(1 + β₁)/((1 − β₁)η)\uff0c默认参数下为 38/η\uff08Cohen 等 2022"
            "\uff0carXiv:2207.14484\uff09。",
        ),
        note=Text(
            "\"Its rate can only fall\" holds for the paper's form. In PyTorch's, V is corrected after "
            "the maximum, and the correction lets the effective rate rise: on Rosenbrock at lr 0.1 it "
            "grows eight- to tenfold over the first 300 steps. With eps 0 a coordinate whose gradient "
            "has always been 0 becomes 0/0, NaN, as in PyTorch.",
            "“有效学习率只降不升”只对论文的形式成立。PyTorch 在取最大值之后才修正 V\uff0c修正会使有效学习"
            "率上升\uff1aRosenbrock 上 η = 0.1 时\uff0c前 300 步里增大到 8 至 10 倍。ε = 0 时\uff0c梯度一"
            "直为 0 的坐标会得到 0/0\uff0c即 NaN\uff0c与 PyTorch 相同。",
        ),
    ),
)
