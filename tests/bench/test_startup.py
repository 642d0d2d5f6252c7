"""How the start of qgis_process is judged, on made-up numbers."""

from __future__ import annotations

import pytest

from .bars import FALLS_SHORT, HOLDS
from .costs import Cost
from .startup import Start, startup


def start(plugin: float, others: float = 0.0) -> Start:
    """QGIS takes two seconds, the export half a second; in processor time half of it."""
    costs = (Cost(2.0, 1.0), Cost(plugin, 1.7), Cost(0.5, 0.25))
    return Start(*costs, others)


@pytest.mark.parametrize(("plugin", "judgement"), [(2.9, HOLDS), (3.1, FALLS_SHORT)])
def test_qgis_and_the_export_are_not_counted(plugin: float, judgement: str) -> None:
    assert startup([start(9.0), start(plugin), start(0.0)]).judgement == judgement


def test_a_busy_machine_is_judged_by_processor_time() -> None:
    found = startup([start(9.0, others=0.5)])
    assert (found.found, found.judgement) == ("0.45 s", HOLDS)
