"""Addresses of this room."""

app_name = "units"
urlpatterns: list = []
