"""Addresses of the API."""

from django.urls import path

from khue.api import views
from khue.api.site import api

app_name = "api"
urlpatterns = [
    path("", views.reference, name="reference"),
    path("openapi.json", views.openapi, name="openapi"),
    *[entry for entry in api.urls[0] if getattr(entry, "name", "") != "api-root"],
]
