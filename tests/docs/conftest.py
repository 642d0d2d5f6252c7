"""QGIS, the provider and web services, as the tests of algorithms have them."""

from chipwright.tests.algorithms.conftest import provider, qgis, services

__all__ = ["provider", "qgis", "services"]
