"""LibreOffice opens the files as they are, computes their formulas to the page's numbers, and prints them as meant."""

import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from helpers import findings, formats, forms, indicators, slices
from helpers.annexes import draft, form, lists

# Formulas are computed when a file is opened, whatever values are stored beside them.
RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>"""
WRONG = 777_777


@pytest.fixture(scope="module")
def office() -> str:
    """LibreOffice's program; without it or pdftotext the tests are skipped, or fail where they must run."""
    found = shutil.which("soffice")
    if not (found and shutil.which("pdftotext")):
        wanted = (
            "no soffice or pdftotext; apt-get install libreoffice-calc-nogui libreoffice-writer-nogui poppler-utils"
        )
        if os.environ.get("TTHC_REQUIRE_OFFICE"):
            pytest.fail(wanted)
        pytest.skip(wanted)
    return found


@pytest.fixture(scope="module")
def part(small):
    return slices.commune("08746", "2025-Q3", folder=small)


@pytest.fixture(scope="module")
def printed(office, part, tmp_path_factory) -> dict[str, list[str]]:
    """The text of each file's pages, printed by LibreOffice from files whose stored values are all wrong."""
    home = tmp_path_factory.mktemp("office")
    points = findings.find(part)
    contents = {
        "form.xlsx": _falsified(form.workbook(part)),
        "lists.xlsx": _falsified(lists.workbook(part, points)),
        "draft.docx": draft.document(part, points),
    }
    for name, content in contents.items():
        (home / name).write_bytes(content)
    settings = home / "profile" / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(RECALCULATE, encoding="utf-8")
    profile = f"-env:UserInstallation={(home / 'profile').as_uri()}"  # its own: others may run one at the same time
    command = [
        office,
        "--headless",
        profile,
        "--convert-to",
        "pdf",
        "--outdir",
        home,
        *(home / name for name in contents),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return {name: _pages(home / Path(name).with_suffix(".pdf")) for name in contents}


def _falsified(content: bytes) -> bytes:
    """A workbook whose formulas have a wrong value stored beside them."""
    before, after = zipfile.ZipFile(BytesIO(content)), BytesIO()
    with zipfile.ZipFile(after, "w") as made:
        for name in before.namelist():
            text = re.sub(rb"</f><v>[^<]*</v>", b"</f><v>%d</v>" % WRONG, before.read(name))
            made.writestr(name, text)
    return after.getvalue()


def _pages(path: Path) -> list[str]:
    run = subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True)
    return run.stdout.split("\f")[:-1]


def _shown(counts: Iterable[int]) -> list[str]:
    """As it is printed in Vietnamese, whatever the language of the program."""
    return [formats.number(count) for count in counts]


def test_form_is_computed_to_the_counts_of_the_page(part, printed):
    falsified = CalamineWorkbook.from_filelike(BytesIO(_falsified(form.workbook(part)))).get_sheet_by_index(0)
    rows = forms.ii_06a(part.cube)
    assert sum(row.count(WRONG) for row in falsified.to_python()) == 3 * len(rows) + 11
    (page,) = printed["form.xlsx"]
    lines = page.splitlines()
    body = [line for line in lines if re.match(r"\s*\d+\s+\D", line) and len(line.split()) > 12]
    assert [line.split()[-11:] for line in body] == list(map(_shown, rows[list(forms.COUNTED)].to_numpy().tolist()))
    total = [line for line in lines if line.strip().startswith("Tổng số")][-1]
    assert total.split()[-11:] == _shown(forms.total(rows)[column] for column in forms.COUNTED)
    for text in ("Biểu số II.06a/VPCP/KSTT", "Đơn vị tính: Số hồ sơ TTHC", "Người làm báo cáo"):
        assert text in page


def test_rates_of_the_lists_are_computed(part, printed):
    text = "\n".join(printed["lists.xlsx"])
    shown = re.findall(r"(\d+,\d\d%)\s+([\d.]+)\s+([\d.]+)", text)
    figures = indicators.figures(part.computed)
    expected = [
        (formats.percent(*counts), *_shown(counts))
        for figure in (figures[each.name] for each in indicators.INDICATORS if each.denominator is not None)
        if figure["value"] is not None
        for counts in [(figure["numerator"], figure["denominator"])]
    ]
    assert shown == expected


def test_draft_is_printed_with_numbers_from_the_second_page_on(part, printed):
    pages = printed["draft.docx"]
    assert len(pages) >= 3
    first = [page.split()[0] for page in pages]
    assert first == ["ỦY", *(str(number) for number in range(2, len(pages) + 1))]
    text = " ".join("\n".join(pages).split())
    for part_of_it in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "BÁO CÁO", "I. TÌNH HÌNH CHUNG",
        "II. KẾT QUẢ GIẢI QUYẾT", "III. TỒN TẠI, NGUYÊN NHÂN", "IV. KIẾN NGHỊ", "Nơi nhận:",
    ):  # fmt: skip
        assert part_of_it in text
    annex = next(page for page in pages if re.search(r"Phụ lục I$", page, re.MULTILINE))
    last = [line for line in annex.splitlines() if line.strip().startswith("Tổng số")][-1]
    total = forms.total(forms.ii_06a(part.cube))
    assert last.split()[-11:] == _shown(total[column] for column in forms.COUNTED)
