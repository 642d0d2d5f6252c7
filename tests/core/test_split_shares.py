from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipwright.core.split_shares import Shares, split_shares

from .making import examples


@pytest.mark.parametrize(
    ("text", "fractions"),
    [
        ("80/10/10", (0.8, 0.1, 0.1)),
        ("80/20", (0.8, 0.2)),
        ("0.8/0.2", (0.8, 0.2)),
        (".8/.1/.1", (0.8, 0.1, 0.1)),
        (" 80 / 10 / 10 ", (0.8, 0.1, 0.1)),
        ("70/0/30", (0.7, 0.0, 0.3)),
        ("100/0/0", (1.0, 0.0, 0.0)),
        ("1/0", (1.0, 0.0)),
        ("62.5/37.5", (0.625, 0.375)),
        ("80./20.", (0.8, 0.2)),
    ],
)
def test_shares_are_of_100_or_of_1(text: str, fractions: tuple[float, ...]) -> None:
    assert split_shares(text).fractions == fractions


@pytest.mark.parametrize("text", ["33.3/33.3/33.3", "33.33/33.33/33.34", "0.333/0.333/0.333"])
def test_rounded_shares_are_taken_for_the_whole(text: str) -> None:
    assert sum(split_shares(text).fractions) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(
    "text",
    [
        *("", "80", "100", "a/b", "80/", "/20", "80//20", "80;20", "80,20", "80:20", "80%/20%"),
        *("-80/180", "+80/20", "1e2/0", "nan/1", "inf/0", "٨٠/٢٠", "40/30/20/10", "80/20\n/0x"),
    ],
)
def test_what_is_no_list_of_shares_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no list of shares; give .*80/10/10"):
        split_shares(text)


@pytest.mark.parametrize("text", ["80/10", "80/30", "8/1/1", "0/0", "0.8/0.1", "50/50/50", "1/1"])
def test_shares_that_do_not_add_up_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="adds up to .*80/10/10"):
        split_shares(text)


@pytest.mark.parametrize("text", ["0/100", "0/50/50", "0/1"])
def test_training_must_have_a_share(text: str) -> None:
    with pytest.raises(ValueError, match="leaves nothing for training"):
        split_shares(text)


@examples
@given(st.text(alphabet="0123456789./ -e", max_size=12))
def test_any_text_is_either_shares_of_the_whole_or_refused(text: str) -> None:
    try:
        shares = split_shares(text)
    except ValueError:
        return
    assert sum(shares.fractions) == pytest.approx(1)
    assert min(shares.fractions) >= 0


@pytest.mark.parametrize(
    ("fractions", "names"),
    [((0.8, 0.2), ("train", "val")), ((0.8, 0.1, 0.1), ("train", "val", "test"))],
)
def test_shares_are_those_of_training_validation_and_test(
    fractions: tuple[float, ...], names: tuple[str, ...]
) -> None:
    assert Shares(fractions).names == names


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("80/20/0", ("train", "val")),
        ("80/0/20", ("train", "val", "test")),
        ("100/0/0", ("train",)),
        ("100/0", ("train",)),
    ],
)
def test_splits_behind_the_last_share_are_not_used(text: str, used: tuple[str, ...]) -> None:
    assert split_shares(text).used == used
