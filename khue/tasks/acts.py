"""What may be done with one share: each action with its form, who may, when it is possible, and the function that does it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from khue.accounts.person import Person
from khue.core.models import StoredFile
from khue.tasks import forms, judge, work
from khue.tasks.addressing import one_unit
from khue.tasks.bulk import speaks_for_giver
from khue.tasks.models import Assignment, Extension, Stage
from khue.tasks.models.task import CLOSED, OUT


@dataclass(frozen=True, slots=True)
class Sent:
    """What came with an action."""

    share: Assignment
    form: Any
    files: Iterable[StoredFile]
    person: Person
    submit: bool = False

    @property
    def text(self) -> str:
        """The words."""
        return str(self.form.cleaned_data.get("text") or "")


@dataclass(frozen=True, slots=True)
class Act:
    """`done` is what the page says afterwards."""

    form: type[forms.ShareForm]
    do: Callable[[Sent], Any]
    done: Promise


def _report(sent: Sent) -> Any:
    data, by = sent.form.cleaned_data, sent.person.user
    percent = data.get("percent")
    if sent.submit and percent == sent.share.percent:
        # the field came filled with how far it had come; whoever says that it is done need not change it
        percent = None
    return work.report(
        sent.share.pk,
        by=by,
        text=sent.text,
        percent=percent,
        figure=data.get("figure"),
        files=sent.files,
        submit=sent.submit,
    )


def _comment(sent: Sent) -> Any:
    return work.comment(
        sent.share.pk, sent.text, by=sent.person.user, files=sent.files, from_giver=speaks_for_giver(sent.person, sent.share)
    )


def _transfer(sent: Sent) -> Any:
    data = sent.form.cleaned_data
    unit = one_unit(data["where"], data["ref"], sent.share.unit)
    return work.transfer(sent.share.pk, unit, sent.text, by=sent.person.user)


def _subtask(sent: Sent) -> Any:
    data = sent.form.cleaned_data
    return work.make_subtask(sent.share.pk, data["quote"], by=sent.person.user, person=sent.form.chosen(), due_on=data["due_on"])


def _decide(grant: bool) -> Callable[[Sent], Any]:
    def do(sent: Sent) -> Any:
        data = sent.form.cleaned_data
        wish = Extension.objects.filter(pk=data["extension"], assignment=sent.share).first()
        if wish is None:
            raise Http404
        return judge.decide_extension(wish.pk, grant=grant, by=sent.person.user, granted_on=data.get("granted_on"), answer=sent.text)

    return do


ACTS = {
    "receive": Act(forms.ReceiveForm, lambda s: work.receive(s.share.pk, by=s.person.user), _("Đã nhận việc.")),
    "report": Act(forms.ReportForm, _report, _("Đã gửi báo cáo.")),
    "extend": Act(
        forms.ExtendForm,
        lambda s: work.ask_extension(s.share.pk, s.form.cleaned_data["wanted_on"], s.text, by=s.person.user),
        _("Đã gửi đề nghị gia hạn."),
    ),
    "drop": Act(forms.DropForm, lambda s: work.drop_extension(s.share.pk, by=s.person.user), _("Đã rút đề nghị gia hạn.")),
    "hand": Act(forms.HandForm, lambda s: work.hand_to(s.share.pk, s.form.chosen(), by=s.person.user), _("Đã ghi người làm.")),
    "subtask": Act(forms.SubtaskForm, _subtask, _("Đã giao việc con.")),
    "transfer": Act(forms.TransferForm, _transfer, _("Đã chuyển việc.")),
    "comment": Act(forms.CommentForm, _comment, _("Đã gửi trao đổi.")),
    "verify": Act(forms.VerifyForm, lambda s: judge.verify(s.share.pk, by=s.person.user, text=s.text), _("Đã duyệt hoàn thành.")),
    "send-back": Act(forms.ReasonForm, lambda s: judge.send_back(s.share.pk, s.text, by=s.person.user), _("Đã trả lại.")),
    "reopen": Act(forms.ReasonForm, lambda s: judge.reopen(s.share.pk, s.text, by=s.person.user), _("Đã mở lại.")),
    "take-back": Act(
        forms.ReasonForm, lambda s: judge.take_back(s.share.pk, s.text, by=s.person.user), _("Đã thu hồi việc của đơn vị này.")
    ),
    "grant": Act(forms.GrantForm, _decide(True), _("Đã gia hạn.")),
    "refuse": Act(forms.RefuseForm, _decide(False), _("Đã trả lời không gia hạn.")),
}


def allowed(person: Person, share: Assignment) -> set[str]:
    """The actions that the person's capabilities reach, whatever the step of the share."""
    found: set[str] = set()
    if person.can_at("tasks.report", share.unit_id):
        found |= {"receive", "report", "extend", "drop", "comment"}
    if person.can_at("tasks.give", share.unit_id):
        found |= {"hand", "subtask", "transfer"}
    if person.can_at("tasks.verify", share.task.unit_id):
        found |= {"verify", "send-back", "reopen", "grant", "refuse"}
    if person.can_at("tasks.give", share.task.unit_id):
        found.add("take-back")
    if speaks_for_giver(person, share):
        found.add("comment")
    return found


def possible(share: Assignment, actions: set[str], wish: Extension | None) -> set[str]:
    """Those of the actions that make sense at the share's step."""
    if share.stage in OUT:
        return set()
    if share.stage in CLOSED:
        return actions & {"comment", "reopen"}
    out = {"reopen"}
    if share.stage != Stage.GIVEN:
        out.add("receive")
    if share.stage != Stage.SUBMITTED:
        out.add("send-back")
    if wish is None:
        out |= {"grant", "refuse", "drop"}
    if wish is not None or share.due_on is None:
        out.add("extend")
    return actions - out
