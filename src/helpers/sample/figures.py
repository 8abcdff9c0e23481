"""The figures behind the sample: first those that articles published, then those chosen where articles are silent.

The chosen ones are explained in docs/assumptions.md.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

Scale = Literal["small", "city", "nation"]
SCALES: Final[tuple[Scale, ...]] = ("small", "city", "nation")


@dataclass(frozen=True)
class Intake:
    """Dossiers received over some days, both included, and how many of them online."""

    first: date
    last: date
    received: int
    online: int


@dataclass(frozen=True)
class Unit:
    """Exact counts of one commune; what is not ended at the end of the last intake is pending.

    Attributes
    ----------
    commune : str
    intakes : tuple of Intake
        One after the other.
    resolved, early, late : int
        The rest of the resolved is on time.
    overdue, waiting : int
        Of the pending, those past their due date and those that wait for the applicant.
    late_until : date, optional
        Late dossiers were received, due and finished by this day.
    late_cause : str, optional
        The one cause of everything late.
    fees : tuple of int, optional
        Dossiers with a fee, and those of them paid online.
    """

    commune: str
    intakes: tuple[Intake, ...]
    resolved: int
    early: int
    late: int
    overdue: int = 0
    waiting: int = 0
    late_until: date | None = None
    late_cause: str | None = None
    fees: tuple[int, int] | None = None

    @property
    def received(self) -> int:
        """Dossiers of all intakes."""
        return sum(intake.received for intake in self.intakes)

    @property
    def last(self) -> date:
        """Last day of the data."""
        return self.intakes[-1].last


@dataclass(frozen=True)
class Opening:
    """Exact counts over all communes of a province, from 1 July 2025 on."""

    province: str
    last: date
    received: int
    resolved: int


# --- Published ------------------------------------------------------------------------------------------------------

START: Final = date(2025, 7, 1)

DUONG_AN: Final = Unit(
    "10972",
    (Intake(START, date(2025, 11, 26), received=8_930, online=7_600),),
    resolved=8_914,
    early=8_889,
    late=14,
    late_until=date(2025, 8, 10),
    late_cause="system-fault",
)
NINH_GIANG: Final = Unit(
    "11203",
    (Intake(START, date(2025, 10, 18), received=8_766, online=8_074),),
    resolved=8_760,
    early=8_712,
    late=7,  # chosen: the article gives 48 for on time and late together
    fees=(5_700, 5_260),  # chosen: the article gives 92,28 %
)
XUAN_HOA: Final = Unit(
    "08746",
    (Intake(START, date(2025, 9, 30), received=2_812, online=2_684),),
    resolved=2_449,
    early=2_272,
    late=33,
    overdue=30,
    waiting=9,  # chosen
)
HAI_PHONG: Final = Opening("31", date(2025, 7, 28), received=193_414, resolved=149_916)

# Huế, 1-14/7/2025, with its last day apart; only the number of dossiers received by each commune is chosen.
HUE_LAST_DAY: Final = Intake(date(2025, 7, 14), date(2025, 7, 14), received=3_425, online=3_254)
HUE_BEFORE: Final = Intake(START, date(2025, 7, 13), received=17_710 - 3_425, online=13_421 - 3_254)
HUE: Final = Opening("46", HUE_LAST_DAY.last, received=17_710, resolved=14_222)  # resolved is chosen
PHU_VANG, PHU_VANG_RECEIVED, PHU_VANG_ONLINE = "19942", 484, 482  # published as 99,59 %, first of 40
HUONG_AN, HUONG_AN_RECEIVED, HUONG_AN_RESOLVED, HUONG_AN_LATE = "19804", 337, 300, 27  # 91 % in time, first of 40
THUAN_HOA, THUAN_HOA_SIZE = "19789", 2.2  # all online on the last day; the size against the average is chosen


# --- Chosen ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Field:
    """A field of procedures and what is usual in it.

    Attributes
    ----------
    code : str
    share : float
        Of all dossiers.
    days : tuple of int
        Least and most working days that the procedures allow.
    lateness : float
        Odds of a late dossier against the average field.
    online : float
        What it adds to the log-odds of applying online.
    fee : float
        Share of dossiers with a fee.
    business : float
        Share of applicants that are businesses.
    holder : str
        Department of the commune that handles it.
    procedures : dict
        Shares of the procedures whose code is known; the rest has no code.
    """

    code: str
    share: float
    days: tuple[int, int]
    lateness: float
    online: float
    fee: float
    business: float
    holder: str
    procedures: dict[str, float]


_CERTIFICATION = {"2.000815": 0.75, "2.000884": 0.20}
_CIVIL_STATUS = {"1.001193": 0.35, "1.000894": 0.20, "1.000656": 0.12, "1.004873": 0.25}
FIELDS: Final = (
    Field("chung-thuc", 0.42, (1, 1), 0.4, -0.3, 1.0, 0.05, "centre", _CERTIFICATION),
    Field("ho-tich", 0.22, (1, 3), 0.8, 0.2, 0.3, 0.0, "office", _CIVIL_STATUS),
    Field("dat-dai", 0.10, (10, 30), 4.0, 0.1, 0.9, 0.08, "economy", {"1.012796": 0.35}),
    Field("bao-tro-xa-hoi", 0.07, (10, 25), 1.2, -0.1, 0.0, 0.0, "culture", {}),
    Field("ho-kinh-doanh", 0.05, (3, 3), 0.8, 0.9, 1.0, 0.30, "economy", {}),
    Field("cu-tru", 0.05, (1, 1), 0.3, 0.8, 0.4, 0.0, "police", {}),
    Field("nguoi-co-cong", 0.04, (10, 25), 1.2, -0.2, 0.0, 0.0, "culture", {}),
    Field("xay-dung", 0.03, (15, 20), 2.0, 0.3, 1.0, 0.20, "economy", {"1.013225": 0.60}),
    Field("giao-duc", 0.02, (5, 10), 0.6, 0.6, 0.0, 0.0, "culture", {}),
)

# Where and why the late ones got stuck. Land dossiers wait outside the commune; the systems failed until 10/8/2025.
LAND_HOLDERS: Final = {"land-registry": 0.68, "tax": 0.32}
LAND_CAUSES: Final = {"upper-agency": 0.85, "volume": 0.07, "rule-conflict": 0.05, "other": 0.03}
CAUSES: Final = {
    "volume": 0.40, "staff": 0.22, "system-fault": 0.10, "facilities": 0.08,
    "old-equipment": 0.06, "user-rights": 0.05, "rule-unclear": 0.04, "rule-other": 0.02, "other": 0.03,
}  # fmt: skip
FAULTS_UNTIL: Final = date(2025, 8, 10)
FAULT_SHARE: Final = 0.6

HELD_OUTSIDE, HELD_OUTSIDE_LATE = 0.70, 0.95  # share of land dossiers: of more than 15 days, of those overdue

# What else happens to a dossier: shares of all, but paid of those with a fee and apologies of the overdue ones.
POSTAL_SHARE, PARTLY_ONLINE_SHARE, RETURNED_SHARE, APOLOGY_SHARE = 0.03, 0.30, 0.90, 0.55
PAID_BY_ONLINE, PAID_BY_OTHERS = 0.93, 0.15
ONE_SUPPLEMENT, TWO_SUPPLEMENTS = 0.06, 0.008
TWO_EXTENSIONS: Final = 0.03  # of those with a new due date

# Communes of Hải Phòng and Huế that no article names, in July 2025: late and on time of the resolved, overdue and
# waiting of the pending; from-to, or the average commune's share. The open ones thin out with age (working days).
OPENING_LATE, OPENING_ON_TIME, OPENING_OVERDUE, OPENING_WAITING = 0.02, (0.03, 0.10), 0.06, (0.01, 0.05)
HUE_LATE, HUE_OVERDUE = (0.10, 0.38), (0.05, 0.20)
OPEN_AGE: Final = 8

# Shares of what exports lack, in `city` and `nation` only.
NO_DUE, NO_CHANNEL, NO_CAUSE = 0.01, 0.002, 0.12

# When people come: by half-hour of the office day, from 7:30 to 11:30 and 13:30 to 17:00; Monday to Friday (and a
# worked Saturday); January to December.
HALF_HOURS: Final = (3, 7, 9, 9, 8, 7, 5, 3, 5, 7, 7, 6, 5, 3, 1)
WEEKDAYS: Final = (1.25, 1.10, 1.00, 0.92, 0.80, 0.50, 0.50)
MONTHS: Final = (0.95, 0.85, 1.08, 1.02, 1.02, 1.12, 1.05, 1.12, 1.02, 0.95, 0.93, 0.90)

# `city` and `nation`: dossiers that the average commune receives a working day; the scale's last day.
DAILY: Final = 85.0
LAST_DAYS: Final = {"city": date(2026, 6, 30), "nation": date(2025, 11, 26)}
SIZES: Final = {"Phường": 1.30, "Xã": 0.92, "Đặc khu": 0.15}
# Shares of dossiers by outcome in the average commune and field; late ones are twice as many until the faults end.
LATE_SHARE, ON_TIME_SHARE, WITHDRAWN_SHARE, REFUSED_SHARE = 0.016, 0.06, 0.004, 0.005
WAITING_SHARE: Final = 0.10  # of the open
WEAK_SHARE: Final = 0.07  # of the communes
# Log-odds of applying online on 1/7/2025 and what a year adds.
ONLINE_START, ONLINE_GROWTH = 0.9, 1.3
