"""Home, search, help, health, the design system."""

from django.urls import path

from khue.portal import views

urlpatterns = [
    path("", views.home, name="home"),
    path("dieu-hanh/", views.operations, name="operations"),
    path("dieu-hanh/<slug:table>.xlsx", views.operations_export, name="operations-export"),
    path("tim/", views.search, name="search"),
    path("gioi-thieu/", views.about, name="about"),
    path("thiet-ke/", views.design, name="design"),
    path("health/", views.health, name="health"),
]
