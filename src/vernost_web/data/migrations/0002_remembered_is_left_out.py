from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("data", "0001_initial")]

    operations = [
        migrations.AddField(model_name="remembered", name="is_left_out", field=models.BooleanField(default=False)),
    ]
