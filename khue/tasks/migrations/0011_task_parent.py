import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tasks", "0010_former_due")]

    operations = [
        migrations.AlterField(
            "task",
            "parent",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="subtasks",
                to="tasks.assignment",
            ),
        ),
        migrations.AddIndex("task", models.Index(condition=models.Q(("parent__isnull", False)), fields=["parent"], name="task_parent")),
        # what is open and due is found by assignment_open, in order; this one led a database to sort all of it
        migrations.RemoveIndex("assignment", "assignment_due"),
    ]
