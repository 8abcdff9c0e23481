"""One who has all published figures and asks of each hidden count how large, and how small, it can be."""

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

_EPS = 1e-7
_STEEP, _TRIES = 200, 50


class Attacker:
    """All tables of counts that agree with what is published: not negative, and with the sums that are known.

    Parameters
    ----------
    cells : sequence
        Keys of the unknown counts.
    sums : iterable of (set, int)
        Some cells, and what they come to.
    """

    def __init__(self, cells: Sequence[Any], sums: Iterable[tuple[Iterable[Any], int]]) -> None:
        self.place = {cell: at for at, cell in enumerate(cells)}
        rows = {frozenset(known): value for known, value in sums}
        table = np.zeros((len(rows), len(cells) + len(rows) + 1))
        for at, (known, value) in enumerate(rows.items()):
            table[at, [self.place[cell] for cell in known]] = 1
            table[at, len(cells) + at], table[at, -1] = 1, value
        self.basis = list(range(len(cells), len(cells) + len(rows)))
        # First the slack of every sum is driven out; then those sums go that follow from the others.
        slack = np.concatenate([np.zeros(len(cells)), np.ones(len(rows))])
        self.table = table
        assert abs(self._least(slack)) < _EPS, "the published figures contradict each other"
        for at, column in enumerate(self.basis):
            if column >= len(cells) and (found := np.flatnonzero(abs(self.table[at, : len(cells)]) > _EPS)).size:
                self._pivot(at, int(found[0]))
        kept = [at for at, column in enumerate(self.basis) if column < len(cells)]
        self.basis = [self.basis[at] for at in kept]
        self.table = np.delete(self.table[kept], slice(len(cells), len(cells) + len(rows)), axis=1)

    def bounds(self, hidden: Iterable[Any]) -> tuple[int, int]:
        """The least and the most that some cells can come to, each reached by a table of whole numbers."""
        costs = np.zeros(len(self.place))
        costs[[self.place[cell] for cell in hidden]] = 1
        return round(self._whole(costs)), round(-self._whole(-costs))

    def _whole(self, costs: np.ndarray) -> float:
        """The least cost, when a table of whole numbers reaches it: dossiers are not split."""
        chance = np.random.default_rng(0)
        least = self._least(costs)
        for _ in range(_TRIES):
            if np.allclose(self.table[:, -1], self.table[:, -1].round(), atol=_EPS):
                return least
            self._least(costs + 1e-4 * chance.random(len(costs)))
            assert abs(costs[self.basis] @ self.table[:, -1] - least) < _EPS
        raise AssertionError("no table of whole numbers was found")

    def _least(self, costs: np.ndarray) -> float:
        """Simplex: the steepest way down, and after a while Bland's rule, which ends."""
        for step in itertools.count():
            reduced = costs - costs[self.basis] @ self.table[:, :-1]
            entering = np.flatnonzero(reduced < -_EPS)
            if not entering.size:
                return float(costs[self.basis] @ self.table[:, -1])
            chosen = int(entering[0] if step > _STEEP else reduced.argmin())
            column = self.table[:, chosen]
            ratios = np.full(len(column), np.inf)
            np.divide(self.table[:, -1], column, out=ratios, where=column > _EPS)
            ties = np.flatnonzero(ratios <= ratios.min() + _EPS)
            self._pivot(int(min(ties, key=lambda at: self.basis[at])), chosen)
        raise AssertionError

    def _pivot(self, row: int, column: int) -> None:
        self.table[row] /= self.table[row, column]
        factors = self.table[:, column].copy()
        factors[row] = 0
        self.table -= np.outer(factors, self.table[row])
        self.basis[row] = column
