from django.conf import settings
from django.db import migrations, models

# the kinds of units that give tasks to their own people only, as they were called when this was written
SCHOOLS = (
    "kindergarten",
    "primary",
    "primary_lower_secondary",
    "lower_secondary",
    "lower_upper_secondary",
    "upper_secondary",
    "continuing",
    "nursery_group",
    "site",
)


def mark(apps, schema_editor):
    tasks = apps.get_model("tasks", "Task").objects
    tasks.filter(parent__isnull=False).update(inward=True)
    own = apps.get_model("units", "Unit").objects.filter(kind__in=SCHOOLS)
    tasks.filter(document_id__isnull=True, unit__in=own).update(inward=True)


class Migration(migrations.Migration):
    dependencies = [
        ("tasks", "0013_task_unit_covering"),
        ("units", "0002_reorganisation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="task",
            name="inward",
            field=models.BooleanField(default=False, verbose_name="việc nội bộ"),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(condition=models.Q(("inward", True)), fields=["id"], name="task_inward"),
        ),
    ]
