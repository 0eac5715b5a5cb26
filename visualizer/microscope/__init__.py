"""A step under the microscope."""

from visualizer.microscope.replay import Replay, replay

__all__ = ["Replay", "replay"]
