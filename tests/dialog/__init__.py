"""Pictures of the dialog, as QGIS Desktop shows it."""
