"""The tables of figures of a province, of some communes, or of the country."""

from collections.abc import Callable
from typing import Any, Final

import pandas as pd

from helpers import cube, indicators, reference, scores
from helpers.areas import Area
from helpers.figures.layout import HEAD, LAYOUT, VERSION, Column

_DTYPES: Final = {"text": "str", "integer": "Int64", "number": "Float64", "date": "datetime64[s]"}
_FIGURES: Final = ["numerator", "denominator", "value"]
_DIGITS: Final = 6  # of a digest, to tell lists of communes apart


def table(area: Area, name: str) -> pd.DataFrame:
    """One table of figures.

    Parameters
    ----------
    area : Area
    name : str
        One of ``LAYOUT``: ranking (a row a unit), indicators (a row a unit and indicator), scores (a row a unit and
        component), cube (a row a cell that holds dossiers), dictionary (a row a column and a code of all of these).

    Returns
    -------
    DataFrame
        The columns of ``LAYOUT``: texts as str, integers as Int64, numbers as Float64, not rounded, days as
        datetime64; what is not known is missing. Every unit has its rows, with dossiers or without.
    """
    head: dict[str, Any] = {
        "layout_version": VERSION,
        "origin": area.origin,
        "fingerprint": area.fingerprint,
        "period": area.period.text,
        "period_from": pd.Timestamp(area.period.first_day),
        "period_to": pd.Timestamp(area.period.last_day),
        "grain": area.grain,
    }
    rows, columns = _MADE[name](area), LAYOUT[name]
    same = {column.name: head[column.name] for column in columns if column in HEAD}
    dtypes = {column.name: _DTYPES[column.type] for column in columns}
    return rows.assign(**same)[list(dtypes)].astype(dtypes).reset_index(drop=True)


def _units(area: Area) -> pd.DataFrame:
    """Every unit with its names, by its code."""
    codes = list(area.members)
    provinces = codes if area.key == "province" else reference.province_of(codes)
    names = reference.provinces()
    known = reference.table("communes").set_index("code")[["name", "kind"]].reindex(codes)
    return pd.DataFrame(
        {
            "unit_name": known["name"].fillna(pd.Series(names)),
            "unit_level": area.key,
            "kind": known["kind"],
            "province": provinces,
            "province_name": [names[code] for code in provinces],
        },
        index=pd.Index(codes, name="unit"),
    )


def _of_units(area: Area, column: str, names: list[str], *tables: pd.DataFrame) -> pd.DataFrame:
    """Every unit with each of some names, and beside them what tables say of unit and name."""
    wanted = pd.MultiIndex.from_product([area.members, names], names=["unit", column])
    found = [table.set_index([area.key, column]).reindex(wanted) for table in tables]
    return pd.concat(found, axis=1).reset_index().join(_units(area), on="unit")


def _indicators(area: Area) -> pd.DataFrame:
    declared = {each.name: each for each in indicators.INDICATORS}
    before, was = area.past[-1].computed, area.previous_positions
    earlier = area.by_unit.iloc[:0] if before is None else before
    rows = _of_units(
        area,
        "indicator",
        list(declared),
        area.by_unit,
        area.positions[[area.key, "indicator", "position", "compared"]],
        earlier[[area.key, "indicator", "value"]].rename(columns={"value": "previous_value"}),
        was[[area.key, "indicator", "position"]].rename(columns={"position": "previous_position"}),
    )
    # Where the data begin with a period nothing can be carried over into it, and 0 says nothing.
    carried = rows["indicator"] == "carried_over"
    rows.loc[carried & (not area.knows_carried_over), _FIGURES] = pd.NA
    rows.loc[carried & (not area.data_from < area.previous_period.start), "previous_value"] = pd.NA
    return rows.assign(
        label=rows["indicator"].map({name: each.label for name, each in declared.items()}),
        unit_of_value=rows["indicator"].map({name: each.unit for name, each in declared.items()}),
    )


def _ranking(area: Area) -> pd.DataFrame:
    """In the order of the positions; units without one come last."""
    rows = _indicators(area)
    values = rows.pivot(index="unit", columns="indicator", values="value")
    places = rows.pivot(index="unit", columns="indicator", values="position").add_suffix("_position")
    score, before = (totals.set_index(area.key) for totals in (area.score, area.previous_score))
    told = score.assign(previous_position=before["position"].reindex(score.index))
    whole = _units(area).join([told, values, places]).reset_index()
    return whole.sort_values(["position", "unit"], na_position="last")


def _scores(area: Area) -> pd.DataFrame:
    declared = {each.name: each for each in scores.COMPONENTS}
    rows = _of_units(area, "component", list(declared), area.points[[area.key, "component", "points"]])
    return rows.assign(
        component_group=rows["component"].map({name: each.group for name, each in declared.items()}),
        label=rows["component"].map({name: each.label for name, each in declared.items()}),
        most=rows["component"].map({name: each.most for name, each in declared.items()}),
    )


def _cube(area: Area) -> pd.DataFrame:
    """The cells in the order of their codes; what is not recorded is missing and not empty."""
    rows = area.cube.sort_values(cube.DIMENSIONS, ignore_index=True)
    fields = pd.Categorical(rows["field"])
    names = pd.array([reference.label("fields", code) for code in fields.categories], dtype="str")
    told = rows[cube.DIMENSIONS].mask(rows[cube.DIMENSIONS] == cube.UNKNOWN)
    return rows.assign(
        **{name: told[name] for name in cube.DIMENSIONS},
        province=pd.array(reference.province_of(rows["commune"]), dtype="str"),
        field_name=pd.Series(names.take(fields.codes)).where(told["field"].notna()),
    )


def _dictionary(_: Area) -> pd.DataFrame:
    rows = [row for name, columns in LAYOUT.items() for column in columns for row in _entries(name, column)]
    return pd.DataFrame(rows).replace("", pd.NA)


def _entries(name: str, column: Column) -> list[dict[str, Any]]:
    """What the dictionary says of a column, and of every code that it may hold."""
    own = {"table_name": name, "column_name": column.name, "label": column.label, "type": column.type}
    told = {"meaning_vi": column.vi, "meaning_en": column.en, "source": column.source}
    codes = [
        {
            "code": value.code,
            "meaning_vi": value.vi,
            "meaning_en": value.en,
            "source": value.source,
            "unit_of_value": value.unit_of_value,
        }
        for value in column.values
    ]
    return [{**own, "code": "", **each} for each in ({**told, "unit_of_value": column.unit_of_value}, *codes)]


_MADE: Final[dict[str, Callable[[Area], pd.DataFrame]]] = {
    "ranking": _ranking,
    "indicators": _indicators,
    "scores": _scores,
    "cube": _cube,
    "dictionary": _dictionary,
}
