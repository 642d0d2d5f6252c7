"""Between QGIS and core: parameters in, progress and results out."""
