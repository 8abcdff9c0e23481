"""Reporting on how Vietnamese communes handle administrative-procedure dossiers.

The modules read from the ground floor up: a module imports only from those above it in this list.

- ``errors`` ``settings`` ``files`` ``digests`` ``formats`` ``periods`` ``reference`` ``workdays``: what everything
  stands on
- ``dossiers`` ``outcomes`` ``store`` ``shelves``: the dossier table, how a dossier stands, where all are kept
- ``profiles`` ``personal`` ``exports`` ``times`` ``checks`` ``importing`` ``rejects`` ``drafts`` ``intake`` ``sample``:
  how dossiers get there
- ``cube`` ``disclosure`` ``indicators`` ``overdue`` ``forms`` ``durations`` ``trends`` ``gaps`` ``online`` ``ranking``
  ``funnel`` ``tallies`` ``peers`` ``reported`` ``scores`` ``slices`` ``areas`` ``figures`` ``comparisons``
  ``reconcile`` ``quality`` ``findings``: the analysis, no display
- ``markup`` ``headline`` ``narrative`` ``shades`` ``tables`` ``charts`` ``appendix`` ``annexes`` ``edition``: how a
  result is shown in a notebook, the files beside its page, and the public edition of both
- ``parameters`` ``manifest`` ``export`` ``printing`` ``kernels`` ``batch`` ``cli``: from notebooks to pages and
  paper, many at a time
"""

__version__ = "0.1.0"
