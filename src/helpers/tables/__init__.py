"""Tables of the reports: one function a table, HTML out."""

from helpers.tables.communes import communes, ranking_table
from helpers.tables.flow import all_outcomes, by_month
from helpers.tables.form import form_06a
from helpers.tables.overdue import due_soon, overdue_bands, overdue_by, pending_overdue_list
from helpers.tables.quality import import_counts, import_effects, import_missing, import_places, import_problems
from helpers.tables.rates import digital, rates, rates_by_field, targets

__all__ = [
    "all_outcomes",
    "by_month",
    "communes",
    "digital",
    "due_soon",
    "form_06a",
    "import_counts",
    "import_effects",
    "import_missing",
    "import_places",
    "import_problems",
    "overdue_bands",
    "overdue_by",
    "pending_overdue_list",
    "ranking_table",
    "rates",
    "rates_by_field",
    "targets",
]
