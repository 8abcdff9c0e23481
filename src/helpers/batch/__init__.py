"""Running report notebooks: one to a page, or hundreds with a plan, in parallel, and a manifest of what came out."""

from helpers.batch.batches import Order, Planned, claimed, make, make_one, plan, plan_overview, settle, survey
from helpers.batch.jobs import Job, job, quality_job, with_links
from helpers.batch.running import Failure, Limits, Result, attempt, run

__all__ = [
    "Failure",
    "Job",
    "Limits",
    "Order",
    "Planned",
    "Result",
    "attempt",
    "claimed",
    "job",
    "make",
    "make_one",
    "plan",
    "plan_overview",
    "quality_job",
    "run",
    "settle",
    "survey",
    "with_links",
]
