"""What a mosaic of several rasters is made of."""
