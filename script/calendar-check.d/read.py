"""Reads the calendars that the service wrote with a library that knows nothing of it, and holds the moments to those that the service says are due.

Every calendar is read twice: as it is, where the library takes the zone's own laws from the IANA's database, and with the zone under a name
that nobody knows, where it has nothing but the calendar's VTIMEZONE. In the hour in which clocks are changed, a program that goes by a VTIMEZONE takes a
local time that there is twice or not at all for one an hour away; so near such a moment the second reading has to have as many, and not the same.
"""

import datetime
import json
import pathlib
import sys

import icalendar
import recurring_ical_events

UTC = datetime.timezone.utc


def moments(text, expected):
    """The moments of the one event, in order."""
    calendar = icalendar.Calendar.from_ical(text)
    assert not calendar.errors, calendar.errors
    events = calendar.walk("VEVENT")
    assert len(events) == 1 and not events[0].errors, events
    first, last = (datetime.date.fromisoformat(expected[name]) for name in ["from", "until"])
    found = recurring_ical_events.of(calendar, skip_bad_series=False).between(first, last + datetime.timedelta(days=2))
    last = max(expected["due"])
    # What lies after the last local day belongs to no answer of the service's.
    return [moment for moment in sorted(said(event["DTSTART"].dt) for event in found) if moment <= last]


def said(moment):
    if isinstance(moment, datetime.datetime):
        return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    return str(moment)


def apart(all_of_them, odd):
    """Those that are not within two hours of a time that there is twice or not at all."""
    read = lambda moment: datetime.datetime.strptime(moment, "%Y%m%dT%H%M%SZ")
    near = datetime.timedelta(hours=2)
    odd = [read(one) for one in odd]
    return [moment for moment in all_of_them if not odd or all(abs(read(moment) - one) > near for one in odd)]


def compare(path):
    expected = json.loads(path.with_suffix(".json").read_text())
    text = path.read_bytes()
    end = expected["until"]
    stranger = text.replace(expected["zone"].encode(), b"Nowhere/" + expected["zone"].replace("/", "-").encode())
    for how, one in [("the zone's name", text), ("the calendar's zone", stranger)]:
        found, due = moments(one, expected), sorted(expected["due"])
        count = len(found)
        if one is stranger:
            found, due = apart(found, expected["odd"]), apart(due, expected["odd"])
        if found != due or count != len(expected["due"]):
            missing = sorted(set(due) - set(found))
            more = sorted(set(found) - set(due))
            raise SystemExit(f"{path.name}, {expected['rule']} in {expected['zone']}, by {how}, to {end}: {missing[:5]} are missing, {more[:5]} are too many")
    return len(expected["due"])


calendars = sorted(pathlib.Path(sys.argv[1]).glob("*.ics"))
assert len(calendars) > 100, "the calendars are not there"
total = sum(compare(path) for path in calendars)
print(f"icalendar {icalendar.__version__} with recurring-ical-events: {len(calendars)} calendars, {total} moments, read two ways")
