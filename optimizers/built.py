"""The workbench: an optimizer that its user builds from the slots of the frame (``_slots``), as traced data."""

from optimizers._built import init, moments
from optimizers._built_code import statements
from optimizers._card import Card
from optimizers._frame import Optimizer
from optimizers._slots import HYPERS
from visualizer.spec import Source, Text

BUILT = Optimizer(
    title=Text("Built by you", "自己搭建"),
    family="built",
    order=1000,
    source=Source("Reddi, Kale and Kumar, ICLR", 2018, "1904.09237", "Algorithm 1, the generic method"),
    formula=r"m_t = \varphi(g_1, \ldots, g_t), \quad V_t = \psi(g_1, \ldots, g_t), \quad "
    r"\theta_t = \theta_{t-1} - \eta \frac{m_t}{(\sqrt{V_t} + \epsilon)^{2p}}",
    follows=Text(
        "Wherever its slots make a method of this catalogue, that method to rounding. Some conventions come with "
        "that: the first gradient enters the buffer whole (PyTorch), but not with LARS's ratio; the maximum is "
        "taken before the bias correction (PyTorch's AMSGrad); eps stands inside the fading maximum (Adamax) and "
        "inside the power (PAdam). A gradient is clipped before it is decayed. No library has it as such.",
        "插槽恰好组成本目录中的方法时\uff0c与该方法一致\uff08仅差舍入\uff09。由此带来一些约定\uff1a第一个梯度完整进入"
        "缓冲区\uff08PyTorch\uff09\uff0c用 LARS 信任比时除外\uff1b先取最大值\uff0c后修正偏差\uff08PyTorch 的"
        " AMSGrad\uff09\uff1bε 在衰减最大值之内\uff08Adamax\uff09、在幂之内\uff08PAdam\uff09。梯度先裁剪\uff0c"
        "后衰减。没有软件包单独提供它。",
    ),
    summary=Text(
        "An optimizer with open slots: a first moment, a second moment, corrections, decay, trust ratio, clipping. "
        "Empty, it is SGD.",
        "插槽开放的优化器\uff1a一阶矩、二阶矩、偏差修正、衰减、信任比、裁剪。全空时就是 SGD。",
    ),
    hypers=HYPERS,
    units="gradient",
    init=init,
    moments=moments,
    card=Card(
        parents=("sgd", "momentum", "adagrad", "rmsprop", "adam"),
        mends=Text(
            "The belief that each of these methods is a world of its own: most are the same few parts, put together "
            "differently.",
            "纠正“每种方法自成一体”的印象\uff1a它们大多由同样几个部件以不同方式拼成。",
        ),
        breaks=Text(
            "Not every combination has a reason behind it. A surprise without momentum, for one, is 0 at "
            "mu = 0, and the step is divided by eps alone.",
            "并非每种组合都有道理。例如 μ = 0 时\uff0c没有动量的“意外程度”恒为 0\uff0c步长只除以 ε。",
        ),
        use=Text(
            "To see what one idea changes: exchange a part, keep the rest, and race it against what it came from.",
            "想看清一个想法改变了什么时\uff1a换一个部件\uff0c其余不变\uff0c与原来的方法比赛。",
        ),
        avoid=Text(
            "As a recipe: it has been tried on no problem but yours.",
            "作为现成配方\uff1a除了你的问题\uff0c它没有在别处试过。",
        ),
        memory=Text("none to three vectors, as its slots need", "零到三个向量\uff0c取决于插槽"),
        written=statements,
        symbols={
            "mean": "a",
            "mean_hat": r"\hat a",
            "spread": "S",
            "square": "Q",
            "surprise": "e",
            "mix": "c",
            "ahead": "n",
            "root": "R",
            "ratio": "q",
            "below": "w",
            "usable": "k",
            "corrected": "l",
        },
        stability=Text(
            "That of its parts: with nothing to divide by, a limit in lr L as for SGD or momentum; with a second "
            "moment that grows with the gradient, none.",
            "取决于部件\uff1a没有二阶矩时\uff0c与 SGD 或动量一样有 ηL 的上限\uff1b二阶矩随梯度增大时\uff0c没有上限。",
        ),
        note=Text(
            "A rate suits a kind of step: after a second moment is put in or taken out, lr must be found anew. With "
            "eps 0 a coordinate whose gradient has always been 0 becomes 0/0, NaN.",
            "学习率与步长的种类相配\uff1a装上或拆下二阶矩后\uff0c要重新找 η。ε = 0 时\uff0c"
            "梯度一直为 0 的坐标会得到 0/0\uff0c即 NaN。",
        ),
    ),
)
