"""What nobody means well who types it, and legal mathematics without a finite value."""

from __future__ import annotations

from landscapes._expression import LENGTH

ATTACKS = r"""
__import__('os')
__import__("os").system("id")
import os
from os import system
os.system('id')
x.__class__
x.__class__.__bases__[0].__subclasses__()
().__class__
().__class__.__mro__[1].__subclasses__()
''.__class__
"".join(["x"])
x.real
x.T
x.at[0].set(1)
(x).__init__
(x+y).__add__(x)
sin.__call__(x)
sin.__globals__
sin.func_globals
sin.__self__
min.__self__.__dict__
abs.__module__
pi.__class__
1.0.__class__
1.__class__
1 .real
1..real
1.e.x
a.b.c
x._
_
__
__builtins__
__builtins__.eval
__name__
__file__
__doc__
__dict__
globals()
locals()
vars()
dir(x)
eval("x")
eval(x)
exec("x")
exec(x)
compile("x","","eval")
open("/etc/passwd")
open(0)
input()
print(x)
breakpoint()
exit()
quit()
help(x)
getattr(x,"real")
setattr(x,"y",1)
delattr(x,"y")
hasattr(x,"y")
type(x)
object()
super()
id(x)
hash(x)
repr(x)
str(x)
bytes(9)
bytearray(99999)
range(9**9)
list(range(9))
sum(range(9))
map(sin,x)
zip(x,y)
iter(x)
next(x)
len(x)
lambda: 0
lambda x: x
(lambda x: x)(y)
(lambda: (yield))()
lambda *a: a
x if y else a
x and y
x or y
not x
x in y
x is y
x < y
x > y
x <= y
x >= y
x == y
x != y
x <> y
x & y
x && y
x || y
x ^^ y
x << y
x >> y
1 << 99999999
~x
!x
x!
x % y
x // y
x @ y
x; y
x: y
x, y
(x, y)
x,
(x,)
(,)
[x]
[x, y]
[x for x in y]
[x for x in ().__class__.__bases__]
{x}
{x: y}
{x for x in y}
(x for x in y)
x[0]
x[:]
x[::2]
x[y]
x{y}
*x
**x
*x, y
sin(*x)
sin(**x)
sin(x=1)
sin(x:=1)
(x := 1)
x = 1
x += 1
x -> y
f"{x}"
f'{x.__class__}'
f"{().__class__}"
b"x"
r"x"
u"x"
"x"
'x'
"x
'x
`x`
```x```
\x
x\
\x78
\u0078
\N{LATIN SMALL LETTER X}
x\n+y
x#y
x # y
# x
x ? y : a
x $ y
$x
${x}
$(id)
`id`
{{x}}
{{7*7}}
{% x %}
<%= x %>
<script>alert(1)</script>
<img src=x onerror=alert(1)>
javascript:alert(1)
&lt;x&gt;
%00
%s%s%s%n
../../etc/passwd
/etc/passwd
C:\x
file:///etc/passwd
'; drop table x; --
x -- ; y
0x10
0b11
0o17
1_000
1__0
1j
1+2j
x*1j
1e+
1e999
-1e999
1e308.5
1.2.3
1..2
..1
.
..
...
Ellipsis
None
True
False
nan
NaN
inf
Infinity
-inf
oo
zoo
I
E
j
S.One
Symbol("x")
Integer(9)
sympify("x")
diff(x, x)
Sum(x, (x, 1, 9))
factorial(999999)
gamma(x)
9**9**9
9^9^9^9
9^9^9^9^9^9^9^9
(9^9)^(9^9)
2^99999999
x^1e9
x^99999
x^-1001
x^(10^10)
1e-9^-1e9
((9^999)^999)^1e5
x^(9^9)
99999999999999999999^99999999
await x
async x
yield x
return x
assert x
del x
raise x
pass
global x
while 1: pass
for x in y: pass
if x: y
with x: y
try: x
class x: pass
def x(): y
@x
match x
type x = y
print x
exec x
np.exp(x)
jnp.exp(x)
math.exp(x)
{np}.exp(x)
{x!r}
x.y
x..y
x . y
sin
sin()
sin(
sin)
sin x
sinx
sin(x)(y)
sin(sin)
sin(x y)
sin((x)
sin[x]
sin.x
min()
min(x)
max(,)
max(x,)
max(,x)
sin(x,y)
abs()
exp(x,)
2x3
x2
x y
x(y)
(x)2
)(
)
(
((
())
(()
()
|
||
|||
|x
x|
|x|y|
2|x|
√
√√
²
x⁻
x⁻⁻¹
²x
^
^x
x^
x^^2
x***2
x**
**2
+
-
*
/
//
x//y
x*/y
x+*y
x*+y
/x
*x
,
""".strip("\n").split("\n")  # fmt: skip

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
