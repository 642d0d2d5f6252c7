"""Train, val and test: places divided into splits that share no pixel.

Every image is cut into blocks, rectangles of a few tiles a side, and each block is given to one
split. A place belongs to a split if all blocks that it reaches into do; otherwise it straddles and
belongs to none. The splits are to get their shares of the places that are left, and of the labels
of every class: the blocks are given away one by one, those with rare classes first, then moved as
long as that helps. This is done for a few sizes of blocks, and the best is taken.

Only whole numbers are added up and compared, and the order of the blocks comes from the raw bits of
a generator, so that the same places and seed give the same splits on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .shapes import MARGIN, Floats, Indices, starts_of
from .split_shares import Shares

Integers = NDArray[np.int64]

STRADDLING = -1
"""In place of a split: the chip would share pixels with chips of another one."""

MOST_BLOCKS = 256
"""More blocks take longer and balance hardly better."""
BLOCKS_OF_SMALLEST = 2
"""How many blocks there are at least for the smallest split, unless they are small."""
SMALL_SIDE = 4
"""Half tiles up to which blocks are small."""
SIDES = tuple(sorted([2 << power for power in range(30)] + [3 << power for power in range(30)]))
"""Sides of blocks in half tiles: 1, 1½, 2, 3, 4, 6, 8, … tiles."""
GRIDS = 5
"""Sizes of blocks that are tried: the smallest that do not give too many."""

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


def split_places(
    boxes: Floats,
    image: NDArray[Any],
    labels: NDArray[Any],
    shares: Shares,
    seed: int,
    tile: tuple[int, int],
) -> NDArray[np.int8]:
    """The split of each place, as its number in `shares`, or STRADDLING.

    `boxes` (place, 4) are left, top, right and bottom of the smallest upright box around each
    place, in pixels of its image; `image` (place,) is the number of that image; `labels`
    (place, class), not negative, are the labels, or labelled pixels, of each class; `tile` is the
    size of a chip, columns and rows, in pixels; `seed` is any whole number. The order of the places
    does not matter.

    No pixel of an image, be it only in part, lies in boxes of two splits; places of different
    images share none. Every split with a share gets a place if there are as many places that share
    no pixels; if there are not, train goes before val, and val before test.
    """
    given = np.flatnonzero(shares.fractions)
    if not len(boxes) or len(given) == 1:
        return np.full(len(boxes), given[0], np.int8)
    aim = np.array(shares.fractions)[given]
    best = _best_division(_places(boxes, image, labels), aim, seed, tile)
    return np.append(given, STRADDLING)[best.split].astype(np.int8)


@dataclass(frozen=True, eq=False)
class _Axis:
    """The columns, or the rows, of all images laid end to end, in whole pixels."""

    near: Indices
    """(place,): its first pixel."""
    far: Indices
    """(place,): the pixel after its last."""
    begin: Indices
    """(image,): the first pixel in which a place lies."""
    extent: Indices
    """(image,): pixels from the first to the last in which a place lies."""
    edges: Indices
    """Where places begin or end, ascending."""
    crossed: Indices
    """Places that each edge runs through."""


@dataclass(frozen=True, eq=False)
class _Places:
    columns: _Axis
    rows: _Axis
    image: Indices
    """(place,): its image, from 0."""
    labels: Sequence[NDArray[Any]]
    """(place,) for each class that occurs."""


def _places(boxes: Floats, image: NDArray[Any], labels: NDArray[Any]) -> _Places:
    _, number = np.unique(image, return_inverse=True)
    left, top, right, bottom = boxes.T
    occurring = [column for column in labels.T if column.any()]
    return _Places(_axis(left, right, number), _axis(top, bottom, number), number, occurring)


def _axis(low: Floats, high: Floats, image: Indices) -> _Axis:
    near = np.floor(low + MARGIN).astype(np.intp)
    far = np.maximum(np.ceil(high - MARGIN).astype(np.intp), near + 1)
    order, starts = np.argsort(image, kind="stable"), starts_of(np.bincount(image))
    first = np.minimum.reduceat(near[order], starts)
    extent = np.maximum.reduceat(far[order], starts) - first
    begin = starts_of(extent)
    shift = (begin - first)[image]
    near, far = near + shift, far + shift
    return _Axis(near, far, begin, extent, *_edges(near, far))


def _edges(near: Indices, far: Indices) -> tuple[Indices, Indices]:
    """Where places begin or end, and how many each of these runs through."""
    begins, begun = np.unique(near, return_counts=True)
    ends, ended = np.unique(far, return_counts=True)
    edges = np.union1d(begins, ends)
    begun_before = np.append(0, np.cumsum(begun))[np.searchsorted(begins, edges, "left")]
    ended_until = np.append(0, np.cumsum(ended))[np.searchsorted(ends, edges, "right")]
    return edges, begun_before - ended_until


@dataclass(frozen=True, eq=False)
class _Parts:
    """Into how many columns and rows of cells each image is cut."""

    across: Indices
    down: Indices

    @property
    def count(self) -> int:
        """Number of cells."""
        return int((self.across * self.down).sum())


def _grids(places: _Places, aim: Floats, tile: tuple[int, int]) -> list[_Parts]:
    """What to try, from large cells to small ones."""
    enough = min(MOST_BLOCKS // 4, BLOCKS_OF_SMALLEST / float(aim.min()))
    found: dict[int, _Parts] = {}
    for side, parts in _all_parts(places, tile):
        if parts.count <= MOST_BLOCKS and (parts.count >= enough or side <= SMALL_SIDE):
            found.setdefault(parts.count, parts)
    return list(found.values())[:GRIDS][::-1] or [parts]


def _all_parts(places: _Places, tile: tuple[int, int]) -> Iterator[tuple[int, _Parts]]:
    """Sides of cells in half tiles, ascending, until no image is cut any more."""
    axes = places.columns, places.rows
    lengths = [max(length, _mean_length(axis)) for length, axis in zip(tile, axes)]
    for side in SIDES:
        cuts = (2 * axis.extent // (side * length) for axis, length in zip(axes, lengths))
        parts = _Parts(*(np.maximum(number, 1) for number in cuts))
        yield side, parts
        if parts.count == len(parts.across):
            return


def _mean_length(axis: _Axis) -> int:
    return int((axis.far - axis.near).sum()) // len(axis.near)


@dataclass(frozen=True, eq=False)
class _Cells:
    """The rectangles that images are cut into."""

    columns: Indices
    """Where each column of cells begins, on the axis of all columns."""
    rows: Indices
    """Where each row of cells begins, on the axis of all rows."""
    first: Indices
    """Of each column: added to the number of a row, it is the number of their cell."""
    count: int


def _cells(places: _Places, parts: _Parts) -> _Cells:
    image, step = _steps(parts.across)
    before = starts_of(parts.across * parts.down) - starts_of(parts.down)
    first = before[image] + step * parts.down[image]
    columns, rows = _cuts(places.columns, parts.across), _cuts(places.rows, parts.down)
    return _Cells(columns, rows, first, parts.count)


def _steps(counts: Indices) -> tuple[Indices, Indices]:
    """For `counts[i]` things of every i: i, and the number of each among those, from 0."""
    owner = np.repeat(np.arange(len(counts)), counts)
    return owner, np.arange(len(owner)) - starts_of(counts)[owner]


def _cuts(axis: _Axis, parts: Indices) -> Indices:
    """Where the parts of each image begin: about equally long, cut where few places lie."""
    image, step = _steps(parts)
    cuts = axis.begin[image] + axis.extent[image] * step // parts[image]
    reach = (axis.extent // (4 * parts))[image]
    for number in np.flatnonzero(step).tolist():
        cuts[number] = _best_cut(axis, int(cuts[number]), int(reach[number]))
    return cuts


def _best_cut(axis: _Axis, cut: int, reach: int) -> int:
    """The edge within reach that runs through fewest places; of several, the nearest."""
    begin, end = np.searchsorted(axis.edges, [cut - reach, cut + reach + 1])
    if begin == end:
        return cut
    edges = axis.edges[begin:end]
    return int(edges[np.argmin(axis.crossed[begin:end] * (reach + 1) + np.abs(edges - cut))])


@dataclass(frozen=True, eq=False)
class _Groups:
    """Places that reach into the same blocks; it is the groups that have a split or straddle."""

    of_place: Indices
    """(place,): its group."""
    amounts: Integers
    """(group, 1 + class): its places, and their labels of each class."""
    group: Indices
    """With `block`: the pairs of a group and a block that it reaches into, by block."""
    block: Indices
    """The numbers of blocks have no gap, and their order is random."""
    blocks: Indices
    """(group,): the number of blocks that it reaches into."""

    def per_block(self, amounts: Integers) -> Integers:
        """Sums over the groups that reach into each block, of numbers for each pair."""
        return np.add.reduceat(amounts, starts_of(np.bincount(self.block)))


def _groups_of_cells(places: _Places, cells: _Cells, seed: int) -> _Groups:
    """The groups of a grid, whose blocks are cells; several of them where there are too many."""
    column, width = _span(cells.columns, places.columns)
    row, height = _span(cells.rows, places.rows)
    block = _shuffled(cells.count, seed) % MOST_BLOCKS
    cell = cells.first[column] + row
    several = (cell * (width.max() + 1) + width) * (height.max() + 1) + height + MOST_BLOCKS
    key = np.where(width * height == 1, block[cell], several)
    _, example, of_place = np.unique(key, return_index=True, return_inverse=True)
    width, height = width[example], height[example]
    group, step = _steps(width * height)
    across, down = np.divmod(step, height[group])
    touched = cells.first[column[example][group] + across] + row[example][group] + down
    return _groups(places, of_place, group, block[touched])


def _span(cuts: Indices, axis: _Axis) -> tuple[Indices, Indices]:
    """The first column of cells that each place reaches into, and their number; or rows."""
    first = np.searchsorted(cuts, axis.near, "right") - 1
    return first, np.searchsorted(cuts, axis.far, "left") - first


def _shuffled(count: int, seed: int) -> Indices:
    """The numbers below `count` in an order that depends on the seed alone.

    The raw bits of a generator are the same in every version of numpy, unlike its permutations.
    """
    keys = np.random.PCG64(seed % (1 << 64)).random_raw(count)
    return np.argsort(keys, kind="stable")


def _groups(places: _Places, of_place: Indices, group: Indices, block: Indices) -> _Groups:
    """Groups by the pairs of a group and a block, of which some may come twice."""
    sums = [np.bincount(of_place, weights=column) for column in places.labels]
    amounts = np.stack([np.bincount(of_place), *sums], axis=1).astype(np.int64)
    pairs = np.unique(block * len(amounts) + group)
    block, group = np.divmod(pairs, len(amounts))
    _, block = np.unique(block, return_inverse=True)
    return _Groups(of_place, amounts, group, block, np.bincount(group))


def _groups_apart(places: _Places, count: int) -> _Groups:
    """As many blocks that hold a place as there are, up to `count`: a last resort."""
    region = _regions(places, count)
    regions = int(region.max()) + 1
    of_place = region % (regions + 1)
    group = np.append(np.arange(regions), np.full(regions, regions))
    is_there = group <= of_place.max()
    return _groups(places, of_place, group[is_there], np.tile(np.arange(regions), 2)[is_there])


def _regions(places: _Places, count: int) -> Indices:
    """The region of each place, from 0; -1 for places that reach into several.

    The regions of different images are different, unless there are too many.
    """
    images = len(places.columns.begin)
    if images >= count:
        return places.image % MOST_BLOCKS
    region = np.full(len(places.image), STRADDLING)
    chosen = [np.flatnonzero(places.image == image) for image in range(images)]
    for number, held in enumerate(it for each in chosen for it in _apart(places, each, count)):
        region[held] = number
    return region


def _apart(places: _Places, chosen: Indices, count: int) -> list[Indices]:
    """The places on the sides of straight cuts: `count` sets or more, up to 3, or all there can be.

    Of three boxes that lie apart, one lies on its own side of some cut, and the same goes for two.
    It is enough to look at cuts that are as far on one side as any that leave a place there.
    """
    best = [chosen]
    if count == 1:
        return best
    for axis in (places.columns, places.rows):
        near, far = axis.near[chosen], axis.far[chosen]
        for cut in (far.min(), near.max()):
            sides = chosen[far <= cut], chosen[near >= cut]
            if all(map(len, sides)):
                found = [held for side in sides for held in _apart(places, side, count - 1)]
                best = max(best, found, key=len)
    return best


@dataclass(frozen=True, eq=False)
class _Division:
    split: NDArray[np.int8]
    """(place,)"""
    cost: int


def _best_division(places: _Places, aim: Floats, seed: int, tile: tuple[int, int]) -> _Division:
    """The division with the largest blocks that is hardly worse than the best."""
    grids = _grids(places, aim, tile)
    groups = (_groups_of_cells(places, _cells(places, parts), seed) for parts in grids)
    found = [_division(each, aim) for each in groups]
    least = min(each.cost for each in found) + SLIGHT_COST
    best = next(each for each in found if each.cost <= least)
    if best.cost < EMPTY_COST:
        return best
    return min(best, _division(_groups_apart(places, len(aim)), aim), key=lambda it: it.cost)


def _division(groups: _Groups, aim: Floats) -> _Division:
    split = _improved(groups, _given_away(groups, aim), aim)
    kept = _kept(groups, split, len(aim))
    whole = _is_whole(groups, split, len(aim))
    of_group = np.where(whole.any(axis=1), whole.argmax(axis=1), STRADDLING).astype(np.int8)
    cost = int(_imbalance(kept, aim)) + _loss(kept, groups.amounts.sum(axis=0))
    return _Division(of_group[groups.of_place], cost)


def _given_away(groups: _Groups, aim: Floats) -> Indices:
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


def _improved(groups: _Groups, split: Indices, aim: Floats) -> Indices:
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


def _walk(groups: _Groups, split: Indices, aim: Floats) -> Iterator[tuple[Indices, int]]:
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


def _turns(groups: _Groups, blocks: int, splits: int) -> int:
    """How long a walk may be, so that many classes do not take for ever."""
    numbers = blocks * splits * splits * groups.amounts.shape[1]
    return max(2 * splits, min(4 * blocks, WORK // numbers))


def _kept_after_moves(groups: _Groups, split: Indices, splits: int) -> Integers:
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


def _kept(groups: _Groups, split: Indices, splits: int) -> Integers:
    """What each split keeps (split, 1 + class): places, and their labels of each class."""
    return _is_whole(groups, split, splits).T.astype(np.int64) @ groups.amounts


def _is_whole(groups: _Groups, split: Indices, splits: int) -> NDArray[np.bool_]:
    """Whether each group reaches into blocks of one split only (group, split)."""
    return _touching(groups, split, splits) == groups.blocks[:, None]


def _touching(groups: _Groups, split: Indices, splits: int) -> Indices:
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
