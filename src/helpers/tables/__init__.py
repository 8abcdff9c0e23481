"""Tables of the reports: one function a table, HTML out."""

from helpers.tables.comparisons import changes
from helpers.tables.durations import processing_times
from helpers.tables.findings import findings
from helpers.tables.flow import all_outcomes, by_day, by_hour, by_month, by_week, calendar
from helpers.tables.form import form_06a
from helpers.tables.maps import overdue_map
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
from helpers.tables.reported import around, context, reported, reported_arithmetic
from helpers.tables.scores import components, points
from helpers.tables.standouts import leaders, outliers
from helpers.tables.units import kinds, ranking_table, standings, unit_changes, units

__all__ = [
    "all_outcomes",
    "around",
    "by_day",
    "by_hour",
    "by_month",
    "by_week",
    "calendar",
    "changes",
    "channels",
    "components",
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
    "kinds",
    "leaders",
    "outliers",
    "overdue_bands",
    "overdue_by",
    "overdue_by_due_month",
    "overdue_map",
    "pending_ages",
    "pending_overdue_list",
    "points",
    "procedures",
    "processing_times",
    "ranking_table",
    "rates",
    "rates_by_field",
    "reported",
    "reported_arithmetic",
    "standings",
    "targets",
    "told",
    "unit_changes",
    "units",
]
