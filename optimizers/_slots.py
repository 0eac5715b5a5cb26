"""The slots of an optimizer that its user builds: what can be put in each, and which of them a choice leaves idle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from optimizers._frame import beta2, decay_rate, epsilon, learning_rate
from visualizer.spec import Hyper, Text

PHI = {
    "none": Text("The gradient itself", "梯度本身"),
    "heavy_ball": Text("Heavy ball", "重球"),
    "nesterov": Text("Nesterov's look-ahead", "Nesterov 前瞻"),
    "ema": Text("Moving average", "滑动平均"),
    "qh": Text("Quasi-hyperbolic", "拟双曲"),
}
PSI = {
    "none": Text("None (V = 1)", "无\uff08V = 1\uff09"),
    "sum": Text("Sum of squares", "平方和"),
    "ema": Text("Average of squares", "平方的滑动平均"),
    "max": Text("Largest average so far", "滑动平均的历史最大值"),
    "infinity": Text("Fading maximum of |g|", "衰减的 |g| 最大值"),
    "centered": Text("Variance (centered)", "方差\uff08中心化\uff09"),
    "belief": Text("Surprise (belief)", "意外程度\uff08belief\uff09"),
}
ORDER = {
    "before": Text("Momentum, then division", "先动量\uff0c后相除"),
    "after": Text("Division, then momentum", "先相除\uff0c后动量"),
}
CORRECT_V = {
    "none": Text("Off", "关"),
    "moment": Text("In V, before the root", "在 V 中\uff08开方之前\uff09"),
    "rate": Text("In the rate", "在学习率中"),
}
DECAY = {
    "none": Text("None", "无"),
    "coupled": Text("Coupled (L2)", "耦合\uff08L2\uff09"),
    "decoupled": Text("Decoupled", "解耦"),
}
TRUST = {
    "none": Text("None", "无"),
    "lars": Text("LARS: of the gradient", "LARS\uff1a作用于梯度"),
    "lamb": Text("LAMB: of the whole step", "LAMB\uff1a作用于整步"),
}
CLIP = {
    "none": Text("None", "无"),
    "norm": Text("By norm", "按范数"),
    "value": Text("By value", "按分量"),
}


def _choice(name: str, symbol: str, options: Mapping[str, Text], doc: Text) -> Hyper:
    names = tuple(options)
    return Hyper(name, symbol, names[0], kind="choice", choices=names, titles=tuple(options.values()), doc=doc)


def _flag(name: str, symbol: str, doc: Text) -> Hyper:
    return Hyper(name, symbol, False, kind="bool", doc=doc)


def _share(name: str, symbol: str, default: float, doc: Text, most: float = 1.0, high: float = 1.0) -> Hyper:
    return Hyper(name, symbol, default, high=high, doc=doc, least=0.0, most=most)


HYPERS = (
    learning_rate(1e-3, high=10.0),
    _choice("phi", r"\varphi", PHI, Text("First moment: which way to go.", "一阶矩\uff1a往哪走。")),
    decay_rate(
        "momentum",
        r"\mu",
        0.9,
        Text("How much of the first moment is kept from step to step.", "一阶矩每步保留的比例。"),
        high=0.999,
    ),
    _share(
        "dampening",
        r"\tau",
        0.0,
        Text(
            "Share of each new gradient that heavy ball and Nesterov hold back; the first one is exempt, unless LARS's "
            "ratio is in.",
            "重球和 Nesterov 对每个新梯度抑制的比例\uff1b第一个梯度除外\uff0c用 LARS 信任比时则不例外。",
        ),
    ),
    _share(
        "nu",
        r"\nu",
        0.7,
        Text(
            "Quasi-hyperbolic: weight of the average against the newest gradient.",
            "拟双曲\uff1a滑动平均相对于最新梯度的权重。",
        ),
        most=2.0,
    ),
    _flag(
        "correct_m", "C_m", Text("Divide the average by 1 - mu^t: it began at 0.", "把从 0 开始的平均除以 1 − μ^t。")
    ),
    _flag("sign", "S", Text("Keep only the sign of the first moment.", "只取一阶矩的符号。")),
    _choice("psi", r"\psi", PSI, Text("Second moment: what a step is divided by.", "二阶矩\uff1a步长除以什么。")),
    beta2(),
    _share(
        "nu2",
        r"\nu_2",
        1.0,
        Text("Average of squares: its weight against the newest square.", "平方的滑动平均相对于最新平方的权重。"),
    ),
    Hyper(
        "initial_accumulator_value",
        "V_0",
        0.0,
        1e-4,
        10.0,
        "log0",
        Text("Where the second moment starts.", "二阶矩的初值。"),
        least=0.0,
        most=1e9,
    ),
    _choice(
        "correct_v",
        "C_V",
        CORRECT_V,
        Text(
            "Correct an average of squares for its start at 0: eps then counts in full, or shrinks with V.",
            "修正平方的平均从 0 开始的偏差\uff1aε 保持不变\uff0c或随 V 一起缩小。",
        ),
    ),
    _share(
        "power",
        "p",
        0.5,
        Text("Power of V: 1/2 is the root, 0 nothing.", "V 的幂\uff1a1/2 即开方\uff0c0 即不除。"),
        high=0.5,
    ),
    epsilon(
        1e-8,
        Text(
            "Added to the root of V (inside the fading maximum, to |g|).",
            "加在 V 的根上\uff08衰减最大值则加在最大值内的 |g| 上\uff09。",
        ),
    ),
    Hyper(
        "eps_root",
        r"\epsilon_r",
        0.0,
        1e-16,
        1.0,
        "log0",
        Text(
            "Added to V under the root (for the surprise: to V itself at every step).",
            "在根号内加到 V 上\uff08意外程度则每步加进 V 本身\uff09。",
        ),
        least=0.0,
        most=1e6,
    ),
    _choice("order", "O", ORDER, Text("Which comes first, momentum or division.", "动量与相除的先后。")),
    _choice("decay", "D", DECAY, Text("How weight decay enters.", "权重衰减的方式。")),
    Hyper(
        "weight_decay",
        r"\lambda",
        1e-2,
        1e-5,
        1.0,
        "log0",
        Text("Weight decay; its slot says how it enters.", "权重衰减的强度\uff1b方式由其插槽决定。"),
        least=0.0,
        most=1e6,
    ),
    _choice("trust", "Q", TRUST, Text("Trust ratio: a step in proportion to theta.", "信任比\uff1a步长与 θ 成比例。")),
    Hyper(
        "trust_coefficient",
        r"\tau_Q",
        1.0,
        1e-4,
        1.0,
        "log",
        Text("The trust ratio's share of theta's length.", "信任比所取的 θ 长度的比例。"),
        least=0.0,
        most=1e6,
    ),
    _choice("clip", "C", CLIP, Text("Clip the gradient, before all else.", "在其他一切之前裁剪梯度。")),
    Hyper(
        "clip_at",
        "c",
        1.0,
        1e-3,
        1e3,
        "log",
        Text(
            "The longest gradient, or its largest entry, that is not clipped.",
            "不被裁剪的最大梯度范数\uff0c或最大分量。",
        ),
        least=1e-12,
        most=1e12,
    ),
)
DEFAULTS = {hyper.name: hyper.parse(hyper.default) for hyper in HYPERS}
KINDS = {hyper.name: hyper.kind for hyper in HYPERS}

#: The second moments that are averages, begun at 0: what a bias correction is for.
AVERAGES = ("ema", "max", "centered", "belief")
#: Where a slot stands that nothing reads.
IDLE: dict[str, Any] = {
    **{hyper.name: hyper.choices[0] for hyper in HYPERS if hyper.choices},
    **dict.fromkeys(("correct_m", "sign"), False),
    **dict.fromkeys(("momentum", "dampening", "beta2", "initial_accumulator_value"), 0.0),
    **dict.fromkeys(("eps", "eps_root", "weight_decay"), 0.0),
    **dict.fromkeys(("nu", "nu2", "trust_coefficient", "clip_at"), 1.0),
    "power": 0.5,
}


def idle(hyper: Mapping[str, Any]) -> set[str]:
    """The slots that nothing reads, for what stands in the others."""
    h = {**DEFAULTS, **hyper}
    phi, psi = h["phi"], h["psi"]
    rest = {
        ("momentum",): phi == "none" and psi != "belief",
        ("dampening",): phi not in ("heavy_ball", "nesterov"),
        ("nu",): phi != "qh",
        ("correct_m",): phi not in ("ema", "qh"),
        ("initial_accumulator_value", "power", "eps"): psi == "none",
        ("eps_root",): psi in ("none", "infinity"),
        ("beta2",): psi in ("none", "sum"),
        ("correct_v",): psi not in AVERAGES,
        ("nu2",): psi != "ema",
        ("order",): psi == "none" or (phi == "none" and not h["sign"]),
        ("weight_decay",): h["decay"] == "none",
        ("trust_coefficient",): h["trust"] == "none",
        ("clip_at",): h["clip"] == "none",
    }
    return {name for names, unread in rest.items() if unread for name in names}


def settled(hyper: Mapping[str, Any]) -> dict[str, Any]:
    """The values with everything that another choice makes idle put at ``IDLE``: the same optimizer, said once."""
    h = {**DEFAULTS, **hyper}
    if h["momentum"] == 0.0 or (h["phi"] == "qh" and h["nu"] == 0.0):
        h["phi"] = IDLE["phi"]
    if h["power"] == 0.0 and h["correct_v"] != "rate":
        h["psi"] = IDLE["psi"]
    if h["weight_decay"] == 0.0:
        h["decay"] = IDLE["decay"]
    if h["beta2"] == 0.0 and h["psi"] != "infinity":
        h.update({name: IDLE[name] for name in ("correct_v", "nu2")})
    return {**h, **{name: IDLE[name] for name in idle(h)}}
