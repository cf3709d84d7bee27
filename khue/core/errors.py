"""One family of errors; the edges (command line, later pages and API) translate it once.

KhueError(code, message, remedy)          command line: one line on stderr, exit code 1
  InputError       a file cannot be read: empty, encrypted, damaged, too large, no document
  MissingTool      a file needs a program or package that is not installed; says how to get it
  CatalogError     a catalog file is wrong: file, key, what was expected
  OutputError      a result cannot be written where it was asked for
  NotYet           something is being made ready: the same request succeeds in a while
"""

import errno

from khue.core.said import said


class KhueError(Exception):
    """Something a person can mend. `code` is stable, `message` says what is wrong, `remedy` what to do."""

    def __init__(self, code: str, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class InputError(KhueError):
    """A file that cannot be read as a document."""


class MissingTool(KhueError):
    """A file that needs a program or a package which is not installed."""


class CatalogError(KhueError):
    """A catalog file that does not say what it must."""


class OutputError(KhueError):
    """A result that cannot be written."""


class NotYet(KhueError):
    """Something is being made ready; nothing is wrong with what was asked."""


_REASONS = {
    errno.ENOENT: said("không có thư mục này"),
    errno.ENOTDIR: said("đường dẫn đi qua một tệp"),
    errno.EISDIR: said("là thư mục"),
    errno.EACCES: said("không có quyền"),
    errno.EPERM: said("không có quyền"),
    errno.EROFS: said("ổ đĩa chỉ đọc"),
    errno.ENOSPC: said("hết chỗ trên ổ đĩa"),
    errno.ENAMETOOLONG: said("tên tệp quá dài"),
}


def why(error: OSError) -> str:
    """The system's reason in the words of a person; the system's own words where there are none."""
    return _REASONS.get(error.errno or 0, error.strerror or type(error).__name__)
