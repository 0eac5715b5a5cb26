"""Simulation: names and numbers in, arrays out."""


def warm(rest: bool = True) -> None:
    """Compiles, or loads, what the page needs: the surface, and the rollout at the usual sizes.

    Without the ``rest``, the optimizers of a first visit only.
    """
    from visualizer.simulate import rollout, surface

    surface.warm()
    rollout.warm(("first",))
    if rest:
        rollout.warm()
