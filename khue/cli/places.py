"""`khue places`: brings Vietnam's provinces, districts and communes into the database."""

import click

from khue.cli.language import fail, tr
from khue.core.errors import KhueError
from khue.core.said import said


def command(lang) -> click.Command:  # type: ignore[no-untyped-def]
    """The command with its options."""

    @click.command(
        "places",
        options_metavar=tr("[TÙY CHỌN]"),
        help=tr("Nạp danh mục tỉnh, huyện, xã trước và từ ngày 01/7/2025 cùng liên kết cũ, mới. Chạy lại bao nhiêu lần cũng được."),
        epilog=tr("Ví dụ: khue places --province 15"),
    )
    @click.option(
        "--province",
        "provinces",
        multiple=True,
        metavar=tr("TỈNH"),
        help=tr("Mã hoặc tên tỉnh, thành phố hiện nay; dùng được nhiều lần. Bỏ trống là cả nước."),
    )
    @lang
    def places(provinces):  # type: ignore[no-untyped-def]
        raise SystemExit(run(list(provinces) or None))

    return places


def run(provinces: list[str] | None) -> int:
    """Loads and tells what came; 1 where it could not."""
    from khue.cli.site import pending, setup, storage_errors

    setup()
    from khue.units.places import load_places

    try:
        with storage_errors():
            if pending():
                raise KhueError(
                    "database.old", said("Cơ sở dữ liệu chưa được tạo hoặc cập nhật."), said("Chạy khue migrate rồi chạy lại lệnh này.")
                )
            loaded = load_places(provinces)
    except KhueError as error:
        fail(f"khue: {tr(error.message)} {tr(error.remedy)}")
        return 1
    told = tr("Đã nạp {old} địa danh trước 01/7/2025, {new} địa danh từ 01/7/2025, {links} liên kết cũ, mới.")
    click.echo(told.format(old=loaded.old, new=loaded.new, links=loaded.links))
    return 0
