"""With which names and password a visitor of the demonstration signs in. Imports nothing: no settings yet."""

PASSWORD = "demo-reis-naar-werk"  # noqa: S105 (of invented people, on a server for this machine only)
ACCOUNTS = (
    "trajectbegeleider",
    "ervaringsdeskundige",
    "kwartiermaker",
    "casemanager",
    "teamleider",
    "monitor",
    "beheerder",
    "beheerder2",
)
