"""The commands and their options; what they do is in the files beside this one."""

from pathlib import Path

import click

from khue import __version__
from khue.cli import places, reforming, site_commands
from khue.cli.language import LANGUAGES, tr

FILE = click.Path(path_type=Path)


def build() -> click.Group:
    """The command group, its help written in the current language."""
    lang = click.option("--lang", type=click.Choice(LANGUAGES), help=tr("Ngôn ngữ: vi (mặc định) hoặc en."), expose_value=False)
    megabytes = click.FloatRange(min=0.001)
    megabytes.name = tr("một số")
    size = click.option(
        "--max-mb", type=megabytes, metavar=tr("SỐ"), default=50, show_default=True, help=tr("Tệp lớn hơn mức này bị từ chối.")
    )
    group = click.Group(
        "khue",
        help=tr("Khuê đọc văn bản chỉ đạo thành kế hoạch: ai, làm gì, bao giờ, bao nhiêu, theo văn bản nào, chỗ nào cần hỏi lại."),
        epilog=tr("Ví dụ: khue read chi-thi.docx"),
        options_metavar=tr("[TÙY CHỌN]"),
        subcommand_metavar=tr("LỆNH [THAM SỐ]..."),
        params=[
            click.Option(["--lang"], type=click.Choice(LANGUAGES), help=tr("Ngôn ngữ: vi (mặc định) hoặc en."), expose_value=False),
            click.Option(
                ["--version"], is_flag=True, is_eager=True, expose_value=False, callback=_version, help=tr("In phiên bản rồi thoát.")
            ),
        ],
    )
    group.add_command(_read(lang, size))
    group.add_command(_cascade(lang, size))
    group.add_command(_changes(lang, size))
    group.add_command(_clashes(lang, size))
    group.add_command(places.command(lang))
    group.add_command(reforming.command(lang))
    site_commands.add_to(group, lang)
    return group


def _version(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        click.echo(f"khue {__version__}")
        context.exit()


def _read(lang, size) -> click.Command:  # type: ignore[no-untyped-def]
    @click.command(
        "read",
        options_metavar=tr("[TÙY CHỌN]"),
        help=tr("Đọc văn bản và in kế hoạch: nhiệm vụ theo từng mục, việc cần xem trước đứng đầu."),
        epilog=tr(
            "Ví dụ:\n\n  khue read chi-thi.docx\n\n  khue read *.pdf --xlsx ke-hoach.xlsx --ics lich.ics\n\n  khue read cong-van.txt --json > ket-qua.json"
        ),
    )
    @click.argument("files", metavar=tr("TỆP..."), nargs=-1, required=True, type=FILE)
    @click.option("--json", "as_json", is_flag=True, help=tr("In kết quả dạng JSON."))
    @click.option("--xlsx", type=FILE, metavar=tr("RA"), help=tr("Ghi kế hoạch ra bảng tính Excel."))
    @click.option("--docx", type=FILE, metavar=tr("RA"), help=tr("Ghi kế hoạch thành phụ lục Word đúng thể thức."))
    @click.option("--ics", type=FILE, metavar=tr("RA"), help=tr("Ghi các thời hạn ra tệp lịch."))
    @click.option("--html", type=FILE, metavar=tr("RA"), help=tr("Ghi văn bản có tô các phần đã nhận ra, xem được khi không có mạng."))
    @size
    @lang
    def read(files, as_json, xlsx, docx, ics, html, max_mb):  # type: ignore[no-untyped-def]
        from khue.cli.reading import run

        raise SystemExit(run(list(files), as_json, {"xlsx": xlsx, "docx": docx, "ics": ics, "html": html}, int(max_mb * 1e6)))

    return read


def _cascade(lang, size) -> click.Command:  # type: ignore[no-untyped-def]
    @click.command(
        "cascade",
        options_metavar=tr("[TÙY CHỌN]"),
        help=tr("Đối chiếu văn bản cấp trên với văn bản cấp dưới: nhiệm vụ nào được cụ thể hóa trọn vẹn, một phần, hay chưa có."),
        epilog=tr("Ví dụ: khue cascade chi-thi-tinh.docx chi-thi-thanh-pho.docx"),
    )
    @click.argument("upper", metavar=tr("CẤP_TRÊN"), type=FILE)
    @click.argument("lower", metavar=tr("CẤP_DƯỚI"), type=FILE)
    @click.option("--json", "as_json", is_flag=True, help=tr("In kết quả dạng JSON."))
    @size
    @lang
    def cascade(upper, lower, as_json, max_mb):  # type: ignore[no-untyped-def]
        from khue.cli.comparing import run_cascade

        raise SystemExit(run_cascade(upper, lower, as_json, int(max_mb * 1e6)))

    return cascade


def _changes(lang, size) -> click.Command:  # type: ignore[no-untyped-def]
    @click.command(
        "changes",
        options_metavar=tr("[TÙY CHỌN]"),
        help=tr("So văn bản năm trước với năm nay: nhiệm vụ giữ nguyên, đổi chữ nào, số nào, bỏ, mới."),
        epilog=tr("Ví dụ: khue changes chi-thi-2022.docx chi-thi-2023.docx"),
    )
    @click.argument("old", metavar=tr("CŨ"), type=FILE)
    @click.argument("new", metavar=tr("MỚI"), type=FILE)
    @click.option("--json", "as_json", is_flag=True, help=tr("In kết quả dạng JSON."))
    @size
    @lang
    def changes(old, new, as_json, max_mb):  # type: ignore[no-untyped-def]
        from khue.cli.comparing import run_changes

        raise SystemExit(run_changes(old, new, as_json, int(max_mb * 1e6)))

    return changes


def _clashes(lang, size) -> click.Command:  # type: ignore[no-untyped-def]
    @click.command(
        "clashes",
        options_metavar=tr("[TÙY CHỌN]"),
        help=tr("Tìm chỗ các văn bản không thống nhất về cùng một việc: hai thời hạn, hai con số."),
        epilog=tr("Ví dụ: khue clashes chuong-trinh.docx ket-luan.docx"),
    )
    @click.argument("files", metavar=tr("TỆP..."), nargs=-1, required=True, type=FILE)
    @click.option("--json", "as_json", is_flag=True, help=tr("In kết quả dạng JSON."))
    @size
    @lang
    def clashes(files, as_json, max_mb):  # type: ignore[no-untyped-def]
        from khue.cli.comparing import run_clashes

        raise SystemExit(run_clashes(list(files), as_json, int(max_mb * 1e6)))

    return clashes
