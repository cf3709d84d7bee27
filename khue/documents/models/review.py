"""What a reading found, as people see and mend it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from khue.documents.models.document import Document


class State(models.TextChoices):
    """What a person said of something that was found."""

    PROPOSED = "proposed", _("Chờ soát")
    ACCEPTED = "accepted", _("Chấp nhận")
    REJECTED = "rejected", _("Không phải nhiệm vụ")
    REPLACED = "replaced", _("Đã tách/gộp")


class Origin(models.TextChoices):
    """How an obligation came to stand in the review."""

    READ = "read", _("Máy đọc")
    ADDED = "added", _("Người thêm")
    SPLIT = "split", _("Tách")
    MERGED = "merged", _("Gộp")


class Obligation(models.Model):
    """One obligation of a document. `found` keeps what the reader proposed, the other fields what holds now.

    `owners` and `partners` are lists of {quote, span, rule, ref}; `ref` names a unit, a group or a rule that makes a
    group, or is None while nobody is chosen. `targets` are {value, unit, comparator, quote, span, rule}.
    """

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="obligations")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    quote = models.TextField(_("nhiệm vụ"))
    section = models.CharField(_("mục"), max_length=60, blank=True)
    heading = models.TextField(blank=True)
    owners = models.JSONField(_("chủ trì"), default=list)
    partners = models.JSONField(_("phối hợp"), default=list)
    due = models.DateField(_("thời hạn"), null=True, blank=True)
    due_quote = models.CharField(max_length=300, blank=True)
    due_rule = models.CharField(max_length=60, blank=True)
    due_span = models.JSONField(null=True, blank=True)
    recurs = models.CharField(_("lặp lại"), max_length=10, blank=True)
    suggestion = models.JSONField(null=True, blank=True)
    targets = models.JSONField(_("chỉ tiêu"), default=list)
    cites = models.JSONField(_("căn cứ"), default=list)
    product = models.TextField(_("sản phẩm"), blank=True)
    note = models.TextField(_("ghi chú"), blank=True)
    rule = models.CharField(max_length=60, blank=True)
    origin = models.CharField(max_length=8, choices=Origin.choices, default=Origin.READ)
    state = models.CharField(_("tình trạng"), max_length=10, choices=State.choices, default=State.PROPOSED)
    # why a person should look: "owner", "due", "slip", "long"; empty where the reader is sure
    doubts = models.JSONField(default=list)
    found = models.JSONField(default=dict)
    came_from = models.ManyToManyField("self", symmetrical=False, related_name="became", blank=True)
    version = models.PositiveIntegerField(default=1)
    revision = models.PositiveIntegerField(default=0)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["start", "end", "id"]
        indexes = [
            models.Index(fields=["document", "start"], name="obligation_order"),
            models.Index(fields=["document", "state"], name="obligation_state"),
            models.Index(fields=["document", "revision"], name="obligation_revision"),
        ]

    def __str__(self) -> str:
        return self.quote[:120]


class Slip(models.Model):
    """A question that the reading puts to the clerk, and the answer."""

    class Answer(models.TextChoices):
        """What the clerk said."""

        OPEN = "", _("Chưa trả lời")
        MEANT = "meant", _("Đúng ý là")
        AS_PRINTED = "as_printed", _("Văn bản đúng")
        ASK = "ask", _("Sẽ hỏi lại nơi ban hành")

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="slips")
    kind = models.CharField(max_length=30)
    quote = models.TextField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    # sentences with their parts, so that they can be said in another language; see core/said.py
    why = models.JSONField(default=str)
    clashes_with = models.JSONField(null=True)
    probably = models.JSONField(null=True)
    answer = models.CharField(max_length=12, choices=Answer.choices, default=Answer.OPEN, blank=True)
    value = models.CharField(max_length=300, blank=True)
    note = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    revision = models.PositiveIntegerField(default=0)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["start", "id"]

    def __str__(self) -> str:
        return f"{self.kind}: {self.quote[:80]}"


class CitedDocument(models.Model):
    """A document that another one cites, and the entry of the register it is, where the unit has it."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="cited")
    entry = models.PositiveIntegerField()
    kind = models.CharField(max_length=60, blank=True)
    symbol = models.CharField(max_length=80, blank=True)
    symbol_key = models.CharField(max_length=80, blank=True, editable=False)
    signed_on = models.DateField(null=True)
    issuer = models.CharField(max_length=300, blank=True)
    title = models.TextField(blank=True)
    numbered = models.BooleanField(default=True)
    # [[start, end], ...] in the text
    mentions = models.JSONField(default=list)
    linked = models.ForeignKey(Document, null=True, on_delete=models.SET_NULL, related_name="cited_by")
    link_by = models.CharField(max_length=8, default="", blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["entry"]
        constraints = [models.UniqueConstraint(fields=["document", "entry"], name="cited_once")]
        indexes = [models.Index(fields=["symbol_key", "signed_on"], name="cited_symbol_key")]

    def __str__(self) -> str:
        return " ".join(p for p in (self.kind, self.symbol or self.title) if p)


class ReviewEvent(models.Model):
    """One step of a review: who, what, and the state before, so that it can be taken back."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="events")
    revision = models.PositiveIntegerField()
    op = models.CharField(max_length=20)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    # [{type, id, version (after), before: {field: value}}]; a thing that the step made has before = None
    touched = models.JSONField(default=list)
    undone_by = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="undoes")

    class Meta:
        ordering = ["revision"]
        constraints = [models.UniqueConstraint(fields=["document", "revision"], name="event_revision")]

    def __str__(self) -> str:
        return f"{self.document_id}/{self.revision} {self.op}"
