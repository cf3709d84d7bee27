"""Addresses of the documents room."""

from django.urls import path

from khue.documents.views import compare, document, entry, giving, received, register, reports, review

app_name = "documents"
urlpatterns = [
    path("", register.register_list, name="register"),
    path("giao-viec/", received.received_list, name="received"),
    path("xuat.xlsx", register.export, name="export"),
    path("bo-loc/", register.save_filter, name="save-filter"),
    path("tai-len/", register.upload, name="upload"),
    path("moi/", register.new, name="new"),
    path("bao-cao/", reports.reports, name="reports"),
    path("bao-cao/moi/", reports.new, name="report-new"),
    path("bao-cao/<int:pk>/", reports.report, name="report"),
    path("bao-cao/<int:pk>/sua/", reports.edit, name="report-edit"),
    path("bao-cao/<int:pk>/cap-nhat/", reports.refresh_report, name="report-refresh"),
    path("bao-cao/<int:pk>/ban-hanh/", reports.issue_report, name="report-issue"),
    path("bao-cao/<int:pk>/thay-the/", reports.replace_report, name="report-replace"),
    path("bao-cao/<int:pk>/tep.<slug:kind>", reports.report_file, name="report-file"),
    path("<int:pk>/", document.show, name="show"),
    path("<int:pk>/sua/", entry.edit, name="edit"),
    path("<int:pk>/bo/", entry.remove_document, name="remove"),
    path("<int:pk>/dua-lai/", entry.restore_document, name="restore"),
    path("<int:pk>/tep/", document.file, name="file"),
    path("<int:pk>/them-tep/", entry.attach_file, name="attach"),
    path("<int:pk>/thay-tep/", entry.replace, name="replace-file"),
    path("<int:pk>/ke-hoach.<slug:kind>", document.plan_export, name="plan-export"),
    path("<int:pk>/doc-lai/", document.reread_document, name="reread"),
    path("<int:pk>/tinh-trang/", document.state, name="state"),
    path("<int:pk>/chot/", document.confirm_document, name="confirm"),
    path("<int:pk>/giao/", giving.give, name="give"),
    path("<int:pk>/mo-lai/", document.reopen_document, name="reopen"),
    path("<int:pk>/mau.json", document.gold_export, name="gold"),
    path("<int:pk>/lich-su/", document.history, name="history"),
    path("<int:pk>/lich-su/<int:action>/", entry.take_back, name="take-back"),
    path("<int:pk>/soat/", review.review, name="review"),
    path("<int:pk>/soat/buoc/", review.ops, name="review-ops"),
    path("<int:pk>/soat/thay-doi/", review.changes, name="review-changes"),
    path("<int:pk>/soat/don-vi/", review.owners, name="owners"),
    path("<int:pk>/soat/<int:item>/", review.obligation, name="obligation"),
    path("<int:pk>/soat/hoi/<int:slip_id>/", review.slip, name="slip"),
    path("<int:pk>/vien-dan/<int:cited_id>/", review.link, name="link"),
    path("<int:pk>/cu-the-hoa/", compare.cascade, name="cascade"),
    path("<int:pk>/so-nam-truoc/", compare.changes, name="changes"),
    path("<int:pk>/quan-he/", compare.relate, name="relate"),
]
