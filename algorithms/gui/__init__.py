"""What only the dialog of QGIS Desktop has; never loaded by qgis_process."""
