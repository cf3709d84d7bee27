"""The register of documents, and the review of what was read in them."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Documents in and out."""

    name = "khue.documents"
    label = "documents"
    verbose_name = "Văn bản"

    def ready(self) -> None:
        """The job's module is loaded everywhere, because it listens for jobs that were given up."""
        from khue.documents.files import reading
        from khue.documents.heirs import ROOM
        from khue.units.reorganise.heirs import register

        register(ROOM)
        assert reading
