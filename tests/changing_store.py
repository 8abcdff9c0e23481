"""A process that changes a store as it is told, line by line: for tests that kill it, or that take something from it.

Each order is done in a child of its own, forked before any thread was started, so that no time goes into imports and
a child can be killed at any moment. The answer to an order says how its child ended and what it had to say.
"""

import json
import os
import resource
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from helpers import dossiers, reference, store
from helpers.errors import UserError

COMMUNES = ["08746", "10972", "11203"]
NOBODY = 65534
EVENTS = {"open", "os.rename", "os.remove"}  # how Python announces what may change a folder


def rows(seed: int, size: int) -> pd.DataFrame:
    """Dossiers with few enough codes that two imports share some."""
    chance = np.random.default_rng(seed)
    number = chance.choice(size * 3, size, replace=False)
    received = pd.Timestamp("2025-06-01") + pd.to_timedelta(chance.integers(0, 150, size), unit="D")
    ended = pd.Series(received + pd.to_timedelta(chance.integers(0, 90, size), unit="D"))
    frame = pd.DataFrame(
        {
            "dossier_id": [f"H31-{each // 3:06d}" for each in number],
            "commune": np.array(COMMUNES)[number % 3],
            "received_at": received.as_unit("us"),
            "finished_at": ended.where(chance.random(size) < 0.9),
        }
    )
    return dossiers.complete(frame)


def entry(seed: int, size: int) -> store.Entry:
    """A file to import."""
    return store.Entry(rows(seed, size), {"file": f"{seed}.csv", "sha256": str(seed)}, {"seed": seed})


def _do(order: dict[str, Any]) -> str:
    """Carry out an order; what a user would be told."""
    folder = Path(order["folder"])
    if order.get("unprivileged"):
        _drop_root()
    if "largest_file" in order:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["largest_file"], resource.RLIM_INFINITY))
    if "kill_at_event" in order:
        _die_at(order["kill_at_event"], str(folder))
    try:
        if "remove" in order:
            store.remove(folder, order["remove"])
        for seed in order.get("put", []):
            store.put(folder, [entry(seed, order["size"])])
    except UserError as error:
        return str(error)
    return "done"


def _drop_root() -> None:
    """Become a user who may not write; what Python imports late is imported while it may be read."""
    if os.getuid() == 0:
        with tempfile.TemporaryDirectory() as elsewhere:
            store.put(Path(elsewhere), [entry(0, 5)])
        os.setuid(NOBODY)


def _die_at(count: int, folder: str) -> None:
    """Have this process killed when it is about to write, rename or remove a file of the store for the n-th time."""
    left = [count]

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        looks_only = event == "open" and not arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if event in EVENTS and str(arguments[0]).startswith(folder) and not looks_only:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def _in_child(order: dict[str, Any]) -> dict[str, Any]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writing, _do(order).encode())
        except BaseException as error:  # noqa: BLE001 - told to the test, whatever it is
            os.write(writing, f"{type(error).__name__}: {error}".encode())
        os._exit(0)
    os.close(writing)
    if "kill_after" in order:
        time.sleep(order["kill_after"])
        os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    with os.fdopen(reading, "rb") as said:
        return {"killed": os.WIFSIGNALED(status), "said": said.read().decode()}


if __name__ == "__main__":
    for name in ("communes", "statuses"):
        reference.table(name)  # which every child would read again
    print("ready", flush=True)  # noqa: T201 - the answers to the orders
    for line in sys.stdin:
        print(json.dumps(_in_child(json.loads(line))), flush=True)  # noqa: T201
