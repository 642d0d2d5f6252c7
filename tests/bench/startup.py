from __future__ import annotations


def startup_verdicts(folder):
    return []
