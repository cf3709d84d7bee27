"""An office whose directive was given out and worked on, for tests of reports; and a second way of counting."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from khue.documents.models import Document
from khue.documents.report.service import make_draft
from khue.tasks.give import Address, give, move_due
from khue.tasks.judge import decide_extension, reopen, send_back, verify
from khue.tasks.models import Assignment, Event
from khue.tasks.work import ask_extension, report
from khue.units.groups import unit_ref
from khue.units.kinds import PlaceLevel, UnitKind
from tests.factories import make_place, make_unit, make_user
from tests.tasks.clock import Clock

FIRST = date(2024, 1, 8)
TARGET = {"value": 98, "unit": "%", "comparator": ">=", "quote": "98%"}


class World:
    """Phòng with four schools; eight tasks of one directive under three headings, played over six weeks."""

    def __init__(self, monkeypatch) -> None:
        self.clock = Clock(monkeypatch, FIRST)
        lao_cai = make_place(name="Lào Cai", kind="Thành phố", level=PlaceLevel.DISTRICT)
        self.city = make_unit(name="Ủy ban nhân dân thành phố Lào Cai", short_name="UBND thành phố", kind=UnitKind.DISTRICT, place=lao_cai)
        self.office = make_unit(
            name="Phòng Giáo dục và Đào tạo thành phố Lào Cai",
            short_name="Phòng GD&ĐT",
            kind=UnitKind.EDUCATION_OFFICE,
            parent=self.city,
            place=lao_cai,
        )
        names = ("Chu Văn An", "Kim Đồng", "Lê Văn Tám", "Bắc Cường")
        self.schools = [
            make_unit(name=f"Trường Tiểu học {n}", short_name=f"TH {n}", kind=UnitKind.PRIMARY, parent=self.office) for n in names
        ]
        self.leader = make_user(role="leader", unit=self.office, name="Trần Thị Minh Hà")
        self.clerk = make_user(role="clerk", unit=self.office, name="Lê Thu Trang")
        self.specialist = make_user(role="specialist", unit=self.office, name="Nguyễn Quốc Bảo")
        self.document = self._document()
        self.tasks = self._give()

    def _document(self) -> Document:
        return Document.objects.create(
            unit=self.office,
            book_year=2024,
            book_number=1,
            kind="Chỉ thị",
            number="02/CT-UBND",
            signed_on=date(2024, 1, 5),
            issuer="ỦY BAN NHÂN DÂN THÀNH PHỐ LÀO CAI",
            subject="Về nhiệm vụ học kỳ II",
            issuer_unit=self.city,
        )

    def _give(self):
        given = []
        headings = ("Chất lượng giáo dục", "Chất lượng giáo dục", "An toàn trường học", "Chuyển đổi số")
        for n, heading in enumerate(headings * 2):
            obligation = self.document.obligations.create(start=n, end=n + 1, quote=f"câu {n}", heading=heading, section=f"I.{n % 4 + 1}")
            whom = [self.office] if n in (2, 6) else self.schools
            given.append(
                give(
                    self.office,
                    f"Thực hiện nội dung số {n + 1} trước thời hạn;",
                    [Address(unit_ref(u.pk)) for u in whom],
                    by=self.leader,
                    document_id=self.document.pk,
                    obligation_id=obligation.pk,
                    document_name=self.document.called,
                    section=obligation.section,
                    due_on=None if n == 7 else FIRST + timedelta(days=7 * (n + 1)),
                    targets=[TARGET] if n == 1 else [],
                )
            )
        return given

    def share(self, task: int, school: int = 0) -> Assignment:
        return self.tasks[task].assignments.order_by("unit__pk")[school]

    def play(self) -> None:
        """Every kind of thing that happens to a share, on different days."""
        self._day(3)
        for school in range(3):
            report(self.share(0, school).pk, by=self.clerk, text="Đã xong.", submit=True)
        report(self.share(1).pk, by=self.clerk, figure=Decimal("98.5"), percent=60, text="Đang thực hiện")
        self._day(5)
        verify(self.share(0, 0).pk, by=self.leader)
        send_back(self.share(0, 1).pk, "Thiếu biên bản.", by=self.leader)
        self._day(9)
        report(self.share(0, 1).pk, by=self.clerk, text="Đã bổ sung", submit=True)
        verify(self.share(0, 1).pk, by=self.leader)
        wish = ask_extension(self.share(1, 1).pk, FIRST + timedelta(days=30), "Chưa có kinh phí.", by=self.clerk)
        self._day(10)
        decide_extension(wish.pk, grant=True, by=self.leader)
        verify(self.share(1).pk, by=self.leader)
        self._day(16)
        reopen(self.share(1).pk, "Số liệu chưa khớp", by=self.leader)
        report(self.share(2).pk, by=self.clerk, text="Đã kiểm tra 4 trường", submit=True)
        verify(self.share(2).pk, by=self.leader)
        self._day(20)
        move_due(self.tasks[3].pk, FIRST + timedelta(days=60), by=self.leader, base=self.tasks[3].due_on)
        report(self.share(4, 2).pk, by=self.clerk, percent=40)
        self._day(45)

    def _day(self, number: int) -> None:
        self.clock.set(FIRST + timedelta(days=number))


class Letter:
    """An official letter of the Sở whose numbered points have no headings; the fourth has two parts under a heading."""

    def __init__(self, world, points=("1", "2", "3", "5")) -> None:
        self.world = world
        self.document = world.document
        world.document.obligations.all().delete()
        self.document.pk = None
        self.document.kind, self.document.number, self.document.issuer, self.document.issuer_unit = (
            "Công văn",
            "34/SGDĐT",
            "SỞ GIÁO DỤC VÀ ĐÀO TẠO",
            None,
        )
        self.document.subject, self.document.book_number = "V/v an toàn trường học", 2
        self.document.save()
        self.tasks = {p: self.add(p) for p in points}

    def add(self, section, heading="", quote="", units=None):
        obligation = self.document.obligations.create(start=0, end=1, quote="câu", heading=heading, section=section)
        to = [Address(unit_ref(u.pk)) for u in units or self.world.schools]
        return give(
            self.world.office,
            quote or f"Rà soát nội dung {section}.",
            to,
            by=self.world.leader,
            document_id=self.document.pk,
            document_name=self.document.called,
            obligation_id=obligation.pk,
            section=section,
            due_on=FIRST + timedelta(days=20),
        )

    def draft(self, **more):
        return make_draft(self.world.office, "document", by=self.world.clerk, document=self.document, **more)


def recounted(shares, day: date) -> dict[str, int]:
    """The numbers of shares at the end of a day, straight from the lists of their events, by none of Khuê's counting code."""
    found = {"given": 0, "done_in_time": 0, "done_late": 0, "open_in_time": 0, "overdue": 0}
    for share in shares:
        if share.is_partner:
            continue
        every = [(timezone.localtime(e.at).date(), e) for e in Event.objects.filter(assignment=share).order_by("pk")]
        past = [(d, e) for d, e in every if d <= day]
        kinds = [e.kind for _d, e in past]
        if "given" not in kinds or {"transferred", "withdrawn"} & set(kinds):
            continue
        changes = [(d, e) for d, e in every if e.kind in ("due_moved", "extended")]
        due = str(share.due_on or "")
        if changes:
            known = [e.data["to"] for d, e in changes if d <= day]
            due = known[-1] if known else changes[0][1].data["from"]
        last = max([i for i, k in enumerate(kinds) if k in ("verified", "reopened")], default=-1)
        if last >= 0 and kinds[last] == "verified":
            since = max([i for i in range(last) if kinds[i] in ("returned", "reopened")], default=-1)
            submitted = [d for (d, e) in past[since + 1 : last] if e.kind == "submitted"]
            done = str(submitted[-1] if submitted else past[last][0])
            found["done_late" if due and done > due else "done_in_time"] += 1
        else:
            found["overdue" if due and due < str(day) else "open_in_time"] += 1
        found["given"] += 1
    return found
