"""What printing knows without a browser: whose a PDF is, what a volume holds, and what is lacking."""

import pytest
from pypdf import PdfReader, PdfWriter

from helpers import digests, printing
from helpers.errors import UserError
from helpers.printing import seals

DATED = b"/CreationDate (D:20261122152716+00'00')\n/ModDate (D:20261122152716+00'00')>>"
LINKED = b"/URI (http://tthc.invalid/10972-phu-luc.xlsx)\n/ID (node00004711) /ID (node00000815) [(node00004711)]"


def _page(folder, name: str, sheets: int):
    """A page with a PDF of so many sheets and a section on each."""
    page = folder / f"{name}.html"
    page.write_text(name, encoding="utf-8")
    writer = PdfWriter()
    for _ in range(sheets):
        writer.add_blank_page(595, 842)
    title = writer.add_outline_item(title=name, page_number=0)
    for number in range(sheets):
        writer.add_outline_item(title=f"{name} {number}", page_number=number, parent=title)
    with printing.pdf_of(page).open("wb") as file:
        writer.write(file)
    content = printing.pdf_of(page).read_bytes()
    printing.pdf_of(page).write_bytes(seals.seal(content, digests.of_file(page)))
    return page


def test_what_tells_one_printing_from_another_goes_and_nothing_moves():
    steady = seals.steadied(DATED + b"\n" + LINKED)
    assert len(steady) == len(DATED + LINKED) + 1
    assert steady.split() == (
        b">> /URI (10972-phu-luc.xlsx) /ID (node00000002) /ID (node00000001) [(node00000002)]".split()
    )


def test_a_pdf_is_of_its_page_until_either_changes(tmp_path):
    page = _page(tmp_path, "a", 2)
    pdf = printing.pdf_of(page)
    assert printing.is_current(page)
    assert len(PdfReader(pdf).pages) == 2
    whole = pdf.read_bytes()
    for changed in (whole[:-1], whole + b" ", whole.replace(b"/Parent", b"/parent", 1), b""):
        pdf.write_bytes(changed)
        assert not printing.is_current(page), changed
    pdf.write_bytes(whole)
    page.write_text("A", encoding="utf-8")
    assert not printing.is_current(page)


def test_a_volume_has_all_parts_with_their_bookmarks_and_is_bound_once(tmp_path):
    parts = [printing.Part(f"Xã {name}", _page(tmp_path, name, sheets)) for name, sheets in (("b", 2), ("a", 3))]
    volume = printing.volume_of(tmp_path, "31-x")
    assert printing.bind(volume, "Thành phố", parts)
    first = volume.read_bytes()
    assert not printing.bind(volume, "Thành phố", parts)
    volume.unlink()
    assert printing.bind(volume, "Thành phố", parts)
    assert volume.read_bytes() == first
    reader = PdfReader(volume)
    whole, [one, sections_of_one, other, sections_of_other] = reader.outline
    assert [whole.title, one.title, other.title] == ["Thành phố", "Xã b", "Xã a"]
    sections = [*sections_of_one, *sections_of_other]
    assert [section.title for section in sections] == ["b 0", "b 1", "a 0", "a 1", "a 2"]
    assert [reader.get_destination_page_number(section) for section in sections] == [0, 1, 2, 3, 4]
    assert len(reader.pages) == 5


def test_what_was_printed_of_an_earlier_page_goes_with_the_volume(tmp_path):
    page, other = _page(tmp_path, "a", 1), _page(tmp_path, "b", 1)
    volume = printing.volume_of(tmp_path, "31-x")
    printing.bind(volume, "x", [printing.Part("a", page), printing.Part("b", other)])
    printing.discard_old(page)
    assert volume.exists(), "the page is the same"
    page.write_text("new", encoding="utf-8")
    printing.discard_old(page)
    assert sorted(path.name for path in tmp_path.glob("*.pdf")) == ["b.pdf"]


def test_without_a_browser_the_error_names_the_fix(monkeypatch, tmp_path):
    monkeypatch.setenv("TTHC_CHROMIUM", str(tmp_path / "none"))
    with pytest.raises(UserError, match=r"apt-get install chromium-headless-shell, or chromium"):
        printing.require()
