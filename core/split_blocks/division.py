"""A split for every block: given away one by one, then moved as long as that helps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..shapes import Floats, Indices
from .groups import STRADDLING, Groups, Integers

UNIT = 1 << 30
"""A cost of 1: shares that are missed as far as can be, by the places or by the labels of a class.
Where 80/10/10 are wanted, 90/5/5 cost a hundredth of it."""
LOSS_COST = UNIT // 40
"""The cost if all places, or all labels of a class, straddle; of a half, a quarter of it."""
SLIGHT_COST = UNIT // 10_000
"""A cost that is not worth smaller blocks, nor further moves."""
EMPTY_COST = 1 << 54
"""The cost if the last split has no place, beyond all those; of the one before it, twice that."""
NEVER = (1 << 63) - 1
"""The cost of a move that must not be."""
REST = 8
"""Moves for which a block stays where it was moved to."""
PATIENCE = 10
"""Moves without improvement after which there are no more."""
WORK = 50_000_000
"""Numbers that may be computed in search of moves."""


@dataclass(frozen=True, eq=False)
class Division:
    """Which split each place belongs to, and how far that is from what was wanted."""

    split: NDArray[np.int8]
    """(place,)"""
    cost: int


def division(groups: Groups, aim: Floats) -> Division:
    """Blocks given to splits whose shares are to be `aim` (split,), which adds up to 1."""
    split = _improved(groups, _given_away(groups, aim), aim)
    kept = _kept(groups, split, len(aim))
    whole = _is_whole(groups, split, len(aim))
    of_group = np.where(whole.any(axis=1), whole.argmax(axis=1), STRADDLING).astype(np.int8)
    cost = int(_imbalance(kept, aim)) + _loss(kept, groups.amounts.sum(axis=0))
    return Division(of_group[groups.of_place], cost)


def _given_away(groups: Groups, aim: Floats) -> Indices:
    """A split for each block, those with the rarest class first: that which lacks most of it."""
    amounts = groups.per_block(groups.amounts[groups.group])
    totals = amounts.sum(axis=0)
    lacking = np.rint(aim[:, None] * totals).astype(np.int64)
    by_rarity = np.append(np.argsort(totals[1:], kind="stable") + 1, 0)
    rarest = np.argmax(amounts[:, by_rarity] > 0, axis=1)
    split = np.zeros(len(amounts), np.intp)
    for block in np.argsort(rarest, kind="stable"):
        of_class = lacking[:, by_rarity[rarest[block]]]
        split[block] = np.lexsort((-lacking[:, 0], -of_class))[0]
        lacking[split[block]] -= amounts[block]
    return split


def _improved(groups: Groups, split: Indices, aim: Floats) -> Indices:
    """The best splits on a walk from `split`, which ends when they are good or stay as they are.

    What straddles is not looked at, nor is the last bit of balance: both would draw the small
    splits to the edges of the images, where less straddles.
    """
    best, least, since = split, NEVER, 0
    for met, cost in _walk(groups, split, aim):
        since += 1
        if cost < least:
            best, least, since = met, cost, 0
        if since == PATIENCE or least <= SLIGHT_COST:
            break
    return best


def _walk(groups: Groups, split: Indices, aim: Floats) -> Iterator[tuple[Indices, int]]:
    """The splits of the blocks and their imbalance, at first and after each move of a block.

    A move is the best there is, be it for the worse; a block that was moved then rests, so that the
    walk does not return to where it was.
    """
    yield split, int(_imbalance(_kept(groups, split, len(aim)), aim))
    blocks = np.arange(len(split))
    free_from = np.zeros(len(split), np.intp)
    for turn in range(_turns(groups, len(split), len(aim))):
        costs = _imbalance(_kept_after_moves(groups, split, len(aim)), aim)
        costs[blocks, split] = costs[free_from > turn] = NEVER
        block, to = divmod(int(np.argmin(costs)), len(aim))
        split = np.where(blocks == block, to, split)
        free_from[block] = turn + 1 + min(REST, len(split) // 2)
        yield split, int(costs[block, to])


def _turns(groups: Groups, blocks: int, splits: int) -> int:
    """How long a walk may be, so that many classes do not take for ever."""
    numbers = blocks * splits * splits * groups.amounts.shape[1]
    return max(2 * splits, min(4 * blocks, WORK // numbers))


def _kept_after_moves(groups: Groups, split: Indices, splits: int) -> Integers:
    """What each split would keep (block, to, split, 1 + class) if a block were moved."""
    touching, all_blocks = _touching(groups, split, splits), groups.blocks[:, None]
    amounts = groups.amounts[groups.group]
    is_whole = (touching == all_blocks)[groups.group, split[groups.block]]
    is_nearly = (touching == all_blocks - 1)[groups.group]
    lost = groups.per_block(amounts * is_whole[:, None])
    won = groups.per_block(amounts[:, None] * is_nearly[:, :, None])
    one = np.eye(splits, dtype=np.int64)
    kept = _kept(groups, split, splits) + one[:, :, None] * won[:, :, None]
    return kept - one[split][:, None, :, None] * lost[:, None, None]


def _kept(groups: Groups, split: Indices, splits: int) -> Integers:
    """What each split keeps (split, 1 + class): places, and their labels of each class."""
    return _is_whole(groups, split, splits).T.astype(np.int64) @ groups.amounts


def _is_whole(groups: Groups, split: Indices, splits: int) -> NDArray[np.bool_]:
    """Whether each group reaches into blocks of one split only (group, split)."""
    return _touching(groups, split, splits) == groups.blocks[:, None]


def _touching(groups: Groups, split: Indices, splits: int) -> Indices:
    """The number of blocks of each split that each group reaches into (group, split)."""
    pairs = groups.group * splits + split[groups.block]
    return np.bincount(pairs, minlength=len(groups.amounts) * splits).reshape(-1, splits)


def _imbalance(kept: Integers, aim: Floats) -> Integers:
    """The cost (…) of what the splits keep (…, split, 1 + class), in whole numbers.

    It is Hellinger's distance between shares that are kept and those that are wanted, squared: near
    them it grows with the square of what is missing, and for a small split faster than for a large.
    """
    sums = np.maximum(kept.sum(axis=-2, keepdims=True), 1)
    met = np.rint(np.sqrt(kept / sums * aim[:, None]) * UNIT).astype(np.int64)
    empty = (kept[..., 0] == 0) @ (EMPTY_COST << np.arange(len(aim), dtype=np.int64)[::-1])
    return _together(UNIT - met.sum(axis=-2)) + empty


def _loss(kept: Integers, totals: Integers) -> int:
    """The cost of all that straddles."""
    lost = np.square(1 - kept.sum(axis=0) / totals)
    return int(_together(np.rint(lost * LOSS_COST).astype(np.int64)))


def _together(costs: Integers) -> Integers:
    """The sum of costs (…, 1 + class): places count as much as all classes together."""
    return costs[..., 0] * max(1, costs.shape[-1] - 1) + costs[..., 1:].sum(axis=-1)
