"""What a public page is made from."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from helpers import disclosure, formats, periods, reference, settings, slices, store, tallies
from helpers.disclosure import Published, Sum
from helpers.errors import UserError
from helpers.periods import Period


@dataclass(frozen=True)
class Edition:
    """What a public page is made from: no dossier, and no count that may not be published.

    Attributes
    ----------
    code, name : str
        Five digits for a commune, two for a province.
    province : str
        Name of a commune's province; "" for a province.
    period : Period
    grain : str
    sample : bool
        Whether the dossiers are generated.
    broken : bool
        Whether some identity does not hold among the province's figures.
    first, last : Timestamp
        First and last moment of receipt that the store holds for the unit.
    units : dict
        By the commune's code, those with dossiers in the period; of a commune's page itself alone.
    """

    code: str
    name: str
    province: str
    period: Period
    grain: str
    sample: bool
    broken: bool
    first: pd.Timestamp
    last: pd.Timestamp
    units: dict[str, Published]

    @property
    def of_many(self) -> bool:
        """Whether it is on a province, not on one commune."""
        return not self.province

    @property
    def title(self) -> str:
        """Name as a page shows it: a commune's with its province, for names repeat."""
        return self.name if self.of_many else f"{self.name}, {formats.lower_first(self.province)}"

    def add(self, *measures: str) -> tuple[Sum, ...]:
        """``disclosure.add`` of its communes."""
        return disclosure.add(self.units.values(), *measures)

    def tells(self, measure: str) -> bool:
        """Whether the data of any commune say anything of a measure."""
        return any(unit.tells(measure) for unit in self.units.values())


def of(
    commune: str | int,
    province: str | int,
    period: str | int,
    cutoffs: str = "calendar",
    grain: str = "timestamp",
    folder: str | Path = "",
) -> Edition:
    """The public edition of a commune's report, or of a province's.

    Parameters
    ----------
    commune : str or int
        Five-digit code, or a name that only one commune has; "" for a province.
    province : str or int
        Two-digit code or name; "" for a commune.
    period : str or int
        A text that ``periods.parse`` reads.
    cutoffs : {"calendar", "official"}
    grain : {"timestamp", "day"}
    folder : str or Path
        Dossier store; the project's own by default.

    Returns
    -------
    Edition

    Raises
    ------
    UserError
        Neither or both are named, either is unknown, malformed period, empty store, or no dossiers in the period.
    """
    if bool(commune) == bool(province):
        raise UserError("Name the commune or the province, one of them.")
    where, span = Path(folder or settings.store()), periods.parse(period, cutoffs)
    unit = reference.find_commune(commune) if commune else reference.find_province(province)
    code, within = unit["code"], unit.get("province_code", unit["code"])
    extent = slices.held_of(where, within, f"{code} {unit['name']}", code if commune else None)
    # Of one commune too, so that its page and the province's are made from the same counts.
    tally = tallies.of(where, within, span, grain)
    rows = tally.cube[tally.cube["commune"] == code] if commune else tally.cube
    if rows.empty:
        raise slices.nothing_in(f"{code} {unit['name']}", span, extent)
    begins = store.extents(where, within, sorted(rows["commune"].unique()))
    return Edition(
        code=code,
        name=unit["name"],
        province=unit.get("province", ""),
        period=span,
        grain=grain,
        sample=store.snapshot(where).origin == "sample",
        broken=not tally.broken.empty,
        first=extent.first,
        last=extent.last,
        units={
            str(own): disclosure.publish(counts, pd.Timestamp(begins[str(own)][0]) < span.start)
            for own, counts in rows.groupby("commune", sort=True)
        },
    )
