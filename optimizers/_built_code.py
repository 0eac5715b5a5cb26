"""The slots as statements in NumPy: those that the choices need and no others. ``Card`` says what they may use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from optimizers._slots import AVERAGES, settled

Read = Mapping[str, Any]


def statements(hyper: Read) -> tuple[str, str]:
    """What is done before the first step, and at each."""
    h = settled(hyper)
    lines = [*_gradient(h)]
    if h["order"] == "after":
        lines += [*_second(h), f"d = {_divided(h, 'g')}", *_first(h)]
    else:
        lines += [*_first(h), *_second(h)]
    return "\n".join(_before(h)), "\n".join([*lines, *_step(h)])


def _before(h: Read) -> Iterator[str]:
    if h["phi"] != "none":
        yield f"{_buffer(h)} = np.zeros(2)"
    if h["psi"] == "none":
        return
    start = "np.full(2, initial_accumulator_value)" if h["initial_accumulator_value"] else "np.zeros(2)"
    yield f"v = {start}"
    if h["psi"] == "max":
        yield f"largest = {start}"
    if _own_mean(h):
        yield "mean = np.zeros(2)"


def _buffer(h: Read) -> str:
    return "m" if h["phi"] in ("ema", "qh") else "b"


def _own_mean(h: Read) -> bool:
    """Whether the second moment keeps a mean gradient of its own, and does not find it in the first."""
    shared = h["phi"] in ("ema", "qh") and h["order"] == "before"
    return h["psi"] == "centered" or (h["psi"] == "belief" and not shared)


def _gradient(h: Read) -> Iterator[str]:
    """Clipped, decayed, rescaled."""
    yield "g = gradient(theta)"
    if h["clip"] == "norm":
        yield "size = np.linalg.norm(g)"
        yield "if size > clip_at:\n    g = g * (clip_at / size)"
    elif h["clip"] == "value":
        yield "g = np.clip(g, -clip_at, clip_at)"
    coupled = h["decay"] == "coupled"
    if h["trust"] == "lars":
        yield "size = np.linalg.norm(theta)"
        yield "below = np.linalg.norm(g)" + (" + weight_decay * size" if coupled else "")
    if coupled:
        yield "g = g + weight_decay * theta"
    if h["trust"] == "lars":
        yield from _ratio(h)
        yield "g = ratio * g"


def _ratio(h: Read) -> Iterator[str]:
    above = "size" if h["trust_coefficient"] == 1.0 else "trust_coefficient * size"
    yield "usable = size > 0 and below > 0"
    yield f"ratio = {above} / below if usable else 1.0"


def _first(h: Read) -> Iterator[str]:
    """The first moment of what comes in, and its buffer."""
    phi, x = h["phi"], _comes_in(h)
    if phi in ("ema", "qh"):
        yield f"m = momentum * m + (1 - momentum) * {x}"
        if h["correct_m"]:
            yield "m_hat = m / (1 - momentum**t)"
        if phi == "qh":
            yield f"mix = (1 - nu) * {x} + nu * {'m_hat' if h['correct_m'] else 'm'}"
    elif phi != "none":
        kept = f"momentum * b + {x}"
        if h["dampening"]:
            kept = f"momentum * b + (1 - dampening) * {x}"
            kept = kept if h["trust"] == "lars" else f"{x} if t == 1 else {kept}"
        yield f"b = {kept}"
        if phi == "nesterov":
            yield f"ahead = {x} + momentum * b"


def _comes_in(h: Read) -> str:
    return "d" if h["order"] == "after" else "g"


def _direction(h: Read) -> str:
    """What the statements of the first moment have made."""
    average = "m_hat" if h["correct_m"] else "m"
    made = {"none": _comes_in(h), "heavy_ball": "b", "nesterov": "ahead", "ema": average, "qh": "mix"}[h["phi"]]
    return f"np.sign({made})" if h["sign"] else made


def _second(h: Read) -> Iterator[str]:
    """The second moment, and what it is divided by."""
    psi = h["psi"]
    if psi == "none":
        return
    if psi == "infinity":
        yield "v = np.maximum(beta2 * v, np.abs(g)" + (" + eps)" if h["eps"] else ")")
        if h["power"] != 0.5:
            yield "root = v ** (2 * power)"
        return
    if _own_mean(h):
        rate = "beta2" if psi == "centered" else "momentum"
        yield f"mean = {rate} * mean + (1 - {rate}) * g"
    if psi == "sum":
        yield "v = v + g**2"
    elif psi == "belief":
        yield f"surprise = g - {'mean' if _own_mean(h) else 'm'}"
        yield "v = beta2 * v + (1 - beta2) * surprise**2" + (" + eps_root" if h["eps_root"] else "")
    else:
        yield "v = beta2 * v + (1 - beta2) * g**2"
    if psi == "max":
        yield "largest = np.maximum(largest, v)"
    yield from _root(h)


def _root(h: Read) -> Iterator[str]:
    psi, correct = h["psi"], h["correct_v"] == "moment"
    seen = "largest" if psi == "max" else "v"
    if correct and psi in AVERAGES:
        yield f"v_hat = {seen} / (1 - beta2**t)"
        seen = "v_hat"
    if psi == "centered":
        if correct:
            yield "mean_hat = mean / (1 - beta2**t)"
        yield f"spread = np.clip({seen} - {'mean_hat' if correct else 'mean'}**2, 0, np.inf)"
        seen = "spread"
    if h["nu2"] != 1.0:
        yield f"square = nu2 * {seen} + (1 - nu2) * g**2"
        seen = "square"
    if h["eps_root"] and psi != "belief":
        seen += " + eps_root"
    root = f"np.sqrt({seen})" + (" + eps" if h["eps"] else "")
    if h["power"] != 0.5:
        root = f"({root}) ** (2 * power)" if h["eps"] else f"{root} ** (2 * power)"
    yield f"root = {root}"


def _divided(h: Read, made: str) -> str:
    """By the second moment, if there is one; a maximum may stand for its own root."""
    if h["psi"] == "none":
        return made
    return f"{made} / v" if h["psi"] == "infinity" and h["power"] == 0.5 else f"{made} / root"


def _step(h: Read) -> Iterator[str]:
    made = _direction(h)
    if h["correct_v"] == "rate":
        yield f"corrected = (1 - beta2**t) ** 0.5 * {made}"
        made = "corrected"
    made = _divided(h, made) if h["order"] == "before" else made
    pull = h["decay"] == "decoupled"
    if h["trust"] == "lamb":
        yield f"u = {made}" + (" + weight_decay * theta" if pull else "")
        yield "size, below = np.linalg.norm(theta), np.linalg.norm(u)"
        yield from _ratio(h)
        yield "theta = theta - lr * ratio * u"
        return
    if pull:
        yield "theta = theta - lr * weight_decay * theta"
    yield f"theta = theta - lr * {made}"
