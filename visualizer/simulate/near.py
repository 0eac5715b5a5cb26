"""What is nearest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scipy.spatial import KDTree


def tree(points: Any) -> KDTree:
    """A k-d tree of points ``(n, 2)``. Its import takes as long as half of JAX's: it waits for the first tree."""
    from scipy.spatial import KDTree

    return KDTree(points)
