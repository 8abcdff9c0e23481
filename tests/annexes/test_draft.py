"""The draft report: the frame of NĐ 30/2020/NĐ-CP, sentences from the narrative, blanks where the office must write."""

import re
import zipfile
from io import BytesIO

import docx
import pytest

from helpers import findings, formats, forms, headline, indicators, narrative, reference, slices
from helpers.annexes import draft
from helpers.annexes.texts import spelled


@pytest.fixture(scope="module")
def part(small):
    return slices.commune("08746", "2025-Q3", folder=small)


def _point(part: slices.Slice) -> findings.Finding:
    return findings.Finding(findings.RULES[0], "Có 3 hồ sơ như vậy. Cần kiểm tra lý do.", part.classed.head(0))


@pytest.fixture(scope="module")
def content(part):
    return draft.document(part, [_point(part)])


@pytest.fixture(scope="module")
def paper(content):
    return docx.Document(BytesIO(content))


def _texts(paper: "docx.document.Document") -> list[str]:
    return [paragraph.text for paragraph in paper.paragraphs]


def test_page_and_type(paper):
    portrait, *annexes = paper.sections
    sides = ("page_width", "page_height", "top_margin", "bottom_margin", "left_margin", "right_margin")
    assert [round(getattr(portrait, side).mm) for side in sides] == [210, 297, 20, 20, 30, 15]
    assert len(annexes) == 2
    for landscape in annexes:
        assert [round(getattr(landscape, side).mm) for side in sides] == [297, 210, 20, 20, 30, 15]
        assert not landscape.different_first_page_header_footer
    normal = paper.styles["Normal"].font
    assert (normal.name, normal.size.pt) == ("Times New Roman", 14)
    assert portrait.different_first_page_header_footer
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
        "II. KẾT QUẢ GIẢI QUYẾT", "III. TỒN TẠI, NGUYÊN NHÂN", "IV. KIẾN NGHỊ", "Phụ lục I", "Phụ lục II",
    )]  # fmt: skip
    assert order == sorted(order)
    assert any("SỐ LIỆU MẪU" in text for text in texts)
    assert "Nơi nhận:" in paper.tables[1].rows[0].cells[0].text
    assert texts[texts.index("I. TÌNH HÌNH CHUNG") + 1].startswith("Căn cứ …")


def test_the_last_sentence_stays_with_the_signature_on_one_page(paper):
    closing = next(paragraph for paragraph in paper.paragraphs if paragraph.text.startswith("Trên đây là báo cáo"))
    assert closing.paragraph_format.keep_with_next
    signature = closing._p.getnext()
    assert "Nơi nhận:" in "".join(signature.itertext())
    assert "w:cantSplit" in signature.xml


def test_each_sentence_of_the_page_is_said_once(part, paper):
    text = "\n".join(_texts(paper))
    said = {
        *narrative.summary(part), *narrative.late_sentences(part), *narrative.pending_overdue_sentences(part),
        narrative.overdue_intro(part), narrative.targets(part),
    } - {narrative.overdue_now(part)}  # fmt: skip
    for sentence in said:
        assert text.count(spelled(sentence)) == (not sentence.startswith("Nguyên nhân ghi nhận")), sentence
    assert narrative.overdue_now(part) not in text
    most = part.overdue["overdue_cause"].value_counts()
    cause = f"{formats.lower_first(reference.label('causes', most.index[0]))} ({most.iloc[0]})"
    assert f"Theo ghi nhận trên hệ thống đối với {len(part.overdue)} hồ sơ quá hạn: {cause}; " in text
    assert "1. Đối với 30 hồ sơ đang giải quyết đã quá hạn" in text


def test_an_office_reviews_itself(paper):
    text = "\n".join(_texts(paper))
    assert "Nội dung đơn vị cần rà soát, giải trình:\n- Có 3 hồ sơ như vậy. Cần rà soát lý do.\n" in text
    assert "cần kiểm tra" not in text.lower()


@pytest.mark.parametrize(("period", "title"), [
    ("2025-07-01..2025-11-26", "từ ngày 01 tháng 7 năm 2025 đến ngày 26 tháng 11 năm 2025"),
    ("2025-07-14", "ngày 14 tháng 7 năm 2025"),
])  # fmt: skip
def test_days_and_bounds_are_in_words(small, period, title):
    part = slices.commune("10972", period, folder=small)
    states = [headline.target_state(part, each.name) for each in indicators.INDICATORS]
    assert any("≥" in told for _, told in filter(None, states))
    paper = docx.Document(BytesIO(draft.document(part, findings.find(part))))
    texts = _texts(paper)
    assert f"Tình hình, kết quả giải quyết thủ tục hành chính {title}" in texts
    assert not [text for text in texts if re.search(r"\d/\d+/\d|[≥≤]", text)]
    assert narrative.targets(part) not in " ".join(texts), "they are a list"


def test_annex_is_the_form(part, paper):
    rows = forms.ii_06a(part.cube)
    table = paper.tables[-2]
    assert len(table.rows) == 4 + len(rows) + 1
    assert [cell.text for cell in table.rows[3].cells] == [f"({column})" for column in range(1, 14)]
    total = forms.total(rows)
    last = ["", "Tổng số", *(formats.number(total[column]) for column in forms.COUNTED)]
    assert [cell.text for cell in table.rows[-1].cells] == last
    assert [row.cells[2].text for row in table.rows[4:-1]] == [formats.number(count) for count in rows["3"]]


def test_second_annex_lists_what_is_pending_and_overdue(part, paper):
    rows = part.overdue[part.overdue["outcome"] == "pending_overdue"]
    head, *lines = [[cell.text for cell in row.cells] for row in paper.tables[-1].rows]
    assert head[:2] == ["TT", "Mã hồ sơ"]
    assert [line[1] for line in lines] == rows["dossier_id"].tolist()
    first = rows.iloc[0]
    assert lines[0] == [
        "1", first["dossier_id"], reference.label("fields", first["field"]), formats.day(first["received_at"]),
        formats.day(first["due_at"]), formats.number(first["days_late"]), reference.label("holders", first["holder"]),
        reference.label("causes", first["overdue_cause"]),
    ]  # fmt: skip


def test_second_annex_is_cut_and_says_so(report):
    late = {"due_at": "2025-07-14 10:00", "status": 4}
    paper = docx.Document(BytesIO(draft.document(report(*[late] * 51), [])))
    assert len(paper.tables[-1].rows) == 1 + 50
    assert any(text.startswith("Chỉ in 50 trong 51 hồ sơ") for text in _texts(paper))
    paper = docx.Document(BytesIO(draft.document(report({"status": 4}), [])))
    assert "Phụ lục II" not in _texts(paper)


@pytest.mark.parametrize(
    ("dossier", "said"),
    [
        ({"status": 3}, "xã Đường An không tiếp nhận hồ sơ mới."),
        (
            {"due_at": "2025-07-14 10:00", "finished_at": "2025-07-11 09:00"},
            "Trong kỳ không có hồ sơ quá hạn, cả đã giải quyết và đang giải quyết.",
        ),
        ({"field": "ho-tich"}, "Hồ sơ nhận giải quyết thuộc lĩnh vực Hộ tịch (1/1 hồ sơ)."),
        ({"field": "<&\x00\x0b"}, "Hồ sơ nhận giải quyết thuộc lĩnh vực <& (1/1 hồ sơ)."),
    ],
)
def test_few_dossiers_and_odd_texts(stored, dossier, said):
    paper = docx.Document(BytesIO(draft.document(slices.commune("10972", "2025-07", folder=stored(dossier)), [])))
    assert said in " ".join(_texts(paper))
    assert "1. Đối với các nội dung khác (biện pháp, đơn vị chịu trách nhiệm, thời hạn):" in _texts(paper)


def test_same_figures_same_bytes(part, content):
    assert content == draft.document(part, [_point(part)])
    archive = zipfile.ZipFile(BytesIO(content))
    assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    properties = archive.read("docProps/core.xml").decode()
    assert "2025-09-30T00:00:00Z" in properties, "the clock is not read"
    assert "python-docx" not in properties
