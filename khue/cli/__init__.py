"""The command `khue`."""

import contextlib
import sys

from khue.cli import language
from khue.cli.language import tr
from khue.core.errors import why


def main() -> None:
    """Runs the command line in the language asked for."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    language.use(language.chosen(sys.argv[1:]))
    import click

    from khue.cli.commands import build

    try:
        code = build().main(prog_name="khue", standalone_mode=False)
        # what is still held back must be out before success is told
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        print(error.format_message())
        sys.exit(2)
    except click.UsageError as error:
        hint = f" ({error.ctx.command_path} --help)" if error.ctx else ""
        language.fail(f"khue: {error.format_message()}{hint}")
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:
        # the reader of the output went away (`khue read … | head`): nothing is wrong
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        # the output could not take it: a full disk, a device that went away
        with contextlib.suppress(OSError):
            sys.stdout.close()
        what = tr("Không ghi được kết quả ra màn hình hoặc tệp.")
        language.fail(f"khue: {what} ({tr(why(error))})")
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)
