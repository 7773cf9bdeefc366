"""A second reader of iCalendar, by RFC 5545 and python-dateutil, apart from the package that writes it."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from dateutil.rrule import rrulestr


@dataclass
class Part:
    """BEGIN to END: each property with its parameters and value, and the parts in it."""

    name: str
    properties: dict[str, list[tuple[dict[str, str], str]]] = field(default_factory=lambda: defaultdict(list))
    parts: list["Part"] = field(default_factory=list)

    def one(self, name: str) -> str:
        ((_parameters, value),) = self.properties[name]
        return value

    def of(self, name: str) -> list["Part"]:
        return [part for part in self.parts if part.name == name]


def read(content: bytes) -> Part:
    """The calendar. Each line ends in CRLF, has 75 bytes at most, and may go on after a space (3.1)."""
    assert content.endswith(b"\r\n")
    lines = content.split(b"\r\n")[:-1]
    assert all(len(line) <= 75 and b"\n" not in line for line in lines)
    unfolded = b"\r\n".join(lines).replace(b"\r\n ", b"").decode().split("\r\n")
    root = Part("")
    stack = [root]
    for line in unfolded:
        head, _colon, value = line.partition(":")
        name, *parameters = head.split(";")
        if name == "BEGIN":
            stack[-1].parts.append(Part(value))
            stack.append(stack[-1].parts[-1])
        elif name == "END":
            assert stack.pop().name == value
        else:
            pairs = dict(parameter.split("=", 1) for parameter in parameters)
            stack[-1].properties[name].append((pairs, value))
    assert stack == [root]
    (calendar,) = root.of("VCALENDAR")
    return calendar


class Zone:
    """A VTIMEZONE: which offset holds at a time of the clock on the wall."""

    def __init__(self, part: Part):
        self.changes = [
            (rrulestr(one.one("RRULE"), dtstart=_wall(one.one("DTSTART"))), _offset(one.one("TZOFFSETTO")))
            for one in part.parts
        ]

    def moment(self, wall: datetime) -> datetime:
        latest = [(rule.before(wall, inc=True), offset) for rule, offset in self.changes]
        offset = max((change, offset) for change, offset in latest if change is not None)[1]
        return wall.replace(tzinfo=UTC) - offset


def busy(calendar: Part, *, since: date, to: date) -> list[tuple[datetime | date, datetime | date]]:
    """From when until when somebody is busy: moments in UTC, or whole days with the day after them."""
    zones = {part.one("TZID"): Zone(part) for part in calendar.of("VTIMEZONE")}
    events = calendar.of("VEVENT")
    instead = {
        (event.one("UID"), event.one("RECURRENCE-ID"))
        for event in events
        if "RECURRENCE-ID" in event.properties
    }
    found = []
    for event in events:
        for start, end in _times(event, since, to):
            written = f"{start:%Y%m%dT%H%M%S}" if isinstance(start, datetime) else f"{start:%Y%m%d}"
            is_moved_away = "RRULE" in event.properties and (event.one("UID"), written) in instead
            day = start.date() if isinstance(start, datetime) else start
            if not is_moved_away and since <= day <= to:
                ((parameters, _value),) = event.properties["DTSTART"]
                zone = zones.get(parameters.get("TZID", ""))
                found.append((zone.moment(start), zone.moment(end)) if zone else (start, end))
    return sorted(found, key=str)


def _times(event: Part, since: date, to: date):
    """Start and end of each time of an event, by its rule, without those that are taken out."""
    ((parameters, value),) = event.properties["DTSTART"]
    is_day = parameters.get("VALUE") == "DATE"
    start, end = _wall(value), _wall(event.one("DTEND"))
    starts = [start]
    if "RRULE" in event.properties:
        starts = _by_rule(event, start, datetime.combine(to, datetime.max.time()), zoned="TZID" in parameters)
    for one in starts:
        yield (one.date(), (one + (end - start)).date()) if is_day else (one, one + (end - start))


def _by_rule(event: Part, start: datetime, to: datetime, *, zoned: bool) -> list[datetime]:
    rule = event.one("RRULE")
    parts = dict(pair.split("=") for pair in rule.split(";"))
    if until := parts.pop("UNTIL", ""):
        assert until.endswith("Z") == zoned, "the end of times in a zone is a moment in UTC (3.3.10)"
        to = min(to, _wall(until.removesuffix("Z")) + timedelta(hours=2 if zoned else 0))
    taken_out = {_wall(one) for _parameters, value in event.properties["EXDATE"] for one in value.split(",")}
    plain = ";".join(f"{name}={value}" for name, value in parts.items())
    return [
        one for one in rrulestr(plain, dtstart=start).between(start, to, inc=True) if one not in taken_out
    ]


def _wall(value: str) -> datetime:
    return datetime.strptime(value, "%Y%m%dT%H%M%S" if "T" in value else "%Y%m%d")  # noqa: DTZ007 (local)


def _offset(value: str) -> timedelta:
    sign = -1 if value[0] == "-" else 1
    return sign * timedelta(hours=int(value[1:3]), minutes=int(value[3:5]))
