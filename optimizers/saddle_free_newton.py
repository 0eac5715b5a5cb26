"""Saddle-free Newton: Dauphin, Pascanu, Gulcehre, Cho, Ganguli and Bengio 2014 (arXiv:1406.2572)."""

from jax import Array

from optimizers._card import Card
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
    card=Card(
        parents=("newton",),
        mends=Text(
            "Newton is drawn to saddles, for a negative curvature turns its step around. With |H|, the "
            "eigenvalues made positive, the same direction leads away: the saddle with a floor is left, "
            "the minimum reached at step 13.",
            "负曲率使牛顿步掉头\uff0c因此会被鞍点吸引。改用 |H|\uff0c即把特征值取绝对值\uff0c同一方向便通"
            "向外面\uff1a它离开有底的鞍面上的鞍点\uff0c第 13 步到达极小点。",
        ),
        breaks=Text(
            "The eigenvectors cost as much as n³, and far away a step may still be far too long: Beale "
            "rises to a loss of 10785 before it arrives at step 34.",
            "特征向量的代价为 n³ 量级\uff1b离得远时步子仍可能过长\uff1aBeale 上损失先升到 10785\uff0c第 34 步才到达。",
        ),
        use=Text(
            "Small problems full of saddles; its lesson, that saddles and not local minima slow training, is for all.",
            "鞍点多的小问题\uff1b它的启示是\uff1a拖慢训练的是鞍点而不是局部极小。",
        ),
        avoid=Text(
            "Large networks (its authors work in a Krylov subspace), and minibatches.",
            "大型网络\uff08作者在 Krylov 子空间中计算\uff09\uff0c以及小批量。",
        ),
        memory=0,
        step="values, vectors = np.linalg.eigh(hessian(theta))\n"
        "slopes = vectors.T @ gradient(theta)\n"
        "theta = theta - lr * vectors @ (slopes / (np.abs(values) + damping))",
        # The engine takes the gradient itself where |H| + d I has no inverse, as it does for Newton.
        told="H = spectral(hessian(theta)) + damping * np.eye(2)\n"
        "theta = theta - lr * np.linalg.solve(H, gradient(theta))",
        symbols={"values": r"\lambda", "vectors": "Q", "slopes": "a"},
        cost=Text(
            "1 gradient, 1 Hessian and the solution of a linear system a step.",
            "每步 1 次梯度、1 次 Hessian\uff0c并解一个线性方程组。",
        ),
        stability=Text(
            "On a convex quadratic it is damped Newton: stable for lr < 2 (1 + c / L).",
            "在凸二次函数上即阻尼牛顿法\uff1aη < 2(1 + c/L) 时稳定。",
        ),
    ),
)
