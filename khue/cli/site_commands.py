"""The commands that run the web application, and their options; what they do is in the files beside this one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from khue.cli.language import fail, tr
from khue.core.errors import KhueError

FILE = click.Path(path_type=Path)
FOLDER = click.Path(path_type=Path, file_okay=False)
Wrap = Callable[[Any], Any]


def add_to(group: click.Group, lang: Wrap) -> None:
    """Adds them all."""
    for make in (_serve, _migrate, _setup, _demo, _remind, _backup, _restore, _check, _manage):
        group.add_command(make(lang))


def _done(work: Callable[[], int]) -> None:
    """Runs a command's work; an error that a person can mend is one line on the error stream."""
    try:
        code = work()
    except KhueError as error:
        fail(f"khue: {tr(error.message)} {tr(error.remedy)}".strip())
        code = 1
    raise SystemExit(code)


def _command(name: str, summary: str, **more: Any) -> Wrap:
    return click.command(name, options_metavar=tr("[TÙY CHỌN]"), help=tr(summary), **more)


def _serve(lang: Wrap) -> click.Command:
    @_command("serve", tr("Chạy máy chủ web và việc nền trong một lệnh; tự tạo hoặc cập nhật cơ sở dữ liệu."))
    @click.option("--port", type=click.IntRange(0, 65535), metavar=tr("SỐ"), help=tr("Cổng, thay cho cổng trong KHUE_BIND."))
    @lang
    def serve(port: int | None) -> None:
        from khue.cli import running

        _done(lambda: running.serve(port))

    return serve  # type: ignore[no-any-return]


def _migrate(lang: Wrap) -> click.Command:
    @_command("migrate", tr("Tạo hoặc cập nhật cơ sở dữ liệu và phông chữ, không chạy máy chủ."))
    @lang
    def migrate() -> None:
        from khue.cli import running

        _done(running.migrate)

    return migrate  # type: ignore[no-any-return]


def _setup(lang: Wrap) -> click.Command:
    @_command("setup", tr("Bắt đầu dùng: tạo đơn vị đầu tiên và người quản trị đầu tiên. Thiếu gì thì hỏi."))
    @click.option("--unit", metavar=tr("TÊN"), help=tr("Tên đơn vị đầu tiên, như «Sở Giáo dục và Đào tạo tỉnh Lào Cai»."))
    @click.option("--kind", metavar=tr("LOẠI"), help=tr("Loại đơn vị."))
    @click.option("--username", metavar=tr("TÊN"), help=tr("Tên đăng nhập của người quản trị."))
    @click.option("--full-name", metavar=tr("TÊN"), help=tr("Họ và tên của người quản trị."))
    @click.option("--email", metavar=tr("THƯ"), help=tr("Thư điện tử của người quản trị."))
    @click.option("--password-file", type=click.File("r"), metavar=tr("TỆP"), help=tr("Tệp có mật khẩu ở dòng đầu; - là đầu vào chuẩn."))
    @lang
    def setup(**given: Any) -> None:
        from khue.cli import starting

        _done(lambda: starting.setup(**given))

    return setup  # type: ignore[no-any-return]


def _demo(lang: Wrap) -> click.Command:
    @_command("demo", tr("Tạo dữ liệu minh họa trong một thư mục mới; mọi trang ghi rõ đó là dữ liệu minh họa."))
    @click.option("--documents", type=FOLDER, metavar=tr("THƯ_MỤC"), help=tr("Đọc thêm các văn bản trong thư mục này."))
    @click.option("--home", type=FOLDER, metavar=tr("THƯ_MỤC"), help=tr("Thư mục dữ liệu, thay cho KHUE_HOME."))
    @lang
    def demo(documents: Path | None, home: Path | None) -> None:
        from khue.cli import starting

        _done(lambda: starting.demo(documents, home))

    return demo  # type: ignore[no-any-return]


def _remind(lang: Wrap) -> click.Command:
    @_command("remind", tr("Nhắc việc bằng tay: việc lặp lại, nhắc hạn, thư. Máy chủ đang chạy thì tự làm mỗi ngày."))
    @click.option("--on", metavar=tr("NGÀY"), help=tr("Ngày cần nhắc, dạng 2024-03-15; không ghi là hôm nay."))
    @lang
    def remind(on: str | None) -> None:
        from khue.cli import reminding

        _done(lambda: reminding.remind(on))

    return remind  # type: ignore[no-any-return]


def _backup(lang: Wrap) -> click.Command:
    @_command("backup", tr("Sao lưu toàn bộ dữ liệu và tệp vào một tệp, nhất quán cả khi đang có người dùng."))
    @click.argument("file", metavar=tr("TỆP"), type=FILE)
    @lang
    def backup(file: Path) -> None:
        from khue.cli import keeping

        _done(lambda: keeping.backup(file))

    return backup  # type: ignore[no-any-return]


def _restore(lang: Wrap) -> click.Command:
    @_command("restore", tr("Khôi phục bản sao lưu vào cơ sở dữ liệu trống, SQLite hoặc PostgreSQL: được tất cả hoặc không đổi gì."))
    @click.argument("file", metavar=tr("TỆP"), type=FILE)
    @click.option("--replace", is_flag=True, help=tr("Thay dữ liệu đang có. Không có tùy chọn này thì chỉ khôi phục vào chỗ trống."))
    @lang
    def restore(file: Path, replace: bool) -> None:
        from khue.cli import keeping

        _done(lambda: keeping.restore(file, replace))

    return restore  # type: ignore[no-any-return]


def _check(lang: Wrap) -> click.Command:
    @_command("check", tr("Kiểm tra cấu hình và nơi lưu dữ liệu, nói rõ chỗ nào cần sửa."))
    @lang
    def check() -> None:
        from khue.cli import checking

        _done(checking.check)

    return check  # type: ignore[no-any-return]


def _manage(lang: Wrap) -> click.Command:
    @click.command(
        "manage",
        help=tr("Các lệnh quản trị của Django, dành cho người phát triển."),
        context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
        add_help_option=False,
    )
    @click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar=tr("[THAM SỐ]..."))
    def manage(arguments: tuple[str, ...]) -> None:
        from khue.cli import running

        _done(lambda: running.manage(list(arguments)))

    return manage
