"""Simulation: names and numbers in, arrays out."""

FIRST, USUAL, ALL = range(3)
OFTEN = ("classic", "more1", "more2", "data")  # groups of surfaces


def warm(how_much: int = ALL) -> None:
    """Compiles, or loads, programs: what the first visit needs; what visitors will usually ask for; or everything.

    What is usual is most optimizers on the surfaces of the first hours, and the first optimizers on most surfaces. The
    rest would take a process a gigabyte; it takes a tenth of a second when somebody asks, or one without a cache.
    """
    from visualizer.simulate import groups, local, rollout, surface, tiles

    surface.warm({group for group, _ in groups.SURFACE_PLACES.values()})  # the gallery shows every surface
    rollout.warm(("first",), ("classic",))
    if how_much > FIRST:
        rollout.warm(("first",), OFTEN)
        rollout.warm(("more1", "more2", "more3"), ("classic",))
        local.warm(OFTEN)
        tiles.warm(("first",), ("classic",))
    if how_much > USUAL:
        surface.warm()
        local.warm()
        rollout.warm()
        tiles.warm(("first",))
        tiles.warm(surfaces=("classic",))
