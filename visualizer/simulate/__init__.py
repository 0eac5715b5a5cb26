"""Simulation: names and numbers in, arrays out."""


def warm(rest: bool = True) -> None:
    """Compiles, or loads, what the page needs: the surfaces, and the rollouts at the usual size.

    Without the ``rest``, the optimizers and surfaces of a first visit only.
    """
    from visualizer.simulate import rollout, surface

    surface.warm(("classic",))
    rollout.warm(("first",), ("classic",))
    if rest:
        surface.warm()
        rollout.warm(surfaces=("classic",))
        rollout.warm()
