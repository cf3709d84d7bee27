"""Addresses of the API."""

from django.urls import path

from khue.api import problems, views
from khue.api.site import api

app_name = "api"
operations = [entry for entry in api.urls[0] if getattr(entry, "name", "") != "api-root"]
for entry in operations:
    assert entry.callback is not None
    entry.callback = problems.method_told(api, entry.callback)
urlpatterns = [
    path("", views.reference, name="reference"),
    path("openapi.json", views.openapi, name="openapi"),
    *operations,
]
