"""Addresses of the tasks room."""

from django.urls import URLPattern, path

from khue.tasks.views import change, imports, month, new, notices, record, show, since, webhooks
from khue.tasks.views import list as views_list

app_name = "tasks"
urlpatterns: list[URLPattern] = [
    path("", views_list.task_list, name="list"),
    path("xuat.xlsx", views_list.export, name="export"),
    path("bo-loc/", views_list.save_filter, name="save-filter"),
    path("hang-loat/", views_list.bulk_action, name="bulk"),
    path("moi/", new.new, name="new"),
    path("<int:pk>/", show.show, name="show"),
    path("<int:pk>/giao-them/", change.add, name="add"),
    path("<int:pk>/thu-hoi/", change.withdraw, name="withdraw"),
    path("<int:pk>/doi-han/", change.due, name="due"),
    path("phan/<int:pk>/viec-con/", show.subtask, name="subtask"),
    path("phan/<int:pk>/tep/<int:file_id>/", show.file, name="file"),
    path("phan/<int:pk>/<slug:action>/", show.act, name="act"),
    path("thong-bao/", notices.notices, name="notices"),
    path("thong-bao/da-doc/", notices.notices_read, name="notices-read"),
    path("thong-bao/cach-nhan/", notices.notice_choice, name="notice-choice"),
    path("noi-nhan-tin/", webhooks.listing, name="webhooks"),
    path("noi-nhan-tin/<int:pk>/", webhooks.show, name="webhook"),
    path("noi-nhan-tin/<int:pk>/<slug:action>/", webhooks.act, name="webhook-act"),
    path("lich/dat-lai/", notices.feed_reset, name="feed-reset"),
    path("lich/<str:secret>.ics", notices.calendar, name="feed"),
    path("thang/", month.month, name="month"),
    path("thang/xuat.<slug:kind>", month.export, name="month-export"),
    path("<int:pk>/doi-ngay/", month.move, name="month-move"),
    path("thay-doi/", since.since, name="since"),
    path("thay-doi/xuat.xlsx", since.export, name="since-export"),
    path("nguoi-dung-dau/", record.show, name="record"),
    path("nguoi-dung-dau/bang-chung/", record.evidence_list, name="record-evidence"),
    path("nguoi-dung-dau/xuat.xlsx", record.export, name="record-export"),
    path("nguoi-dung-dau/<int:pk>/y-kien/", record.reply, name="record-reply"),
    path("nhap/", imports.import_plan, name="import"),
    path("nhap/mau.xlsx", imports.template, name="import-template"),
    path("nhap/dong-can-sua.xlsx", imports.import_errors, name="import-errors"),
    path("nhap/luot/", imports.batches, name="batches"),
    path("nhap/luot/<int:pk>/hoan-tac/", imports.batch_undo, name="batch-undo"),
]
