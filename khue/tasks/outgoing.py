"""One POST to an address outside: no redirect is followed, no machine of a private network is reached, nothing hangs."""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from khue.core.errors import KhueError
from khue.core.said import said

TIMEOUT = 10.0
# all of it, however slowly the other side speaks
DEADLINE = 20.0
MOST_ANSWER = 500
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said."""

    status: int
    text: str

    @property
    def taken(self) -> bool:
        """Whether it says that it has it; a redirect does not."""
        return 200 <= self.status < 300


def check_address(text: str) -> SplitResult:
    """The parts of an address that may be written to. Raises KhueError for any other.

    Where a name leads is looked at when something is sent: it may lead elsewhere by then.
    """
    parts = urlsplit(text.strip())
    try:
        port_is_sane = parts.port is None or 0 < parts.port < 65536
    except ValueError:
        port_is_sane = False
    plain = parts.scheme == "http" and (parts.hostname == "localhost" or (_literal(parts.hostname) or _PUBLIC).is_loopback)
    if not parts.hostname or not port_is_sane or parts.username or not (parts.scheme == "https" or plain) or not text.isprintable():
        raise KhueError(
            "webhook.address", said("Địa chỉ phải là https://…, không có tên và mật khẩu trong đó."), said("Sửa lại địa chỉ nhận tin.")
        )
    literal = _literal(parts.hostname)
    if literal and not allowed(literal):
        raise _private(parts.hostname)
    return parts


_PUBLIC = ipaddress.ip_address("1.1.1.1")


def _literal(host: str | None) -> Address | None:
    try:
        return ipaddress.ip_address(host or "")
    except ValueError:
        return None


def _private(host: str) -> KhueError:
    return KhueError(
        "webhook.private",
        said("{host} là máy trong mạng nội bộ.", host=host),
        said("Dùng địa chỉ công khai, hoặc nhờ người vận hành bật KHUE_WEBHOOK_PRIVATE."),
    )


def allowed(address: Address) -> bool:
    """Whether something may be sent to that machine."""
    inner = getattr(address, "ipv4_mapped", None) or address
    if inner.is_multicast or inner.is_unspecified or inner.is_link_local or inner in _TRANSLATED:
        return False
    if inner.is_loopback:
        return bool(settings.DEBUG or settings.WEBHOOK_PRIVATE)
    return inner.is_global or (inner.is_private and bool(settings.WEBHOOK_PRIVATE))


def _resolved(parts: SplitResult, port: int) -> str:
    """The machine that a name leads to now, the one that is then spoken to; KhueError where any it leads to is private."""
    found = [ipaddress.ip_address(str(row[4][0])) for row in socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)]
    if not found or not all(allowed(a) for a in found) or (parts.scheme == "http" and not all(a.is_loopback for a in found)):
        raise _private(parts.hostname or "")
    return str(found[0])


def post(address: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Sends and reads the beginning of the answer. Raises KhueError for an address that may not be used, OSError for a line that fails."""
    parts = check_address(address)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    with socket.create_connection((_resolved(parts, port), port), timeout=TIMEOUT) as raw:
        line = ssl.create_default_context().wrap_socket(raw, server_hostname=parts.hostname) if parts.scheme == "https" else raw
        watch = threading.Timer(DEADLINE, _cut, [line])
        watch.start()
        try:
            return _exchange(line, parts, body, headers)
        except http.client.HTTPException as error:
            raise ConnectionError(f"{type(error).__name__}: {error}") from error
        finally:
            watch.cancel()
            line.close()


def _exchange(line: socket.socket, parts: SplitResult, body: bytes, headers: Mapping[str, str]) -> Answer:
    connection = http.client.HTTPConnection(parts.hostname or "", timeout=TIMEOUT)
    connection.sock = line
    where = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection.request("POST", where, body, {"Host": parts.netloc, "Connection": "close", **headers})
    response = connection.getresponse()
    return Answer(response.status, response.read(MOST_ANSWER).decode("utf-8", "replace").replace("\x00", ""))


def _cut(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
