"""What the action log says in words: the verbs of every room, and the names of fields that change."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

VERBS: dict[str, Promise | str] = {
    # documents
    "document.registered": _("vào sổ văn bản"),
    "document.changed": _("sửa thông tin văn bản"),
    "document.removed": _("xóa văn bản"),
    "document.restored": _("khôi phục văn bản"),
    "document.read": _("máy đọc xong văn bản"),
    "document.reread": _("cho đọc lại văn bản"),
    "document.unreadable": _("máy không đọc được văn bản"),
    "document.given": _("giao việc theo kế hoạch"),
    "document.confirmed": _("xác nhận kế hoạch"),
    "document.reopened": _("mở lại để rà soát"),
    "document.related": _("nối với văn bản khác"),
    "document.linked": _("nối viện dẫn với sổ văn bản"),
    "document.unrelated": _("bỏ nối với văn bản khác"),
    # review of a reading
    "review.field": _("sửa nhiệm vụ"),
    "review.state": _("chấp nhận hoặc bỏ nhiệm vụ"),
    "review.suggestion": _("lấy theo gợi ý"),
    "review.answer": _("trả lời câu hỏi rà soát"),
    "review.split": _("tách nhiệm vụ"),
    "review.merge": _("gộp nhiệm vụ"),
    "review.add": _("thêm nhiệm vụ"),
    "review.bounds": _("sửa phạm vi câu chữ của nhiệm vụ"),
    "review.undo": _("hoàn tác khi rà soát"),
    # plans from spreadsheets
    "plan.imported": _("nhập kế hoạch từ bảng tính"),
    "plan.undone": _("hoàn tác lượt nhập kế hoạch"),
    "notices.chosen": _("đổi cách nhận tin"),
    "feed.reset": _("đổi địa chỉ lịch"),
    # units and groups
    "unit.founded": _("lập đơn vị"),
    "unit.changed": _("sửa đơn vị"),
    "unit.closed": _("cho đơn vị thôi hoạt động"),
    "unit.contacts": _("sửa cách liên hệ của đơn vị"),
    "unit.identifiers": _("sửa mã của đơn vị"),
    "places.loaded": _("nạp danh mục hành chính"),
    "group.made": _("lập nhóm đơn vị"),
    "group.changed": _("sửa nhóm đơn vị"),
    "group.deleted": _("xóa nhóm đơn vị"),
    # people
    "person.joined": _("tham gia theo lời mời"),
    "person.made": _("tạo tài khoản"),
    "person.changed": _("sửa thông tin người dùng"),
    "person.deactivated": _("khóa tài khoản"),
    "person.activated": _("mở lại tài khoản"),
    "person.mfa_reset": _("đặt lại lớp xác thực thứ hai"),
    "person.sessions_ended": _("kết thúc các phiên đăng nhập"),
    "person.signed_in": _("đăng nhập"),
    "person.signed_out": _("đăng xuất"),
    "person.locked_out": _("bị tạm khóa đăng nhập do nhập sai mật khẩu"),
    "person.password": _("đổi mật khẩu"),
    "person.second_factor": _("thay đổi lớp xác thực thứ hai"),
    "role.granted": _("giao vai trò"),
    "role.ended": _("kết thúc vai trò"),
    "invitation.sent": _("mời tham gia"),
    "invitation.resent": _("gửi lại lời mời"),
    "invitation.revoked": _("thu hồi lời mời"),
    "invitation.accepted": _("nhận lời mời"),
    "batch.sent": _("mời theo bảng tính"),
    "batch.undone": _("hoàn tác lượt mời theo bảng tính"),
    "delegation.given": _("ủy quyền"),
    "delegation.ended": _("chấm dứt ủy quyền"),
    "delegation.begun": _("bắt đầu làm việc thay mặt"),
    "delegation.left": _("thôi làm việc thay mặt"),
}

# fields that no model names, or that several models name in the same way
FIELDS: dict[str, Promise | str] = {
    "full_name": _("họ và tên"),
    "is_active": _("đang hoạt động"),
    "unit": _("đơn vị"),
    "valid_from": _("từ ngày"),
    "valid_to": _("đến hết ngày"),
    "reason": _("lý do"),
    "why": _("lý do"),
    "on": _("ngày hiệu lực"),
    "count": _("số lượng"),
    "person": _("người"),
    "parent": _("đơn vị chủ quản"),
    "guide": _("đơn vị hướng dẫn chuyên môn"),
    "place": _("địa bàn"),
    "tasks": _("số nhiệm vụ"),
    "places": _("số địa bàn"),
    "slips": _("số câu hỏi"),
    "default_owner": _("đơn vị thực hiện mặc định"),
}


def verb_words(verb: str) -> str:
    """The verb in words; the verb itself where a room forgot to list it (a test finds that)."""
    return str(VERBS.get(verb, verb))
