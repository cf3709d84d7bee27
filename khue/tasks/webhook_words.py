"""Why a delivery could not be sent, in the words of whoever runs the address; what Python calls it stands in the log."""

import errno
import http.client
import socket
import ssl
from urllib.parse import urlsplit

from khue.core.said import Said, said, template

_NO_WAY = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN})
_CERTIFICATE = template("Chứng thư bảo mật của {host} không tin được.")
# the numbers by which OpenSSL knows them
_CERTIFICATES = {
    9: template("Chứng thư bảo mật của {host} chưa đến ngày dùng."),
    10: template("Chứng thư bảo mật của {host} đã hết hạn."),
    62: template("Chứng thư bảo mật không phải của {host}."),
    64: template("Chứng thư bảo mật không phải của {host}."),
}


def unsent(address: str, error: Exception) -> Said:
    """What went wrong on the way to an address."""
    parts = urlsplit(address)
    return said(_sentence(error), host=parts.hostname or "", port=str(parts.port or (443 if parts.scheme == "https" else 80)))


def _sentence(error: Exception) -> str:
    if isinstance(error, socket.gaierror):
        return (
            template("Chưa hỏi được tên máy {host}; máy chủ phân giải tên không trả lời.")
            if error.errno == socket.EAI_AGAIN
            else template("Không tìm thấy máy {host}.")
        )
    if isinstance(error, ssl.SSLCertVerificationError):
        return _CERTIFICATES.get(error.verify_code, _CERTIFICATE)
    if isinstance(error, TimeoutError):
        return template("Máy {host} không trả lời trong thời gian chờ.")
    if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError):
        return template("Không lập được kết nối bảo mật (https) với {host}.")
    return _of_line(error)


def _of_line(error: Exception) -> str:
    if isinstance(error, ConnectionRefusedError):
        return template("Máy {host} không nhận kết nối ở cổng {port}.")
    if isinstance(error, OSError) and error.errno in _NO_WAY:
        return template("Không có đường mạng tới máy {host}.")
    if isinstance(error.__cause__, http.client.HTTPException) and not isinstance(error.__cause__, ConnectionError):
        return template("Máy {host} trả lời không đúng cách của một địa chỉ web.")
    if isinstance(error, ConnectionError | ssl.SSLEOFError):
        return template("Máy {host} ngắt kết nối trước khi trả lời xong.")
    return template("Không gửi được tới {host}.")
