"""QGIS and the provider, as the tests of algorithms have them."""

from chipwright.tests.algorithms.conftest import provider, qgis

__all__ = ["provider", "qgis"]
