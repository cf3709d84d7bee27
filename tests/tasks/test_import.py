import csv
import io
from datetime import date

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from khue.core.errors import InputError
from khue.files.sheet import read_rows
from khue.reader.rules.rhythm import named_day
from khue.tasks.imports.batch import carry_out, undo
from khue.tasks.imports.cells import read_due, read_recurs, read_targets
from khue.tasks.imports.layout import COLUMNS, LAYOUT, template_file
from khue.tasks.imports.owners import field_name
from khue.tasks.imports.rows import check
from khue.tasks.models import Assignment, ImportBatch, Notice, Task
from khue.tasks.work import receive, report
from khue.units.kinds import UnitKind
from tests.factories import make_unit, make_user, sign_in

pytestmark = pytest.mark.django_db
SINCE, TODAY = date(2024, 2, 1), date(2024, 2, 15)


@pytest.fixture
def office():
    city = make_unit(name="UBND thành phố Hoa Sen", kind=UnitKind.DISTRICT)
    return make_unit(
        name="Phòng Giáo dục và Đào tạo thành phố Hoa Sen", short_name="Phòng GD&ĐT", kind=UnitKind.EDUCATION_OFFICE, parent=city
    )


@pytest.fixture
def schools(office):
    names = (
        ("Trường Tiểu học Bông Lúa", UnitKind.PRIMARY),
        ("Trường Tiểu học Hoa Mai", UnitKind.PRIMARY),
        ("Trường Mầm non Sen Hồng", UnitKind.KINDERGARTEN),
    )
    return [make_unit(name=name, kind=kind, parent=office) for name, kind in names]


@pytest.fixture
def clerk(office):
    return make_user(role="specialist", unit=office, name="Trần Thị Hoa")


def row(quote="Khảo sát chất lượng", owners="Các trường tiểu học", due="15/3/2024", **more):
    said = {"Nhiệm vụ": quote, "Chủ trì": owners, "Thời hạn": due, **more}
    return tuple(said.get(column, "") for column in COLUMNS)


def table(*rows, header=COLUMNS):
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    return out.getvalue().encode()


def checked(office, *rows, chosen=None, on=TODAY):
    return check(read_rows(LAYOUT, "kh.csv", table(*rows)), unit=office, since=SINCE, on=on, chosen=chosen)


class TestDeadlines:
    @pytest.mark.parametrize(
        ("words", "day"),
        [
            ("30/9/2024", date(2024, 9, 30)),
            ("30-09-2024", date(2024, 9, 30)),
            ("30.9.2024", date(2024, 9, 30)),
            ("30/9/24", date(2024, 9, 30)),
            ("2024-09-30", date(2024, 9, 30)),
            ("2024-09-30T17:00:00", date(2024, 9, 30)),
            ("45565", date(2024, 9, 30)),
            ("30/9", date(2024, 9, 30)),
            ("15/1", date(2025, 1, 15)),
            ("Trước ngày 30/9/2024", date(2024, 9, 30)),
            ("Chậm nhất 17h00 ngày 05/9/2024", date(2024, 9, 5)),
            ("ngày 5 tháng 3 năm 2024", date(2024, 3, 5)),
            ("15-20/3/2024", date(2024, 3, 20)),
            ("Từ ngày 15 đến ngày 20/3/2024", date(2024, 3, 20)),
            ("15/3/2024 - 20/3/2024", date(2024, 3, 20)),
            ("", None),
            ("Thường xuyên", None),
            ("Cả năm", None),
        ],
    )
    def test_a_day_is_understood_in_every_usual_writing(self, words, day):
        when = read_due(words, SINCE)
        assert (when.day, when.quote, when.wrong) == (day, "", "")

    @pytest.mark.parametrize(
        ("words", "day"),
        [
            ("tháng 3/2024", date(2024, 3, 31)),
            ("Trong tháng 3/2024", date(2024, 3, 31)),
            ("3/2024", date(2024, 3, 31)),
            ("T3/2024", date(2024, 3, 31)),
            ("T3", date(2024, 3, 31)),
            ("Quý I/2024", date(2024, 3, 31)),
            ("Q1/2024", date(2024, 3, 31)),
            ("hết quý II năm 2024", date(2024, 6, 30)),
            ("Tuần 2 tháng 3/2024", date(2024, 3, 14)),
            ("6 tháng đầu năm 2024", date(2024, 6, 30)),
            ("Hết năm 2024", date(2024, 12, 31)),
            ("2024", date(2024, 12, 31)),
        ],
    )
    def test_a_period_is_its_last_day_and_keeps_its_words(self, words, day):
        when = read_due(words, SINCE)
        assert (when.day, when.quote, when.wrong) == (day, words, "")

    @pytest.mark.parametrize("words", ["31/4/2024", "30/2", "2024-02-30", "30/9/20244", "sau khi có hướng dẫn", "sớm", "1/1/1980"])
    def test_what_is_no_deadline_says_what_was_expected(self, words):
        when = read_due(words, SINCE)
        assert when.day is None
        assert when.wrong

    def test_a_rhythm_in_the_column_of_deadlines_is_one(self):
        assert read_due("Hằng tháng", SINCE).recurs == "monthly"

    @pytest.mark.parametrize(
        ("words", "recurs"),
        [("Hằng tuần", "weekly"), ("hàng tháng", "monthly"), ("Tháng", "monthly"), ("định kỳ hằng quý", "quarterly"), ("Mỗi học kỳ", "semester"), ("năm", "yearly"), ("", ""), ("Không", ""), ("khi cần", None)],
    )  # fmt: skip
    def test_rhythms(self, words, recurs):
        assert read_recurs(words) == recurs

    def test_targets_are_numbers_where_they_hold_one(self):
        assert read_targets("Ít nhất 98% trẻ 5 tuổi")[0]["value"] == 98
        assert read_targets("nâng cao chất lượng") == []

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.text(max_size=60))
    def test_whatever_stands_there_is_a_deadline_or_said_to_be_none(self, words):
        when = read_due(words, SINCE)
        assert not (when.day and when.wrong)
        read_recurs(words)


class TestReading:
    def test_other_orders_and_usual_other_names_of_columns_are_known(self):
        data = table(
            ("Sở, ngành", "Hop giao ban", "Văn phòng", "1"), header=("Đơn vị phối hợp", "NỘI DUNG CÔNG VIỆC", "đơn vị thực hiện", "TT")
        )
        ((number, cells),) = read_rows(LAYOUT, "kh.csv", data)
        assert number == 2
        assert [cells[c] for c in COLUMNS[:4]] == ["1", "Hop giao ban", "Văn phòng", "Sở, ngành"]

    def test_titles_may_stand_above_the_header(self):
        data = "KẾ HOẠCH NĂM 2024,,\n(Kèm theo Quyết định),,\n,,\nTT,Nội dung,Chủ trì\n1,Họp,Văn phòng\n".encode()
        ((number, cells),) = read_rows(LAYOUT, "kh.csv", data)
        assert (number, cells["Nhiệm vụ"]) == (5, "Họp")

    def test_lines_within_a_cell_part_units(self):
        ((_number, cells),) = read_rows(LAYOUT, "kh.csv", table(row(owners="- Trường A\n- Trường B;\n")))
        assert cells["Chủ trì"] == "Trường A; Trường B"

    def test_a_workbook_with_real_dates_is_read(self):
        out = io.BytesIO()
        with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
            sheet, day = book.add_worksheet(), book.add_format({"num_format": "dd/mm/yyyy"})
            sheet.write_row(0, 0, ["Nhiệm vụ", "Chủ trì", "Thời hạn"])
            sheet.write_row(1, 0, ["Họp", "Văn phòng"])
            sheet.write_datetime(1, 2, date(2024, 3, 15), day)
            sheet.write_row(2, 0, ["Họp nữa", "Văn phòng", 45366])
        rows = read_rows(LAYOUT, "kh.xlsx", out.getvalue())
        assert [read_due(cells["Thời hạn"], SINCE).day for _n, cells in rows] == [date(2024, 3, 15)] * 2

    def test_the_template_can_be_read_back_once_filled_in(self, office):
        book = CalamineWorkbook.from_filelike(io.BytesIO(template_file(office)))
        assert book.get_sheet_by_index(0).to_python()[0] == list(COLUMNS)
        with pytest.raises(InputError, match="chỉ có dòng tiêu đề"):
            read_rows(LAYOUT, "mau.xlsx", template_file(office))

    def test_a_missing_column_is_named(self):
        with pytest.raises(InputError, match="thiếu cột: Chủ trì"):
            read_rows(LAYOUT, "kh.csv", table(("1", "Họp"), header=("STT", "Nhiệm vụ")))


class TestChecking:
    """Each kind of mistake: its column, what stands there, what was expected."""

    @pytest.mark.parametrize(
        ("made", "column", "value", "expected"),
        [
            ({"quote": ""}, "Nhiệm vụ", "", "không được để trống"),
            ({"quote": "x" * 4001}, "Nhiệm vụ", "x" * 4001, "nhiều nhất 4000 ký tự"),
            ({"owners": ""}, "Chủ trì", "", "không được để trống"),
            ({"owners": "Công ty Ánh Dương"}, "Chủ trì", "Công ty Ánh Dương", "có trong danh mục"),
            ({"owners": "Trường Hoa Mai"}, "Chủ trì", "Trường Hoa Mai", "chọn một trong: «Trường"),
            ({"owners": "Các trường THCS"}, "Chủ trì", "Các trường THCS", "có trong danh mục"),
            ({"due": "31/4/2024"}, "Thời hạn", "31/4/2024", "tháng 4/2024 không có ngày 31"),
            ({"due": "sau khi có hướng dẫn"}, "Thời hạn", "sau khi có hướng dẫn", "Quý I/2024"),
            ({"due": "15/3/1924"}, "Thời hạn", "15/3/1924", "một năm từ 2000"),
            ({"Lặp lại": "khi cần"}, "Lặp lại", "khi cần", "Hằng tuần, Hằng tháng"),
            ({"Phối hợp": "Hội gì đó"}, "Phối hợp", "Hội gì đó", "có trong danh mục"),
            ({"Sản phẩm": "y" * 1001}, "Sản phẩm", "y" * 1001, "nhiều nhất 1000 ký tự"),
        ],
    )
    def test_a_wrong_cell_is_told_by_row_column_value_and_what_was_expected(self, office, schools, made, column, value, expected):
        make_unit(name="Trường Mầm non Hoa Mai", kind=UnitKind.KINDERGARTEN, parent=office)
        (found,) = checked(office, row(**made))
        (wrong,) = found.wrong
        assert (found.number, wrong.column, wrong.value) == (2, column, value)
        assert expected in wrong.expected
        assert found.draft is None

    def test_a_good_row_says_what_it_will_become(self, office, schools):
        (found,) = checked(
            office,
            row(
                owners="Trường Mầm non Sen Hồng; các trường tiểu học",
                due="tháng 3/2024",
                **{"Chỉ tiêu": "98% trẻ", "Ghi chú": "gửi về Phòng"},
            ),
        )
        assert found.wrong == []
        assert found.units == 3
        assert (found.draft.due_on, found.draft.due_quote) == (date(2024, 3, 31), "tháng 3/2024")
        assert found.draft.targets[0]["value"] == 98
        assert found.draft.note == "gửi về Phòng"

    def test_names_parted_by_commas_are_parted_where_all_are_known(self, office, schools):
        (found,) = checked(office, row(owners="Trường Mầm non Sen Hồng, Trường Tiểu học Bông Lúa và Trường Tiểu học Hoa Mai"))
        assert found.units == 3

    def test_a_target_without_a_number_stays_in_the_note(self, office, schools):
        (found,) = checked(office, row(**{"Chỉ tiêu": "nâng cao chất lượng"}))
        assert found.draft.note == "Chỉ tiêu: nâng cao chất lượng"

    def test_unsure_words_are_good_once_somebody_has_chosen(self, office, schools):
        other = make_unit(name="Trường Mầm non Hoa Mai", kind=UnitKind.KINDERGARTEN, parent=office)
        (found,) = checked(office, row(owners="Trường Hoa Mai"))
        value = next(v for v, label, _chosen in found.unsure[0].options if label == other.name)
        (found,) = checked(office, row(owners="Trường Hoa Mai"), chosen={field_name("Trường Hoa Mai"): value})
        assert found.wrong == []
        assert found.owners == other.name
        (found,) = checked(office, row(owners="Trường Hoa Mai"), chosen={field_name("Trường Hoa Mai"): '{"id": 1, "type": "unit"}'})
        assert found.wrong

    def test_warnings_do_not_stop_a_row(self, office, schools):
        past, holiday, guessed, same = checked(
            office,
            row("A", due="10/2/2024"),
            row("B", due="16/3/2024"),
            row("C", due="20/3"),
            row("C", owners="Trường Mầm non Sen Hồng", due="20/3/2024"),
        )
        assert "đã qua" in past.warns[0]
        assert "thứ Bảy" in holiday.warns[0]
        assert "không ghi năm; hiểu là 20/03/2024" in guessed.warns[0]
        assert "Cùng nhiệm vụ và thời hạn với dòng 4" in same.warns[0]
        assert all(r.new for r in (past, holiday, guessed, same))

    def test_a_holiday_is_named(self, office, schools):
        (found,) = checked(office, row(due="30/4/2024"))
        assert "ngày nghỉ" in found.warns[0]

    def test_the_very_same_row_twice_becomes_one_task(self, office, schools):
        first, second = checked(office, row(), row())
        assert first.new
        assert second.already == "Trùng hoàn toàn với dòng 2."

    def test_headings_are_no_tasks_and_name_the_section(self, office, schools):
        (found,) = checked(office, ("II.", "CHUYÊN MÔN", *[""] * 7), row())
        assert found.draft.section == "II"

    def test_a_task_that_comes_back_has_its_first_period(self, office, schools):
        (found,) = checked(office, row(due="", **{"Lặp lại": "Hằng tháng"}))
        assert (found.draft.recurs, found.draft.period, found.draft.due_on) == ("monthly", "2024-02", date(2024, 2, 29))

    @pytest.mark.parametrize(
        "cells",
        [
            {"due": "Trước ngày 20 hằng tháng"},
            {"due": "", "Lặp lại": "trước ngày 20 hằng tháng"},
            {"due": "20/2/2024", "Lặp lại": "Hằng tháng"},
        ],
    )
    def test_a_task_that_comes_back_keeps_the_day_of_each_period(self, office, schools, cells):
        (found,) = checked(office, row(**cells))
        assert (found.draft.recurs, found.draft.period, found.draft.due_on) == ("monthly", "2024-02", date(2024, 2, 20))
        assert named_day("monthly", found.draft.due_quote).day == 20

    def test_whom_a_school_gives_no_tasks_is_a_row_to_mend_with_the_reason(self, office, schools):
        make_unit(name="Điểm trường Bản Phùng", kind=UnitKind.SITE, parent=schools[0])
        good, bad = checked(schools[0], row("Dọn vườn", owners="Điểm trường Bản Phùng"), row(owners="Trường Tiểu học Hoa Mai"))
        assert good.new
        assert not good.wrong
        assert not bad.new
        assert [(w.column, w.value) for w in bad.wrong] == [("Chủ trì", "Trường Tiểu học Hoa Mai")]
        assert f"không giao việc cho {schools[1].called}." in bad.wrong[0].expected
        assert "công văn đề nghị" in bad.wrong[0].expected

    def test_its_queries_do_not_grow_with_the_rows_of_a_school(self, office, schools, django_assert_max_num_queries):
        make_unit(name="Điểm trường Bản Phùng", kind=UnitKind.SITE, parent=schools[0])
        with django_assert_max_num_queries(10):
            checked(schools[0], *[row(f"Việc {i}", owners="Điểm trường Bản Phùng") for i in range(40)])

    def test_a_day_that_a_spreadsheet_keeps_is_shown_as_it_is_written_here(self, office, schools):
        (found,) = checked(office, row(owners="Công ty Ánh Dương", due="2026-12-18"))
        assert found.cells["Thời hạn"] == "18/12/2026"
        (found,) = checked(office, row(due="2026-12-18"))
        assert found.draft.due_on == date(2026, 12, 18)
        (found,) = checked(office, row(due="2026-02-30"))
        assert found.wrong[0].value == "2026-02-30"

    def test_its_queries_do_not_grow_with_the_rows(self, office, schools, django_assert_max_num_queries):
        many = [row(f"Việc {i}", owners=f"Trường Tiểu học {'Bông Lúa' if i % 2 else 'Hoa Mai'}") for i in range(80)]
        with django_assert_max_num_queries(8):
            checked(office, *many)


class TestImporting:
    def drafts(self, office, *rows):
        return [r.draft for r in checked(office, *rows) if r.new]

    def test_every_row_becomes_a_task_of_one_batch(self, office, schools, clerk):
        batch = carry_out(
            self.drafts(office, row(), row("Họp", owners="Trường Mầm non Sen Hồng", due="")),
            unit=office,
            by=clerk,
            file_name="kh.xlsx",
            on=TODAY,
        )
        assert sorted(batch.tasks.values_list("quote", flat=True)) == ["Họp", "Khảo sát chất lượng"]
        assert Assignment.objects.count() == 3

    def test_a_failure_half_way_leaves_nothing(self, office, schools, clerk, monkeypatch):
        from khue.tasks.imports import batch as module

        drafts, real, calls = self.drafts(office, row("A"), row("B"), row("C")), module.give, []

        def breaking(*args, **kwargs):
            calls.append(1)
            if len(calls) == 3:
                raise RuntimeError("the line is cut")
            return real(*args, **kwargs)

        monkeypatch.setattr(module, "give", breaking)
        with pytest.raises(RuntimeError):
            carry_out(drafts, unit=office, by=clerk, file_name="kh.xlsx", on=TODAY)
        assert Task.objects.count() == ImportBatch.objects.count() == Notice.objects.count() == 0

    def test_imported_again_nothing_is_doubled(self, office, schools, clerk):
        rows = [row("A"), row("B", due=""), row("C", due="", **{"Lặp lại": "Hằng tháng"})]
        carry_out(self.drafts(office, *rows), unit=office, by=clerk, file_name="kh.xlsx", on=TODAY)
        again = checked(office, *rows, row("D"), on=date(2024, 3, 3))
        assert [r.already for r in again] == ["đã có"] * 3 + [""]
        stale = [r.draft for r in again if r.draft]
        assert carry_out(stale, unit=office, by=clerk, file_name="kh.xlsx", on=TODAY).tasks.count() == 1
        assert Task.objects.count() == 4
        assert carry_out(stale, unit=office, by=clerk, file_name="kh.xlsx", on=TODAY) is None

    def test_undoing_takes_back_all_but_what_somebody_works_on(self, office, schools, clerk):
        batch = carry_out(self.drafts(office, row("A"), row("B"), row("C")), unit=office, by=clerk, file_name="kh.xlsx", on=TODAY)
        for share in Assignment.objects.all():
            receive(share.pk, by=clerk)
        worked = Task.objects.get(quote="B")
        report(worked.assignments.first().pk, by=clerk, text="đang làm")
        gone, kept = undo(batch.pk, by=clerk)
        assert (gone, kept) == (2, [worked])
        assert sorted(Task.objects.filter(withdrawn_at=None).values_list("quote", flat=True)) == ["B"]
        assert sum(r.new for r in checked(office, row("A"), row("B"), row("C"))) == 2

    def test_a_whole_plan_is_one_notice_to_a_person(self, office, schools, clerk):
        head = make_user(role="leader", unit=schools[0])
        carry_out(self.drafts(office, *[row(f"Việc {i}") for i in range(5)]), unit=office, by=clerk, file_name="kh.xlsx", on=TODAY)
        (notice,) = Notice.objects.filter(user=head)
        assert notice.text["parts"]["n"] == 5


class TestThePages:
    where = "/viec/nhap/"

    def upload(self, client, office, *rows, name="kh.csv"):
        data = {"unit": office.pk, "since": "2024-02-01", "file": SimpleUploadedFile(name, table(*rows))}
        return client.post(self.where, data, follow=True)

    def send(self, client, page, choice="all", once="k", **more):
        return client.post(
            page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"], {"choice": choice, "_once": once, **more}, follow=True
        )

    def test_looking_first_gives_nothing(self, client, office, schools, clerk):
        page = self.upload(sign_in(client, clerk), office, row(), row(due="31/4/2024"))
        text = page.content.decode()
        assert "Chưa giao việc nào" in text
        assert "«31/4/2024»" in text
        assert Task.objects.count() == 0

    def test_all_or_nothing_refuses_while_a_row_is_wrong(self, client, office, schools, clerk):
        page = self.upload(sign_in(client, clerk), office, row(), row(due="hỏng"))
        assert self.send(client, page).status_code == 409
        assert Task.objects.count() == 0

    def test_the_good_rows_alone_when_chosen(self, client, office, schools, clerk):
        page = self.upload(sign_in(client, clerk), office, row(), row("B", due="hỏng"))
        answer = self.send(client, page, "good")
        assert "Đã giao 1 việc từ tệp «kh.csv»" in answer.content.decode()
        assert Task.objects.get().quote == "Khảo sát chất lượng"

    def test_the_rows_to_mend_come_back_mended_and_are_not_doubled(self, client, office, schools, clerk):
        page = self.upload(sign_in(client, clerk), office, row("A"), row("B", due="31/4/2024"))
        self.send(client, page, "good")
        errors = client.post(reverse("tasks:import-errors") + "?" + page.request["QUERY_STRING"])
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(errors.content)).get_sheet_by_index(0).to_python()
        assert sheet[0][-2:] == ["Lỗi", "Dòng trong tệp cũ"]
        assert len(sheet) == 2
        assert sheet[1][-2].startswith("Thời hạn: một ngày có thật")
        page = self.upload(client, office, row("A"), row("B", due="30/4/2024"))
        assert "đã có" in page.content.decode()
        self.send(client, page, once="k2")
        assert sorted(Task.objects.values_list("quote", flat=True)) == ["A", "B"]

    def test_a_school_gives_its_good_rows_and_gets_the_others_back(self, client, office, schools):
        make_unit(name="Điểm trường Bản Phùng", kind=UnitKind.SITE, parent=schools[0])
        head = make_user(role="leader", unit=schools[0])
        rows = (row("Dọn vườn", owners="Điểm trường Bản Phùng"), row(owners="Trường Tiểu học Hoa Mai", due="2026-12-18"))
        page = self.upload(sign_in(client, head), schools[0], *rows)
        assert "Chỉ giao 1 dòng đúng" in page.content.decode()
        errors = client.post(reverse("tasks:import-errors") + "?" + page.request["QUERY_STRING"])
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(errors.content)).get_sheet_by_index(0).to_python()
        assert len(sheet) == 2
        assert "không giao việc cho" in sheet[1][-2]
        assert "18/12/2026" in sheet[1]
        assert "Đã giao 1 việc từ tệp «kh.csv»" in self.send(client, page, "good").content.decode()

    def test_sending_twice_makes_one_batch(self, client, office, schools, clerk):
        page = self.upload(sign_in(client, clerk), office, row())
        for _ in range(2):
            self.send(client, page, once="same")
        assert ImportBatch.objects.count() == 1
        assert Task.objects.count() == 1

    def test_undo_names_what_stays(self, client, office, schools, clerk):
        page = self.upload(sign_in(client, clerk), office, row("A"), row("B"))
        self.send(client, page)
        report(Task.objects.get(quote="B").assignments.first().pk, by=clerk, text="đang làm")
        answer = client.post(reverse("tasks:batch-undo", args=[ImportBatch.objects.get().pk]), follow=True).content.decode()
        assert "Đã thu hồi 1 việc" in answer
        assert "Giữ lại 1 việc vì đã có người làm: «B»" in answer

    @pytest.mark.parametrize(
        ("name", "data", "words"),
        [
            ("kh.docx", b"PK\x03\x04", "không phải bảng tính"),
            ("kh.xlsx", b"PK\x03\x04broken", "tệp hỏng"),
            ("kh.csv", "Nhiệm vụ".encode("utf-16"), "không phải CSV mã UTF-8"),
            ("kh.csv", "Nhiệm vụ,Hạn\nHọp,30/9".encode(), "thiếu cột: Chủ trì"),
            ("kh.csv", b"x" * 5_000_001, "lớn hơn 5 MB"),
        ],
    )
    def test_a_file_that_cannot_be_read_is_told_at_its_field(self, client, office, clerk, name, data, words):
        sign_in(client, clerk)
        page = client.post(self.where, {"unit": office.pk, "since": "2024-02-01", "file": SimpleUploadedFile(name, data)})
        assert page.status_code == 422
        assert words in page.context["form"].errors["file"][0]

    def test_a_token_is_for_the_one_who_uploaded(self, client, office, schools, clerk):
        page = self.upload(sign_in(client, clerk), office, row())
        sign_in(client, make_user(role="specialist", unit=office))
        answer = self.send(client, page)
        assert "không còn" in answer.content.decode()
        assert Task.objects.count() == 0

    def test_the_right_to_give_is_checked_again_when_it_is_carried_out(self, client, office, schools, clerk):
        page = self.upload(sign_in(client, clerk), office, row())
        clerk.roles.update(unit=schools[0])
        assert self.send(client, page).status_code == 403
        assert Task.objects.count() == 0
