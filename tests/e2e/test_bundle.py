"""What is handed over: a zip that checks itself, and a public edition that one who has all of it cannot undo."""

import html
import importlib.util
import io
import itertools
import os
import re
import subprocess
import sys
import zipfile
from collections import defaultdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import python_calamine
from click.testing import CliRunner, Result
from filelock import FileLock

from helpers import cli, dossiers, indicators, manifest, reference, store
from helpers.disclosure import LEAST, MEASURES, RATES, STATES, WAYS
from helpers.edition.pages import REST
from helpers.errors import UserError
from helpers.manifest import Entry

_SPEC = importlib.util.spec_from_file_location("attacker", Path(__file__).parents[1] / "attacker.py")
attacker = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(attacker)

PROVINCE, CODES = "12", ("03388", "03390", "03394")
FIELDS = {"ho-tich": "Hộ tịch", "chung-thuc": "Chứng thực", "dat-dai": "Đất đai", "nuoi-con-nuoi": "Nuôi con nuôi"}
CELLS = list(itertools.product(CODES, FIELDS, STATES, WAYS))
SECRETS = ("H12.7-2507", "Phòng Hiếm Gặp")
LABELS = {measure.label: measure.classes for measure in MEASURES.values()}
# How a dossier of each state goes: due, finished, status.
COURSE = {
    "in_time": ("2025-07-20", "2025-07-10", 9),
    "otherwise_ended": ("2025-07-20", "2025-07-10", 7),
    "open": ("2025-08-20", None, 4),
    "late": ("2025-07-08", "2025-07-15", 9),
    "open_overdue": ("2025-07-10", None, 4),
}


@pytest.fixture(scope="module")
def counts() -> dict[tuple[str, str, str, str], int]:
    """Dossiers of three communes; many counts are one or two, some classes of a commune as a whole too."""
    chance = np.random.default_rng(7)
    drawn = chance.choice([0, 0, 0, 0, 0, 1, 1, 2, 3, 25], len(CELLS)).tolist()
    found = dict(zip(CELLS, drawn, strict=True))
    found = {cell: 0 if cell[2] == "open_overdue" and cell[0] == CODES[1] else n for cell, n in found.items()}
    return found | {(CODES[1], "dat-dai", "open_overdue", "direct"): 1}


@pytest.fixture(scope="module")
def office(tmp_path_factory, counts) -> Path:
    """A folder with a store of these dossiers."""
    home = tmp_path_factory.mktemp("office")
    rows = []
    for (commune, field, state, way), count in counts.items():
        due, finished, status = COURSE[state]
        received = "2025-06-20 08:00" if way == "carried_over" else "2025-07-05 08:00"
        channel = {"unknown": None, "carried_over": "direct"}.get(way, way)
        rows += [[commune, field, channel, received, due, finished, status]] * count
    frame = pd.DataFrame(
        rows, columns=["commune", "field", "channel", "received_at", "due_at", "finished_at", "status"]
    )
    for name in ("received_at", "due_at", "finished_at"):
        frame[name] = pd.to_datetime(frame[name], format="ISO8601").astype("datetime64[us]")
    frame = frame.assign(dossier_id=[f"{SECRETS[0]}05-{at:05d}" for at in range(len(frame))], holder=SECRETS[1])
    store.put(home / "store", [store.Entry(dossiers.complete(frame), {"file": "bí mật.csv", "sha256": ""}, {})])
    return home


@pytest.fixture(scope="module")
def public(office) -> dict[str, bytes]:
    """The files of the public edition."""
    words = ["bundle", "2025-07", "--province", PROVINCE, "--edition", "public"]
    folders = {"TTHC_STORE": str(office / "store"), "TTHC_REPORTS": str(office / "reports")}
    command = [sys.executable, "-m", "helpers.cli", *words]
    done = subprocess.run(command, env={**os.environ, **folders}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 pages are in the public edition." in done.stdout
    path = office / "reports" / "tthc-2025-07-12-cong-khai.zip"
    assert done.stdout.splitlines()[-1] == str(path)
    again = call(office, *words, "--output", str(office / "lại.zip"))
    assert "0 reports made, 4 up to date, 0 failed." in again.stdout
    assert (office / "lại.zip").read_bytes() == path.read_bytes()
    return unpacked(path)


def call(office: Path, *words: str, code: int = 0, reports: Path | None = None) -> Result:
    """A command that starts no kernel, in this process."""
    environment = {"TTHC_STORE": str(office / "store"), "TTHC_REPORTS": str(reports or office / "reports")}
    done = CliRunner().invoke(cli.cli, words, env=environment)
    if isinstance(done.exception, UserError):
        raise done.exception
    assert done.exit_code == code, done.output
    return done


def unpacked(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as packed:
        assert all(info.date_time == (2025, 7, 31, 0, 0, 0) for info in packed.infolist())
        return {name: packed.read(name) for name in packed.namelist()}


def check_sums(files: dict[str, bytes], folder: Path) -> None:
    for name, content in files.items():
        assert name.isascii()
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    run = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
    assert len(run.stdout.splitlines()) == len(files) - 1
    # No link leads out of the bundle.
    for page in folder.rglob("*.html"):
        for link in re.findall(r'href="([^"#]+)', page.read_text(encoding="utf-8")):
            assert (page.parent / link).is_file(), (page, link)


def read_me(files: dict[str, bytes]) -> dict[str, str]:
    lines = files["DOC-TRUOC.txt"].decode("utf-8-sig").splitlines()
    return dict(line.split(": ", 1) for line in lines if ": " in line)


def text(fragment: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", fragment)).strip()


def page(files: dict[str, bytes], code: str) -> str:
    return files[f"2025-07/{PROVINCE}/{reference.file_stem(code)}.html"].decode()


def table(shown: str, caption: str) -> list[list[str]]:
    """Head and rows of a table, as texts."""
    part = shown.partition(f"<caption>{caption}</caption>")[2].partition("</table>")[0]
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", part, flags=re.DOTALL)
    return [[text(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, flags=re.DOTALL)] for row in rows]


def number(shown: str) -> int | None:
    plain = shown.replace(".", "")
    return int(plain) if plain.isdigit() else None


def cells(communes, fields, classes):
    return [cell for cell in CELLS if cell[0] in communes and cell[1] in fields and classes & {*cell[2:]}]


def equations(files: dict[str, bytes]):
    """All counts in all tables of the bundle: which dossiers each counts, and the number."""
    codes = {label: code for code, label in FIELDS.items()}
    names = {reference.unit_name(code): code for code in CODES}
    tells, apart, found = defaultdict(list), defaultdict(list), []
    for code in CODES:
        for label, value in table(page(files, code), "Số hồ sơ và tỷ lệ")[1:]:
            if label in LABELS and number(value) is not None:
                tells[label].append(code)
                found.append((cells([code], FIELDS, LABELS[label]), number(value)))
        head, *rows = table(page(files, code), "Theo lĩnh vực") or [[]]
        named = {codes[row[0]] for row in rows if row[0] != REST}
        for row in rows:
            fields = FIELDS.keys() - named if row[0] == REST else {codes[row[0]]}
            for label, value in zip(head[1:], row[1:], strict=True):
                if label in LABELS and number(value) is not None:
                    apart[row[0], label].append(code)
                    found.append((cells([code], fields, LABELS[label]), number(value), row[0]))
    whole = page(files, PROVINCE)
    for label, value, units in table(whole, "Số hồ sơ và tỷ lệ")[1:]:
        if label in LABELS and number(value) is not None:
            assert int(units) == len(tells[label])
            found.append((cells(tells[label], FIELDS, LABELS[label]), number(value)))
    head, *rows = table(whole, "Theo lĩnh vực")
    for row in rows:
        for label, value in zip(head[1:], row[1:], strict=True):
            if label in LABELS and number(value) is not None:
                own = [known for known in found if len(known) == 3 and known[2] == row[0]]
                same = [known for known in own if {*known[0]} <= {*cells(apart[row[0], label], FIELDS, LABELS[label])}]
                counted = {cell for known in same for cell in known[0] if LABELS[label] & {*cell[2:]}}
                found.append((counted, number(value)))
    head, *rows = table(whole, "Từng đơn vị")
    for row in rows:
        for label, value in zip(head[1:], row[1:], strict=True):
            if label in LABELS and number(value) is not None:
                found.append((cells([names[row[0]]], FIELDS, LABELS[label]), number(value)))
    return [known[:2] for known in found]


def hidden(counts):
    """Every count of one or two dossiers of a commune: of cells, and of all their margins."""
    for width in range(1, 4):
        for axes in itertools.combinations((1, 2, 3), width):
            groups = defaultdict(list)
            for cell in CELLS:
                groups[cell[0], *(cell[axis] for axis in axes)].append(cell)
            yield from (group for group in groups.values() if 0 < sum(counts[cell] for cell in group) < LEAST)


def test_who_has_the_whole_public_edition_cannot_recover_a_small_count(public, counts):
    known = equations(public)
    assert len(known) > 60
    for group, value in known:
        assert sum(counts[cell] for cell in group) == value
        assert value == 0 or value >= LEAST
    look = attacker.Attacker(CELLS, known)
    targets = list(hidden(counts))
    assert len(targets) > 100
    for group in targets:
        least, most = look.bounds(group)
        assert most - least >= LEAST, group
    # And it is worth reading: fields are told apart, and classes.
    assert "Hộ tịch" in page(public, PROVINCE)
    assert sum(value > 0 for _, value in known) > 40


def divided(files: dict[str, bytes]) -> set[str]:
    """What the province's rates are divided from: sums over the communes that publish both counts."""
    pages = [{row[0]: number(row[1]) for row in table(page(files, code), "Số hồ sơ và tỷ lệ")[1:]} for code in CODES]
    found = set()
    for rate in RATES.values():
        labels = [MEASURES[name].label for name in rate[1:]]
        both = [[told[label] for label in labels] for told in pages if None not in [told[label] for label in labels]]
        found |= {str(sum(column)) for column in zip(*both, strict=True)} | {str(len(both))}
    return found


def test_no_figure_stands_outside_the_tables(public):
    """Tiles and sentences say what the tables say; what else has digits is the same on every page."""
    rest = {}
    for code in (*CODES, PROVINCE):
        shown = page(public, code).partition("<main")[2]
        figures = {
            cell for row in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", shown, flags=re.DOTALL) for cell in [text(row)]
        }
        tiles = shown.partition('<ul class="tiles">')[2].partition("</ul>")[0]
        figures |= divided(public) if code == PROVINCE else set()
        for found in re.findall(r"[\d.,]*\d%?", text(tiles).replace(f"/{len(CODES)} đơn vị", " đơn vị")):
            assert found in figures or found == str(LEAST), found
        bare = re.sub(
            r"<table>.*?</table>|<header.*?</header>|<ul class=\"tiles\">.*?</ul>", "", shown, flags=re.DOTALL
        )
        bare = re.sub(r"<a [^>]*>.*?</a>|\(\.xlsx, \d+ KB\)", "", bare)
        rest[code] = set(re.findall(r"\d[\d./]*", text(bare))) - {str(len(CODES))}
    assert rest[CODES[0]] | rest[CODES[1]] | rest[CODES[2]] | rest[PROVINCE] == rest[PROVINCE]
    assert rest[PROVINCE] <= {"1.", "2.", "3.", "0", "3", "12", "31/07/2025", "05/07/2025"}


def test_the_indexes_say_what_the_pages_say_and_of_a_province_only_what_all_its_units_publish(public):
    listed = public[f"2025-07/{PROVINCE}/index.html"].decode()
    head, *rows = table(listed, "Từng đơn vị cấp xã, theo thứ tự chữ cái")
    of = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    labels = {each.label: {**MEASURES, **RATES}[each.name].label for each in indicators.at("index")}
    shown = []
    for code in CODES:
        told = {row[0]: row[1] for row in table(page(public, code), "Số hồ sơ và tỷ lệ")[1:]}
        for label, own in labels.items():
            shown.append(of[reference.unit_name(code)][label])
            assert shown[-1] == told[own].replace("*", "–")
    assert shown.count("–") < len(shown) / 2
    head, row = table(public["2025-07/index.html"].decode(), "Theo tỉnh, thành phố")
    whole = {row[0]: row[1:] for row in table(page(public, PROVINCE), "Số hồ sơ và tỷ lệ")[1:]}
    for label, own in labels.items():
        figure, units = whole[own]
        assert dict(zip(head, row, strict=True))[label] == (figure if int(units) == len(CODES) else "–"), label


def test_sums_over_different_units_are_said_to_be_no_matter_for_reckoning(public):
    said = "Các số không cùng một tập hợp đơn vị nên không cộng, trừ hay so sánh với nhau được"
    units = {row[2] for row in table(page(public, PROVINCE), "Số hồ sơ và tỷ lệ")[1:]}
    assert len(units) > 1
    assert said in page(public, PROVINCE)
    assert not any(said in page(public, code) for code in CODES)


def test_the_workbooks_hold_the_figures_of_the_pages(public):
    for code in (*CODES, PROVINCE):
        shown = page(public, code)
        book = python_calamine.load_workbook(
            io.BytesIO(public[f"2025-07/12/{reference.file_stem(code)}-cong-khai.xlsx"])
        )
        rows = book.get_sheet_by_name("Số liệu").to_python()[1:]
        told = {row[0]: number(row[1]) for row in table(shown, "Số hồ sơ và tỷ lệ")[1:] if row[0] in LABELS}
        assert {row[0]: None if row[1] == "" else row[1] for row in rows} == told
        by_field = {row[0]: [number(each) for each in row[1:4]] for row in table(shown, "Theo lĩnh vực")[1:]}
        rows = book.get_sheet_by_name("Lĩnh vực").to_python()[1:]
        assert {row[0]: [None if each == "" else each for each in row[1:4]] for row in rows} == by_field
        if code == PROVINCE:
            own = {row[0]: row[2:] for row in book.get_sheet_by_name("Đơn vị").to_python()[1:]}
            for each in CODES:
                values = [number(row[1]) for row in table(page(public, each), "Số hồ sơ và tỷ lệ")[1:]]
                assert [None if value == "" else value for value in own[each]] == values[: len(MEASURES)]


def test_the_public_edition_names_no_dossier_and_checks_itself(public, tmp_path):
    check_sums(public, tmp_path)
    for name, content in public.items():
        assert Path(name).suffix in (".html", ".xlsx", ".txt", ""), name
        texts = [content]
        if name.endswith(".xlsx"):
            with zipfile.ZipFile(io.BytesIO(content)) as book:
                texts = [book.read(part) for part in book.namelist()]
        for secret in (*SECRETS, "bí mật", "public_report", str(tmp_path.parent.parent)):
            assert not any(secret.encode() in each for each in texts), (name, secret)
    told = public["DOC-TRUOC.txt"].decode("utf-8-sig").replace("\r\n", "\n")
    assert "Bản: công khai" in told
    assert "Kỳ báo cáo: Tháng 7/2025 (từ ngày 01/07/2025 đến ngày 31/07/2025)" in told
    assert "Dữ liệu đến: ngày 05/07/2025" in told
    assert "Chưa có trang" not in told
    index = re.sub(r"<(style|script).*?</\1>", "", public["index.html"].decode(), flags=re.DOTALL)
    assert "%" not in text(index)


def test_the_internal_edition_takes_what_stands_there_and_says_what_is_missing(office, tmp_path):
    words = ["bundle", "2025-07", "--province", PROVINCE, "--output", str(tmp_path / "a.zip")]
    with pytest.raises(UserError, match="tthc batch 2025-07 --province 12"):
        call(office, *words)
    assert not (tmp_path / "a.zip").exists()
    folder, stem = office / "reports" / "2025-07" / PROVINCE, reference.file_stem(CODES[0])
    (folder / "figures").mkdir(parents=True)
    for name in (f"{stem}.html", f"{stem}.ipynb", f"{stem}.log", f"{stem}-phu-luc.xlsx", "index.html", "figures/a.csv"):
        (folder / name).write_text(f"<p>{SECRETS[0]}</p>", encoding="utf-8")
    done = call(office, *words, code=1)
    said = [line.split(":")[0].strip() for line in done.stderr.splitlines() if ":" in line]
    assert said == ["out of date", "missing", "missing", "missing", "Make them"]
    files = unpacked(tmp_path / "a.zip")
    check_sums(files, tmp_path / "out")
    own = {name for name in files if stem in name}
    assert own == {f"2025-07/12/{stem}.html", f"2025-07/12/{stem}-phu-luc.xlsx"}
    assert SECRETS[0] in page(files, CODES[0])
    told = files["DOC-TRUOC.txt"].decode("utf-8-sig")
    assert "Chưa có trang: " in told
    assert "Bản: nội bộ" in told


def test_what_failed_is_named_and_no_link_leads_to_what_is_not_there(office, tmp_path):
    """Of four communes: one as it should be, one with a page of before, one without any, one whose page was deleted."""
    good, old, failed, gone = (reference.file_stem(code) for code in (*CODES, "03405"))
    whole, folder = reference.file_stem(PROVINCE), tmp_path / "reports" / "2025-07" / PROVINCE
    folder.mkdir(parents=True)
    why = {"notebook": "commune_report", "cell": "x()", "error": SECRETS[0], "log": f"{old}.log", "at": "2025-08-02"}
    for stem in (good, old, failed, gone, whole):
        files = (f"{stem}.html", f"{stem}-phu-luc.xlsx", f"{stem}.pdf")
        made = "" if stem == failed else "2025-08-01T08:00"
        failure = why if stem in (old, failed) else None
        outputs = dict.fromkeys(files[:2], "") if made else {}
        manifest.note(folder, stem, Entry("n", {}, {}, made, outputs, failure=failure))
        for name in files if made else ():
            (folder / name).write_text("<p>", encoding="utf-8")
    links = "".join(f'<td class="a"><a href="{stem}.html">{stem} <b>?</b></a></td>' for stem in (good, old, gone))
    (folder / f"{whole}.html").write_text(f'<a href="index.html#12">?</a>{links}', encoding="utf-8")
    (folder / f"{gone}.html").unlink()
    (folder / f"{old}.log").touch()
    words = ["bundle", "2025-07", "--province", PROVINCE, "--output", str(tmp_path / "a.zip")]
    call(office, *words, code=1, reports=tmp_path / "reports")
    files = unpacked(tmp_path / "a.zip")
    check_sums(files, tmp_path / "out")
    assert "failures.html" not in files
    own = {name.removeprefix("2025-07/12/") for name in files if name.startswith("2025-07/12/")} - {"index.html"}
    assert own == {f"{stem}{end}" for stem in (good, old, whole) for end in (".html", "-phu-luc.xlsx", ".pdf")}
    assert f"{links.rpartition('<a')[0]}{gone} <b>?</b></td>" in files[f"2025-07/12/{whole}.html"].decode()
    listed = files["2025-07/12/index.html"].decode()
    _, *rows = table(listed, "Từng đơn vị cấp xã, theo thứ tự chữ cái")
    assert {row[0]: row[-2] for row in rows} == {
        reference.unit_name(CODES[0]): "Đã lập",
        reference.unit_name(CODES[1]): "Bản cũ, lập ngày 01/08/2025",
        reference.unit_name(CODES[2]): "Chưa lập được",
    }
    assert not any(secret.encode() in content for content in files.values() for secret in (SECRETS[0], ".log"))
    assert "failures" not in listed
    told = read_me(files)
    assert told["Chưa có trang"] == reference.unit_name(CODES[2])
    assert told["Trang chưa cập nhật theo dữ liệu mới nhất"] == reference.unit_name(CODES[1])
    apart = f"{reference.unit_name(CODES[0])}, {reference.unit_name(PROVINCE)}"
    assert told["Trang lập riêng, chưa đối chiếu với dữ liệu mới nhất"] == apart


def test_the_read_me_of_the_country(tmp_path):
    rows = pd.DataFrame({"commune": ["03388", "10972"], "dossier_id": ["a", "b"], "status": 4})
    days = pd.to_datetime(["2025-08-01 08:00", "2025-07-31 08:00"]).astype("datetime64[us]")
    store.put(
        tmp_path / "store",
        [store.Entry(dossiers.complete(rows.assign(received_at=days)), {"file": "a", "sha256": ""}, {})],
    )
    period, stem = "2025-07-01..2025-08-20", reference.file_stem("10972")
    (tmp_path / "reports" / period / "31").mkdir(parents=True)
    (tmp_path / "reports" / period / "31" / f"{stem}.html").touch()
    words = ["bundle", period, "--all", "--output", str(tmp_path / "a.zip")]
    call(tmp_path, *words, code=1)
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        told = read_me({"DOC-TRUOC.txt": packed.read("DOC-TRUOC.txt")})
    assert told["Kỳ báo cáo"] == "Từ 01/07/2025 đến 20/08/2025"
    assert told["Dữ liệu đến"] == "tùy địa bàn, từ ngày 31/07/2025 đến ngày 01/08/2025"
    assert told["Chưa có trang"].endswith(", Cả nước, Cả nước (từng đơn vị cấp xã)")


def test_what_a_killed_bundle_has_left_is_removed_and_one_that_runs_is_not(office, tmp_path):
    words = ["bundle", "2025-07", "--province", PROVINCE, "--output", str(tmp_path / "a.zip")]
    for name in ("dead", "running"):
        (tmp_path / f".bundle-{name}" / "pages").mkdir(parents=True)
    (folder := tmp_path / "reports" / "2025-07" / PROVINCE).mkdir(parents=True)
    (folder / f"{reference.file_stem(CODES[0])}.html").touch()
    with FileLock(tmp_path / ".bundle-running" / "lock"):
        call(office, *words, code=1, reports=tmp_path / "reports")
    assert {path.name for path in tmp_path.iterdir()} == {"a.zip", "reports", ".bundle-running"}
