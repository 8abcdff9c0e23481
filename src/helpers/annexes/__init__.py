"""The files beside a page: form II.06a, lists and rankings as workbooks, a draft report; and figures for systems."""

from helpers.annexes.attachments import attach, attach_ranking

__all__ = ["attach", "attach_ranking"]
