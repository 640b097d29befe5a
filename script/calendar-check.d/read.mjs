// Reads the calendars that the service wrote with ical.js, which takes a zone's laws from the calendar's VTIMEZONE alone, and holds the moments
// to those that the service says are due.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [packages, folder] = process.argv.slice(2);
const home = join(packages, "ical.js");
const { module, version } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
const { default: ICAL } = await import(pathToFileURL(join(home, module ?? "dist/ical.js")));

function said(time) {
  if (time.isDate) return time.toString();
  return time.convertToZone(ICAL.Timezone.utcTimezone).toICALString();
}

function at(moment) {
  return Date.parse(moment.replace(/(....)(..)(..T..)(..)(..Z)/, "$1-$2-$3:$4:$5"));
}

function moments(text, last) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  const events = calendar.getAllSubcomponents("vevent");
  if (events.length !== 1) throw new Error(`${events.length} events`);
  ICAL.TimezoneService.reset();
  for (const zone of calendar.getAllSubcomponents("vtimezone")) {
    ICAL.TimezoneService.register(new ICAL.Timezone(zone));
  }
  const event = new ICAL.Event(events[0]);
  const all = [];
  const iterator = event.iterator();
  for (let next = iterator.next(); next && all.length < 5000; next = iterator.next()) {
    const moment = said(next);
    // A last moment in the hour of a change may be one an hour later.
    if (moment > last && at(moment) > at(last) + 7_200_000) break;
    all.push(moment);
  }
  return all;
}

// Those that are not within two hours of a local time that there is twice or not at all: there, by VTIMEZONE alone, one is an hour away.
function apart(all, odd) {
  return all.filter((moment) => odd.every((one) => Math.abs(at(moment) - at(one)) > 7_200_000));
}

const names = readdirSync(folder).filter((name) => name.endsWith(".ics")).sort();
if (names.length <= 100) throw new Error("the calendars are not there");
let total = 0;
for (const name of names) {
  const expected = JSON.parse(readFileSync(join(folder, name.replace(".ics", ".json")), "utf8"));
  const all = moments(readFileSync(join(folder, name), "utf8"), expected.due.at(-1));
  const [found, due] = [apart(all, expected.odd), apart(expected.due, expected.odd)];
  const missing = due.filter((one) => !found.includes(one));
  const more = found.filter((one) => !due.includes(one));
  if (missing.length || more.length || all.length !== expected.due.length) {
    console.error(`${name}, ${expected.rule} in ${expected.zone}: ${missing.slice(0, 5)} are missing, ${more.slice(0, 5)} are too many`);
    process.exit(1);
  }
  total += all.length;
}
console.log(`ical.js ${version}: ${names.length} calendars, ${total} moments`);
