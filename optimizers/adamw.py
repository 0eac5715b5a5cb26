"""AdamW: Loshchilov and Hutter 2019 (arXiv:1711.05101), Algorithm 2."""

from jax import Array

from optimizers._adam import MaxState, max_init, max_moments
from optimizers._card import Card, Twin
from optimizers._frame import DECOUPLED, Moments, Optimizer, beta1, beta2, epsilon, learning_rate, weight_decay
from visualizer.spec import Hyper, Source, Text, Values


def moments(g: Array, theta: Array, state: MaxState, h: Values) -> Moments:
    return max_moments(g, state, h, h.amsgrad > 0)


ADAMW = Optimizer(
    title=Text("AdamW", "AdamW"),
    family="adam",
    order=80,
    source=Source("Loshchilov and Hutter, ICLR", 2019, "1711.05101", "Algorithm 2"),
    formula=r"\theta_t = (1 - \eta\lambda)\,\theta_{t-1} - \eta \frac{\hat m_t}{\sqrt{\hat V_t} + \epsilon}",
    follows=Text(
        "PyTorch's AdamW; Optax agrees. In the paper the decay is multiplied by the schedule alone, "
        "not by lr: its lambda is lr times the lambda here. Default lambda: PyTorch 1e-2, Optax "
        "1e-4, Keras 4e-3. Only PyTorch and Keras have the AMSGrad flag.",
        "与 PyTorch 的 AdamW 一致\uff1bOptax 相同。论文中衰减只乘调度系数\uff0c不乘学习率\uff1a论文的"
        " λ 等于 η 乘这里的 λ。λ 默认值\uff1aPyTorch 1e-2\uff0cOptax 1e-4\uff0cKeras 4e-3。只有 "
        "PyTorch 和 Keras 有 amsgrad 开关。",
    ),
    summary=Text(
        "Adam with weight decay taken out of the gradient: every coordinate shrinks at the same rate.",
        "把权重衰减移出梯度的 Adam：每个坐标以同样的速率收缩。",
    ),
    twins=(
        Twin(Text("Coupled weight decay (Adam + L2)", "耦合权重衰减\uff08Adam + L2\uff09"), "adam_l2"),
        Twin(Text("AMSGrad's maximum", "加上 AMSGrad 的最大值"), "adamw", {"amsgrad": True}),
        Twin(Text("Without the maximum", "去掉最大值"), "adamw", {"amsgrad": False}),
        Twin(Text("Nesterov's look-ahead (NAdamW)", "Nesterov 前瞻\uff08NAdamW\uff09"), "nadamw"),
    ),
    hypers=(
        learning_rate(1e-3, 1e-4, 2.0),
        beta1(),
        beta2(),
        epsilon(1e-8),
        weight_decay(1e-2, decoupled=True),
        Hyper(
            "amsgrad",
            "A",
            False,
            kind="bool",
            doc=Text("Divide by the largest second moment so far.", "除以至今最大的二阶矩。"),
        ),
    ),
    units="distance",
    init=max_init,
    moments=moments,
    decay=DECOUPLED,
    card=Card(
        parents=("adam_l2",),
        mends=Text(
            "L2 inside Adam: the decay leaves the gradient, so every parameter shrinks by the same share "
            "lr lambda at each step, and lambda can be tuned apart from the size of the gradients.",
            "修正 Adam 中的 L2\uff1a衰减移出梯度\uff0c每个参数每步收缩同样的比例 ηλ\uff0cλ 可以独立于梯度大小来调。",
        ),
        breaks=Text(
            "It minimizes no penalized loss. It keeps each coordinate within about 1/lambda of 0: on "
            "Himmelblau at lambda 0.5 and lr 0.05, starting at (1, 1), it ends at (1.99, 1.95), on the "
            "wall of that box, where the gradient is (-43, -20). One more dial.",
            "它不是在最小化任何带惩罚的损失。它把每个坐标限制在约 1/λ 以内\uff1aHimmelblau 上 λ = 0.5、η "
            "= 0.05\uff0c从 (1, 1) 出发\uff0c停在盒壁上的 (1.99, 1.95)\uff0c那里的梯度是 (−43, −20)。多一"
            "个超参数。",
        ),
        use=Text(
            "Transformers and large models (BERT, GPT), with warm-up and a cosine: what practice uses "
            "most. lambda 0.01 to 0.1, with lr below 0.001.",
            "Transformer 和大模型\uff08BERT、GPT\uff09\uff0c配合预热和余弦调度\uff1a实践中用得最多。λ 取 "
            "0.01 到 0.1\uff0cη 小于 0.001。",
        ),
        avoid=Text(
            "Large lambda with a minimum far from 0, as on these surfaces; where the regularized optimum "
            "itself is wanted.",
            "极小值远离原点而 λ 很大时\uff0c例如这里的曲面\uff1b确实需要带正则项的最优解时。",
        ),
        memory=2,
        torch="torch.optim.AdamW([theta], lr={lr}, betas=({beta1}, {beta2}), eps={eps}, "
        "weight_decay={weight_decay}, amsgrad={amsgrad})",
        optax="optax.adamw({lr}, b1={beta1}, b2={beta2}, eps={eps}, weight_decay={weight_decay})",
        before="""
m = np.zeros(2)
v = np.zeros(2)
largest = np.zeros(2)
""",
        step="""
g = gradient(theta)
m = beta1 * m + (1 - beta1) * g
v = beta2 * v + (1 - beta2) * g**2
largest = np.maximum(largest, v)
v_hat = (largest if amsgrad else v) / (1 - beta2**t)
theta = theta - lr * weight_decay * theta
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
            "The box |theta| <= 1/lambda is that of Xie and Li 2024 (arXiv:2404.04454); with lambda 0.1 "
            "it is 10 wide and the minimum at (3, 2) hardly moves, to (2.996, 1.999). With eps 0 a "
            "coordinate whose gradient has always been 0 becomes 0/0, NaN, as in PyTorch.",
            "盒子 |θ| ≤ 1/λ 见 Xie 和 Li 2024(arXiv:2404.04454)\uff1bλ = 0.1 时半宽为 10\uff0c极小值 (3, "
            "2) 几乎不动\uff0c停在 (2.996, 1.999)。ε = 0 时\uff0c梯度一直为 0 的坐标会得到 0/0\uff0c即 "
            "NaN\uff0c与 PyTorch 相同。",
        ),
    ),
)
