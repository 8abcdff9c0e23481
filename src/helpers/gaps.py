"""What is missing or odd in classed dossiers, counted by commune."""

from typing import Final

import numpy as np
import pandas as pd

from helpers import cube, outcomes

LABELS: Final = {
    "no_due": "Không ghi hạn trả",
    "no_channel": "Không rõ kênh nộp",
    "no_field": "Không rõ lĩnh vực",
    "no_procedure": "Không ghi mã thủ tục",
    "no_end": "Trạng thái đã xong nhưng không ghi ngày kết thúc (tính là đang giải quyết)",
    "ended_before_received": "Kết thúc trước khi tiếp nhận",
    "due_before_received": "Hạn trả trước khi tiếp nhận",
}
# What counting them needs of the dossier table beside what classing needs.
NEEDS: Final = ["channel", "field", "procedure"]


def count(classed: pd.DataFrame) -> pd.DataFrame:
    """Dossiers in which something is missing or odd.

    Parameters
    ----------
    classed : DataFrame
        What ``outcomes.classify`` returns, with the columns of ``NEEDS``.

    Returns
    -------
    DataFrame
        ``commune`` and a column a gap of ``LABELS``: how many dossiers have it. A row a commune.
    """
    ended, received, due = (classed[name].to_numpy() for name in ("ended_at", "received_at", "due_at"))
    done = outcomes.says_ended(classed["status"]).to_numpy(dtype=bool)
    flags = {
        "no_due": np.isnat(due),
        "no_channel": classed["channel"].isna().to_numpy(),
        "no_field": classed["field"].isna().to_numpy(),
        "no_procedure": classed["procedure"].isna().to_numpy(),
        "no_end": done & np.isnat(ended),
        "ended_before_received": ended < received,
        "due_before_received": due < received,
    }
    cells = cube.crossed(classed, ["commune"])
    return cells.summed(flags)
