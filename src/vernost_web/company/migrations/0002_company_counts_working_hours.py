from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("company", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="company",
            name="counts_working_hours",
            field=models.BooleanField(
                default=False,
                help_text="Times to a reply and to a solution are then those of these hours. Else all hours count.",
                verbose_name="count waits in working hours",
            ),
        ),
    ]
