"""Tables of the reports: one function a table, HTML out."""

from helpers.tables.communes import communes, ranking_table
from helpers.tables.comparisons import changes
from helpers.tables.durations import processing_times
from helpers.tables.findings import findings
from helpers.tables.flow import all_outcomes, by_hour, by_month
from helpers.tables.form import form_06a
from helpers.tables.online import channels, digital_by_month, procedures
from helpers.tables.overdue import (
    due_soon,
    overdue_bands,
    overdue_by,
    overdue_by_due_month,
    pending_ages,
    pending_overdue_list,
    told,
)
from helpers.tables.quality import import_counts, import_effects, import_missing, import_places, import_problems
from helpers.tables.rates import digital, digital_by, rates, rates_by_field, targets
from helpers.tables.reported import context, reported, reported_arithmetic

__all__ = [
    "all_outcomes",
    "by_hour",
    "by_month",
    "changes",
    "channels",
    "communes",
    "context",
    "digital",
    "digital_by",
    "digital_by_month",
    "due_soon",
    "findings",
    "form_06a",
    "import_counts",
    "import_effects",
    "import_missing",
    "import_places",
    "import_problems",
    "overdue_bands",
    "overdue_by",
    "overdue_by_due_month",
    "pending_ages",
    "pending_overdue_list",
    "procedures",
    "processing_times",
    "ranking_table",
    "rates",
    "rates_by_field",
    "reported",
    "reported_arithmetic",
    "targets",
    "told",
]
