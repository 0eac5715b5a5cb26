"""NAdamW: Nadam (Dozat 2016) with the decoupled weight decay of Loshchilov and Hutter 2019 (arXiv:1711.05101)."""

from optimizers._card import Twin
from optimizers._frame import DECOUPLED, Optimizer, weight_decay
from optimizers.nadam import NADAM, init, moments
from visualizer.spec import Source, Text

DECAY = weight_decay(1e-2, decoupled=True)

NADAMW = Optimizer(
    title=Text("NAdamW", "NAdamW"),
    family="adam",
    order=101,
    source=Source("Dozat, ICLR workshop; Loshchilov and Hutter, ICLR", 2019, "1711.05101"),
    formula=r"\theta_t = (1 - \eta\lambda)\,\theta_{t-1} - \eta \frac{\hat m_t}{\sqrt{\hat V_t} + \epsilon}, \quad "
    r"\hat m_t = \frac{\mu_{t+1} m_t}{1 - P_t \mu_{t+1}} + \frac{(1 - \mu_t) g_t}{1 - P_t}",
    follows=Text(
        "PyTorch's NAdam(decoupled_weight_decay=True). Optax' nadamw has no momentum schedule; Keras fixes psi = 1.",
        "与 PyTorch 的 NAdam(decoupled_weight_decay=True) 一致。Optax 的 nadamw 没有动量调度\uff1bKeras 固定 ψ = 1。",
    ),
    summary=Text(
        "Nadam with weight decay taken out of the gradient: AdamW with Nesterov's look-ahead.",
        "把权重衰减移出梯度的 Nadam\uff0c即带 Nesterov 前瞻的 AdamW。",
    ),
    twins=(
        Twin(Text("Coupled weight decay (Nadam)", "耦合权重衰减\uff08Nadam\uff09"), "nadam"),
        Twin(Text("Without the look-ahead (AdamW)", "不前瞻\uff08AdamW\uff09"), "adamw"),
    ),
    hypers=tuple(DECAY if hyper.name == DECAY.name else hyper for hyper in NADAM.hypers),
    units="distance",
    init=init,
    moments=moments,
    decay=DECOUPLED,
)
