"""The figures of many communes as tidy tables for other systems: one layout, versioned, with its own dictionary."""

from helpers.figures.layout import HEAD, LAYOUT, VERSION, Column
from helpers.figures.tables import table

__all__ = ["HEAD", "LAYOUT", "VERSION", "Column", "table"]
