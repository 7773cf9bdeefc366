"""What the fields of clients hold. That somebody is a client is health data by itself."""

from ipsplatform.common.classification import About, Classified, DataClass, of_class, technical

# With whom somebody shares what tells about support.
_SHARING = {
    **technical("id", "public_id", "client", "recorded_by", "recorded_at"),
    **of_class(DataClass.HEALTH, "recipient", "purpose", "kind_of_data", "started_on", "ended_on"),
    **of_class(DataClass.FREE_TEXT, "recipient_name"),
}
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
    "clients.ClientExport": Classified(
        about=About.CLIENT,
        client="client",
        fields=technical("id", "public_id", "client", "made_by", "made_at", "texts_key"),
    ),
    "clients.LeftOutText": Classified(
        about=About.CLIENT,
        client="export__client",
        fields=technical("id", "export", "field", "row", "reason"),
    ),
    "clients.RetentionRegime": Classified(
        about=About.NOBODY,
        fields=technical("id", "code", "name", "years", "start_event", "source", "checked_on"),
    ),
    "clients.RetentionTerm": Classified(
        about=About.CLIENT,
        client="client",
        fields={
            **technical("id", "client", "regime"),
            **of_class(DataClass.HEALTH, "start_event", "starts_on", "ends_on"),
            **of_class(DataClass.FREE_TEXT, "reason"),
        },
    ),
    "clients.LegalHold": Classified(
        about=About.CLIENT,
        client="client",
        fields={
            **technical(
                "id", "public_id", "client", "placed_by", "placed_at", "until", "lifted_by",
                "lifted_at",
            ),
            **of_class(DataClass.FREE_TEXT, "reason"),
        },
    ),
    "clients.DestructionProposal": Classified(
        about=About.CLIENT,
        client="client",
        fields={
            **technical(
                "id", "public_id", "client", "regime", "state", "proposed_at", "waiting_days", "approved_by",
                "approved_at", "destroy_after", "kept_until",
            ),
            **of_class(DataClass.HEALTH, "start_event", "starts_on", "ends_on"),
            **of_class(DataClass.FREE_TEXT, "reason"),
        },
    ),
    "clients.DestructionCertificate": Classified(
        about=About.NOBODY,
        fields=technical(
            "id", "public_id", "client_hash", "number_hash", "regime_name", "start_event", "starts_on",
            "ends_on", "approved_by", "approved_at", "executed_at", "is_after_restore", "row_counts",
        ),
        leaves_no_copy=True,
    ),
    "clients.Assignment": Classified(
        about=About.CLIENT,
        client="client",
        fields={
            **technical("id", "public_id", "client", "user"),
            **of_class(DataClass.HEALTH, "role", "is_primary", "started_on", "ended_on"),
        },
    ),
    "clients.EmergencyAccess": Classified(
        about=About.CLIENT,
        client="client",
        fields={
            **technical("id", "public_id", "client", "user", "noticed_at"),
            **of_class(DataClass.HEALTH, "reason", "started_at", "ends_at", "ended_at"),
            **of_class(DataClass.FREE_TEXT, "explanation"),
        },
    ),
    "clients.AccessReview": Classified(
        about=About.STAFF,
        fields={
            **technical(
                "id", "public_id", "rule", "period_from", "period_to", "subject", "client_id",
                "emergency_access", "line_count", "file_count", "line_ids", "created_at", "due_on",
                "verdict", "judged_by", "judged_at",
            ),
            **of_class(DataClass.FREE_TEXT, "note"),
        },
        leaves_no_copy=True,
    ),
    "clients.CitizenServiceNumber": Classified(
        about=About.CLIENT,
        client="client",
        fields={
            **technical("id", "public_id", "client", "key_id", "recorded_by", "recorded_at"),
            **of_class(DataClass.IDENTITY, "ciphertext", "number_hash"),
        },
        leaves_no_copy=True,
    ),
    "clients.ConsentText": Classified(
        about=About.NOBODY,
        fields=technical("id", "public_id", "version", "body", "source", "valid_from"),
    ),
    "clients.Consent": Classified(
        about=About.CLIENT,
        client="client",
        fields=_SHARING | technical("text", "withdrawn_by") | of_class(
            DataClass.HEALTH, "obtained", "withdrawn_at"
        ),
    ),
    "clients.SharingGround": Classified(
        about=About.CLIENT,
        client="client",
        fields=_SHARING | of_class(DataClass.HEALTH, "basis") | of_class(DataClass.FREE_TEXT, "source"),
    ),
}  # fmt: skip
