r"""A step under the microscope: a recorded run told line by line, in symbols and with the step's numbers.

``replay(scenario, place, trajectory)`` runs the statements of the optimizer's card again, with its wrappers' around
them, each step from the recorded point, the state from the steps before; gradients are the recorded ones. It returns
the run's legs: one, or, of a run that continues others, one for each rule that made its steps. A fork's own leg begins
with what the engine gave it (``beginning.py``). ``Replay.layout`` says once for a leg what is drawn; ``Replay.table()``
is a float64 array ``(steps, slots)`` with the numbers of its steps, of which the first is step ``Replay.first`` of the
run (steps are counted from 1). The layout is JSON, without NaN or infinities::

    {"steps": T, "slots": n,        the table's width
     "lines": [line, ...],          every line that some step of the run runs, in order
     "patterns": [[0, 1, 3], ...],  lines, by their place in "lines", that steps run together
     "noisy": false,                whether gradients carry noise: "nabla f" is then what the run saw
     "unknown": []}                 ["here"]: SAM's first gradient was not recorded (noise); its slots are NaN

Slot 0 of a step's row is the place of its pattern: draw the lines of that pattern and no others. A line is::

    {"kind": "assign", "depth": 0,  under how many conditions it stands
     "name": "m",                   as the card's code has it
     "tex": "m_t = ...",            the whole line in symbols; visualizer.formula.draw draws it
     "target": leaf, "relation": "=", or "\\leftarrow" where the step has assigned it before, or "\\sim" for a draw
     "tree": tree}                  the right-hand side: target.at is its value, and equals the tree's
    {"kind": "if", ...,  "truth": slot}     a condition, 1 or 0 in its slot; "tree" is the condition; no target
    {"kind": "check", ..., "truth": slot}   a claim that decides nothing, likewise; "says" is "armijo" or "curvature"
                                            where it is that condition on the length which a search has found

An "if" stands before both its sides; of these a pattern has the one that was run. A tree is a leaf or has parts::

    {"k": "num", "at": slot, "tex": "\\beta_{1,t}"}      a number; a truth is 1 or 0
    {"k": "vec", "at": slot, "tex": "g_t"}              two numbers from that slot on
    {"k": "mat", "at": slot, "rows": r, "cols": c, ...} r * c numbers, by rows
    {"k": "lit", "v": 0.9, "tex": "\\beta_1"}            of no slot: it never changes; "v" may be a list, or a list of
                                                        lists; "inf", "-inf" and "nan" (no value as
                                                        yet) are strings
    {"k": "op", "op": o, "of": [a, b]}        o is "+", "-", "*", "mod"; "o" (product by coordinates), "." (inner
                                              product), "@" (matrix product, drawn without a sign)
    {"k": "rel", "op": o, "of": [a, b]}       o is "<", "<=", ">", ">=", "=", "!="
    {"k": "frac", "of": [a, b]}   {"k": "pow", "of": [a, exponent]}   {"k": "neg", "of": [a]}   {"k": "sqrt", "of": [a]}
    {"k": "paren", "of": [a]}     {"k": "abs", "of": [a]}             {"k": "transpose", "of": [a]}
                                              "abs" of a matrix: its eigenvalues, made positive
    {"k": "norm", "p": 2, "of": [a]}          p is 1, 2 or "inf"
    {"k": "outer", "of": [a, b]}              a times b transposed
    {"k": "solve", "of": [H, g]}              the inverse of H times g
    {"k": "call", "name": f, "of": [...]}     f is "sign", "max", "min", "clip", "mean", "mean_of_rows", "diag",
                                              "eigenvalues", "eigenvectors", "row", "matrix" ([[x, y], [y, x]]),
                                              "singular" (no inverse, to rounding)
    {"k": "cases", "rows": [[value, condition], ..., [value]]}   by coordinates; the last row is what else there is,
                                                    with its condition where the others leave but one relation
    {"k": "and" | "or", "of": [...]}  {"k": "not", "of": [a]}  {"k": "none", "of": [leaf]}   no value as yet (NaN)

Operations on vectors are by coordinates unless said. All parentheses that a formula needs are there as "paren". A leaf
with "wrap": 1 stands after an operator or below a power: a number there needs parentheses where it is negative.
"""

from visualizer.microscope.replay import Replay, replay

__all__ = ["Replay", "replay"]
