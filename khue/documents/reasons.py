"""Why a field was found, in words: one for each rule of the reader."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, Promise] = {
    "person": _("người soát ghi"),
    "owner.heading": _("đề mục phía trên nêu đơn vị này"),
    "owner.label": _("ghi sau chữ “chủ trì” hoặc tên mục"),
    "owner.leads": _("ghi “chủ trì” trong câu"),
    "owner.by": _("ghi “do … thực hiện”"),
    "owner.order": _("câu giao, yêu cầu hoặc đề nghị đơn vị này"),
    "owner.subject": _("là chủ ngữ của câu"),
    "owner.table": _("cột chủ trì của bảng"),
    "partner.with": _("ghi sau chữ “phối hợp với”"),
    "partner.label": _("ghi sau nhãn “phối hợp”"),
    "partner.table": _("cột phối hợp của bảng"),
    "deadline.D": _("ngày ghi trong câu"),
    "deadline.M": _("tháng ghi trong câu hoặc đề mục"),
    "deadline.Q": _("quý ghi trong câu hoặc đề mục"),
    "deadline.Y": _("năm ghi trong câu hoặc đề mục"),
    "deadline.W": _("tuần ghi trong câu"),
    "deadline.H": _("nửa năm ghi trong câu"),
    "deadline.N": _("số ngày tính từ ngày ban hành"),
    "deadline.stage": _("giai đoạn ở đề mục"),
    "deadline.impossible": _("hạn ghi là ngày không có thật"),
    "slip": _("theo câu trả lời ở mục Cần hỏi lại"),
    "recurrence": _("ghi “hằng…”, “mỗi…”"),
    "school_year": _("lời của năm học, ngày theo kế hoạch năm học"),
    "target": _("con số phải đạt ghi trong câu"),
}
DOUBTS: dict[str, Promise] = {
    "unit": _("chưa rõ đơn vị"),
    "due": _("hạn mới là gợi ý"),
    "slip": _("có câu hỏi"),
    "long": _("câu dài, có thể tách"),
}


def reason(rule: str) -> Promise | str:
    """The rule in words; a rule without words says its name."""
    return REASONS.get(rule, rule)
