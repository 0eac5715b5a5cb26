"""What the names in the cards' statements are called in the field's notation."""

from __future__ import annotations

import re

# A name without a subscript of its own is given the step's index. Cards may say otherwise (``Card.symbols``).
SYMBOLS = {
    **{name: name for name in "abcdghmnpqrsuwyzABHLSUXY"},
    "theta": r"\theta",
    "v": "V",
    "m_hat": r"\hat m",
    "v_hat": r"\hat V",
    "d_hat": r"\hat d",
    "largest": r"\bar V",
    "v_max": r"\bar V",
    "rate": r"\alpha",
    "length": r"\alpha",
    "mu": r"\mu",
    "rho": r"\rho",
    "beta": r"\beta",
    "xi": r"\xi",
    "size": "s",
    "trust": "q",
    "trial": r"\theta^{+}",
    "start": r"\theta_0",
    "lowest": r"\theta_{\min}",
    "highest": r"\theta_{\max}",
    "faded_momentum": r"\Pi",
    **{f"faded_beta{k}": rf"\Pi_{k}" for k in (1, 2, 3)},
    "fade": r"\Phi",
    "left": "n",
    "lr": r"\eta",  # of a rule that has none of its own
    "since": "j",
}
INITIAL = "initial_"  # of a state's value before the first step


def indexed(symbol: str, index: str) -> str:
    r"""``m`` at ``t-1``: m_{t-1}. One with a subscript of its own keeps that: \beta_1 at t is \beta_{1,t}, and what is
    known by a name of its own (\rho_\infty, \mu_{t+1}) stays as it is.
    """
    if re.search(r"_(\d)$", symbol):
        return re.sub(r"_(\d)$", rf"_{{\1,{index}}}", symbol)
    if "_" in symbol or not index:
        return symbol
    return f"{symbol}_{{{index}}}" if len(index) > 1 else f"{symbol}_{index}"


def state_symbol(symbol: str, name: str, now: bool) -> str:
    """The symbol of a name's value after (``now``) or before its assignment in step t."""
    if name.endswith("_old") and name.startswith("theta"):
        return indexed(symbol, "t-2")
    return indexed(symbol, "t" if now and not name.endswith("_old") else "t-1")
