"""How many clients of one person ask for attention, by signal."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from staff.models import User
from trajectories.caseload.clocks import standings
from trajectories.caseload.selectors import MINE, TEAM, caseload_clients
from trajectories.models import SignalCode, SignalDigest, is_running_q


@dataclass(frozen=True, slots=True)
class SignalCounts:
    """Clients with any signal on the list `scope`, and by signal, the worst first; without those of 0."""

    scope: str
    clients: int
    by_code: dict[SignalCode, int]


def signal_counts(user: User, day: date) -> SignalCounts:
    """Of the caseload of `user`; of the teams of somebody who follows nobody. Two statements at most."""
    own = caseload_clients(user=user, scope=MINE).filter(is_running_q())
    found, scope = standings(own, day), MINE
    if not found:
        found, scope = standings(caseload_clients(user=user, scope=TEAM).filter(is_running_q()), day), TEAM
    numbers = Counter(code for client in found for code in client.signals)
    return SignalCounts(
        scope=scope,
        clients=sum(bool(client.signals) for client in found),
        by_code={code: numbers[code] for code in SignalCode if numbers[code]},
    )


def digest_of(user: User) -> SignalDigest | None:
    """What this person chose; None when that never happened."""
    return SignalDigest.objects.filter(user=user).first()
