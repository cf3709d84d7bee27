from django.db import migrations, models


def mark_counted(apps, schema_editor):
    """Those that were ever sent back or given more time are played again, by the timetable."""
    table = schema_editor.quote_name
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table('tasks_unplayed')} (assignment_id) "
            f"SELECT id FROM {table('tasks_assignment')} WHERE times_returned > 0 OR times_extended > 0"
        )


class Migration(migrations.Migration):
    dependencies = [("tasks", "0008_standing")]

    operations = [
        migrations.AddField("standing", "times_returned", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("standing", "times_extended", models.PositiveSmallIntegerField(default=0)),
        migrations.RunPython(mark_counted, migrations.RunPython.noop),
    ]
