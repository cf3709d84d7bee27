"""The list of tasks as a spreadsheet that a program fetches again and again (the calendar has an address of its own)."""

from django.http import HttpResponse
from ninja import Query, Router

from khue.api.kit import LIST, ApiRequest, binary
from khue.api.tasks import AskedShares, asked_for
from khue.tasks.followed import CHUNK
from khue.tasks.sheet import shares_xlsx
from khue.units.then import called_then
from khue.units.tree import today

router = Router(tags=["feeds"])
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_EXPORTED = 20_000


@router.get("/feeds/tasks.xlsx", response=LIST, url_name="feed-tasks", operation_id="feed_tasks", openapi_extra=binary(XLSX))
def tasks_sheet(request: ApiRequest, asked: Query[AskedShares]) -> HttpResponse:
    """The shares of /api/shares with the same filters, all of them (20,000 at most), as .xlsx."""
    on = asked.on or today()
    found = asked_for(request.person, asked)[:MOST_EXPORTED].iterator(CHUNK)
    data = shares_xlsx(called_then(found, on, "unit", "task.unit"), on)
    return HttpResponse(data, content_type=XLSX, headers={"Content-Disposition": 'attachment; filename="cong-viec.xlsx"'})
