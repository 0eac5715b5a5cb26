"""Adam: Kingma and Ba 2015 (arXiv:1412.6980), Algorithm 1."""

from optimizers._adam import adam_init, adam_moments
from optimizers._card import Card, Twin
from optimizers._frame import Optimizer, beta1, beta2, epsilon, learning_rate
from visualizer.spec import Source, Text

ADAM = Optimizer(
    title=Text("Adam", "Adam"),
    family="adam",
    order=70,
    source=Source("Kingma and Ba, ICLR", 2015, "1412.6980", "Algorithm 1"),
    formula=r"\theta_t = \theta_{t-1} - \eta \frac{m_t / (1 - \beta_1^t)}{\sqrt{V_t / (1 - \beta_2^t)} + \epsilon}",
    follows=Text(
        "PyTorch's Adam; Optax agrees (with eps_root 0). Keras uses the paper's second form, in "
        "which eps is not divided by the root of the bias correction: its effective eps is 31.6 "
        "times larger at the first step, and its default is 1e-7. weight_decay is L2 in PyTorch, "
        "decoupled in Keras, absent in Optax' adam.",
        "与 PyTorch 的 Adam 一致\uff1bOptax(eps_root = 0)相同。Keras 采用论文的第二种形式\uff0cε 不随"
        "偏差修正缩放\uff1a第一步的有效 ε 大 31.6 倍\uff0c且默认为 1e-7。weight_decay 在 PyTorch 中是"
        " L2\uff0c在 Keras 中是解耦的\uff0cOptax 的 adam 没有。",
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
    card=Card(
        parents=(
            "momentum",
            "rmsprop",
        ),
        mends=Text(
            "Joins momentum (which way) with RMSProp (how far) and corrects both averages for starting "
            "at 0: the first step is lr in every coordinate, whatever the gradient.",
            "把动量\uff08往哪走\uff09和 RMSProp\uff08走多远\uff09合在一起\uff0c并修正两个平均从 0 开始的"
            "偏差\uff1a第一步在每个坐标上都是 η\uff0c与梯度大小无关。",
        ),
        breaks=Text(
            "Its gifts lie along the axes: on the Ravine at lr 0.1 it stays within 0.05 of the minimum "
            "after 92 steps at angle 0, after 271 at angle 30. It rushes: a long memory of V (beta2) "
            "keeps it from braking in time. It may fail to converge where rare large gradients carry the "
            "truth (Reddi et al. 2018).",
            "它的优势沿坐标轴\uff1a峡谷上 η = 0.1\uff0c角度 0 时 92 步后稳定在极小值 0.05 以内\uff0c角度 "
            "30 时要 271 步。它起步冲得快\uff0cV 的记忆\uff08β₂\uff09很长\uff0c来不及刹车。若真正的信息来"
            "自少见的大梯度\uff0c它可能不收敛\uff08Reddi 等 2018\uff09。",
        ),
        use=Text(
            "Most deep learning, large data, sparse gradients, a first try: one lr near 0.001 suits many "
            "networks. On these small surfaces 0.05 to 0.1.",
            "大多数深度学习、大数据、稀疏梯度、第一次尝试\uff1a0.001 左右的学习率适合很多网络。在这里的小"
            "曲面上取 0.05 到 0.1。",
        ),
        avoid=Text(
            "Where strong regularization is needed (AdamW), where memory for two moments is short, and "
            "for image networks in which well-tuned SGD with momentum generalizes better.",
            "需要强正则化时\uff08用 AdamW\uff09\uff1b存不下两个矩时\uff1b以及调好的动量 SGD 泛化更好的图像网络。",
        ),
        memory=2,
        torch="torch.optim.Adam([theta], lr={lr}, betas=({beta1}, {beta2}), eps={eps})",
        optax="optax.adam({lr}, b1={beta1}, b2={beta2}, eps={eps})",
        before="""
m = np.zeros(2)
v = np.zeros(2)
""",
        step="""
g = gradient(theta)
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
            "Under a constant gradient the step is lr, however gentle the slope. It shortens where m "
            "does: where gradients of opposite signs cancel. It does not escape every saddle sooner: on "
            "the Saddle with a floor at lr 0.05 it needs 20 steps, 110 when the surface is turned by 45 "
            "degrees, where SGD needs 74 either way. With eps 0 a coordinate whose gradient has always "
            "been 0 becomes 0/0, NaN, as in PyTorch.",
            "梯度不变时\uff0c坡度再小\uff0c步长也是 η。只有 m 变小\uff0c即正负梯度相互抵消时\uff0c步长才"
            "变短。它也不总是先逃离鞍点\uff1a有底的鞍面上 η = 0.05 时要 20 步\uff0c曲面旋转 45° 后要 110 "
            "步\uff0c而 SGD 都是 74 步。ε = 0 时\uff0c梯度一直为 0 的坐标会得到 0/0\uff0c即 NaN\uff0c与 "
            "PyTorch 相同。",
        ),
    ),
)
