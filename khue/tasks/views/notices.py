"""Notices: the list, reading them, how one wants to be told, the calendar of one's own."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khue.accounts.person import PersonRequest
from khue.tasks import choices, feed
from khue.tasks.models import Notice, NoticeChoice
from khue.tasks.when import MOST

PER_PAGE = 50
UNREAD_FIRST = ExpressionWrapper(Q(read_at__isnull=True), output_field=BooleanField()).desc()
# so many days before or after a deadline are plenty
MOST_DAYS = 8


@require_GET
def notices(request: PersonRequest) -> HttpResponse:
    """What I was told, the unread first."""
    rows = Notice.objects.filter(user=request.user).order_by(UNREAD_FIRST, "-id")
    if request.GET.get("chua-doc"):
        rows = rows.filter(read_at__isnull=True)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "tasks/notices.html", {"page_obj": page, "only_unread": bool(request.GET.get("chua-doc"))})


@require_POST
def notices_read(request: PersonRequest) -> HttpResponse:
    """Marks one of mine as read and, with `go`, leads to what it is about; without `notice` marks all."""
    mine = Notice.objects.filter(user=request.user)
    unread = mine.filter(read_at__isnull=True)
    number = request.POST.get("notice", "")
    if not number:
        count = unread.update(read_at=timezone.now())
        if count:
            messages.success(request, ngettext("Đã đánh dấu {n} tin là đã đọc.", "Đã đánh dấu {n} tin là đã đọc.", count).format(n=count))
        return redirect("tasks:notices")
    notice = mine.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 19 else None
    if notice is None:
        raise Http404
    unread.filter(pk=notice.pk).update(read_at=timezone.now())
    return redirect(notice.address if request.POST.get("go") and notice.address.startswith("/viec/") else "tasks:notices")


class DaysField(forms.CharField):
    """Numbers of working days, typed with commas."""

    def to_python(self, value: object) -> list[int]:  # type: ignore[override]
        """The numbers, each once, the largest first; raises ValidationError with what was expected."""
        text = str(value or "").replace(";", ",")
        parts = [p for p in text.replace(",", " ").split() if p]
        if not all(p.isdecimal() and 1 <= int(p[:4]) <= MOST for p in parts) or len(parts) > MOST_DAYS:
            message = _("Ghi tối đa {count} số từ 1 đến {most}, cách nhau bằng dấu phẩy, như «7, 3, 1»; để trống là không nhắc.")
            raise forms.ValidationError(message.format(count=MOST_DAYS, most=MOST))
        return sorted({int(p) for p in parts}, reverse=True)

    def prepare_value(self, value: object) -> object:
        """The numbers as they are typed."""
        return ", ".join(map(str, value)) if isinstance(value, list) else value


class ChoiceForm(forms.ModelForm):  # type: ignore[type-arg]
    """How one wants to be told."""

    digest = forms.ChoiceField(
        label=gettext_lazy("Thư gửi lúc nào"),
        choices=[
            ("daily", gettext_lazy("gộp thành một thư mỗi sáng ngày làm việc")),
            ("at-once", gettext_lazy("gửi ngay khi có tin, trừ giờ không làm phiền")),
        ],
        widget=forms.RadioSelect,
    )
    days_before = DaysField(
        label=gettext_lazy("Nhắc trước hạn (số ngày làm việc)"),
        required=False,
        help_text=gettext_lazy("Cách nhau bằng dấu phẩy. Ngày đến hạn luôn được nhắc."),
    )
    days_after = DaysField(
        label=gettext_lazy("Nhắc khi đã quá hạn (số ngày làm việc)"),
        required=False,
        help_text=gettext_lazy("Sau ngày cuối cùng thì nhắc mỗi tuần; để trống là không nhắc việc quá hạn."),
    )

    class Meta:
        model = NoticeChoice
        fields = choices.FIELDS
        labels = {
            "by_mail": gettext_lazy("Gửi thư điện tử cho tôi"),
            "quiet_from": gettext_lazy("Không gửi thư từ"),
            "quiet_to": gettext_lazy("đến"),
        }
        widgets = {
            "quiet_from": forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
            "quiet_to": forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["digest"] = "daily" if self.instance.digest else "at-once"

    def clean_digest(self) -> bool:
        """Whether one letter a day is wanted."""
        return str(self.cleaned_data["digest"]) == "daily"

    def _post_clean(self) -> None:
        """The service compares and saves; the form only cleans."""


@require_http_methods(["GET", "POST"])
def notice_choice(request: PersonRequest) -> HttpResponse:
    """How I want to be told, and the address of my calendar."""
    current = choices.choices_of([request.user.pk])[request.user.pk]
    form = ChoiceForm(request.POST or None, instance=current)
    if request.method == "POST" and form.is_valid():
        choices.choose(request.user, by=request.user, **form.cleaned_data)
        messages.success(request, _("Đã lưu."))
        return redirect("tasks:notice-choice")
    address = settings.BASE_URL + reverse("tasks:feed", args=[feed.secret_of(request.user)])
    context = {"form": form, "feed": address, "mail": request.user.email}
    return render(request, "tasks/notice_choice.html", context)


@require_POST
def feed_reset(request: PersonRequest) -> HttpResponse:
    """A new address for my calendar; the old one stops working."""
    feed.reset(request.user, by=request.user)
    messages.success(request, _("Đã đổi địa chỉ lịch. Địa chỉ cũ không dùng được nữa; hãy thêm lại địa chỉ mới vào điện thoại."))
    return redirect("tasks:notice-choice")


@require_GET
def calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar of whoever has this secret; 404 for an old or unknown one."""
    owner = feed.owner_of(secret)
    if owner is None:
        raise Http404
    with translation.override(owner.language or "vi"):
        data = feed.make(owner)
    headers = {"Content-Disposition": 'inline; filename="khue.ics"', "Cache-Control": "private, max-age=900", "X-Robots-Tag": "noindex"}
    return HttpResponse(data, content_type="text/calendar; charset=utf-8", headers=headers)
