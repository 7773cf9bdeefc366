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
    "staff.StaffSession": Classified(
        about=About.STAFF,
        fields={
            **technical("session_key", "public_id", "user", "expire_date", "began_at", "seen_at"),
            **of_class(DataClass.CONTACT, "device", "address"),  # from where somebody works
            **of_class(DataClass.FREE_TEXT, "session_data"),
        },
        leaves_no_copy=True,
    ),
    "staff.AuditEvent": Classified(
        about=About.NOBODY,
        fields={
            **technical("id", "public_id", "at", "by", "action", "target_type", "target_id"),
            **of_class(DataClass.FREE_TEXT, "changes"),  # whatever stood in the field that changed
        },
        leaves_no_copy=True,
    ),
    "staff.AccessLine": Classified(
        about=About.STAFF,
        fields={
            **technical(
                "id", "at", "code", "action", "outcome", "is_authorised", "relation", "consent",
                "is_emergency", "actor", "role", "on_behalf_of", "purpose", "client_id", "part",
                "query_hash", "row_count", "instance", "component", "request",
            ),
            **of_class(DataClass.IDENTITY, "session_hash"),
            **of_class(DataClass.CONTACT, "address"),
        },
        leaves_no_copy=True,
    ),
    "staff.DroppedLogMonth": Classified(
        about=About.NOBODY,
        fields=technical("id", "public_id", "first_day", "line_count", "line_ranges", "dropped_at"),
        leaves_no_copy=True,
    ),
    "staff.AccessSeal": Classified(
        about=About.NOBODY,
        fields=technical("id", "number", "sealed_at", "line_ids", "digests", "previous", "seal"),
        leaves_no_copy=True,
    ),
}  # fmt: skip
