"""How papermill writes values into a notebook: texts stay readable, where its own translator escapes Vietnamese."""

import json

from papermill.translators import PythonTranslator


class Translator(PythonTranslator):  # type: ignore[misc] # papermill ships no types
    """papermill's translator for Python, but for texts."""

    @classmethod
    def translate_str(cls, val: str) -> str:
        """A text as a literal of Python."""
        return json.dumps(val, ensure_ascii=False)
