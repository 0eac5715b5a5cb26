"""What can be wrong with a typed formula, in words."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection

from visualizer.spec import Text

LENGTH = 400  # characters
VARIABLES = ("x", "y", "a", "b", "c", "pi", "e")
ALIASES = {"ln": "log", "arcsin": "asin", "arccos": "acos", "arctan": "atan", "sgn": "sign", "\u03c0": "pi"}
# Function -> how many arguments it takes; min and max take two or more.
FUNCTIONS = {
    **dict.fromkeys(("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh"), 1),
    **dict.fromkeys(("exp", "log", "log10", "sqrt", "abs", "sign", "sigmoid", "relu"), 1),
    **dict.fromkeys(("min", "max"), 2),
}
LOOK_ALIKES = dict(zip("хуасеΧχΥυАСЕХУ×", "xyacexxyyacexyx", strict=True))

OPERAND = Text("a number, x, y, a function or (", "数字、x、y、函数或 (")
OPERATOR = Text("an operator such as + or *", "运算符\uff0c如 + 或 *")
PARTS = {
    "LPAR": Text("(", "("),
    "RPAR": Text(")", ")"),
    "COMMA": Text("a comma", "逗号"),
    "BAR": Text("a closing |", "右侧的 |"),
    "$END": Text("the end", "公式结尾"),
}
EXAMPLE = Text(
    "Type a formula in x and y, e.g. (1 - x)^2 + 100*(y - x^2)^2.",
    "请输入关于 x 和 y 的公式\uff0c例如 (1 - x)^2 + 100*(y - x^2)^2。",
)
NOTHING = Text("", "")


class FormulaError(ValueError):
    """A text that is no formula. ``at`` and ``length`` say where, in characters of the text as typed (``at`` may be its
    end), ``text`` what is wrong, ``expected`` what could stand there instead; it may be empty.
    """

    def __init__(self, text: Text, at: int = 0, length: int = 0, expected: Text = NOTHING) -> None:
        super().__init__(str(text))
        self.text, self.at, self.length, self.expected = text, at, length, expected


def too_much(what: Text, at: int, length: int) -> FormulaError:
    return FormulaError(Text(f"The formula {what}.", f"公式{what.zh}。"), at, length)


def expected(terminals: Collection[str]) -> Text:
    """What a parser could have read, in words: an operand, or an operator and what closes."""
    if "NUMBER" in terminals:
        return OPERAND
    order = [name for name in PARTS if name in terminals]
    words = [*([OPERATOR] if "PLUS" in terminals else []), *(PARTS[name] for name in order)]
    return Text(" or ".join(words), " 或 ".join(word.zh for word in words))


def shown(text: str) -> str:
    """Part of what was typed, so that it can be printed: short, and what is invisible by its code."""
    short = text if len(text) <= 20 else text[:19] + "…"
    return "".join(c if c.isprintable() and not unicodedata.combining(c) else f"U+{ord(c):04X}" for c in short)


def unknown_character(character: str, at: int, left: str) -> FormulaError:
    text = Text(f"{shown(character)} means nothing in a formula.", f"公式中不能有 {shown(character)}。")
    if character in "[]{}":
        text = Text("Use round parentheses: ( and ).", "请用圆括号 ( 和 )。")
    elif character == "=":
        text = Text(
            "Leave out the equals sign and what is before it: type only the right-hand side.",
            "请去掉等号和等号左边的部分\uff0c只输入右边。",
        )
    elif character == "." and left[-1:].isalpha():
        text = Text("A name has no parts: a point belongs to a number.", "名称没有成员\uff1a小数点只能用在数字中。")
    return FormulaError(text, at, 1)


def unknown_name(name: str, at: int) -> FormulaError:
    """A word that is neither a variable nor a function, with what was probably meant."""
    latin = "".join(LOOK_ALIKES.get(c, c) for c in name)
    lower = latin.lower()
    known = [*VARIABLES, *FUNCTIONS, *ALIASES]
    close = difflib.get_close_matches(lower, known, 1, 0.6) if len(lower) > 1 else []
    said, more = shown(name), NOTHING
    if lower in known and lower != name:
        text = Text(f"{said} is not known: did you mean {lower}?", f"没有 {said}\uff1a是指 {lower} 吗\uff1f")
        more = Text(" Names are in lower case.", "名称用小写字母。") if latin == name else NOTHING
        if latin != name:
            more = Text(" It looks alike, but is another letter.", "它看起来一样\uff0c却是另一个字母。")
    elif re.fullmatch(r"(pi|[xyabce])+", latin):
        product = shown("*".join(re.findall(r"pi|[xyabce]", latin)))
        text = Text(f"{said} is not known: did you mean {product}?", f"没有 {said}\uff1a是指 {product} 吗\uff1f")
    elif number := re.fullmatch(r"([xyabce])([0-9]+)", name):
        one, other = number.groups()
        text = Text(
            f"{said} is not known: did you mean {one}^{other} or {other}*{one}?",
            f"没有 {said}\uff1a是指 {one}^{other} 还是 {other}*{one}\uff1f",
        )
    elif close:
        text = Text(f"{said} is not known: did you mean {close[0]}?", f"没有 {said}\uff1a是指 {close[0]} 吗\uff1f")
    else:
        text = Text(
            f"{said} is not known: there are x, y, the parameters a, b, c, pi, e, and functions such as sin.",
            f"没有 {said}\uff1a可用 x、y\uff0c参数 a、b、c\uff0cpi、e\uff0c以及 sin 等函数。",
        )
    return FormulaError(Text(text + more, text.zh + more.zh), at, len(name))


def misplaced(
    kind: str, word: str, at: int, before: list[tuple[str, str]], opened: list[tuple[int, str]], could: Text
) -> FormulaError:
    """A word of known ``kind`` that cannot stand where it does; kind ``$END``: the text is at its end.

    ``before`` are the (kind, word) on its left; ``opened`` where parentheses were opened and not closed, and by which
    function; ``could`` is what could stand there.
    """
    last, previous = before[-1] if before else ("", ""), before[-2] if len(before) > 1 else ("", "")
    operands = {"NUMBER", "VARIABLE", "RPAR", "RAISED"}
    starts = {"NUMBER", "VARIABLE", "FUNCTION", "LPAR", "ROOT"}
    length, said = len(word), shown(word)
    if last[0] == "FUNCTION" and kind != "LPAR":
        name = last[1]
        text = Text(f"{name} needs parentheses: {name}(x).", f"{name} 后面要有括号\uff1a{name}(x)。")
    elif kind == "$END" and opened and could != OPERAND:
        text = Text("This parenthesis is never closed.", "这个括号没有闭合。")
        at, length = opened[-1][0], 1
    elif kind == "$END":
        text = Text("The formula is not finished.", "公式不完整。")
    elif kind == "RPAR" and not opened:
        text = Text("This parenthesis was never opened.", "这个右括号没有对应的左括号。")
    elif kind == "COMMA" and last[0] == "NUMBER":
        text = Text("Decimals have a point: 1.5.", "小数请用小数点\uff1a1.5。")
    elif kind == "COMMA":
        text = Text("A comma belongs between the arguments of min or max.", "逗号只用于 min 或 max 的参数之间。")
    elif kind in starts and last[0] == "NUMBER" and previous[0] in ("SLASH", "POWER"):
        sign, number = previous[1], last[1]
        text = Text(
            f"{sign}{number}{said} can be read in two ways: write {sign}({number}*{said}…) or put a * after {number}.",
            f"{sign}{number}{said} 有两种读法\uff1a请写成 {sign}({number}*{said}…)\uff0c或在 {number} 后面加 *。",
        )
    elif kind in starts and last[0] in operands:
        left = shown(last[1])
        text = Text(
            f"Put an operator between {left} and {said}, e.g. *.", f"{left} 和 {said} 之间缺少运算符\uff0c如 *。"
        )
    elif kind == "BAR" and last[0] in operands:
        text = Text("Put an operator before |, e.g. *.", "| 前面缺少运算符\uff0c如 *。")
    else:
        text = Text(f"{said} cannot stand here.", f"这里不能有 {said}。")
    return FormulaError(text, at, length, could)
