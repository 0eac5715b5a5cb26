"""The constant learning rate."""

from optimizers.schedules._schedule import Form, Rate, Schedule
from visualizer.spec import Source, Text

CONSTANT = Schedule(
    title=Text("Constant", "恒定"),
    order=0,
    source=Source("Robbins and Monro, Annals of Mathematical Statistics 22", 1951),
    formula=r"\eta_t = \eta",
    summary=Text("The same rate at every step.", "每一步使用相同的学习率。"),
    forms=(Form(hypers=(), rate=lambda t, steps, h: Rate(h.lr)),),
)
