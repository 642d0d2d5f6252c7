from __future__ import annotations

import json
import math

import pytest

from chipwright.core.manifest import Manifest
from chipwright.core.statistics import (
    BandStatistics,
    ClassStatistics,
    LabelStatistics,
    RealBandStatistics,
    Summary,
)
from chipwright.core.stored_sums import restored, stored

THIRD = 1 / 3
LABELS = LabelStatistics(
    {7: ClassStatistics(2, Summary(3, 0.1 + 0.2, 5e-324, 1.7976931348623157e308))},
    Summary(2, 3, 1, 2),
    {9: ClassStatistics()},
)
MANIFESTS = {
    "nothing": Manifest(),
    "whole numbers": Manifest(4, 2, 1, (BandStatistics(9, 2**70 + 1, 3**90, -5, 255),)),
    "real numbers": Manifest(bands=(RealBandStatistics(9, THIRD, THIRD * 1e-300, -THIRD, 1.0),)),
    "no pixels": Manifest(bands=(BandStatistics(), RealBandStatistics())),
    "second images": Manifest(partner_bands=(BandStatistics(1, 2, 4, 2, 2),)),
    "labels": Manifest(labels=LABELS),
    "splits": Manifest(chip_count=5, part_counts=(3, 0, 2), earlier_count=4),
}


def through_text(manifest: Manifest) -> Manifest:
    return restored(json.loads(json.dumps(stored(manifest))))


@pytest.mark.parametrize("manifest", MANIFESTS.values(), ids=MANIFESTS)
def test_sums_come_back_as_they_were(manifest: Manifest) -> None:
    assert repr(through_text(manifest)) == repr(manifest)


def test_whole_numbers_do_not_become_real_ones() -> None:
    (band,) = through_text(MANIFESTS["whole numbers"]).bands
    assert [type(it) for it in (band.minimum, band.maximum)] == [int, int]


def test_what_is_added_later_adds_up_to_the_same_bits() -> None:
    values = [0.1, 0.7, 1e16, -1e16, 0.3]
    bands = [RealBandStatistics(1, value, 0.0, value, value) for value in values]
    straight, broken = RealBandStatistics(), RealBandStatistics()
    for band in bands:
        straight = straight + band
        (kept,) = through_text(Manifest(bands=(broken,))).bands
        assert isinstance(kept, RealBandStatistics)
        broken = kept + band
    assert math.isfinite(straight.mean) and repr(broken) == repr(straight)
