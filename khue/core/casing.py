"""Printed capitals in ordinary case: ỦY BAN NHÂN DÂN TỈNH LÀO CAI → Ủy ban nhân dân tỉnh Lào Cai. For showing only."""

import re

from khue.core.text import squeeze


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# what stays in capitals wherever it stands; TH, MN, TP and the like only before a name
ABBREVIATIONS = _words(
    "UBND HĐND UBMTTQ MTTQ TW BCH BCĐ BTV ĐBQH THCS THPT PTDTNT PTDTBT TH&THCS GD&ĐT GDĐT GD-ĐT GDTX GDNN GDNN-GDTX GDMN GDPT GDQP "
    "TC-KH VH-TT VHTT VH-TT-TT LĐTBXH LĐ-TB&XH KH&ĐT CNTT STEM BHXH PCCC ATGT CBQL KHTN QPAN"
)
BEFORE_NAMES = frozenset(["TH", "MN", "TP", "TT", "TX", "TH-THCS"])
# VI and XI are words as well (vi phạm, xi măng), unless the word before says that a number follows
_ROMAN = re.compile(r"X{0,3}(?:IX|IV|V?I{0,3})")
_NUMBERED = frozenset(["kì", "kỳ", "thứ", "quý", "khóa", "khoá", "phần", "chương", "mục", "loại", "hạng", "lục", "vùng"])
# names wherever they stand
_NAMES = (
    "Ủy ban nhân dân|Uỷ ban nhân dân|Hội đồng nhân dân|Mặt trận Tổ quốc Việt Nam|Việt Nam|Quốc hội|Chính phủ|Thủ tướng Chính phủ|"
    "Văn phòng Chính phủ|Ban Chấp hành Trung ương|Ban Thường vụ|Ban Bí thư|Bộ Chính trị|Trung ương Đảng|Đảng bộ|Đảng ủy|Đảng uỷ|"
    "Tỉnh ủy|Tỉnh uỷ|Thành ủy|Thành uỷ|Huyện ủy|Huyện uỷ"
)
# fields, which are names after the word for an agency: Sở Giáo dục và Đào tạo, but nâng cao chất lượng giáo dục
_FIELDS = (
    "Giáo dục|Đào tạo|Giáo dục nghề nghiệp|Giáo dục thường xuyên|Nội vụ|Tài chính|Kế hoạch|Đầu tư|Y tế|Văn hóa|Văn hoá|Thông tin|"
    "Truyền thông|Thể thao|Du lịch|Lao động|Thương binh|Xã hội|Khoa học|Công nghệ|Tư pháp|Tài nguyên|Môi trường|Nông nghiệp|"
    "Phát triển nông thôn|Xây dựng|Công Thương|Giao thông vận tải|Dân tộc|Tôn giáo|Công an|Bảo hiểm xã hội|Kinh tế|Hạ tầng|Đô thị|Ngoại vụ"
)
_SCHOOLS = (
    "Tiểu học và Trung học cơ sở|Tiểu học|Trung học cơ sở|Trung học phổ thông|Mầm non|Mẫu giáo|THCS|THPT|TH|MN|TH&THCS|PTDTBT THCS|PTDTBT"
)
_AGENCIES = frozenset(["bộ", "sở", "phòng", "ban", "cục", "vụ", "viện", "trung tâm", "thanh tra"])
_PLACES = frozenset(["tỉnh", "thành phố", "huyện", "thị xã", "xã", "phường", "thị trấn", "quận"])
# a name ends before these
_NO_NAME = _words("các và của về năm trên trong theo từ tại cho đến để phải thực triển phối chủ có là do gồm quản nơi với vào -")
_LONGEST = 8


def _table(words: str) -> dict[str, str]:
    return {w.lower(): w for w in words.split("|")}


NAMES, FIELDS, SCHOOLS = _table(_NAMES), _table(_FIELDS), _table(_SCHOOLS)


def ordinary_case(text: str) -> str:
    """`text` in ordinary case where all of it is in capitals; else as it is."""
    if not text.isupper():
        return text
    words, out = squeeze(text).split(" "), list[str]()
    agency = False
    while len(out) < len(words):
        found, agency = _next(words, len(out), agency)
        out += found
    said = " ".join(out)
    return said[:1].upper() + said[1:]


def _next(words: list[str], i: int, agency: bool) -> tuple[list[str], bool]:
    """The words written from the i-th on, and whether a field may follow them."""
    before, word = words[i - 1].lower() if i else "", words[i]
    if found := _phrase(words, i, NAMES):
        # the committees of the Party are called after their place
        return found + (_name(words, i + len(found)) if found[-1].lower() in ("ủy", "uỷ") else []), False
    if agency and (found := _phrase(words, i, FIELDS)):
        return found, True
    if before == "trường" and (found := _phrase(words, i, SCHOOLS)):
        return found + _name(words, i + len(found)), False
    for size in (2, 1):
        said = " ".join(words[i : i + size]).lower()
        if said in _PLACES and not (before.endswith(",") or before == "các"):
            return [*said.split(), *_name(words, i + size)], False
        if said in _AGENCIES and (_phrase(words, i + size, FIELDS) or words[i + size : i + size + 1] in ([a] for a in ABBREVIATIONS)):
            return [said.split()[0].capitalize(), *said.split()[1:]], True
    if _stays(word, before):
        return [word], agency
    if word in BEFORE_NAMES and (name := _name(words, i + 1)):
        return [word, *name], False
    return [word.lower()], agency and word.lower().strip(",") in ("và", "-", "")


def _phrase(words: list[str], i: int, table: dict[str, str]) -> list[str]:
    """The longest entry of the table that stands at i, as the table writes it, with the mark that followed it."""
    for size in range(_LONGEST, 0, -1):
        part = " ".join(words[i : i + size])
        bare = part.rstrip(",;:.")
        if size <= len(words) - i and bare.lower() in table:
            return (table[bare.lower()] + part[len(bare) :]).split(" ")
    return []


def _stays(word: str, before: str) -> bool:
    bare = word.strip("(),;:.")
    if bare in ABBREVIATIONS or any(c.isdigit() for c in bare):
        return True
    return bool(bare) and _ROMAN.fullmatch(bare) is not None and (bare not in ("VI", "XI") or before in _NUMBERED)


def _name(words: list[str], i: int) -> list[str]:
    """The name that begins at i: up to four words, with capitals, until a mark or a word that no name holds."""
    found: list[str] = []
    for word in words[i : i + 4]:
        bare = word.lower().strip(",;:.)")
        if bare in _NO_NAME or bare in _PLACES or not bare or (found and found[-1][-1] in ",;:.)"):
            break
        found.append(word if _stays(word, "") else word.capitalize())
    return found
