"""What the fields of people, teams and changes hold."""

from ipsplatform.common.classification import About, Classified, DataClass, of_class, technical

TABLE = {
    "staff.User": Classified(
        about=About.STAFF,
        fields={
            **technical("id", "public_id", "role", "is_active", "created_at", "last_login"),
            **of_class(
                DataClass.IDENTITY,
                "username", "staff_number", "first_name", "name_prefix", "last_name", "password",
            ),
            **of_class(DataClass.CONTACT, "email"),
        },
    ),
    "staff.Team": Classified(
        about=About.NOBODY, fields=technical("id", "public_id", "code", "name", "kind", "inhabitants")
    ),
    "staff.TeamMembership": Classified(
        about=About.STAFF,
        fields={
            **technical("id", "public_id", "user", "team"),
            **of_class(DataClass.WORK, "fte", "is_trainee", "started_on", "ended_on"),
        },
    ),
    "staff.AuditEvent": Classified(
        about=About.NOBODY,
        fields={
            **technical("id", "public_id", "at", "by", "action", "target_type", "target_id"),
            **of_class(DataClass.FREE_TEXT, "changes"),  # whatever stood in the field that changed
        },
        leaves_no_copy=True,
    ),
}  # fmt: skip
