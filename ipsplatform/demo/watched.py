"""Two emergency accesses, so that the queue of reviews is not empty: one judged, one that waits."""

from clients.access_review.services import judge_review
from clients.emergency.services import end_emergency_access, start_emergency_access
from clients.models import Client, EmergencyReason, Verdict
from ipsplatform.demo.crew import NOORD, Crew

HELPER = "quincy"  # of FACT Zuid
EMERGENCIES = (
    (EmergencyReason.HULPVRAAG, "Belde in paniek naar de wachtdienst; ik zocht de laatste afspraken."),
    (EmergencyReason.WAARNEMING, "Ik neem deze week waar voor een zieke collega."),
)
NOTE = "Besproken. Er was haast bij, en alleen het overzicht is geopend."


def record_emergencies(crew: Crew) -> None:
    """Somebody of FACT Zuid helped two clients of FACT Noord; the first time has been judged."""
    helper, lead = crew.members[HELPER], crew.leader_of(NOORD)
    clients = Client.objects.filter(team=crew.teams[NOORD]).order_by("pk")
    reviews = []
    for client, (reason, explanation) in zip(clients, EMERGENCIES, strict=False):
        access = start_emergency_access(
            client=client, reason=reason, explanation=explanation, hours=2, by=helper
        )
        end_emergency_access(access=access, by=helper)
        reviews.append(access.review)
    judge_review(review=reviews[0], verdict=Verdict.EXPLAINED, note=NOTE, by=lead)
