"""Made-up aerial scenes with labelled buildings: the same seed gives the same picture."""

from .scene import Scene, class_raster, make_scene

__all__ = ["Scene", "class_raster", "make_scene"]
