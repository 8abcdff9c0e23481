"""The published units, planned dossier by dossier so that their counts come out exactly."""

from datetime import date

import numpy as np

from helpers.sample import figures, flow
from helpers.sample.dossiers import Batch
from helpers.sample.figures import Intake, Unit
from helpers.sample.flow import DAY, EARLY, LATE, ON_TIME, OPEN, OVERDUE, WAITING, Bools, Floats, Ints


def plan(unit: Unit, province: str) -> Batch:
    """Dossiers of one unit with exactly its counts.

    Parameters
    ----------
    unit : Unit
    province : str
        Two-digit code.

    Returns
    -------
    Batch
    """
    rng = flow.generator(int(unit.commune))
    end = flow.closing(unit.last)
    arrivals = [_arrivals(rng, intake) for intake in unit.intakes]
    received = np.concatenate(arrivals)
    late_end = flow.closing(unit.late_until or unit.last)
    pace = _paces(rng, unit, (end - 1 - received) // DAY, (late_end - 1 - received) // DAY)
    latest = np.where(pace == LATE, late_end, end)
    field, days = _fields(rng, pace, (latest - 1 - received) // DAY)
    online = np.zeros(len(received), dtype=bool)
    bounds = np.cumsum([0, *(intake.received for intake in unit.intakes)])
    for first, intake in zip(bounds, unit.intakes, strict=False):
        habit = np.exp(flow.ONLINE[field[first : first + intake.received]])
        online[first + flow.pick(rng, intake.online, habit)] = True
    traits = flow.traits(province)
    return Batch(
        province, [unit.commune], traits.digital[[traits.codes.index(unit.commune)]], end,
        np.zeros(len(received), dtype=np.int64), received, field, days, pace,
        flow.ends(rng, pace, received, days, latest), online, unit.fees, unit.late_cause,
    )  # fmt: skip


def _arrivals(rng: np.random.Generator, intake: Intake) -> Ints:
    """Working seconds at which the dossiers of an intake come in, in order."""
    first, end = flow.day_index(intake.first), flow.closing(intake.last) // DAY
    weights = flow.day_weights(flow.working_days()[first:end]) * rng.uniform(0.85, 1.15, end - first)
    counts = flow.apportion(intake.received, weights)
    day = np.repeat(np.arange(first, end), counts)
    return np.sort(day * DAY + flow.seconds_of_day(rng, intake.received))


def _paces(rng: np.random.Generator, unit: Unit, room: Ints, late_room: Ints) -> Ints:
    """How each dossier goes: the unit's counts, each among the dossiers that can go that way.

    ``room`` is the number of whole working days that a dossier has before the data stop.
    """
    pending = len(room) - unit.resolved
    open_weight = np.where(room < flow.MOST_DAYS.max(), np.exp(-room / figures.OPEN_AGE), 0)
    pace = np.full(len(room), EARLY)
    for kind, count, weight in (
        (OVERDUE, unit.overdue, room.astype(float) ** 2),
        (WAITING, unit.waiting, open_weight),
        (OPEN, pending - unit.overdue - unit.waiting, open_weight),
        (LATE, unit.late, (late_room >= 2).astype(float)),
        (ON_TIME, unit.resolved - unit.early - unit.late, (room >= 1).astype(float)),
    ):
        pace[flow.pick(rng, count, np.where(pace == EARLY, weight, 0))] = kind
    return pace


def _fields(rng: np.random.Generator, pace: Ints, room: Ints) -> tuple[Ints, Ints]:
    """A field whose working days suit the pace, and a number of them that does.

    What is still in time must fall due after the data stop, all else before; what was late or overdue is mostly
    land.
    """
    unfinished = np.isin(pace, [OPEN, WAITING])
    least = np.where(unfinished, room + 1, 1)
    most = np.where(unfinished, flow.MOST_DAYS.max(), room - (pace == LATE) + (pace == EARLY))
    weights = flow.SHARES * flow.LATENESS ** np.select([pace == LATE, pace == OVERDUE], [1, 2], 0)[:, None]
    weights = weights * (most[:, None] >= flow.LEAST_DAYS) * (least[:, None] <= flow.MOST_DAYS)
    reached = np.cumsum(weights, axis=1)
    field = (reached <= rng.random(len(pace))[:, None] * reached[:, -1:]).sum(axis=1)
    low, high = np.maximum(flow.LEAST_DAYS[field], least), np.minimum(flow.MOST_DAYS[field], most)
    return field, rng.integers(low, high + 1)


def hai_phong() -> list[Batch]:
    """Hải Phòng's 114 communes: Đường An and Ninh Giang as published, the others to make up the city's totals."""
    city = figures.HAI_PHONG
    named = [plan(unit, city.province) for unit in (figures.DUONG_AN, figures.NINH_GIANG)]
    end = flow.closing(city.last)
    still_received = city.received - sum(int((batch.received < end).sum()) for batch in named)
    still_resolved = city.resolved - sum(int((batch.ended < end).sum()) for batch in named)

    traits, rng = flow.traits(city.province), flow.generator(int(city.province), 1)
    rest = ~np.isin(traits.codes, [figures.DUONG_AN.commune, figures.NINH_GIANG.commune])
    lateness = np.clip(traits.lateness[rest], 0.5, 2.2)
    received = flow.apportion(still_received, traits.size[rest])
    online = _part(received, flow.chance(figures.ONLINE_START + traits.online[rest]))
    pending = flow.apportion(still_received - still_resolved, received * (1 + lateness))
    resolved = received - pending
    units = _units(
        np.array(traits.codes)[rest].tolist(),
        [_intakes(figures.START, city.last, received, online)],
        pending,
        late=_part(resolved, figures.OPENING_LATE * lateness),
        on_time=_part(resolved, rng.uniform(*figures.OPENING_ON_TIME, len(resolved))),
        overdue=_part(pending, figures.OPENING_OVERDUE * lateness),
        waiting=_part(pending, rng.uniform(*figures.OPENING_WAITING, len(pending))),
    )
    return named + [plan(unit, city.province) for unit in units]


def hue() -> list[Batch]:
    """Huế's 40 communes in their first fortnight."""
    city, before, last = figures.HUE, figures.HUE_BEFORE, figures.HUE_LAST_DAY
    traits, rng = flow.traits(city.province), flow.generator(int(city.province), 1)
    codes, count = np.array(traits.codes), len(traits.codes)
    phu_vang, huong_an = codes == figures.PHU_VANG, codes == figures.HUONG_AN
    thuan_hoa = codes == figures.THUAN_HOA

    size = np.where(thuan_hoa, figures.THUAN_HOA_SIZE, traits.size)
    fixed = figures.PHU_VANG_RECEIVED * phu_vang + figures.HUONG_AN_RECEIVED * huong_an
    received = _shared(city.received, size, phu_vang | huong_an, fixed)
    received_last = flow.apportion(last.received, received.astype(float))
    received_before = received - received_last
    # Phú Vang's two paper dossiers fall one on each side of the last day, when Thuận Hóa alone has none.
    habit = received_before * np.exp(-0.6 * traits.online)
    paper_before = _shared(before.received - before.online, habit, phu_vang, 1 * phu_vang)
    paper_last = _shared(last.received - last.online, received_last, phu_vang | thuan_hoa, 1 * phu_vang, at_least=1)

    fixed = (figures.HUONG_AN_RECEIVED - figures.HUONG_AN_RESOLVED) * huong_an
    slowness = received * rng.uniform(0.7, 1.3, count)
    pending = _shared(city.received - city.resolved, slowness, huong_an, fixed)
    resolved = received - pending
    # Hương An's 9 late in 100 are the fewest: everyone else has more, rounded up.
    late = np.ceil(resolved * rng.uniform(*figures.HUE_LATE, count)).astype(np.int64)
    units = _units(
        traits.codes,
        [
            _intakes(before.first, before.last, received_before, received_before - paper_before),
            _intakes(last.first, last.last, received_last, received_last - paper_last),
        ],
        pending,
        late=np.where(huong_an, figures.HUONG_AN_LATE, late),
        on_time=_part(resolved, rng.uniform(*figures.OPENING_ON_TIME, count)),
        overdue=_part(pending, rng.uniform(*figures.HUE_OVERDUE, count)),
        waiting=_part(pending, rng.uniform(*figures.OPENING_WAITING, count)),
    )
    return [plan(unit, city.province) for unit in units]


def xuan_hoa() -> list[Batch]:
    """Xuân Hòa alone."""
    return [plan(figures.XUAN_HOA, "25")]


def _part(of: Ints, rates: Floats) -> Ints:
    return np.round(of * rates).astype(np.int64)


def _shared(total: int, weights: Floats | Ints, is_fixed: Bools, fixed: Ints, at_least: int = 0) -> Ints:
    """Share a total out where some shares are fixed."""
    shares = fixed.astype(np.int64)
    shares[~is_fixed] = flow.apportion(total - int(fixed.sum()), weights[~is_fixed].astype(float), at_least)
    return shares


def _intakes(first: date, last: date, received: Ints, online: Ints) -> list[Intake]:
    """One intake a commune."""
    return [Intake(first, last, *counts) for counts in zip(received.tolist(), online.tolist(), strict=True)]


def _units(
    codes: list[str],
    intakes: list[list[Intake]],
    pending: Ints,
    *,
    late: Ints,
    on_time: Ints,
    overdue: Ints,
    waiting: Ints,
) -> list[Unit]:
    """Units from counts a commune; ``intakes`` holds, for each span of days, one intake a commune."""
    received = np.sum([[intake.received for intake in span] for span in intakes], axis=0)
    resolved = received - pending
    counts = zip(*(c.tolist() for c in (resolved, resolved - late - on_time, late, overdue, waiting)), strict=True)
    return [
        Unit(code, spans, *numbers)
        for code, spans, numbers in zip(codes, zip(*intakes, strict=True), counts, strict=True)
    ]
