"""Blocks of pixels that are given to the splits of a dataset, one block to one split."""
