"""The dossier store: Parquet files by province and month received, and a snapshot that says which files count.

A change writes new files beside the old ones and then replaces ``snapshot.json`` in one rename, so that a reader,
or a crash, sees the store as it was before or as it is after, never between. Files that no snapshot names are
removed by the next change.

The store is the fold of its imports: the rows that each import brought are kept in ``imports/``, and a later import
replaces an earlier one's dossiers by key. So an import can be taken out again as if it had never been.
"""

from helpers.store.changes import Writer, changing
from helpers.store.imports import Entry, Removed, Stored, details, imported, put, remove
from helpers.store.parts import arrow, frame
from helpers.store.reading import Extent, contents, extent, extents, read, readable, receiving
from helpers.store.state import SNAPSHOT, Origin, Part, Snapshot, filled, holdings, identity, replaceable, snapshot

__all__ = [
    "SNAPSHOT",
    "Entry",
    "Extent",
    "Origin",
    "Part",
    "Removed",
    "Snapshot",
    "Stored",
    "Writer",
    "arrow",
    "changing",
    "contents",
    "details",
    "extent",
    "extents",
    "filled",
    "frame",
    "holdings",
    "identity",
    "imported",
    "put",
    "read",
    "readable",
    "receiving",
    "remove",
    "replaceable",
    "snapshot",
]
