"""The files that go beside a page: form II.06a and the lists as workbooks, and a draft of the office's own report."""

from helpers.annexes.attachments import attach

__all__ = ["attach"]
