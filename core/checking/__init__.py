"""Whether a dataset of training chips is what its readers expect, whoever wrote it."""

from .check import check_dataset
from .findings import Finding, Report

__all__ = ["Finding", "Report", "check_dataset"]
