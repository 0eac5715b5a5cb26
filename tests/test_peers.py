"""The rules against PyTorch and Optax themselves, at random hyperparameters; the goldens hold a few settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from goldens import slugs

from optimizers import RULES
from visualizer import rollout

STEPS = 120
SURFACES = [("ravine", {"kappa": 30.0, "theta_deg": 20.0, "lambda_min": 1.0}), ("rosenbrock", {"a": 1.0, "b": 20.0})]


def gradient(surface: str, params: dict[str, float], x: float, y: float) -> tuple[float, float]:
    """By hand, so that the peers see nothing of our code."""
    if surface == "rosenbrock":
        a, b = params["a"], params["b"]
        return -2 * (a - x) - 4 * b * x * (y - x * x), 2 * b * (y - x * x)
    c, s = np.cos(np.radians(params["theta_deg"])), np.sin(np.radians(params["theta_deg"]))
    u, v = c * x + s * y, params["kappa"] * (c * y - s * x)
    return params["lambda_min"] * (c * u - s * v), params["lambda_min"] * (s * u + c * v)


# Where "somewhere in its slider" would be no optimizer: limits of the step that cross, a floor above every gradient; or
# is refused by the peer (a threshold below 1).
TAMED: dict[str, dict[str, float]] = {
    "rprop": {"step_size_min": 1e-6, "step_size_max": 50.0},
    "adafactor": {"eps1": 1e-10, "eps2": 1e-3, "d": 1.25},
}


def random_hyper(slug: str, rng: np.random.Generator) -> dict[str, Any]:
    """Every hyperparameter somewhere in its slider, at rates that stay finite; flags by the toss of a coin."""
    drawn: dict[str, Any] = {}
    for hyper in RULES[slug].hypers:
        low = 0.0 if hyper.scale == "log0" else hyper.low
        if hyper.name in TAMED.get(slug, {}):
            drawn[hyper.name] = TAMED[slug][hyper.name]
        elif hyper.kind == "bool":
            drawn[hyper.name] = bool(rng.integers(2))
        elif hyper.kind == "choice":
            drawn[hyper.name] = str(rng.choice(hyper.choices))
        elif hyper.name == "lr":
            top = {"gradient": 1e-3, "velocity": 2e-4}.get(RULES[slug].units, 0.1)
            drawn["lr"] = float(top * 10 ** rng.uniform(-1, 0))
        elif hyper.name == "eps":
            drawn["eps"] = float(10 ** rng.uniform(-8, -2))
        elif hyper.scale == "log1m":
            drawn[hyper.name] = float(1 - 10 ** rng.uniform(-2.5, -0.2))
        else:
            drawn[hyper.name] = float(rng.uniform(low, min(hyper.high, low + 0.5)))
    return drawn


def betas(h: dict[str, Any]) -> dict[str, Any]:
    """PyTorch's arguments: the two betas are a pair."""
    rest = {name: value for name, value in h.items() if name not in ("beta1", "beta2")}
    return {**rest, "betas": (h["beta1"], h["beta2"])}


TORCH: dict[str, Callable[[Any, Any, dict[str, Any]], Any]] = {
    "sgd": lambda torch, p, h: torch.SGD(p, **h),
    "momentum": lambda torch, p, h: torch.SGD(p, **h),
    "nesterov": lambda torch, p, h: torch.SGD(p, nesterov=True, **h),
    "adagrad": lambda torch, p, h: torch.Adagrad(p, **h),
    "adadelta": lambda torch, p, h: torch.Adadelta(p, **h),
    "rmsprop": lambda torch, p, h: torch.RMSprop(p, **h),
    "adam": lambda torch, p, h: torch.Adam(p, **betas(h)),
    "adam_l2": lambda torch, p, h: torch.Adam(p, **betas(h)),
    "adamw": lambda torch, p, h: torch.AdamW(p, **betas(h)),
    "amsgrad": lambda torch, p, h: torch.Adam(p, amsgrad=True, **betas(h)),
    "nadam": lambda torch, p, h: torch.NAdam(p, **betas(h)),
    "nadamw": lambda torch, p, h: torch.NAdam(p, decoupled_weight_decay=True, **betas(h)),
    "adamax": lambda torch, p, h: torch.Adamax(p, **betas(h)),
    "radam": lambda torch, p, h: torch.RAdam(p, **betas(h)),
    "rprop": lambda torch, p, h: torch.Rprop(
        p, h["lr"], (h["etaminus"], h["etaplus"]), (h["step_size_min"], h["step_size_max"])
    ),
    "adafactor": lambda torch, p, h: torch.Adafactor(
        p, h["lr"], h["beta2_decay"], (h["eps1"], h["eps2"]), h["d"], h["weight_decay"]
    ),
}
OPTAX: dict[str, Callable[[Any, dict[str, Any]], Any]] = {
    "sgd": lambda optax, h: optax.sgd(h["lr"]),
    "momentum": lambda optax, h: optax.sgd(h["lr"], h["momentum"]),
    "nesterov": lambda optax, h: optax.sgd(h["lr"], h["momentum"], nesterov=True),
    "adadelta": lambda optax, h: optax.adadelta(h["lr"], h["rho"], h["eps"]),
    "adam": lambda optax, h: optax.adam(h["lr"], h["beta1"], h["beta2"], h["eps"]),
    "adamw": lambda optax, h: optax.adamw(h["lr"], h["beta1"], h["beta2"], h["eps"], weight_decay=h["weight_decay"]),
    "lion": lambda optax, h: optax.lion(h["lr"], h["beta1"], h["beta2"], weight_decay=h["weight_decay"]),
    "signsgd": lambda optax, h: optax.sign_sgd(h["lr"]),
    "yogi": lambda optax, h: optax.yogi(h["lr"], h["beta1"], h["beta2"], h["eps"]),
    "adabelief": lambda optax, h: optax.adabelief(h["lr"], h["beta1"], h["beta2"], h["eps"], h["eps_root"]),
    "lamb": lambda optax, h: optax.lamb(h["lr"], h["beta1"], h["beta2"], h["eps"], weight_decay=h["weight_decay"]),
}
# What Optax' form of a rule does not have.
WITHOUT: dict[str, dict[str, Any]] = {
    "sgd": {"weight_decay": 0.0},
    "momentum": {"weight_decay": 0.0, "dampening": 0.0},
    "nesterov": {"weight_decay": 0.0},
    "adadelta": {"weight_decay": 0.0},
    "adam": {},
    "adamw": {"amsgrad": False},
    "lion": {},
    "signsgd": {},
    "yogi": {"initial_accumulator_value": 1e-6},
    "adabelief": {},
    "lamb": {},
}
every_surface = pytest.mark.parametrize(("surface", "params"), SURFACES, ids=[name for name, _ in SURFACES])


def close(ours: np.ndarray, theirs: np.ndarray, about: object) -> None:
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-10, err_msg=str(about))


# Why rules are compared with the golden files alone. One that is not named here says it in its golden files' source.
NO_PEER = {
    "adam_nobias": "in no package",
    **dict.fromkeys(
        ("adabound", "adamod", "aggmo", "amsbound", "qhadam", "qhm"),
        "in torch_optimizer, which the tests do without",
    ),
    **dict.fromkeys(
        ("adan", "lars", "padam", "sgdw", "signum", "swats"), "in pytorch_optimizer, which the tests do without"
    ),
    **dict.fromkeys(
        ("dadapt_adam", "dadapt_sgd", "prodigy", "schedulefree_adamw", "schedulefree_sgd"),
        "in its authors' package, which the tests do without",
    ),
    "muon": "PyTorch's takes a matrix, not a point",
    "barzilai_borwein": "a reference written by hand",
    "built": "compared with the rules that it makes, in test_workbench.py",
    "sgld": "a reference written by hand, on given draws",
    **dict.fromkeys(
        ("newton", "damped_newton", "saddle_free_newton", "levenberg_marquardt"), "in no package as an update rule"
    ),
    "sophia": "in pytorch_optimizer, which the tests do without",
    **dict.fromkeys(("bfgs", "lbfgs", "nonlinear_cg"), "SciPy's path depends on its search: only the ends agree"),
    "gd_armijo": "compared with Optax in test_second.py",
}


def test_every_rule_has_a_peer_or_goldens() -> None:
    """A new optimizer is compared here, or with golden files that another implementation made."""
    alone = set(RULES) - set(TORCH) - set(OPTAX)
    assert set(NO_PEER) <= alone, "a reason for what is compared after all"
    assert alone <= slugs("trajectory") | slugs("endpoint")


@pytest.mark.usefixtures("torch_in_float64")
def test_dampening_without_momentum_is_plain_descent() -> None:
    """PyTorch keeps no buffer then."""
    hyper, start, params = {"lr": 1e-3, "momentum": 0.0, "dampening": 0.6}, np.array([0.5, 1.0]), SURFACES[1][1]
    ours = rollout("rosenbrock", "momentum", start, STEPS, hyper, params).theta
    close(ours, torch_path("momentum", start, hyper, "rosenbrock", params), hyper)
    close(ours, rollout("rosenbrock", "sgd", start, STEPS, {"lr": 1e-3}, params).theta, hyper)


def torch_path(slug: str, start: np.ndarray, hyper: dict[str, Any], surface: str, params: dict[str, float]) -> Any:
    import torch

    theta = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    rule, path = TORCH[slug](torch.optim, [theta], hyper), [start]
    for _ in range(STEPS):
        theta.grad = torch.tensor(gradient(surface, params, *theta.tolist()), dtype=torch.float64)
        rule.step()
        path.append(theta.detach().numpy().copy())
    return np.array(path)


@pytest.fixture
def torch_in_float64() -> Iterator[None]:
    """Or NAdam keeps its momentum product in float32."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed: the goldens hold its numbers")
    default = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(default)


@every_surface
@pytest.mark.parametrize("slug", TORCH)
@pytest.mark.usefixtures("torch_in_float64")
def test_pytorch_agrees(slug: str, surface: str, params: dict[str, float]) -> None:
    rng = np.random.default_rng([ord(letter) for letter in slug + surface])
    for _ in range(4):
        hyper, start = random_hyper(slug, rng), rng.uniform(-1.5, 1.5, 2)
        theirs = torch_path(slug, start, hyper, surface, params)
        # Some drawn rates are chaotic: only as long as PyTorch agrees with itself from a start 1e-13 away.
        twin = torch_path(slug, start + 1e-13, hyper, surface, params)
        chaotic = np.abs(twin - theirs).max(1) > 1e-11
        reliable = int(np.argmax(chaotic)) if chaotic.any() else STEPS + 1
        assert reliable > 20
        ours = rollout(surface, slug, start, STEPS, hyper, params).theta
        close(ours[:reliable], theirs[:reliable], hyper)


@every_surface
@pytest.mark.parametrize("slug", OPTAX)
def test_optax_agrees(slug: str, surface: str, params: dict[str, float]) -> None:
    optax = pytest.importorskip("optax", reason="Optax is not installed: the goldens hold its numbers")
    rng = np.random.default_rng([ord(letter) for letter in slug + surface])
    hyper = random_hyper(slug, rng) | WITHOUT[slug]
    start = rng.uniform(-1.5, 1.5, 2)
    rule = OPTAX[slug](optax, hyper)
    theta, path = np.array(start), [start]
    state = rule.init(theta)
    for _ in range(60):
        change, state = rule.update(np.array(gradient(surface, params, *theta)), state, theta)
        theta = theta + np.asarray(change)
        path.append(theta)
    close(rollout(surface, slug, start, 60, hyper, params).theta, np.array(path), hyper)
