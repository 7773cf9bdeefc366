"""What the fields of clients hold. That somebody is a client is health data by itself."""

from ipsplatform.common.classification import About, Classified, DataClass, of_class, technical

TABLE = {
    "clients.Client": Classified(
        about=About.CLIENT,
        client="pk",
        fields={
            **technical("id", "public_id", "team", "created_at"),
            **of_class(
                DataClass.IDENTITY,
                "client_number", "first_name", "name_prefix", "last_name", "birth_date", "search_name",
            ),
            **of_class(DataClass.CONTACT, "municipality", "phone", "email"),
        },
    ),
    "clients.Assignment": Classified(
        about=About.CLIENT,
        client="client",
        fields={
            **technical("id", "public_id", "client", "user"),
            **of_class(DataClass.HEALTH, "role", "is_primary", "started_on", "ended_on"),
        },
    ),
}  # fmt: skip
