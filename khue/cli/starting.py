"""`khue setup` and `khue demo`: how a deployment begins."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any

import click

from khue.cli import running, site
from khue.cli.language import fail, tr
from khue.core.errors import InputError, KhueError
from khue.core.said import said


def setup(
    unit: str | None, kind: str | None, username: str | None, full_name: str | None, email: str | None, password_file: IO[str] | None
) -> int:
    """The first unit and the first administrator; what was not given is asked for."""
    site.make_ready(running.tell)
    from khue.accounts.setup import first_steps

    _refuse_second_time()
    given = {
        "unit_name": unit or _ask(tr("Tên đơn vị")),
        "kind": kind or _ask_kind(),
        "username": username or _ask(tr("Tên đăng nhập của người quản trị")),
        "full_name": full_name or _ask(tr("Họ và tên")),
        "email": _ask(tr("Thư điện tử (có thể bỏ trống)"), default="") if email is None else email,
        "password": password_file.readline().rstrip("\n") if password_file else _ask_password(),
    }
    with site.storage_errors():
        made, user = _first(first_steps, given)
    running.tell(said("Đã tạo {unit} và người quản trị {user}.", unit=made.name, user=user.username))
    running.tell(said("Chạy khue serve rồi đăng nhập để mời những người khác."))
    return 0


def _refuse_second_time() -> None:
    from khue.accounts.models import User

    with site.storage_errors():
        if User.objects.exists():
            raise KhueError(
                "setup.done",
                said("Hệ thống đã có người dùng."),
                said("Đăng nhập và mời người khác ở trang Người dùng."),
            )


def _first(first_steps: Any, given: dict[str, Any]) -> Any:
    """Calls the service in the language of the command line; every wrong field is named."""
    from django.core.exceptions import ValidationError
    from django.utils import translation

    with translation.override("en" if os.environ.get("LANGUAGE") == "en" else "vi"):
        try:
            return first_steps(**given)
        except ValidationError as error:
            raise InputError("setup.value", " ".join(error.messages), said("Sửa rồi chạy lại; chưa có gì được tạo.")) from error


def _ask(question: str, default: str | None = None) -> str:
    return str(click.prompt(question, default=default, show_default=False)).strip()


def _ask_kind() -> str:
    from khue.units.kinds import UnitKind

    for value, label in UnitKind.choices:
        click.echo(f"  {value:<24} {label}")
    return str(click.prompt(tr("Loại đơn vị"), type=click.Choice(UnitKind.values), show_choices=False))


def _ask_password() -> str:
    return str(click.prompt(tr("Mật khẩu"), hide_input=True, confirmation_prompt=tr("Gõ lại mật khẩu")))


def demo(documents: Path | None, home: Path | None) -> int:
    """A labelled demo in a home of its own; further documents of a folder are read in the same way."""
    if home is not None:
        os.environ["KHUE_HOME"] = str(home)
    site.make_ready(running.tell)
    from khue.portal.demo import files_in, make

    paths = _documents_in(documents, files_in) if documents else []
    with site.storage_errors():
        _label()
        made = make(paths)
    for reason in made.refused:
        fail(f"khue: {reason}")
    running.tell(said("Đã tạo dữ liệu minh họa: {n} văn bản mới.", n=len(made.documents)))
    _tell_sign_ins(made.sign_ins)
    return 0


def _label() -> None:
    """Marks the home as a demo, so that every page says so; one with people of its own is left alone."""
    from django.conf import settings

    from khue.accounts.models import User

    if not settings.DEMO_MARK.exists() and User.objects.exists():
        raise KhueError(
            "demo.real",
            said("Thư mục {home} đang có dữ liệu thật.", home=settings.HOME),
            said("Chọn thư mục khác bằng --home."),
        )
    settings.DEMO_MARK.touch()


def _tell_sign_ins(sign_ins: Sequence[Any]) -> None:
    from khue.accounts.demo import PASSWORD

    running.tell(said("Các tài khoản để thử, mật khẩu chung là {password}:", password=PASSWORD))
    for one in sign_ins:
        click.echo(f"  {one['username']:<16} {one['role']:<14} {one['name']}, {one['unit']}")


def _documents_in(folder: Path, files_in: Callable[[Path], list[Path]]) -> list[Path]:
    if not folder.is_dir():
        raise InputError("demo.folder", said("Không có thư mục {folder}.", folder=folder), said("Kiểm tra lại đường dẫn."))
    found = files_in(folder)
    if not found:
        raise InputError("demo.empty", said("{folder}: không có văn bản nào.", folder=folder))
    return found
