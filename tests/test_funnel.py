"""Limits of chance: hardly anyone is blamed for noise, whatever the size, and who is really different is found."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import funnel

SIZES = np.repeat([3.0, 10, 50, 300, 1_500, 10_000], 40)
ROUNDS = 150


@settings(max_examples=12)
@given(rate=st.floats(0.01, 0.99), spread=st.floats(0.001, 0.35), seed=st.integers(0, 2**32 - 1))
def test_hardly_any_unit_is_outside_by_chance_whatever_its_size(rate, spread, seed):
    """The units' own rates of the rarer outcome have so large a coefficient of variation."""
    rng = np.random.default_rng(seed)
    scale = max(rate, 1 - rate) / min(rate, 1 - rate) / spread**2 - 1
    outside = np.zeros((2, 6))
    for _ in range(ROUNDS):
        own = rng.beta(rate * scale, (1 - rate) * scale, len(SIZES))
        numerators = rng.binomial(SIZES.astype(int), own).astype(float)
        lower, upper = funnel.limits(funnel.fit(numerators, SIZES), SIZES)
        shares = numerators / SIZES
        outside += [(side.reshape(6, 40)).sum(axis=1) for side in (shares < lower, shares > upper)]
    assert (outside / (40 * ROUNDS) <= 0.005).all()


def test_the_same_rate_is_far_in_a_large_unit_and_chance_in_a_small_one():
    sizes = np.array([*np.full(100, 2_000.0), 2_000, 8])
    numerators = np.array([*np.random.default_rng(1).binomial(2_000, 0.02, 100), 500, 2])
    lower, upper = funnel.limits(funnel.fit(numerators, sizes), sizes)
    shares = numerators / sizes
    assert shares[-2] == shares[-1] == 0.25
    assert shares[-2] > upper[-2]
    assert lower[-1] <= shares[-1] <= upper[-1]


def test_outliers_do_not_widen_the_limits():
    sizes, rng = np.full(100, 2_000.0), np.random.default_rng(2)
    numerators = rng.binomial(2_000, rng.beta(90, 10, 100)).astype(float)
    alike = funnel.fit(numerators, sizes)
    # Beta(90, 10): the arcsine of the root varies by about 1 / (4 * 101).
    assert alike.between == pytest.approx(1 / 404, rel=0.35)
    worst = np.where(np.arange(100) < 10, 1_200, numerators)
    assert (funnel.limits(funnel.fit(worst, sizes), sizes)[0][:10] > 0.6).all()
    plain = np.arcsin(np.sqrt(worst / sizes))
    assert plain.mean() - funnel.SIGMAS * plain.std() < np.arcsin(np.sqrt(0.6)), "which would have hidden them"


@pytest.mark.parametrize("share", [0, 1])
def test_nobody_is_outside_where_all_are_alike(share):
    sizes = np.array([1.0, 5, 20, 100, 500, 1_000, 2_000, 3_000, 4_000, 9_000])
    lower, upper = funnel.limits(funnel.fit(share * sizes, sizes), sizes)
    assert (lower <= share).all()
    assert (share <= upper).all()


def test_limits_close_in_on_the_rate_of_all():
    lower, upper = funnel.limits(funnel.Funnel(0.2, 0.0), np.array([10.0, 1e3, 1e7]))
    assert (np.diff(lower) > 0).all()
    assert (np.diff(upper) < 0).all()
    assert lower[-1] == pytest.approx(0.2, abs=0.001)
    assert upper[-1] == pytest.approx(0.2, abs=0.001)
