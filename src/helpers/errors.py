"""The one kind of error that a user can put right."""


class UserError(Exception):
    """A problem whose message is one line that says what is wrong and how to fix it.

    The command line prints it without a traceback and exits with code 2; a notebook shows only the line.
    """

    def _render_traceback_(self) -> list[str]:
        """Show the line alone in a notebook: a traceback into the helpers does not help an analyst.

        Returns
        -------
        list of str
            IPython prints these lines in place of the traceback.
        """
        return [f"{type(self).__name__}: {self}"]
