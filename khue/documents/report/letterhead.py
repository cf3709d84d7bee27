"""What stands around a report's text by Nghị định 30/2020/NĐ-CP: who issues it, above whom, where, who signs, to whom."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from khue.accounts.models import Role, RoleName
from khue.documents.models import Document, Report
from khue.documents.report.blocks import APPENDIX, Block, blocks_of
from khue.documents.report.issuer import from_below, issuer_of
from khue.documents.report.kept import day_of, number_of
from khue.reader.lexicon import lexicon
from khue.units.kinds import SCHOOLS, UnitKind
from khue.units.models import Unit, UnitSpell, holds_on
from khue.units.tree import spell_of, today

COUNTRY, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
KIND = "BÁO CÁO"
HEADS: dict[str, str] = {
    UnitKind.MINISTRY: "BỘ TRƯỞNG",
    UnitKind.DEPARTMENT: "GIÁM ĐỐC",
    UnitKind.PROVINCE: "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH",
    UnitKind.DISTRICT: "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH",
    UnitKind.COMMUNE: "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH",
    UnitKind.EDUCATION_OFFICE: "TRƯỞNG PHÒNG",
    UnitKind.OFFICE: "TRƯỞNG PHÒNG",
    UnitKind.DIVISION: "TRƯỞNG PHÒNG",
    UnitKind.CONTINUING: "GIÁM ĐỐC",
    UnitKind.COMMUNITY_CENTRE: "GIÁM ĐỐC",
    **{kind: "HIỆU TRƯỞNG" for kind in SCHOOLS if kind != UnitKind.CONTINUING},
}
# so many numbers of the outgoing register are looked through for the unit's letters
MOST_NUMBERS = 200
COMMITTEES = frozenset([UnitKind.PROVINCE, UnitKind.DISTRICT, UnitKind.COMMUNE])


@dataclass(slots=True)
class Letter:
    """A report ready to be written down, in any format."""

    parent: str
    agency: str
    agency_called: str
    number: str
    place: str
    day: date | None
    month: date
    title: str
    addressees: list[str]
    recipients: list[str]
    signer_title: list[str]
    signer: str
    body: list[Block]
    appendices: list[list[Block]] = field(default_factory=list)
    # the smaller of the sizes that the decree allows, so that a page for a meeting is one page
    small: bool = False

    @property
    def parent_lines(self) -> str:
        """The agency above, broken before its place."""
        return head_lines(self.parent)

    @property
    def agency_lines(self) -> str:
        """The agency that issues, broken before its place."""
        return head_lines(self.agency)

    @property
    def appendix_of(self) -> str:
        """Which report an appendix belongs to."""
        day = self.place_and_day.rpartition(", ")[2]
        return f"(Kèm theo Báo cáo số {self.number} {day} của {self.agency_called})"

    @property
    def place_and_day(self) -> str:
        """Lào Cai, ngày 05 tháng 9 năm 2023; a draft leaves the day open."""
        day = f"{self.day.day:02d}" if self.day else "      "
        month = self.day or self.month
        return f"{self.place}, ngày {day} tháng {month_words(month.month)} năm {month.year}"


def month_words(month: int) -> str:
    """The months 1 and 2 have a leading zero."""
    return f"{month:02d}" if month < 3 else str(month)


def letter_of(report: Report) -> Letter:
    """The report as a letter; one that is issued reads as it was issued."""
    blocks = blocks_of(report.blocks)
    first = next((i for i, b in enumerate(blocks) if b.kind == APPENDIX), len(blocks))
    frozen = report.figures.get("letterhead") or letterhead(report.unit, report.as_of)
    return Letter(
        parent=frozen["parent"],
        agency=frozen["agency"],
        agency_called=frozen["called"],
        number=number_of(report) or f"      /BC-{symbol_of(report.unit)}",
        place=report.place,
        day=day_of(report),
        month=today(),
        title=report.title,
        addressees=lines(report.addressee),
        recipients=lines(report.recipients),
        signer_title=lines(report.signer_title),
        signer=report.signer,
        body=blocks[:first],
        appendices=_split(blocks[first:]),
        small=report.about == Report.About.BRIEF,
    )


def _split(blocks: Iterable[Block]) -> list[list[Block]]:
    found: list[list[Block]] = []
    for block in blocks:
        if block.kind == APPENDIX or not found:
            found.append([])
        found[-1].append(block)
    return found


def lines(text: str) -> list[str]:
    """The lines of a field without the marks that the layout adds."""
    return [line.strip().lstrip("-").strip().rstrip(";.").strip() for line in text.splitlines() if line.strip(" -;.")]


# a name that is longer than a line of the letterhead is broken before its place
_LINE = 25
_KINDS = "(?:TỈNH|THÀNH PHỐ|HUYỆN|QUẬN|THỊ XÃ|XÃ|PHƯỜNG|THỊ TRẤN) "
_SCHOOL = re.compile(
    r"(?<=^TRƯỜNG )((?:PHỔ THÔNG DÂN TỘC (?:NỘI|BÁN) TRÚ ?)?(?:MẦM NON|MẪU GIÁO|(?:(?: VÀ )?(?:TIỂU HỌC|TRUNG HỌC CƠ SỞ|TRUNG HỌC PHỔ THÔNG|THCS|THPT)){0,3})) "
)
_PLACE, _PLACE_KIND = re.compile(rf" (?={_KINDS}\S)"), re.compile(f"^{_KINDS}")


def head_lines(name: str) -> str:
    """A name in the letterhead: ỦY BAN NHÂN DÂN, and on the next line THÀNH PHỐ LÀO CAI; the kind of a school above its name."""
    if len(name) <= _LINE:
        return name
    broken = _SCHOOL.sub(r"\1\n", name, count=1)
    return broken if broken != name else _PLACE.sub("\n", name, count=1)


def letterhead(unit: Unit, on: date) -> dict[str, str]:
    """The names at the top left, as they were on the day: the agency above (a committee has none), and the one that issues."""
    spell = spell_of(unit, on)
    name = spell.name if spell else unit.name
    parent = "" if unit.kind in COMMITTEES else _head(above(unit, on))
    agency = name.upper() if unit.kind in SCHOOLS else _without_place(name.upper(), parent)
    return {"parent": parent, "agency": agency, "called": name}


def _without_place(agency: str, parent: str) -> str:
    """An office does not repeat the place of the body above it: UBND TỈNH LÀO CAI, below it SỞ GIÁO DỤC VÀ ĐÀO TẠO."""
    found = _PLACE.search(parent)
    if found is None:
        return agency
    place = parent[found.end() :]
    if agency.endswith(f" {place}"):
        return agency.removesuffix(f" {place}")
    bare = _PLACE_KIND.sub("", place)
    return agency if _PLACE.search(agency) else agency.removesuffix(f" {bare}")


def above(unit: Unit, on: date) -> str:
    """The name of the unit above on the day."""
    spell = spell_of(unit, on)
    if spell is None or spell.parent_id is None:
        return ""
    parent = UnitSpell.objects.filter(holds_on(on), unit_id=spell.parent_id).first()
    return parent.name if parent else ""


def _head(name: str) -> str:
    """A committee stands above its offices in capitals, with its full name: ỦY BAN NHÂN DÂN THÀNH PHỐ LÀO CAI."""
    said = name.upper()
    return f"ỦY BAN NHÂN DÂN{said[4:]}" if said.startswith("UBND ") else said


def symbol_of(unit: Unit) -> str:
    """The unit's letters in a number: those it used last after a kind (02/BC-PGDĐT), or the first letters of its short name.

    In a công văn (35/PGDĐT-TH) the letters after the dash are those of the part that wrote it, not the unit's.
    """
    used = Document.objects.filter(unit=unit, direction="out", number__contains="-").order_by("-book_year", "-book_number")
    kinds = {abbr for kind in lexicon().data["kinds"]["kinds"] for abbr in kind["abbr"]}
    for number in used.values_list("number", flat=True)[:MOST_NUMBERS]:
        kind, _dash, symbol = number.rpartition("/")[2].partition("-")
        if symbol and kind.strip() in kinds:
            return symbol.strip()
    return symbol_from(unit.called)


def symbol_from(name: str) -> str:
    """Phòng GD&ĐT → PGDĐT; Sở GD&ĐT → SGDĐT; UBND phường Duyên Hải → UBND; TH Chu Văn An → THCVA."""
    words = name.replace("&", "").replace("-", " ").split()
    if words and words[0] == "UBND":
        return "UBND"
    return "".join(w if len(w) > 1 and w.isupper() else w[0] for w in words if w[0].isupper())


def defaults(unit: Unit, on: date, about: str, document: Document | None = None) -> dict[str, str]:
    """What a new report proposes for the fields around its text."""
    spell = spell_of(unit, on)
    to = "" if about == Report.About.BRIEF else addressee(unit, on, document)
    heads = Role.objects.filter(holds_on(today()), unit=unit, role=RoleName.LEADER, user__is_active=True).select_related("user")
    people = {r.user_id: r.user for r in heads[:3]}
    signer = people.popitem()[1] if len(people) == 1 else None
    return {
        "addressee": to,
        "recipients": "\n".join(["Như trên", "Lãnh đạo đơn vị", "Lưu: VT"] if to else ["Lãnh đạo đơn vị", "Lưu: VT"]),
        "place": spell.place.name if spell and spell.place else "",
        "signer_title": signing(unit, signer.title if signer else ""),
        "signer": signer.full_name if signer else "",
    }


def addressee(unit: Unit, on: date, document: Document | None) -> str:
    """To whom it goes: whoever asked by the document, else the unit above, also where a unit below issued it."""
    asked = issuer_of(document, on) if document and not from_below(document, unit, on) else None
    return asked[1] if asked and asked[0] != unit.pk else above(unit, on)


def signing(unit: Unit, post: str) -> str:
    """What stands above the signature; a deputy signs for the head: KT. CHỦ TỊCH, below it PHÓ CHỦ TỊCH."""
    head = HEADS.get(unit.kind, "THỦ TRƯỞNG ĐƠN VỊ")
    if not post.lower().startswith("phó "):
        return head
    above_it, _break, last = head.rpartition("\n")
    return "\n".join(filter(None, [above_it, f"KT. {last}", post.upper()]))
