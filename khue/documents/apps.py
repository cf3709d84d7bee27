"""The register of documents, and the review of what was read in them."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Documents in and out."""

    name = "khue.documents"
    label = "documents"
    verbose_name = "Văn bản"
