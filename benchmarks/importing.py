"""What an import costs, beside reading the same file with plain pandas and checking it by hand.

    .venv/bin/python benchmarks/importing.py [--csv 1000000] [--xlsx 100000]

Both sides run as processes of their own, one after the other, on the same generated files; printed are wall seconds,
CPU seconds and the largest memory. The import also validates, logs and writes its store; pandas only reads and checks.
"""

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import xlsxwriter

from helpers import reference

HEADER = [
    "STT", "Mã hồ sơ", "Chủ hồ sơ", "Điện thoại", "Địa chỉ", "Mã xã", "Lĩnh vực", "Tên thủ tục hành chính",
    "Mã thủ tục", "Hình thức", "Ngày nộp", "Ngày tiếp nhận", "Ngày hẹn trả", "Ngày kết thúc xử lý", "Ngày trả kết quả",
    "Trạng thái", "Đơn vị xử lý", "Loại đối tượng",
]  # fmt: skip
FIELDS = (("Chứng thực", "2.000815"), ("Hộ tịch", "1.001193"), ("Đất đai", "1.012796"), ("Xây dựng", "1.013225"))

# The peer: what an analyst writes in a notebook. It has to be told the separator, the forms and the columns.
PANDAS = """
import sys, pandas as pd
path = sys.argv[1]
names = ["Mã hồ sơ", "Mã xã", "Lĩnh vực", "Mã thủ tục", "Hình thức", "Ngày nộp", "Ngày tiếp nhận", "Ngày hẹn trả",
         "Ngày kết thúc xử lý", "Ngày trả kết quả", "Trạng thái", "Đơn vị xử lý", "Loại đối tượng"]
if path.endswith(".csv"):
    rows = pd.read_csv(path, sep=";", dtype=str, usecols=names, keep_default_na=False)
else:
    rows = pd.read_excel(path, dtype=str, usecols=names, engine="calamine", keep_default_na=False)
for name in names[5:10]:
    rows[name] = pd.to_datetime(rows[name], format="%d/%m/%Y %H:%M:%S", errors="coerce")
communes = set(pd.read_csv(sys.argv[2], dtype=str)["code"])
good = rows["Mã hồ sơ"].ne("") & rows["Ngày tiếp nhận"].notna() & rows["Mã xã"].isin(communes)
good &= ~rows.duplicated(["Mã xã", "Mã hồ sơ"]) & ~(rows["Ngày kết thúc xử lý"] < rows["Ngày tiếp nhận"])
good &= rows["Hình thức"].isin(["Trực tuyến", "Trực tiếp", "Dịch vụ bưu chính"])
print(f"{len(rows)} rows = {good.sum()} accepted + {(~good).sum()} rejected")
"""


def dossiers(count: int) -> Iterator[list[str]]:
    """Rows of text as a one-stop system exports them, with people in columns that no profile maps."""
    chance = np.random.default_rng(2025)
    codes = [str(code) for code in reference.communes_of("31")["code"]]
    picks = chance.integers(0, (len(codes), len(FIELDS), 3, 150 * 86_400, 30 * 86_400), (count, 5))
    start = datetime(2025, 7, 1)
    for number, (commune, field, channel, received, took) in enumerate(picks.tolist(), start=1):
        came = start + timedelta(seconds=received)
        due, ended = came + timedelta(days=12), came + timedelta(seconds=took)
        name, code = FIELDS[field]
        times = [f"{moment:%d/%m/%Y %H:%M:%S}" for moment in (came, came, due, ended, ended)]
        yield [
            str(number), f"H31.{codes[commune]}-{came:%y%m%d}-{number:07d}", "Người nộp", "0900000000", "Thôn 1",
            codes[commune], name, "Thủ tục", code, ("Trực tuyến", "Trực tiếp", "Dịch vụ bưu chính")[channel],
            *times, "Đã trả kết quả", "Phòng Kinh tế", "Công dân",
        ]  # fmt: skip


def write_csv(path: Path, count: int) -> None:
    """A text file with semicolons."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEADER)
        writer.writerows(dossiers(count))


def write_xlsx(path: Path, count: int) -> None:
    """A workbook of texts."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Hồ sơ")
        for number, row in enumerate([HEADER, *dossiers(count)]):
            sheet.write_row(number, 0, row)


def measure(title: str, command: list[str]) -> None:
    """Run a program and print what it cost."""
    begun = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        said = program.stdout.read() if program.stdout else ""
        _, status, used = os.wait4(program.pid, 0)
        program.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - begun
    cpu, memory = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024**2
    line = next((line for line in said.splitlines() if "rows =" in line), f"exit code {program.returncode}")
    print(f"{title:28} {wall:6.1f} s wall {cpu:6.1f} s CPU {memory:5.2f} GB   {line}", flush=True)


def main() -> None:
    """Make the files, measure both sides on each."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--csv", type=int, default=1_000_000, help="rows of the text file")
    arguments.add_argument("--xlsx", type=int, default=100_000, help="rows of the workbook")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name, count, write in (("a.csv", chosen.csv, write_csv), ("a.xlsx", chosen.xlsx, write_xlsx)):
            path = Path(folder) / name
            write(path, count)
            print(f"{count} rows, {path.stat().st_size / 1e6:.0f} MB {path.suffix}", flush=True)
            store = str(Path(folder) / f"store{path.suffix}")
            own = [sys.executable, "-m", "helpers.cli", "import", str(path), "--profile", "one-stop", "--store", store]
            measure(f"tthc import {path.suffix}", own)
            communes = str(Path(reference.__file__).parents[2] / "data" / "reference" / "communes.csv")
            measure(f"pandas {path.suffix}", [sys.executable, "-c", PANDAS, str(path), communes])


if __name__ == "__main__":
    main()
