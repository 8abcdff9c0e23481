"""What is handed over of an order: which of its pages stand there as they should, and the zip of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pandas as pd

from helpers import formats, manifest, reference, store
from helpers.batch import batches
from helpers.batch.batches import Order, Planned
from helpers.batch.pools import Pool
from helpers.errors import UserError
from helpers.export import bundle
from helpers.export.bundle import Parcel
from helpers.export.folders import INDEX, MARKS, PUBLIC
from helpers.manifest import Entry

# Of all reports: public pages stand apart, so that nobody hands over the others with them.
_PUBLIC_FOLDER: Final = "public"
_LONGEST: Final = 20  # units that a read-me names


@dataclass(frozen=True)
class Handover:
    """The pages of an order.

    Attributes
    ----------
    order : Order
    good : list of Planned
        Those that stand there as they would be made now.
    other : list of Planned
        Those that do not, or that stand there as they were before something changed.
    """

    order: Order
    good: list[Planned]
    other: list[Planned]

    @property
    def public(self) -> bool:
        """Whether it is the public edition."""
        return self.order.notebook == PUBLIC

    @property
    def missing(self) -> list[Planned]:
        """Those of which no page is handed over: of the public edition none that is out of date."""
        return [each for each in self.other if not self._stands(each)]

    @property
    def old(self) -> list[Planned]:
        """Those of which a page is handed over that is out of date."""
        return [each for each in self.other if self._stands(each) and not _is_apart(each)]

    @property
    def apart(self) -> list[Planned]:
        """Those of which a page is handed over that was made apart from a batch: nobody knows from what."""
        return [each for each in self.other if self._stands(each) and _is_apart(each)]

    def _stands(self, planned: Planned) -> bool:
        return not self.public and planned.job.page.is_file()


def _is_apart(planned: Planned) -> bool:
    before = planned.before
    return before is None or not (before.key or before.failure)


def public(order: Order) -> Order:
    """The order of the public pages on the same units."""
    return replace(order, notebook=PUBLIC, reports=order.reports / _PUBLIC_FOLDER)


def of(order: Order, pool: Pool) -> Handover:
    """Look which pages of an order stand there.

    Parameters
    ----------
    order : Order
    pool : Pool

    Returns
    -------
    Handover

    Raises
    ------
    UserError
        When the store is empty.
    """
    surveyed = sorted(batches.survey(order, pool), key=lambda each: each.province)
    planned: list[Planned] = []
    for found in surveyed:
        communes = batches.plan(order, found)
        linked = [each.job.parameters["commune"] for each in communes if not each.why]
        planned += [*communes, *batches.plan_overview(order, found, linked)]
    good = [each.job.parameters for each in planned if not each.why]
    wholes, single = ([of[kind] for of in good if kind in of] for kind in ("province", "commune"))
    planned += batches.plan_country(order, surveyed, wholes, single)
    return Handover(order, [each for each in planned if not each.why], [each for each in planned if each.why])


def pack(handover: Handover, path: Path) -> int:
    """Write the zip.

    Parameters
    ----------
    handover : Handover
    path : Path

    Returns
    -------
    int
        How many pages are in it.

    Raises
    ------
    UserError
        When there is no page, or as for ``bundle.write``.
    """
    order = handover.order
    folders = [order.folder(province) for province in order.provinces]
    if batches.has_country(order):
        folders.append(order.folder(reference.COUNTRY))
    parcels = [_parcel(handover, folder) for folder in folders]
    pages = sum(name.endswith(".html") for parcel in parcels for name in parcel.names)
    if not pages:
        raise UserError(f"There are no pages in {folders[0]}. {_fix(order)}")
    bundle.write(path, parcels, _read_me(handover, pages), order.span.last_day)
    return pages


def lines(handover: Handover) -> list[str]:
    """What an operator must know before handing over: a line each page that is missing or out of date.

    Parameters
    ----------
    handover : Handover

    Returns
    -------
    list of str
        The last one names the command that makes them; empty when all is well.
    """
    missing = {each.job.page for each in handover.missing}
    told = [
        f"  {'missing' if each.job.page in missing else 'out of date'}: {each.job.name}: {each.why}"
        for each in handover.other
    ]
    return [*told, _fix(handover.order)] if told else []


def _fix(order: Order) -> str:
    where = "--all" if order.everywhere else f"--province {order.provinces[0]}"
    rules = "".join(f" -p {name} {order.values[name]}" for name in ("cutoffs", "grain") if name in order.values)
    if order.notebook == PUBLIC:
        return f"Make them: tthc bundle {order.period} {where} --edition public{rules}"
    return f"Make them: tthc batch {order.period} {where}{rules}"


def _parcel(handover: Handover, folder: Path) -> Parcel:
    held = manifest.read(folder)
    if not handover.public:
        found = {path.name for path in folder.glob("*") if path.suffix in bundle.BELONGS}
        return Parcel(folder, sorted(found - _orphans(held, found) - {INDEX}), held)
    own = {each.job.name for each in handover.good if each.job.page.parent == folder}
    entries = {name: entry for name, entry in held.items() if name in own}
    made = sorted({name for entry in entries.values() for name in entry.outputs if Path(name).suffix in bundle.BELONGS})
    return Parcel(folder, made, entries, PUBLIC)


def _orphans(held: Mapping[str, Entry], found: Collection[str]) -> set[str]:
    """Annexes and prints of pages that are no longer there."""
    kept: set[str] = set()
    gone: set[str] = set()
    for name, entry in held.items():
        (kept if f"{name}.html" in found else gone).update(entry.outputs, [f"{name}.pdf"])
    return gone - kept


def _read_me(handover: Handover, pages: int) -> str:
    order = handover.order
    names = [reference.provinces()[code] for code in order.provinces]
    ends = [extent.last for code in order.provinces if (extent := store.extent(order.store, code)) is not None]
    facts = {
        "Bản": "công khai" if handover.public else "nội bộ, không phổ biến ra ngoài",
        "Nội dung": _PUBLIC if handover.public else _INTERNAL,
        "Kỳ báo cáo": order.span.label if order.span.label_says_bounds else f"{order.span.label} ({order.span.bounds})",
        "Địa bàn": ", ".join(names) if len(names) <= _LONGEST else f"{len(names)} tỉnh, thành phố",
        "Dữ liệu đến": _until(ends),
        "Số trang báo cáo": formats.number(pages),
    }
    if store.snapshot(order.store).origin == "sample":
        facts["Lưu ý"] = "SỐ LIỆU MẪU do chương trình sinh ra để thử, không phải số liệu thật."
    facts["Chưa có trang"] = _listed(handover.missing)
    facts["Trang chưa cập nhật theo dữ liệu mới nhất"] = _listed(handover.old)
    facts["Trang lập riêng, chưa đối chiếu với dữ liệu mới nhất"] = _listed(handover.apart)
    told = "\n".join(f"{name}: {text}" for name, text in facts.items() if text)
    return f"{_TITLE}\n\n{told}\n\n{_HOW}"


def _until(ends: Sequence[pd.Timestamp]) -> str:
    if not ends:
        return formats.NO_DATA
    first, last = formats.day(min(ends)), formats.day(max(ends))
    return f"ngày {last}" if first == last else f"tùy địa bàn, từ ngày {first} đến ngày {last}"


def _listed(planned: Sequence[Planned]) -> str:
    shown = ", ".join(_named(each.job.name) for each in planned[:_LONGEST])
    return shown if len(planned) <= _LONGEST else f"{shown} và {formats.number(len(planned) - _LONGEST)} đơn vị khác"


def _named(report: str) -> str:
    name, mark = reference.unit_name(report.partition("-")[0]), MARKS.get(report.partition(".")[2])
    return f"{name} ({mark})" if mark else name


_TITLE: Final = "BÁO CÁO GIẢI QUYẾT HỒ SƠ THỦ TỤC HÀNH CHÍNH"
_INTERNAL: Final = "trang báo cáo và phụ lục đầy đủ, có mã hồ sơ, không có tên hay thông tin khác của người nộp."
_PUBLIC: Final = "số liệu tổng hợp, không có hồ sơ hay mã hồ sơ, không có số đếm 1 hoặc 2."
_HOW: Final = f"""\
CÁCH XEM
1. Giải nén toàn bộ tệp .zip vào một thư mục; không mở trang ngay trong tệp .zip.
2. Mở tệp index.html bằng trình duyệt. Không cần mạng, không cần cài đặt gì thêm.
3. Bảng tính và văn bản đứng cạnh trang của từng đơn vị.

CÁCH KIỂM TRA TỆP CÒN NGUYÊN VẸN
- Linux: mở cửa sổ lệnh tại thư mục này và chạy: sha256sum -c {bundle.SUMS}
- Windows (PowerShell): Get-FileHash TÊN-TỆP, rồi so với dòng có tên tệp đó trong {bundle.SUMS}

LIÊN HỆ
Đơn vị, người phụ trách: ........................................
Điện thoại: ........................................
"""
