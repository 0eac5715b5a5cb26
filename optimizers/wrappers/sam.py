"""Sharpness-aware minimization: Foret, Kleiner, Mobahi and Neyshabur 2021 (arXiv:2010.01412), Algorithm 1."""

from optimizers._card import Card
from optimizers.wrappers._wrapper import Wrapper
from visualizer.spec import Hyper, Source, Text

SAM = Wrapper(
    title=Text("SAM", "SAM\uff08锐度感知最小化\uff09"),
    family="wrapper",
    order=510,
    source=Source("Foret, Kleiner, Mobahi and Neyshabur, ICLR", 2021, "2010.01412", "Algorithm 1"),
    formula=r"g_t = \nabla f(\theta_{t-1} + \rho\, n_t), \quad n_t = "
    r"\nabla f(\theta_{t-1}) / \|\nabla f(\theta_{t-1})\|",
    follows=Text(
        "Optax, which counts the uphill step as an update of its own. pytorch_optimizer adds 1e-12 "
        "to the norm and takes it in float32. Neither PyTorch nor Keras has it. The adaptive "
        "variant, ASAM, measures the radius in units of theta. Two gradients a step.",
        "与 Optax 一致\uff0c它把上坡一步也算作一次更新。pytorch_optimizer 用 float32 计算范数并加 "
        "1e-12。PyTorch 和 Keras 中没有。其自适应变体 ASAM 以 θ 的大小度量半径。每步两次梯度。",
    ),
    summary=Text(
        "Takes the gradient a radius further uphill: sharp minima push it out, flat ones do not notice.",
        "在上坡方向一个半径处取梯度\uff1a尖锐的极小值会把它推出去\uff0c平坦的则不受影响。",
    ),
    hypers=(
        Hyper(
            "rho",
            r"\rho",
            0.05,
            1e-3,
            2.0,
            "log0",
            Text("Radius of the step uphill.", "上坡半径。"),
            least=0.0,
            most=1e6,
        ),
    ),
    inner="base",
    card=Card(
        parents=(),
        mends=Text(
            "Two minima of the same loss are not equally good on new data if one of them is a narrow "
            "pit. SAM descends the loss at the worst point of a neighborhood, so that a pit narrower "
            "than rho is not seen as one. Around SGD (lr 0.02) on the bumpy bowl: at rho 0.05 it is "
            "caught where SGD is, at (1.49, -1.49), at rho 0.5 it comes to (0.15, -0.15).",
            "损失相同的两个极小值\uff0c若其中一个是窄坑\uff0c在新数据上就未必一样好。SAM 下降的是邻域内最"
            "坏点处的损失\uff0c比 ρ 还窄的坑便不再像坑。起伏碗上包住 SGD\uff08η = 0.02\uff09\uff1aρ = "
            "0.05 时和 SGD 一样困在 (1.49, −1.49)\uff0cρ = 0.5 时到达 (0.15, −0.15)。",
        ),
        breaks=Text(
            "Two gradients a step. It does not come to rest on the minimum: across a curvature L it "
            "jumps by lr L rho / (2 - lr L) to each side. And a saddle can hold it: around SGD (lr 0.05, "
            "rho 0.05) it never leaves the saddle with a floor, which SGD alone does at step 74.",
            "每步两次梯度。它不会停在极小点\uff1a横穿曲率 L 的方向\uff0c它在两侧各 ηLρ/(2 − ηL) 处来回跳"
            "。鞍点也会困住它\uff1a包住 SGD\uff08η = 0.05、ρ = 0.05\uff09\uff0c它永远离不开有底的鞍面上的"
            "鞍点\uff0c而 SGD 自己在第 74 步离开。",
        ),
        use=Text(
            "Image classification and Vision Transformers, where it raises the accuracy on new data; label noise.",
            "图像分类和视觉 Transformer\uff0c可提高在新数据上的准确率\uff1b标签有噪声时。",
        ),
        avoid=Text(
            "Where gradients are dear, and where the end must be exact.",
            "梯度代价高\uff0c或要求结果精确时。",
        ),
        memory=0,
        before="here = gradient\n"
        "\n"
        "\n"
        "def gradient(theta):\n"
        "    g = here(theta)\n"
        "    length = np.linalg.norm(g)\n"
        "    return here(theta + rho * g / length) if length > 0 else g",
        step="{inner}",
        told="climb = here(theta)\n"
        "steep = np.linalg.norm(climb)\n"
        "ascent = theta + rho * climb / steep if steep > 0 else theta",
        symbols={"climb": r"\tilde g", "steep": "n", "ascent": r"\theta^{+}"},
        cost=Text(
            "2 gradients a step: one to find the uphill point, one there.",
            "每步 2 次梯度\uff1a一次用来找上坡点\uff0c一次在该点。",
        ),
        stability=Text(
            "Around SGD: bounded on a quadratic while lr < 2 / L, and then ending in a 2-cycle of "
            "half-width lr L rho / (2 - lr L) across the steepest direction.",
            "包住 SGD\uff1a在二次函数上 η < 2/L 时有界\uff0c最终在最陡方向上以半宽 ηLρ/(2 − ηL) 两点循环。",
        ),
        note=Text(
            "A surface cannot show generalization, only where a method stops.",
            "曲面上看不到泛化\uff0c只能看到方法停在哪里。",
        ),
    ),
)
