"""What the fields of stored runs hold: counts of people, small ones among them."""

from ipsplatform.common.classification import About, Classified, DataClass, of_class, technical

TABLE = {
    "reports.MonitoringRun": Classified(
        about=About.NOBODY,
        fields={
            **technical(
                "id", "public_id", "period_kind", "period_from", "period_to", "as_of",
                "definition_version", "revision", "state", "started_by", "started_at", "finished_at",
            ),
            **of_class(DataClass.HEALTH, "changes"),
        },
        leaves_no_copy=True,
    ),
    "reports.ScopeFigures": Classified(
        about=About.NOBODY,
        fields={
            **technical("id", "run", "team", "funder", "target_group"),
            **of_class(DataClass.HEALTH, "figures"),
        },
        leaves_no_copy=True,
    ),
}  # fmt: skip
