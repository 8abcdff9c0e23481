"""Charts as small SVG drawings in one house style; text stays text, so that it is sharp, small and searchable."""

from helpers.charts.drawing import prepare
from helpers.charts.fields import online_by_field, overdue_by_field
from helpers.charts.flow import backlog, flow
from helpers.charts.funnels import funnel
from helpers.charts.places import place_map

__all__ = ["backlog", "flow", "funnel", "online_by_field", "overdue_by_field", "place_map", "prepare"]
