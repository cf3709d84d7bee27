import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone
from django.utils.dateparse import parse_date


def from_the_log(apps, schema_editor):
    """The log has said since the first version from which day a task was moved to which."""
    former, tasks = apps.get_model("tasks", "FormerDue"), apps.get_model("tasks", "Task")
    moves = apps.get_model("core", "Action").objects.filter(target_type="task", verb="task.due_moved").order_by("id")
    there = set(tasks.objects.filter(pk__in=moves.order_by().values("target_id")).values_list("pk", flat=True))
    found = {}
    for pk, at, changes in moves.values_list("target_id", "at", "changes").iterator(2000):
        if pk in there:
            found.setdefault((pk, timezone.localdate(at)), parse_date(str(changes["due_on"][0] or "")))
    former.objects.bulk_create((former(task_id=pk, until=until, due_on=due_on) for (pk, until), due_on in found.items()), batch_size=2000)


class Migration(migrations.Migration):
    dependencies = [("tasks", "0009_standing_counts"), ("core", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="FormerDue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_on", models.DateField(null=True)),
                ("until", models.DateField(help_text="the first day at whose end it no longer held")),
                (
                    "task",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="former_dues", to="tasks.task"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["due_on", "until"], name="former_due_day")],
                "constraints": [models.UniqueConstraint(fields=("task", "until"), name="former_due_day_once")],
            },
        ),
        migrations.RunPython(from_the_log, migrations.RunPython.noop),
    ]
