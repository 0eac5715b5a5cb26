"""What nobody means well who types it, and legal mathematics without a finite value."""

from __future__ import annotations

from pathlib import Path

from landscapes._expression import LENGTH

ATTACKS = (Path(__file__).parent / "data" / "hostile.txt").read_text("utf-8").strip("\n").split("\n")

# What cannot be seen in a list: characters of control, direction, combination and look-alikes.
UNSEEN = [
    *(f"x{chr(code)}+y" for code in (0, 1, 7, 8, 11, 12, 27, 28, 31, 127, 0x85, 0x9B)),
    *(f"x+{chr(code)}y" for code in (0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x202A, 0x202E, 0x2066, 0x2069)),
    *(f"x{chr(code)}" for code in (0x300, 0x301, 0x338, 0x20D7, 0xFE0F, 0xFEFF, 0xE0001, 0xFFFE, 0x10FFFF, 0x1F600)),
    *(f"{chr(code)}*y" for code in (0x445, 0x443, 0x3C7, 0x1D465, 0x1D431, 0x24E7, 0x2179, 0xAA, 0xD7E, 0x4E59)),
    *("\ud800", "x\udfff", "\ud83d\ude00", "\udc80x+y", "x\r\n+\x00", "\x00", "\x00" * LENGTH, "\n;\nx"),
    *("ѕіn(x)", "sın(x)", "sin\u0307(x)", "ſin(x)", "ﬁ(x)", "℮^x", "ℯ^x", "𝜋*x", "ⅇ", "½x", "x¾", "①+x", "Ⅳ", "〇"),
    *("١+x", "१*x", "x^٢", "𝟗*x", "߁"),
    *( "x⁄y", "x∕y", "x∖y", "x∧2", "x⌃2", "xˆ2", "⟨x⟩", "「x」", "∞", "∑x", "∫x", "∂x", "∛x"),
    *("e\u0301^x", "x̂", "x̄", "x\u20d2", "a\u0489", "ax\u0332"),
]  # fmt: skip

DEEP = [
    "(" * LENGTH,
    "(" * 200 + "x" + ")" * 199,
    "(" * 199 + "x" + ")" * 200,
    "-" * 399 + "x",
    "2^" * 199 + "x",
    "x^" * 199 + "2",
    "sin(" * 99 + "x",
    "sin(" * 79 + "x" + ")" * 79,
    "abs(" * 79 + "x" + ")" * 79,
    "|" * LENGTH,
    "|" * 199 + "x" + "|" * 199,
    "√" * 399 + "x",
    "√(" * 130 + "x" + ")" * 130,
    "x/(" * 99 + "y" + ")" * 99,
    "1/(1+" * 66 + "x" + ")" * 66,
    "min(x," * 57 + "y" + ")" * 57,
    "e^(" * 99 + "x" + ")" * 99,
    "(" * 40 + "x" + "^2+y)" * 40,
    "(x^2+" * 60 + "y" + ")^2" * 12 + ")" * 48,
]
LONG = [
    "9" * 399,
    "9" * LENGTH,
    "9" * (LENGTH + 1),
    "1" * 10_000_000,
    "x+" * 5_000_000 + "x",
    "(" * 1_000_000,
    "0." + "9" * 500,
    "1e" + "9" * 398,
    "1e-" + "9" * 400,
    "." * LENGTH,
    "e" * LENGTH,
    "x" * LENGTH,
    "xy" * 200,
    "sin" * 133,
    "_" * LENGTH,
    "é" * LENGTH,
    "x+" * 199 + "x+",
    "x*" * 199 + "x",
    "x+" * 199 + "x",
    "x-y*" * 99 + "x",
    "+".join(f"{i}*x" for i in range(80)),
    "+".join(f"x^{i}" for i in range(2, 80)),
    "(x+y)^31*" * 40 + "x",
    "x^31+y^31+" * 39 + "x",
    "sin(x)+" * 56 + "x",
    " " * 401,
    " " * 1_000_000,
    "\ufeff" * 399,
    "x," * 199,
    "min(" + "x," * 190 + "y)",
    "max(" + ",".join("xyabc" * 38) + ")",
]
NO_TEXT: list[object] = [None, 1, 1.5, True, b"x", ["x"], ("x",), {"x": 1}, object(), float("nan"), range(3), str]

# Legal, and nowhere finite, or not everywhere: computed as NumPy computes it.
LEGAL = """
1e
x²²
0/0
1/0
-1/0
0*(1/0)
x/0
0/x
x/x
1e308*10
-1e308*10
1e308*10-1e308*10
1e308*x*1e308
1e-308*1e-308
5e-324
5e-324/2
1e308
exp(1e308)
exp(1000)
exp(-1000)
exp(exp(exp(exp(x))))
exp(710)-exp(710)
log(0)
log(-1)
log(x-x)
log10(-x^2)
sqrt(-1)
sqrt(-x^2-1)
(-8)^(1/3)
(-1)^0.5
(-x^2)^0.5
0^0
0^-1
0^(0-1)
(x-x)^-1
x^1000
x^-1000
1e308^2
10^309
2^1000*2^1000
9^999
((9^999)^999)^999
x^x^x^x
asin(2)
acos(-2)
asin(1e308)
tan(pi/2)
sinh(1000)
cosh(-1000)
tanh(1e308)
sin(1e308)
cos(1e22)
sigmoid(-1e308)
sigmoid(1e308*10)
sign(0/0)
min(x, 0/0)
max(1/0, y)
abs(-1/0)
relu(0/0)
1e308*10*0
atan(1/0)
log(1/0)
x-1/0
1/(1/0)
1/0-1/0
----x
2----x
""".strip().split("\n")
