"""Addresses of this room."""

from django.urls import path

from khue.units.views import edit, groups, places, reorganise, reorganise_write, suggest, units

app_name = "units"
urlpatterns = [
    path("", units.unit_list, name="list"),
    path("tep/", units.export, name="export"),
    path("moi/", edit.new, name="new"),
    path("goi-y/", suggest.suggest, name="suggest"),
    path("dia-ban/", places.place_list, name="places"),
    path("dia-ban/<int:pk>/", places.place, name="place"),
    path("nhom/", groups.group_list, name="groups"),
    path("nhom/moi/", groups.new, name="group-new"),
    path("nhom/<int:pk>/", groups.group, name="group"),
    path("nhom/<int:pk>/sua/", groups.edit, name="group-edit"),
    path("nhom/<int:pk>/xoa/", groups.delete, name="group-delete"),
    path("sap-xep/", reorganise.listing, name="reorganisations"),
    path("sap-xep/moi/", reorganise_write.new, name="reorganisation-new"),
    path("sap-xep/<int:pk>/", reorganise.show, name="reorganisation"),
    path("sap-xep/<int:pk>/sua/", reorganise_write.edit, name="reorganisation-edit"),
    path("sap-xep/<int:pk>/ap-dung/", reorganise.apply_page, name="reorganisation-apply"),
    path("sap-xep/<int:pk>/hoan-tac/", reorganise.undo_page, name="reorganisation-undo"),
    path("<int:pk>/", units.show, name="show"),
    path("<int:pk>/sua/", edit.edit, name="edit"),
]
