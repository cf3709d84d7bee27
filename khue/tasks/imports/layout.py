"""The spreadsheet of a plan: its columns and what people call them, the template, the file of rows to mend."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext_noop

from khue.files.sheet import Layout, guide_sheet, head_of, new_book, rows_to_mend
from khue.units.models import Unit

if TYPE_CHECKING:
    from khue.tasks.imports.rows import PlanRow

MOST_ROWS = 500
COLUMNS = ("STT", "Nhiệm vụ", "Chủ trì", "Phối hợp", "Thời hạn", "Lặp lại", "Chỉ tiêu", "Sản phẩm", "Ghi chú")
NUMBER, QUOTE, OWNERS, PARTNERS, DUE, RECURS, TARGETS, PRODUCT, NOTE = COLUMNS
ERRORS = "Lỗi"
RECURS_WORDS = {"weekly": "Hằng tuần", "monthly": "Hằng tháng", "quarterly": "Hằng quý", "semester": "Mỗi học kỳ", "yearly": "Hằng năm"}
LAYOUT = Layout(
    "plan",
    COLUMNS,
    (QUOTE, OWNERS),
    gettext_noop("Điền mỗi nhiệm vụ một dòng dưới tiêu đề."),
    also={
        NUMBER: ("TT", "Số TT", "Số thứ tự", "#"),
        QUOTE: ("Nội dung", "Nội dung công việc", "Nội dung nhiệm vụ", "Công việc", "Tên nhiệm vụ", "Nhiệm vụ, giải pháp", "Nội dung thực hiện"),
        OWNERS: (
            "Đơn vị chủ trì", "Cơ quan chủ trì", "Đơn vị thực hiện", "Đơn vị chủ trì thực hiện", "Người phụ trách", "Bộ phận chủ trì",
            "Phụ trách", "Đơn vị", "Chủ trì thực hiện",
        ),
        PARTNERS: ("Đơn vị phối hợp", "Cơ quan phối hợp", "Phối hợp thực hiện", "Bộ phận phối hợp"),
        DUE: ("Hạn", "Hạn hoàn thành", "Thời gian", "Thời gian hoàn thành", "Thời gian thực hiện", "Thời hạn hoàn thành", "Hoàn thành trước", "Ngày hoàn thành"),
        RECURS: ("Định kỳ", "Chu kỳ", "Tần suất"),
        TARGETS: ("Mục tiêu", "Chỉ tiêu cần đạt", "Kết quả cần đạt"),
        PRODUCT: ("Kết quả", "Sản phẩm đầu ra", "Sản phẩm dự kiến", "Sản phẩm, kết quả"),
        NOTE: ("Hướng dẫn", "Ghi chú thêm"),
    },
    most_rows=MOST_ROWS,
    lists=(OWNERS, PARTNERS),
)  # fmt: skip


def template_file(unit: Unit) -> bytes:
    """The workbook to fill in, with two examples in its guide."""
    book, output = new_book()
    sheet, head = book.add_worksheet("Kế hoạch"), head_of(book)
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    for column, (name, width) in enumerate(zip(COLUMNS, (6, 60, 28, 28, 16, 14, 22, 24, 30), strict=True)):
        sheet.set_column(column, column, width, wrap)
        sheet.write_string(0, column, name, head)
    # a day that is typed stays as it was typed, whatever the language of the program
    sheet.set_column(COLUMNS.index(DUE), COLUMNS.index(DUE), 16, book.add_format({"num_format": "@", "valign": "top"}))
    choices = list(RECURS_WORDS.values())
    sheet.data_validation(1, COLUMNS.index(RECURS), MOST_ROWS, COLUMNS.index(RECURS), {"validate": "list", "source": choices})
    sheet.freeze_panes(1, 2)
    guide_sheet(
        book,
        {
            NUMBER: "Không bắt buộc. Dòng chỉ có số La Mã và tên là đề mục, không thành việc.",
            QUOTE: "Bắt buộc. Một câu, như trong kế hoạch.",
            OWNERS: f"Bắt buộc. Tên đơn vị hay nhóm nhìn từ {unit.name}, cách nhau bằng dấu chấm phẩy: Trường Tiểu học Kim Đồng; các trường THCS",
            PARTNERS: "Không bắt buộc. Ghi như cột Chủ trì.",
            DUE: "Ngày (30/9/2024, 30/9), tháng (tháng 3/2024), quý (Quý I/2024), năm; để trống nếu không có hạn.",
            RECURS: f"Không bắt buộc. Một trong: {', '.join(choices)}",
            TARGETS: "Không bắt buộc. Ví dụ: Ít nhất 98% trẻ 5 tuổi; 02 trường",
            PRODUCT: "Không bắt buộc. Ví dụ: Báo cáo; Kế hoạch; Quyết định",
            NOTE: "Không bắt buộc. Hướng dẫn thêm cho đơn vị nhận.",
        },
    )
    book.close()
    return output.getvalue()


def error_file(rows: Iterable["PlanRow"]) -> bytes:
    """The rows to mend, each with what is wrong; mended, this file can be uploaded as it is."""
    return rows_to_mend(LAYOUT, ((r.number, r.cells, r.wrong) for r in rows if r.wrong), ERRORS)
