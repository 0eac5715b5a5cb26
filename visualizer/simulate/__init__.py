"""Simulation: names and numbers in, arrays out."""


def warm() -> None:
    """Compiles, or loads, what the page needs: the surface, and the rollout at the usual sizes."""
    from visualizer.simulate import rollout, surface

    surface.warm()
    rollout.warm()
