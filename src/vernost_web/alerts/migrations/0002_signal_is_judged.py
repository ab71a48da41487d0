from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alerts", "0001_initial")]

    operations = [
        migrations.AddField(model_name="signal", name="is_judged", field=models.BooleanField(default=True)),
    ]
