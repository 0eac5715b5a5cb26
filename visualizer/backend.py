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

# Several processes, on one machine or many, that compute maps together (``simulate/hosts.py``).
HOSTS = os.environ.get("DESCENT_LAB_HOSTS", "")
PATIENCE = 7 * 86400  # seconds that a process that is done waits for the others before it ends


def join(hosts: str) -> None:
    """Joins the processes: "host:port,processes,index", where host and port are those of process 0.

    Or "auto", where Slurm, Open MPI or Kubernetes tell JAX. ``ValueError`` for anything else.
    """
    if hosts == "auto":
        jax.distributed.initialize(shutdown_timeout_seconds=PATIENCE)
        return
    address, *numbers = hosts.split(",")
    if not (":" in address and len(numbers) == 2 and all(number.isdecimal() for number in numbers)):
        raise ValueError(f"DESCENT_LAB_HOSTS is auto or host:port,processes,index, not {hosts!r}")
    processes, index = map(int, numbers)
    jax.distributed.initialize(address, processes, index, shutdown_timeout_seconds=PATIENCE)


if HOSTS:
    join(HOSTS)
