"""Lessons: Markdown whose claims are tests and whose numbers are measured.

A lesson is a file ``lessons/en/<slug>.md``, and one in ``lessons/zh``. Its head is TOML; ``[scenarios]`` gives names to
links, as the page's address bar has them (a race, or a study of networks)::

    +++
    title = "The ravine"
    order = 1
    summary = "Why gradient descent zigzags."

    [scenarios]
    valley = "v=1&f=ravine~theta_deg~0&r1=sgd~lr~0.0195&r2=momentum~lr~0.01&steps=1000&tol=1e-6"
    +++

The rest is CommonMark with tables and $mathematics$, without HTML and images, and with

- ``[The zigzag](show:valley)``: turns the player to a scenario; alone in a paragraph, when the reader comes by.
- ``[Try 0.0201](try:valley?r1.lr=0.0201&steps=300)``: turns dials as a link would, and plays. ``valley@45`` is the
  scenario turned by 45 degrees. Runs are called by their number, or by their optimizer.
- ``[the next lesson](lesson:momentum)``.
- ``{valley.sgd.stays}``: a number that is measured when the lesson is opened; ``{... : %}``, ``{... : .2}`` (decimals),
  ``{... : 4}`` (digits), ``{median(60 seeds, ...) : interval}``. A brace itself is written with a backslash.

Three fenced blocks stand on their own (``directives.py``)::

    ```claim each at its best
    Tuned, momentum needs less than half of gradient descent's steps.
    = valley.momentum.best.stays < 0.5 * valley.sgd.best.stays
    ```

    ```question valley
    Who arrives first?
    - Gradient descent
      = valley.sgd.stays < valley.momentum.stays
    - Momentum
      = valley.momentum.stays < valley.sgd.stays
    - Neither ever does
    > Momentum needs {valley.momentum.stays} steps.
    ```

    ```sketch valley.momentum
    Draw the path of momentum before you play it.
    > It overshoots, to {valley.momentum.least(x)}.
    ```

A claim names its tuning rule (``claims.py``): ``equal lr``, ``equal lr/(1-beta)``, ``each at its best`` (write
``.best``) or ``none``; the reader checks that it is so. One about ``leaves`` is made at 0 and at 45 degrees. What can
be measured is in ``measures.py`` (``python -m visualizer.lessons measures``), how it is put together in ``grammar.py``:
numbers, ``never``, + - * / ^, comparisons, and, or, not, abs, sqrt, log, min, max; ``share(1000 starts, ...)``,
``median(60 seeds, ...)`` and the ends ``low`` and ``high`` of the median's 95 % interval.
"""
