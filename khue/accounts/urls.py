"""Addresses of this room."""

from django.urls import path

from khue.accounts.views import invitations, joining, log, me, people, tokens

app_name = "people"
urlpatterns = [
    path("", people.listing, name="list"),
    path("xuat.xlsx", people.export, name="export"),
    path("<int:pk>/", people.show, name="show"),
    path("<int:pk>/sua/", people.edit, name="edit"),
    path("<int:pk>/vai-tro/", people.role_add, name="role-add"),
    path("<int:pk>/vai-tro/<int:role_id>/ket-thuc/", people.role_end, name="role-end"),
    path("<int:pk>/khoa/", people.deactivate, name="deactivate"),
    path("<int:pk>/mo-lai/", people.activate, name="activate"),
    path("<int:pk>/dat-lai-xac-thuc/", people.reset_mfa, name="reset-mfa"),
    path("<int:pk>/ket-thuc-phien/", people.end_sessions, name="end-sessions"),
    path("loi-moi/", invitations.listing, name="invitations"),
    path("loi-moi/moi/", invitations.invite, name="invite"),
    path("loi-moi/tep/", invitations.invite_file, name="invite-file"),
    path("loi-moi/mau.xlsx", invitations.template, name="invite-template"),
    path("loi-moi/<int:pk>/thu-hoi/", invitations.revoke, name="invite-revoke"),
    path("loi-moi/<int:pk>/gui-lai/", invitations.resend, name="invite-resend"),
    path("loi-moi/dot/<int:pk>/hoan-tac/", invitations.batch_undo, name="batch-undo"),
    path("tham-gia/<str:secret>/", joining.join, name="join"),
    path("nhat-ky/", log.log, name="log"),
    path("toi/", me.me, name="me"),
    path("ma-truy-cap/", tokens.tokens_page, name="tokens"),
    path("ma-truy-cap/<int:pk>/thu-hoi/", tokens.token_revoke, name="token-revoke"),
    path("uy-quyen/", me.delegations, name="delegations"),
    path("uy-quyen/<int:pk>/ket-thuc/", me.delegation_end, name="delegation-end"),
    path("thay-mat/", me.act_for, name="act-for"),
]
