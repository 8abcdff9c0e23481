"""The public edition of a report: pages and a workbook made of counts that may be published, and of nothing else."""

from helpers.edition.pages import fields, figures, masthead, rules, tiles, units
from helpers.edition.reading import Edition, of
from helpers.edition.sheets import attach

__all__ = ["Edition", "attach", "fields", "figures", "masthead", "of", "rules", "tiles", "units"]
