from django.db import migrations, models

from khue.core.text import nfc, plain


def fill(apps, schema_editor):
    """The names of those who are there."""
    users = apps.get_model("accounts", "User")
    part = []
    for user in users.objects.only("pk", "full_name").iterator(2000):
        user.sort_name = plain(nfc(user.full_name))[:120]
        part.append(user)
        if len(part) == 2000:
            users.objects.bulk_update(part, ["sort_name"], batch_size=500)
            part = []
    users.objects.bulk_update(part, ["sort_name"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_token")]

    operations = [
        migrations.AddField("user", "sort_name", models.CharField(default="", editable=False, max_length=120)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex("user", models.Index(fields=["sort_name", "full_name", "id"], name="user_by_name")),
    ]
