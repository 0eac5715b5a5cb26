"""A measured number as a lesson prints it, in English and in Chinese."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from visualizer.lessons.grammar import Node, written
from visualizer.lessons.meaning import is_step

#: What may stand after the colon of ``{valley.sgd.stays : 3}``: percent, decimals, significant digits, an interval.
FORMAT = re.compile(r"%|\.[0-6]|[1-9]|interval")
USUAL = "3"
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
NEVER = {"en": "never", "zh": "从不"}


def number_text(value: float, form: str, lang: str, steps: bool = False) -> str:
    """The number in words of the language: a step that never comes is never.

    ``form`` is one that ``FORMAT`` knows, or nothing: then whole numbers are written out, others with three digits.
    """
    if math.isinf(value):
        return NEVER[lang] if steps and value > 0 else "∞" if value > 0 else "−∞"
    if form == "%":
        return _percent(value, lang)
    if form.startswith("."):
        return _grouped(f"{value:.{form[1:]}f}", lang)
    if form in ("", "interval") and float(value).is_integer() and abs(value) < 1e15:
        return _grouped(f"{value:.0f}", lang)
    return _significant(value, int(form) if form.isdecimal() else int(USUAL), lang)


def interval_text(found: tuple[float, float, float], lang: str, steps: bool = False) -> str:
    """A median and the ends of its interval: ``28 (25 to 31)``."""
    middle, low, high = (number_text(value, "", lang, steps) for value in found)
    return f"{middle} ({low} to {high})" if lang == "en" else f"{middle}（{low} 至 {high}）"


def _percent(value: float, lang: str) -> str:
    """Whole, but for what is not quite nothing or not quite all."""
    text = f"{100 * value:.0f}"
    if text in ("0", "100", "-0") and value not in (0.0, 1.0):
        text = f"{100 * value:.1f}"
        text = {"0.0": "< 0.1", "100.0": "> 99.9", "-0.0": "> -0.1"}.get(text, text)
    return _signed(text) + (" %" if lang == "en" else "%")


def _significant(value: float, digits: int, lang: str) -> str:
    if value == 0:
        return "0"
    mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
    power = int(exponent)
    if -4 <= power < 6:
        text = f"{value:.{max(0, digits - 1 - power)}f}"
        return _grouped(text.rstrip("0").rstrip(".") if "." in text else text, lang)
    whole = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{_signed(whole)} × 10{str(power).translate(RAISED)}"


def _grouped(text: str, lang: str) -> str:
    """With a comma between thousands where English would miss it: from 10,000 on; no minus before zero."""
    whole, point, rest = text.lstrip("-").partition(".")
    if lang == "en" and len(whole) > 4:
        whole = f"{int(whole):,}"
    zero = not (whole + rest).strip("0,")
    return _signed(("-" if text.startswith("-") and not zero else "") + whole + point + rest)


def _signed(text: str) -> str:
    return text.replace("-", "−")


def seen_text(seen: Sequence[tuple[Node, float]], lang: str) -> str:
    """What was measured, in a row: ``valley.sgd.stays = 404, valley.momentum.stays = 176``."""
    between = ", " if lang == "en" else "，"
    return between.join(f"{written(node)} = {number_text(value, '', lang, is_step(node))}" for node, value in seen)
