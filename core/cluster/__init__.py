"""Exports on a Dask cluster: what is asked of its workers, and what they do.

The package distributed is optional: only what is called when daskScheduler is given imports it.
"""
