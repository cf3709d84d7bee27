"""The access table: every page and endpoint, and what a person must be allowed to do to reach it.

A page that is not in the table cannot be reached, and `manage check` says so. A capability reaches the subtree of the
units where a person holds a role that has it; another unit's object is 404, whatever the role.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from khue.accounts.models import RoleName as R

EVERY_ROLE = frozenset({R.VIEWER, R.ENTRY, R.CLERK, R.SPECIALIST, R.LEADER, R.ADMIN})
OFFICE = frozenset({R.CLERK, R.SPECIALIST})

# capability -> roles that have it
CAPABILITIES: dict[str, frozenset[R]] = {
    "documents.view": EVERY_ROLE,
    "documents.register": OFFICE,
    "documents.review": OFFICE | {R.LEADER},
    "documents.confirm": frozenset({R.SPECIALIST, R.LEADER, R.CLERK}),
    "documents.remove": OFFICE,
    # to draft a report on what was asked of others
    "documents.report": OFFICE | {R.LEADER},
    "documents.issue": frozenset({R.SPECIALIST, R.LEADER}),
    "tasks.view": EVERY_ROLE,
    "tasks.give": frozenset({R.CLERK, R.SPECIALIST, R.LEADER}),
    "tasks.report": frozenset({R.ENTRY, R.CLERK, R.SPECIALIST, R.LEADER}),
    "tasks.verify": frozenset({R.SPECIALIST, R.LEADER}),
    # a unit's own word beside its record, at that very unit
    "record.reply": frozenset({R.CLERK, R.LEADER}),
    # the figures of everything below one's unit
    "operations.view": frozenset({R.SPECIALIST, R.LEADER, R.ADMIN}),
    "webhooks.manage": frozenset({R.ADMIN}),
    "units.view": EVERY_ROLE,
    "units.edit": frozenset({R.ADMIN}),
    "groups.edit": frozenset({R.ADMIN, R.SPECIALIST, R.CLERK}),
    "people.view": EVERY_ROLE,
    "people.manage": frozenset({R.ADMIN}),
    "log.view": frozenset({R.ADMIN, R.LEADER}),
}


@dataclass(frozen=True, slots=True)
class Page:
    """What a page needs: "public", "signed-in", "half" (signed in, second factor not yet set up) or a capability.

    `target` says whose object the address names: "document", "unit", "group", "person", ... or "" for none.
    `share` is a capability that opens the page, too, to whoever has it at a unit with a share of a task made of the
    document: such people read what was sent, the page decides how much (documents/reach.py).
    Operations of the API need "token": a token with `scope` ("" for any) of a person who has the capability `can`
    ("" for none). A session opens none of them.
    """

    need: str
    target: str = ""
    scope: str = ""
    can: str = ""
    share: str = ""


PUBLIC, SIGNED_IN, HALF = Page("public"), Page("signed-in"), Page("half")

# what a token may be made for: its scopes, in the words of the page that makes it
SCOPES: dict[str, Promise] = {
    "documents:read": _("đọc sổ văn bản, kế hoạch"),
    "documents:write": _("vào sổ, chốt kế hoạch"),
    "tasks:read": _("đọc công việc, báo cáo của các đơn vị"),
    "tasks:write": _("giao việc, báo cáo, duyệt, trả lại"),
    "units:read": _("đọc danh mục đơn vị, nhóm"),
    "reports:read": _("đọc báo cáo tổng hợp"),
    "changes:read": _("theo dõi thay đổi"),
}


def _token(scope: str, can: str, target: str = "", share: str = "") -> Page:
    return Page("token", target, scope, can, share)


PAGES: dict[str, Page] = {
    # portal
    "home": SIGNED_IN,
    "operations": Page("operations.view"),
    "operations-export": Page("operations.view"),
    "search": SIGNED_IN,
    "health": PUBLIC,
    "set_language": PUBLIC,
    "design": SIGNED_IN,
    "about": PUBLIC,
    # documents
    "documents:register": Page("documents.view"),
    "documents:received": Page("tasks.view"),
    "documents:export": Page("documents.view"),
    "documents:save-filter": Page("documents.view"),
    "documents:upload": Page("documents.register"),
    "documents:new": Page("documents.register"),
    "documents:show": Page("documents.view", "document", share="tasks.view"),
    "documents:edit": Page("documents.register", "document"),
    "documents:remove": Page("documents.remove", "document"),
    "documents:restore": Page("documents.remove", "document"),
    "documents:file": Page("documents.view", "document", share="tasks.view"),
    "documents:attach": Page("documents.register", "document"),
    "documents:replace-file": Page("documents.register", "document"),
    "documents:plan-export": Page("documents.view", "document"),
    "documents:reread": Page("documents.review", "document"),
    "documents:state": Page("documents.view", "document"),
    "documents:review": Page("documents.review", "document"),
    "documents:review-ops": Page("documents.review", "document"),
    "documents:review-changes": Page("documents.review", "document"),
    "documents:obligation": Page("documents.review", "document"),
    "documents:slip": Page("documents.review", "document"),
    "documents:link": Page("documents.review", "document"),
    "documents:owners": Page("documents.review", "document"),
    "documents:confirm": Page("documents.confirm", "document"),
    "documents:reopen": Page("documents.confirm", "document"),
    "documents:give": Page("tasks.give", "document"),
    "documents:gold": Page("documents.review", "document"),
    "documents:take-back": Page("documents.register", "document"),
    "documents:history": Page("documents.view", "document"),
    "documents:cascade": Page("documents.view", "document"),
    "documents:changes": Page("documents.view", "document"),
    "documents:relate": Page("documents.review", "document"),
    # reports
    "documents:reports": Page("documents.view"),
    "documents:report-new": Page("documents.report"),
    "documents:report": Page("documents.view", "report"),
    "documents:report-shares": Page("documents.view", "report"),
    "documents:report-edit": Page("documents.report", "report"),
    "documents:report-refresh": Page("documents.report", "report"),
    "documents:report-issue": Page("documents.issue", "report"),
    "documents:report-replace": Page("documents.report", "report"),
    "documents:report-file": Page("documents.view", "report"),
    # tasks
    "tasks:list": Page("tasks.view"),
    "tasks:export": Page("tasks.view"),
    "tasks:save-filter": Page("tasks.view"),
    "tasks:bulk": Page("tasks.view"),
    "tasks:new": Page("tasks.give"),
    "tasks:show": Page("tasks.view", "task"),
    "tasks:add": Page("tasks.give", "task"),
    "tasks:withdraw": Page("tasks.give", "task"),
    "tasks:due": Page("tasks.give", "task"),
    "tasks:act": Page("tasks.view", "share"),
    "tasks:file": Page("tasks.view", "share"),
    "tasks:subtask": Page("tasks.give", "share"),
    # the month's programme, plans from spreadsheets, what changed
    "tasks:month": Page("tasks.view"),
    "tasks:month-export": Page("tasks.view"),
    "tasks:month-move": Page("tasks.give", "task"),
    "tasks:since": Page("tasks.view"),
    "tasks:since-export": Page("tasks.view"),
    "tasks:import": Page("tasks.give"),
    "tasks:import-template": Page("tasks.give"),
    "tasks:import-errors": Page("tasks.give"),
    "tasks:batches": Page("tasks.give"),
    "tasks:batch-undo": Page("tasks.give", "plan-batch"),
    # the record of a unit and its heads
    "tasks:record": Page("tasks.view"),
    "tasks:record-evidence": Page("tasks.view"),
    "tasks:record-export": Page("tasks.view"),
    "tasks:record-reply": Page("record.reply", "unit"),
    # what one is told
    "tasks:notices": SIGNED_IN,
    "tasks:notices-read": SIGNED_IN,
    "tasks:notice-choice": SIGNED_IN,
    "tasks:webhooks": Page("webhooks.manage"),
    "tasks:webhook": Page("webhooks.manage", "webhook"),
    "tasks:webhook-act": Page("webhooks.manage", "webhook"),
    "tasks:feed": PUBLIC,
    "tasks:feed-reset": SIGNED_IN,
    # units
    "units:list": Page("units.view"),
    "units:export": Page("units.view"),
    "units:show": Page("units.view", "unit"),
    "units:new": Page("units.edit"),
    "units:edit": Page("units.edit", "unit"),
    "units:places": Page("units.view"),
    "units:place": Page("units.view"),
    "units:groups": Page("units.view"),
    "units:group": Page("units.view", "group"),
    "units:group-new": Page("groups.edit"),
    "units:group-edit": Page("groups.edit", "group"),
    "units:group-delete": Page("groups.edit", "group"),
    "units:suggest": Page("units.view"),
    "units:reorganisations": Page("units.view"),
    "units:reorganisation": Page("units.view", "reorganisation"),
    "units:reorganisation-new": Page("units.edit"),
    "units:reorganisation-edit": Page("units.edit", "reorganisation"),
    # looked at by those who lead; applied by whoever may edit units
    "units:reorganisation-apply": Page("operations.view", "reorganisation"),
    "units:reorganisation-undo": Page("units.edit", "reorganisation"),
    # people
    "people:list": Page("people.view"),
    "people:export": Page("people.manage"),
    "people:show": Page("people.view", "person"),
    "people:edit": Page("people.manage", "person"),
    "people:role-add": Page("people.manage", "person"),
    "people:role-end": Page("people.manage", "person"),
    "people:deactivate": Page("people.manage", "person"),
    "people:activate": Page("people.manage", "person"),
    "people:reset-mfa": Page("people.manage", "person"),
    "people:end-sessions": Page("people.manage", "person"),
    "people:invitations": Page("people.manage"),
    "people:invite": Page("people.manage"),
    "people:invite-file": Page("people.manage"),
    "people:invite-template": Page("people.manage"),
    "people:invite-revoke": Page("people.manage", "invitation"),
    "people:invite-resend": Page("people.manage", "invitation"),
    "people:batch-undo": Page("people.manage", "batch"),
    "people:join": PUBLIC,
    "people:log": Page("log.view"),
    # oneself
    "people:me": HALF,
    "people:tokens": SIGNED_IN,
    "people:token-revoke": SIGNED_IN,
    "people:delegations": SIGNED_IN,
    "people:delegation-end": SIGNED_IN,
    "people:act-for": SIGNED_IN,
    # the API; its descriptions are for everybody
    "api:reference": PUBLIC,
    "api:openapi": PUBLIC,
    "api:documents": _token("documents:read", "documents.view"),
    "api:document": _token("documents:read", "documents.view", "document", share="tasks.view"),
    "api:reading": _token("documents:read", "documents.view", "document", share="tasks.view"),
    "api:plan": _token("documents:read", "documents.view", "document"),
    "api:slips": _token("documents:read", "documents.view", "document"),
    "api:document-file": _token("documents:read", "documents.view", "document", share="tasks.view"),
    "api:upload": _token("documents:write", "documents.register"),
    "api:confirm": _token("documents:write", "documents.confirm", "document"),
    "api:give": _token("tasks:write", "tasks.give", "document"),
    "api:tasks": _token("tasks:read", "tasks.view"),
    "api:task": _token("tasks:read", "tasks.view", "task"),
    "api:shares": _token("tasks:read", "tasks.view"),
    "api:share": _token("tasks:read", "tasks.view", "share"),
    "api:share-file": _token("tasks:read", "tasks.view", "share"),
    "api:receive": _token("tasks:write", "tasks.report", "share"),
    "api:report-progress": _token("tasks:write", "tasks.report", "share"),
    "api:submit": _token("tasks:write", "tasks.report", "share"),
    "api:comment": _token("tasks:write", "tasks.report", "share"),
    "api:extension": _token("tasks:write", "tasks.report", "share"),
    "api:drop-extension": _token("tasks:write", "tasks.report", "share"),
    "api:decide": _token("tasks:write", "tasks.verify", "share"),
    "api:verify": _token("tasks:write", "tasks.verify", "share"),
    "api:send-back": _token("tasks:write", "tasks.verify", "share"),
    "api:reopen": _token("tasks:write", "tasks.verify", "share"),
    "api:take-back": _token("tasks:write", "tasks.give", "share"),
    "api:units": _token("units:read", "units.view"),
    "api:unit": _token("units:read", "units.view", "unit"),
    "api:groups": _token("units:read", "units.view"),
    "api:members": _token("units:read", "units.view"),
    "api:me": _token("", ""),
    "api:reports": _token("reports:read", "documents.view"),
    "api:report": _token("reports:read", "documents.view", "report"),
    "api:report-docx": _token("reports:read", "documents.view", "report"),
    "api:report-pdf": _token("reports:read", "documents.view", "report"),
    "api:numbers": _token("tasks:read", "tasks.view"),
    "api:changes": _token("changes:read", "tasks.view"),
    "api:feed-tasks": _token("tasks:read", "tasks.view"),
    # sign-in, second factor, sessions (allauth)
    "account_login": PUBLIC,
    "account_logout": PUBLIC,
    "account_inactive": PUBLIC,
    "account_reset_password": PUBLIC,
    "account_reset_password_done": PUBLIC,
    "account_reset_password_from_key": PUBLIC,
    "account_reset_password_from_key_done": PUBLIC,
    "account_reauthenticate": HALF,
    "account_change_password": HALF,
    "account_set_password": HALF,
    "mfa_index": HALF,
    "mfa_authenticate": PUBLIC,
    "mfa_reauthenticate": HALF,
    "mfa_activate_totp": HALF,
    "mfa_deactivate_totp": HALF,
    "mfa_generate_recovery_codes": HALF,
    "mfa_view_recovery_codes": HALF,
    "mfa_download_recovery_codes": HALF,
    "mfa_list_webauthn": HALF,
    "mfa_add_webauthn": HALF,
    "mfa_edit_webauthn": HALF,
    "mfa_remove_webauthn": HALF,
    "mfa_login_webauthn": PUBLIC,
    "mfa_reauthenticate_webauthn": HALF,
    "usersessions_list": HALF,
    "openid_connect_login": PUBLIC,
    "openid_connect_callback": PUBLIC,
    "socialaccount_login_cancelled": PUBLIC,
    "socialaccount_login_error": PUBLIC,
    "socialaccount_signup": PUBLIC,
    "socialaccount_connections": HALF,
}
