"""The periods that the law and the standard for logging ask for. The privacy officer confirms them (ADR 27)."""

from datetime import date

from django.db import migrations

CHECKED_ON = date(2026, 11, 22)
LAST = "the end of the last trajectory, the last assignment or the last contact, whichever is later"
REGIMES = (
    ("wgbo", "WGBO", 20, LAST, "Burgerlijk Wetboek boek 7, artikel 454, derde lid"),
    ("wmo", "Wmo 2015", 15, LAST, "Wmo 2015, artikel 5.3.4"),
    ("participatiewet", "Participatiewet", 10, LAST, "Selectielijst gemeenten 2020 (Archiefwet)"),
    ("toegangslog", "NEN 7513", 5, "the moment of the line", "NEN 7513:2018, bewaartermijn van logging"),
)


def add_regimes(apps, schema_editor):
    regimes = apps.get_model("clients", "RetentionRegime").objects
    for code, name, years, start_event, source in REGIMES:
        regimes.update_or_create(
            code=code,
            defaults={
                "name": name,
                "years": years,
                "start_event": start_event,
                "source": source,
                "checked_on": CHECKED_ON,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("clients", "0006_retention_and_destruction")]

    operations = [migrations.RunPython(add_regimes, migrations.RunPython.noop)]
