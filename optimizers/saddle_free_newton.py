"""Saddle-free Newton: Dauphin, Pascanu, Gulcehre, Cho, Ganguli and Bengio 2014 (arXiv:1406.2572)."""

from jax import Array

from optimizers._frame import Moments, Optimizer
from optimizers._newton import always, damping, newton_moments, newton_rate
from optimizers._plane import absolute, shifted, solve
from visualizer.spec import Source, Text, Values


def moments(g: Array, theta: Array, state: tuple[()], h: Values) -> Moments:
    return newton_moments(solve(shifted(absolute(h.hessian), h.damping), g), h)


SADDLE_FREE_NEWTON = Optimizer(
    title=Text("Saddle-free Newton", "无鞍点牛顿法"),
    family="second",
    order=434,
    source=Source("Dauphin et al., NeurIPS", 2014, "1406.2572", "Algorithm 1"),
    formula=r"\theta_t = \theta_{t-1} - \eta\, (|H_t| + d I)^{-1} g_t, \quad |H| = \sum_i |\lambda_i| v_i v_i^\top",
    follows=Text(
        "The paper's step with the exact Hessian and a constant damping; the paper works in a Krylov subspace and "
        "chooses the damping by trial. A step counts as three gradients: the Hessian costs two.",
        "与论文的步长一致\uff0c用精确 Hessian 与固定阻尼\uff1b论文在 Krylov 子空间中计算\uff0c并试选阻尼。"
        "每步按三次梯度计\uff1aHessian 相当于两次。",
    ),
    summary=Text(
        "Newton's step with every curvature made positive: it leaves a saddle along the direction that Newton would "
        "follow into it.",
        "把所有曲率取绝对值的牛顿步\uff1a牛顿法沿某方向走进鞍点\uff0c它沿同一方向离开。",
    ),
    hypers=(newton_rate(), damping(0.1)),
    units="none",
    init=lambda theta, h: (),
    moments=moments,
    hessian=always,
)
