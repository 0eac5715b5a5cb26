"""By what the path of an optimizer can be told, and by what a mistake in its settings."""

from __future__ import annotations

from dataclasses import dataclass

from visualizer.spec import Text

#: By what an optimizer's path can be told: true of the rule itself, whatever the surface.
TELLS = {
    "sgd": Text(
        "Each step goes straight down the gradient, across the contours, and is long where the slope is steep.",
        "每一步都沿负梯度、垂直于等高线\uff1b坡陡处步子长\uff0c坡缓处步子短。",
    ),
    "momentum": Text(
        "It gathers speed, shoots past the bottom and swings back: the velocity outlives the gradient.",
        "它不断加速\uff0c冲过谷底再荡回来\uff1a梯度变了\uff0c速度还在。",
    ),
    "adagrad": Text(
        "The first step is as long as the rate in both coordinates; none is ever longer, and soon they are much "
        "shorter: the sum of squares never forgets.",
        "第一步在两个坐标上都恰为学习率\uff0c以后不会更长\uff0c很快变短得多\uff1a平方和从不遗忘。",
    ),
    "rmsprop": Text(
        "It begins with ten times the rate in both coordinates; the steps shrink to about the rate, whatever the "
        "slope, and near the bottom they do not settle.",
        "开头在两个坐标上都走学习率的十倍\uff0c之后不论陡缓都缩到大约学习率\uff0c到谷底附近也静不下来。",
    ),
    "adam": Text(
        "The first step is the rate itself in each coordinate, along a diagonal; then it turns in smooth curves.",
        "第一步在每个坐标上恰为学习率\uff0c沿对角线走\uff1b之后平滑地转弯。",
    ),
    "signsgd": Text(
        "Every step has the same length in both coordinates: only diagonals, back and forth at the bottom.",
        "每一步在两个坐标上长度都相同\uff1a只走对角线\uff0c在谷底来回跳。",
    ),
}


@dataclass(frozen=True)
class Fault:
    """A mistake in the settings of an optimizer. ``change`` gives its hyperparameters, from those that suit."""

    slug: str
    title: Text
    tell: Text
    optimizer: str
    values: tuple[tuple[str, float], ...] = ()
    times: float = 1.0  # what the learning rate is multiplied by


FAULTS = (
    Fault(
        "sgd",
        Text("The learning rate is too large", "学习率太大"),
        Text("It jumps from wall to wall, and may leave the picture.", "它在两壁之间跳来跳去\uff0c甚至跳出画面。"),
        "sgd",
        times=6.0,
    ),
    Fault(
        "sgd",
        Text("The learning rate is too small", "学习率太小"),
        Text("The right way, but hardly any of it in so many steps.", "方向没错\uff0c但这么多步只走了一点点。"),
        "sgd",
        times=0.05,
    ),
    Fault(
        "momentum",
        Text("Momentum 0.99 in place of 0.9", "动量 0.99\uff0c而不是 0.9"),
        Text(
            "It remembers a hundred gradients: wide swings that take very long to die out.",
            "它记住上百个梯度\uff1a大幅摆动\uff0c很久才平息。",
        ),
        "momentum",
        (("momentum", 0.99),),
    ),
    Fault(
        "momentum",
        Text("No momentum at all", "没有动量"),
        Text("It never swings, and is ten times as slow along the valley.", "从不摆动\uff0c沿谷底慢十倍。"),
        "momentum",
        (("momentum", 0.0),),
    ),
    Fault(
        "momentum",
        Text("The learning rate is too small", "学习率太小"),
        Text("The right way, but hardly any of it in so many steps.", "方向没错\uff0c但这么多步只走了一点点。"),
        "momentum",
        times=0.05,
    ),
    Fault(
        "adam",
        Text("No bias correction", "没有偏差修正"),
        Text(
            "Its first step is 3.2 times the rate in each coordinate, and the next ones are longer still: at the start "
            "the second moment is far too small.",
            "第一步在每个坐标上是学习率的 3.2 倍\uff0c随后更长\uff1a起初二阶矩远远偏小。",
        ),
        "adam_nobias",
    ),
    Fault(
        "adam",
        Text("ε = 10 in place of 1e-8", "ε = 10\uff0c而不是 1e-8"),
        Text(
            "Where derivatives are below 10 the denominator hardly changes: it is slow momentum that follows the "
            "slope.",
            "导数小于 10 的地方分母几乎不变\uff1a退化成沿坡走的缓慢动量法。",
        ),
        "adam",
        (("eps", 10.0),),
    ),
    Fault(
        "adam",
        Text("The learning rate is too large", "学习率太大"),
        Text("Steps as long as the picture's hills: it runs past everything.", "步子和地形一样大\uff1a什么都冲过头。"),
        "adam",
        times=10.0,
    ),
    Fault(
        "adam",
        Text("β₁ = 0.99 in place of 0.9", "β₁ = 0.99\uff0c而不是 0.9"),
        Text("It goes on in its direction long after the slope has turned.", "坡早已转向\uff0c它还沿着旧方向走。"),
        "adam",
        (("beta1", 0.99),),
    ),
)


FINE = Text("Nothing: it is set well", "没有问题\uff1a设置得当")
SOUND = tuple(Fault(slug, FINE, TELLS[slug], slug) for slug in ("sgd", "momentum", "adam"))
