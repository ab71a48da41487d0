from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alerts", "0002_signal_is_judged")]

    operations = [
        migrations.AddField(model_name="target", name="in_working_hours", field=models.BooleanField(null=True)),
    ]
