from django.db import migrations, models


def fill(apps, schema_editor):
    """From what each applied decision kept of what it did."""
    decision, succession = apps.get_model("units", "Reorganisation"), apps.get_model("units", "Succession")
    known = set(apps.get_model("units", "Unit").objects.values_list("pk", flat=True))
    for event in decision.objects.filter(state="applied"):
        record = event.record
        units = {*record.get("made_units", []), *map(int, record.get("units", {}))}
        units |= {after["unit_id"] for after in record.get("after", {}).values()}
        for before, after in succession.objects.filter(reorganisation=event).values_list("before_id", "after_id"):
            units |= {before, after}
        event.touched.set(units & known)


class Migration(migrations.Migration):
    dependencies = [("units", "0002_reorganisation")]

    operations = [
        migrations.AddField("reorganisation", "touched", models.ManyToManyField(related_name="+", to="units.unit")),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
