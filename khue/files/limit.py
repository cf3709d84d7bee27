"""Stops an upload at the limit while it comes in, before it fills the disk."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload


class SizeLimit(FileUploadHandler):
    """Counts bytes of each file; the request is told `too_large` with the file's name when one passes the limit."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Starts to count."""
        super().new_file(*args, **kwargs)
        self.seen = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Lets a file through up to the limit."""
        self.seen += len(raw_data)
        if self.seen > settings.MAX_UPLOAD_BYTES:
            if self.request is not None:
                self.request.too_large = [*getattr(self.request, "too_large", []), self.file_name]  # type: ignore[attr-defined]
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler makes the file."""
        return
