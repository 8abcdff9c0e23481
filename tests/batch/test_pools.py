"""Worker processes of this machine."""

import multiprocessing
import os
import time

from helpers.batch import pools


def test_each_worker_keeps_to_a_core_of_its_own():
    mine = os.sched_getaffinity(0)

    def held() -> list[set[int]]:
        return [os.sched_getaffinity(worker.pid) for worker in multiprocessing.active_children()]

    with pools.local(2) as pool:
        assert all(len(given) == 1 for _, given in pool.each(os.sched_getaffinity, [0] * 4))
        end = time.monotonic() + 60
        while any(len(cores) > 1 for cores in held()) and len(mine) > 1 and time.monotonic() < end:
            time.sleep(0.02)  # until the second worker has started too
        assert len(set.union(*held())) == min(2, len(mine))
        assert {os.sched_getscheduler(worker.pid) for worker in multiprocessing.active_children()} == {os.SCHED_BATCH}
    assert os.sched_getaffinity(0) == mine
    assert os.sched_getscheduler(0) == os.SCHED_OTHER
