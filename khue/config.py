"""Every setting of a deployment in one table: its name in the environment, its default, what it means.

`docs/settings.md` is made from this table, and a test holds the two together. `value(name)` is the only reader.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from khue.core.errors import KhueError
from khue.core.said import said


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. `parse` turns the environment's text into a value; `meaning` is for the person who runs Khuê."""

    name: str
    default: str
    parse: Callable[[str], Any]
    meaning: str


def _text(value: str) -> str:
    return value


def _yes(value: str) -> bool:
    if value.lower() in {"1", "true", "yes", "on", "có"}:
        return True
    if value.lower() in {"", "0", "false", "no", "off", "không"}:
        return False
    raise ValueError(value)


def _count(value: str) -> int:
    if (number := int(value)) < 0:
        raise ValueError(value)
    return number


def _some(value: str) -> int:
    if (number := int(value)) < 1:
        raise ValueError(value)
    return number


def _one_of(*choices: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value not in choices:
            raise ValueError(value)
        return value

    return parse


def _database(value: str) -> str:
    if value and not value.startswith(("postgres://", "postgresql://")):
        raise ValueError(value)
    return value


def _address(value: str) -> str:
    host, colon, port = value.rpartition(":")
    if not (host and colon and port.isascii() and port.isdigit() and int(port) < 65536):
        raise ValueError(value)
    return value


def _words(value: str) -> list[str]:
    return [word.strip() for word in value.split(",") if word.strip()]


TABLE = (
    Setting("KHUE_HOME", "var", _text, "Thư mục dữ liệu: cơ sở dữ liệu SQLite, tệp tải lên, thư gửi đi khi chưa có máy chủ thư."),
    Setting(
        "DATABASE_URL", "", _database, "Cơ sở dữ liệu: để trống là SQLite trong KHUE_HOME; postgres://người:mật-khẩu@máy/tên là PostgreSQL."
    ),
    Setting("KHUE_SECRET_KEY", "", _text, "Khóa ký phiên làm việc; để trống thì tạo một lần và giữ trong KHUE_HOME/secret.key."),
    Setting("KHUE_DEBUG", "0", _yes, "1: trang lỗi có chi tiết cho người phát triển. Không bật ở nơi dùng thật."),
    Setting("KHUE_HOSTS", "localhost,127.0.0.1,[::1]", _words, "Các tên máy được phép trong địa chỉ, cách nhau bằng dấu phẩy."),
    Setting(
        "KHUE_BASE_URL", "http://localhost:8000", _text, "Địa chỉ mà người dùng gõ; dùng trong thư và mã QR. https bật cookie an toàn."
    ),
    Setting(
        "KHUE_PROXIES",
        "0",
        _count,
        "Số máy chủ trung gian (reverse proxy) đứng trước; có nó thì khóa đăng nhập mới đếm đúng máy của người dùng.",
    ),
    Setting("KHUE_BIND", "127.0.0.1:8000", _address, "Nơi máy chủ lắng nghe, dạng địa-chỉ:cổng."),
    Setting("KHUE_WEB_WORKERS", "2", _some, "Số tiến trình web."),
    Setting("KHUE_WEB_THREADS", "4", _some, "Số luồng của mỗi tiến trình web."),
    Setting("KHUE_JOB_WORKERS", "1", _count, "Số tiến trình làm việc nền (đọc văn bản, nhắc việc, gửi thư)."),
    Setting("KHUE_MAX_UPLOAD_MB", "50", _some, "Cỡ lớn nhất của một tệp tải lên, tính bằng MB."),
    Setting("KHUE_REQUIRE_MFA", "1", _yes, "1: mọi người phải có lớp xác thực thứ hai (mã TOTP hoặc khóa truy cập)."),
    Setting("KHUE_SESSION_HOURS", "12", _some, "Phiên làm việc hết hạn sau bấy nhiêu giờ không dùng."),
    Setting("KHUE_INVITE_DAYS", "7", _some, "Lời mời có hiệu lực trong bấy nhiêu ngày."),
    Setting("KHUE_EMAIL_URL", "", _text, "Máy chủ thư, như smtp://người:mật-khẩu@máy:587/?tls=1; để trống thì thư ghi vào KHUE_HOME/mail."),
    Setting("KHUE_EMAIL_FROM", "Khuê <khue@localhost>", _text, "Người gửi của thư."),
    Setting("KHUE_OIDC_NAME", "", _text, "Tên hiện trên nút đăng nhập một lần (OpenID Connect); để trống là không dùng."),
    Setting("KHUE_OIDC_SERVER", "", _text, "Địa chỉ của máy chủ OpenID Connect."),
    Setting("KHUE_OIDC_CLIENT_ID", "", _text, "Mã ứng dụng do máy chủ OpenID Connect cấp."),
    Setting("KHUE_OIDC_SECRET", "", _text, "Khóa của ứng dụng do máy chủ OpenID Connect cấp."),
    Setting("KHUE_WEBHOOK_PRIVATE", "0", _yes, "1: cho phép gửi tin về công việc (webhook) đến máy trong mạng nội bộ."),
    Setting("KHUE_LOG_LEVEL", "INFO", _one_of("DEBUG", "INFO", "WARNING", "ERROR"), "Mức nhật ký: DEBUG, INFO, WARNING, ERROR."),
    Setting("KHUE_LOG_FORMAT", "json", _one_of("json", "text"), "Dạng nhật ký: json (mỗi sự việc một dòng) hoặc text."),
    Setting("KHUE_CATALOG", "", _text, "Thư mục danh mục riêng của cơ quan, đặt chồng lên danh mục của Khuê."),
    Setting("KHUE_LANG", "vi", _text, "Ngôn ngữ của dòng lệnh: vi hoặc en."),
    Setting("KHUE_DEMO", "0", _yes, "1: ghi nhãn «dữ liệu minh họa» trên mọi trang."),
)
_BY_NAME = {setting.name: setting for setting in TABLE}


def value(name: str, environ: Mapping[str, str] | None = None) -> Any:
    """The value of a setting. Raises KhueError, which names the setting and what was expected."""
    setting = _BY_NAME[name]
    raw = (os.environ if environ is None else environ).get(name, "") or setting.default
    try:
        return setting.parse(raw)
    except ValueError as error:
        raise KhueError(
            "config.value",
            said("{name}={raw!r}: giá trị không hợp lệ.", name=name, raw=raw),
            said("Ý nghĩa: {meaning}", meaning=setting.meaning),
        ) from error


def as_markdown() -> str:
    """The table for docs/settings.md."""
    rows = [f"| `{s.name}` | {f'`{s.default}`' if s.default else '(trống)'} | {s.meaning} |" for s in TABLE]
    return "\n".join(["| Biến | Mặc định | Ý nghĩa |", "|---|---|---|", *rows]) + "\n"
