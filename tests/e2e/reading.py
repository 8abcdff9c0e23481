"""How the tables and tiles of a page are read, and compared with what the dossiers give."""

import re
from collections.abc import Callable

from bs4 import Tag
from tests.e2e import drawings
from tests.e2e.drawings import text_of

LIMIT = 6  # column of the limits in the table of outliers
NEAR = 1.0  # points of a percent


def _head(table: Tag) -> tuple:
    """The name of each column: the cells above it, each once, whatever they span."""
    rows = table.thead("tr")
    grid: dict[tuple[int, int], str] = {}
    for r, row in enumerate(rows):
        c = 0
        for cell in row("th"):
            while (r, c) in grid:
                c += 1
            for down in range(int(cell.get("rowspan", 1))):
                for right in range(int(cell.get("colspan", 1))):
                    grid[r + down, c + right] = text_of(cell)
            c += int(cell.get("colspan", 1))
    width = 1 + max(c for _, c in grid)
    return tuple(" / ".join(dict.fromkeys(grid[r, c] for r in range(len(rows)))) for c in range(width))


def _cell(cell: Tag) -> str:
    """The text of a cell, or its small line and the dot at the end."""
    lines = [path["d"] for path in cell("path")] + [f"•{dot['cx']} {dot['cy']}" for dot in cell("circle")]
    return " ".join([text_of(cell), *lines]).strip()


def _shade(cell: Tag) -> str:
    """The text of a cell and how dark it is, if it is shaded."""
    return " ".join([text_of(cell), *(name for name in cell.get("class", []) if re.fullmatch(r"s\d", name))])


def _table(table: Tag, read: Callable[[Tag], str]) -> list[tuple]:
    rows = [row for row in table("tr") if not row.find_parent("thead")]
    return [_head(table), *(tuple(read(cell) for cell in row(["th", "td"])) for row in rows)]


def _rows(table: Tag) -> list[tuple]:
    return _table(table, _cell)


def _shaded(table: Tag) -> list[tuple]:
    return _table(table, _shade)


def _tiles(tiles: Tag) -> list[tuple]:
    return [(" ".join(tile.get_text(" ").split()),) for tile in tiles("li")]


def _same_filled(shown: list[tuple], meant: list[tuple]) -> bool:
    """Whether a table has the columns meant, but for some in which nothing was counted."""
    columns, others = list(zip(*shown, strict=True)), list(zip(*meant, strict=True))
    missing = [column for column in others if column not in columns]
    return columns == [column for column in others if column not in missing] and all(
        {*column[1:]} <= {"", "0"} for column in missing
    )


def _outliers(table: Tag) -> list[tuple]:
    """Rows of units outside the limits of chance: their figures, then the limit."""
    return [(*row[:LIMIT], *row[LIMIT + 1 :], row[LIMIT]) for row in _rows(table)[1:]]


def _same_outliers(shown: list[tuple], meant: list[tuple]) -> bool:
    """Whether all units well outside our limits are shown, none well inside, with their figures and about our limits.

    The page does not print how much units differ among themselves, so its limits can be told to a point of a percent.
    """
    ours = {row[:2]: row for row in meant}
    outside = {row[:2] for row in meant if not row[8] - NEAR <= row[7] <= row[9] + NEAR}
    inside = {row[:2] for row in meant if row[8] + NEAR < row[7] < row[9] - NEAR}
    listed = {row[:2] for row in shown}
    return outside <= listed <= set(ours) - inside and all(
        row[:-1] == ours[row[:2]][:7]
        and any(abs(float(row[-1].rstrip("%").replace(",", ".")) - limit) <= NEAR for limit in ours[row[:2]][8:])
        for row in shown
    )


# kind of a part: how it is read from the page, and when it is the same as recomputed
KINDS = {
    "rows": (_rows, list.__eq__),
    "lists": (_shaded, list.__eq__),
    "filled": (_shaded, _same_filled),
    "tiles": (_tiles, list.__eq__),
    "outliers": (_outliers, _same_outliers),
    "labels": (drawings.labels, drawings.same_labels),
    "drawn": (drawings.points, drawings.same_points),
    "funnel": (drawings.funnel, drawings.same_funnel),
    "map": (drawings.dots, drawings.same_dots),
}
