"""A first look: a made-up scene, cut by QGIS, and drawn from the files that were written."""
