"""`khue reform`: a reorganisation of many units at once from a file of the catalog: shown, drafted, applied."""

import click

from khue.cli.language import fail, tr
from khue.core.errors import KhueError
from khue.core.said import said


def command(lang) -> click.Command:  # type: ignore[no-untyped-def]
    """The command with its options."""

    @click.command(
        "reform",
        options_metavar=tr("[TÙY CHỌN]"),
        help=tr("Soạn quyết định sắp xếp tổ chức từ một tệp của danh mục và cho biết nó ảnh hưởng đến những gì; --apply thì áp dụng."),
        epilog=tr("Ví dụ: khue reform lao-cai/reorganisations/2025-07-01.yaml"),
    )
    @click.argument("name", metavar=tr("TỆP"))
    @click.option("--apply", "now", is_flag=True, help=tr("Áp dụng ngay, hoặc hẹn đến ngày có hiệu lực."))
    @lang
    def reform(name, now):  # type: ignore[no-untyped-def]
        raise SystemExit(run(name, now))

    return reform


def run(name: str, now: bool) -> int:
    """Drafts, tells, applies where asked; 1 where it could not."""
    from khue.cli.site import pending, setup, storage_errors

    setup()
    from khue.units.reform import draft_reform
    from khue.units.reorganise import apply, preview

    try:
        with storage_errors():
            if pending():
                raise KhueError(
                    "database.old", said("Cơ sở dữ liệu chưa được tạo hoặc cập nhật."), said("Chạy khue migrate rồi chạy lại lệnh này.")
                )
            event = draft_reform(name, by=None)
            if event.state in (event.State.DRAFT, event.State.SCHEDULED):
                _tell(preview(event))
            event = apply(event.pk, by=None) if now else event
    except KhueError as error:
        fail(f"khue: {tr(error.message)} {tr(error.remedy)}")
        return 1
    click.echo(f"{event.title}: {event.get_state_display()}")
    return 0


def _tell(told) -> None:  # type: ignore[no-untyped-def]
    if told.error:
        raise told.error
    words = tr("{ends} đơn vị thôi hoạt động, {begins} đơn vị mới, {changes} đơn vị thay đổi.")
    click.echo(words.format(ends=len(told.ends), begins=len(told.begins), changes=len(told.changes)))
    for touched in told.touched:
        click.echo(f"  {touched.number:>6} {tr(touched.words)}")
