"""What the portal has counted in the background. Run twice it comes out the same."""

from django.http import QueryDict
from django_tasks import task


# somebody looks at the page that waits for it
@task(priority=50)  # type: ignore[untyped-decorator]
def count_figures(user_id: int, giver_id: int, query: str) -> int:
    """The figures of leaders for what a person asked (the address's `query`), kept for whoever sees the same; how many shares."""
    from khue.accounts.models import User
    from khue.accounts.person import Person
    from khue.portal.forms_operations import operations_of

    person = Person(User.objects.get(pk=user_id), User.objects.filter(pk=giver_id).first())
    _form, found = operations_of(person, QueryDict(query))
    return found.counted.count_for_others()
