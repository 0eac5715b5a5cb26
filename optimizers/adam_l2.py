"""Adam with L2 regularization: the decay goes through both moments (what AdamW mends)."""

from optimizers._adam import adam_init, adam_moments
from optimizers._card import Card, Twin
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
        "PyTorch's Adam(weight_decay=). Keras' argument of the same name is decoupled, that is "
        "AdamW; Optax' adam has none, but add_decayed_weights before it is exactly this.",
        "与 PyTorch 的 Adam(weight_decay=) 一致。Keras 的同名参数是解耦的\uff0c即 AdamW\uff1bOptax 的"
        " adam 没有\uff0c但在它之前加 add_decayed_weights 与此完全相同。",
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
    card=Card(
        parents=("adam",),
        mends=Text(
            "Adds a penalty (lambda/2)|theta|^2 to the loss in the simplest way, through the gradient.",
            "用最简单的方式\uff0c即通过梯度\uff0c给损失加上惩罚 (λ/2)|θ|²。",
        ),
        breaks=Text(
            "The decay is divided by sqrt(V) like any gradient, so that parameters with large or noisy "
            "gradients are decayed least; and where the gradient is small beside lambda theta, the step "
            "is about lr whatever lambda is.",
            "衰减像梯度一样被 √V 除\uff0c梯度大或噪声大的参数衰减最少\uff1b而当梯度远小于 λθ 时\uff0c无论"
            " λ 多大\uff0c步长都约为 η。",
        ),
        use=Text(
            "When the penalized loss itself is to be minimized: without noise it rests where f + "
            "(lambda/2)|theta|^2 is least, on Himmelblau with lambda 0.5 at (2.985, 1.979), as momentum "
            "with L2 does. AdamW does not.",
            "确实要最小化带惩罚的损失时\uff1a无噪声时它停在 f + (λ/2)|θ|² 的极小处\uff0cHimmelblau 上 λ ="
            " 0.5 时为 (2.985, 1.979)\uff0c与带 L2 的动量相同。AdamW 则不然。",
        ),
        avoid=Text(
            "As a substitute for weight decay in deep networks: take AdamW.",
            "在深度网络中代替权重衰减\uff1a应使用 AdamW。",
        ),
        memory=2,
        torch="torch.optim.Adam([theta], lr={lr}, betas=({beta1}, {beta2}), eps={eps}, weight_decay={weight_decay})",
        optax="optax.chain(optax.add_decayed_weights({weight_decay}), optax.adam({lr}, b1={beta1}, "
        "b2={beta2}, eps={eps}))",
        before="""
m = np.zeros(2)
v = np.zeros(2)
""",
        step="""
g = gradient(theta) + weight_decay * theta
m = beta1 * m + (1 - beta1) * g
v = beta2 * v + (1 - beta2) * g**2
m_hat = m / (1 - beta1**t)
v_hat = v / (1 - beta2**t)
theta = theta - lr * m_hat / (np.sqrt(v_hat) + eps)
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
            "With eps 0 a coordinate whose gradient has always been 0 becomes 0/0, NaN, as in PyTorch.",
            "ε = 0 时\uff0c梯度一直为 0 的坐标会得到 0/0\uff0c即 NaN\uff0c与 PyTorch 相同。",
        ),
    ),
)
