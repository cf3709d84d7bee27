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
    "document.confirmed": _("xác nhận kế hoạch"),
    "document.reopened": _("mở lại để rà soát"),
    "document.related": _("nối với văn bản khác"),
    "document.unrelated": _("bỏ nối với văn bản khác"),
    # review of a reading
    "review.accepted": _("chấp nhận nhiệm vụ"),
    "review.rejected": _("bỏ nhiệm vụ"),
    "review.edited": _("sửa nhiệm vụ"),
    "review.added": _("thêm nhiệm vụ"),
    "review.split": _("tách nhiệm vụ"),
    "review.merged": _("gộp nhiệm vụ"),
    "review.restored": _("lấy lại nhiệm vụ"),
    "review.undone": _("hoàn tác khi rà soát"),
    "review.answered": _("trả lời câu hỏi rà soát"),
    "review.linked": _("nối trích dẫn với sổ văn bản"),
    "review.owner": _("xác định đơn vị thực hiện"),
    # units and groups
    "unit.founded": _("lập đơn vị"),
    "unit.changed": _("sửa đơn vị"),
    "unit.closed": _("cho đơn vị thôi hoạt động"),
    "group.made": _("lập nhóm đơn vị"),
    "group.changed": _("sửa nhóm đơn vị"),
    "group.removed": _("xóa nhóm đơn vị"),
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

FIELDS: dict[str, Promise | str] = {
    "name": _("tên"),
    "short_name": _("tên gọn"),
    "kind": _("loại"),
    "parent": _("đơn vị chủ quản"),
    "guide": _("đơn vị hướng dẫn chuyên môn"),
    "place": _("địa bàn"),
    "full_name": _("họ và tên"),
    "title": _("chức vụ"),
    "email": _("thư điện tử"),
    "phone": _("điện thoại"),
    "language": _("ngôn ngữ"),
    "is_active": _("đang hoạt động"),
    "role": _("vai trò"),
    "unit": _("đơn vị"),
    "valid_from": _("từ ngày"),
    "valid_to": _("đến hết ngày"),
    "reason": _("lý do"),
    "status": _("trạng thái"),
    "symbol": _("số, ký hiệu"),
    "on": _("ngày hiệu lực"),
    "count": _("số lượng"),
    "person": _("người"),
    "username": _("tên đăng nhập"),
}


def verb_words(verb: str) -> str:
    """The verb in words; the verb itself where a room forgot to list it (a test finds that)."""
    return str(VERBS.get(verb, verb))


def field_words(name: str) -> str:
    """A field's name in words."""
    return str(FIELDS.get(name, name))
