"""The draft report: the frame of NĐ 30/2020/NĐ-CP, sentences from the narrative, blanks where the office must write."""

import zipfile
from io import BytesIO

import docx
import pytest

from helpers import findings, formats, forms, narrative, slices
from helpers.annexes import draft


@pytest.fixture(scope="module")
def part(small):
    return slices.commune("08746", "2025-Q3", folder=small)


@pytest.fixture(scope="module")
def content(part):
    return draft.document(part, [findings.Finding(findings.RULES[0], "Có 3 hồ sơ cần kiểm tra.", part.classed.head(0))])


@pytest.fixture(scope="module")
def paper(content):
    return docx.Document(BytesIO(content))


def _texts(paper: "docx.document.Document") -> list[str]:
    return [paragraph.text for paragraph in paper.paragraphs]


def test_page_and_type(paper):
    portrait, landscape = paper.sections
    sides = ("page_width", "page_height", "top_margin", "bottom_margin", "left_margin", "right_margin")
    assert [round(getattr(portrait, side).mm) for side in sides] == [210, 297, 20, 20, 30, 15]
    assert [round(getattr(landscape, side).mm) for side in sides] == [297, 210, 20, 20, 30, 15]
    normal = paper.styles["Normal"].font
    assert (normal.name, normal.size.pt) == ("Times New Roman", 14)
    assert portrait.different_first_page_header_footer
    assert not landscape.different_first_page_header_footer
    assert 'w:instr="PAGE"' in portrait.header._element.xml
    assert "PAGE" not in portrait.first_page_header._element.xml


def test_frame(paper):
    left, right = (cell.text for cell in paper.tables[0].rows[0].cells)
    assert left.startswith("ỦY BAN NHÂN DÂN\nPHƯỜNG XUÂN HÒA\n")
    assert "Số: ……/BC-……" in left
    assert "DỰ THẢO" in left
    assert right.startswith("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n")
    assert "ngày …… tháng …… năm ……" in right, "the date is the office's"
    texts = _texts(paper)
    order = [texts.index(text) for text in (
        "BÁO CÁO", "Tình hình, kết quả giải quyết thủ tục hành chính quý III/2025", "I. TÌNH HÌNH CHUNG",
        "II. KẾT QUẢ GIẢI QUYẾT", "III. TỒN TẠI, NGUYÊN NHÂN", "IV. KIẾN NGHỊ", "Phụ lục I",
    )]  # fmt: skip
    assert order == sorted(order)
    assert any("SỐ LIỆU MẪU" in text for text in texts)
    assert "Nơi nhận:" in paper.tables[1].rows[0].cells[0].text


def test_sentences_are_those_of_the_page(part, paper):
    text = "\n".join(_texts(paper))
    for sentence in [*narrative.summary(part), *narrative.late_sentences(part), narrative.overdue_intro(part)]:
        assert sentence in text, sentence
    assert text.count(narrative.apologies(part)) == 1
    assert "- Có 3 hồ sơ cần kiểm tra." in text
    assert "1. Đối với 30 hồ sơ đang giải quyết đã quá hạn" in text


def test_annex_is_the_form(part, paper):
    rows = forms.ii_06a(part.cube)
    table = paper.tables[-1]
    assert len(table.rows) == 4 + len(rows) + 1
    assert [cell.text for cell in table.rows[3].cells] == [f"({column})" for column in range(1, 14)]
    total = forms.total(rows)
    last = ["", "Tổng số", *(formats.number(total[column]) for column in forms.COUNTED)]
    assert [cell.text for cell in table.rows[-1].cells] == last
    assert [row.cells[2].text for row in table.rows[4:-1]] == [formats.number(count) for count in rows["3"]]


@pytest.mark.parametrize(
    ("dossier", "said"),
    [
        ({"status": 3}, "Trong kỳ không có hồ sơ quá hạn, cả đã giải quyết và đang giải quyết."),
        ({"field": "ho-tich"}, "Hồ sơ nhận giải quyết thuộc lĩnh vực Hộ tịch (1/1 hồ sơ)."),
        ({"field": "<&\x00\x0b"}, "Hồ sơ nhận giải quyết thuộc lĩnh vực <& (1/1 hồ sơ)."),
    ],
)
def test_few_dossiers_and_odd_texts(stored, dossier, said):
    paper = docx.Document(BytesIO(draft.document(slices.commune("10972", "2025-07", folder=stored(dossier)), [])))
    assert said in " ".join(_texts(paper))
    assert "1. Đối với các nội dung khác (biện pháp, đơn vị chịu trách nhiệm, thời hạn):" in _texts(paper)


def test_same_figures_same_bytes(part, content):
    point = findings.Finding(findings.RULES[0], "Có 3 hồ sơ cần kiểm tra.", part.classed.head(0))
    assert content == draft.document(part, [point])
    archive = zipfile.ZipFile(BytesIO(content))
    assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    properties = archive.read("docProps/core.xml").decode()
    assert "2025-09-30T00:00:00Z" in properties, "the clock is not read"
    assert "python-docx" not in properties
