"""What the frame of every page needs of this room: how many notices wait to be read."""

from typing import Any

from django.http import HttpRequest

from khue.tasks.models import Notice

# more are not counted: the bell says 99+
MOST = 99


def unread(request: HttpRequest) -> dict[str, Any]:
    """The number on the bell; one query, on signed-in people's pages only."""
    person = getattr(request, "person", None)
    if person is None:
        return {}
    count = Notice.objects.filter(user=person.user, read_at__isnull=True).order_by()[: MOST + 1].count()
    return {"unread": count, "unread_words": f"{MOST}+" if count > MOST else str(count)}
