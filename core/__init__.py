"""Chips and labels from rasters, without QGIS: GDAL, numpy and lxml only."""
