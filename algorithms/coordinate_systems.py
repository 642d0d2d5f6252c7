"""QGIS's coordinate systems as core takes them."""

from __future__ import annotations

from qgis.core import QgsCoordinateReferenceSystem


def wkt_of(crs: QgsCoordinateReferenceSystem) -> str:
    """The system as WKT; empty for none, which GDAL and core understand as unknown."""
    if not crs.isValid():
        return ""
    return str(crs.toWkt(QgsCoordinateReferenceSystem.WktVariant.WKT_PREFERRED))
