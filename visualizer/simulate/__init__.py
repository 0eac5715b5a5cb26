"""Simulation: names and numbers in, arrays out."""

FIRST, USUAL, ALL = range(3)


def warm(how_much: int = ALL) -> None:
    """Compiles, or loads, programs: what the first visit needs; what visitors will usually ask for; or everything.

    What is usual is every optimizer on the surfaces of the first hours, and the first optimizers on every surface. The
    rest would take a process a gigabyte, and takes a second when somebody asks for it.
    """
    from visualizer.simulate import groups, local, rollout, surface, tiles

    surface.warm({group for group, _ in groups.SURFACE_PLACES.values()})  # the gallery shows every surface
    rollout.warm(("first",), ("classic",))
    if how_much > FIRST:
        surface.warm()
        rollout.warm(("first",))
        rollout.warm(surfaces=("classic",))
        local.warm()
        tiles.warm(("first",), ("classic",))
    if how_much > USUAL:
        rollout.warm()
        tiles.warm(("first",))
        tiles.warm(surfaces=("classic",))
