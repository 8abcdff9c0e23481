"""The fault run, small; ``python tests/batch/fault_run.py`` makes 200 reports, and a stage on a dask cluster."""

import subprocess
import sys
from pathlib import Path

import pytest

FAULT_RUN = Path(__file__).with_name("fault_run.py")


@pytest.mark.long  # takes two minutes
def test_faults_and_kills_cost_no_more_than_their_own_reports():
    words = ["--reports", "12", "--kills", "1", "--timeout", "15"]
    done = subprocess.run([sys.executable, FAULT_RUN, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 claims broken" in done.stdout
    assert "on a dask cluster, one worker killed" in done.stdout
