"""JAX, set up once: every module that runs JAX imports this one first.

XLA's CPU compiler turns a small ``while`` loop into one native kernel, in which a switch is a branch and not a call,
when this flag is in the environment before the first computation. Everything also works without it, about ten times
slower.
"""

from __future__ import annotations

import os

FLAG = "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=1000000000"

if "xla_cpu_small_while_loop_byte_threshold" not in os.environ.get("XLA_FLAGS", ""):
    os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {FLAG}".strip()

import jax  # noqa: E402  (the flag must be set first)

jax.config.update("jax_enable_x64", True)
