"""Sentences made from the figures: what a reader could quote."""

from helpers.narrative.lateness import (
    apologies,
    causes,
    late_sentences,
    overdue_intro,
    overdue_told,
    pending_overdue_sentences,
)
from helpers.narrative.pace import busiest, processing
from helpers.narrative.summary import overdue_now, results, summary, targets
from helpers.narrative.titles import (
    backlog_finding,
    flow_finding,
    funnel_finding,
    map_finding,
    online_finding,
    overdue_finding,
)

__all__ = [
    "apologies",
    "backlog_finding",
    "busiest",
    "causes",
    "flow_finding",
    "funnel_finding",
    "late_sentences",
    "map_finding",
    "online_finding",
    "overdue_finding",
    "overdue_intro",
    "overdue_now",
    "overdue_told",
    "pending_overdue_sentences",
    "processing",
    "results",
    "summary",
    "targets",
]
