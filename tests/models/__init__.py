"""A model for the modeler: points, a buffer, an export, a check."""
