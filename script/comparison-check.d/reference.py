"""The comparison of before, during and after (src/engine/comparison), worked out a second time by other means.

Shares no code with the engine and takes another way wherever there is one: pairs are counted one by one, Gamma quantiles and the ratio of
two rates (as an F distribution) come from scipy, the balance is a multivariate normal with its whole covariance matrix instead of a
Kalman filter, and quantiles are found by Brent's method. Writes cases with what has to come out, in the form that the engine's test reads:

    python reference.py > src/engine/comparison/golden.txt
"""

import math
import random

import numpy as np
from scipy import optimize, stats

AGREEMENT_MEAN, AGREEMENT_WEIGHT, AGREEMENT_MAX = 0.1, 10.0, 0.95
STRAIN, LEVEL_VARIANCE, CALM = 0.5, 0.64, 0.85
SDS, TIMES = [(0.15, 1 / 3), (0.3, 1 / 3), (0.5, 1 / 3)], [(3.0, 0.45), (6.0, 0.4), (10.0, 0.15)]
DIMENSIONS = 8


def agreement(entries):
    """Agreeing pairs of a day beyond chance, over all dimensions."""
    above, possible = AGREEMENT_MEAN * AGREEMENT_WEIGHT, AGREEMENT_WEIGHT
    for dimension in range(DIMENSIONS):
        own = [e for e in entries if e["dimension"] == dimension and e["actor"] in ("me", "them")]
        share = (sum(e["actor"] == "me" for e in own) + 1) / (len(own) + 2)
        chance = share**2 + (1 - share) ** 2
        for day in {e["day"] for e in own}:
            today = [e["actor"] for e in own if e["day"] == day]
            pairs = [today[i] == today[j] for i in range(len(today)) for j in range(i)]
            if pairs:
                above += (sum(pairs) - chance * len(pairs)) / (len(today) - 1)
                possible += (1 - chance) * len(pairs) / (len(today) - 1)
    return min(max(above / possible, 0.0), AGREEMENT_MAX)


def observations(entries, dimension, strained, rho):
    """Day, balance and effective acts of every observed day."""
    seen = []
    known = [e for e in entries if e["dimension"] == dimension and e["actor"] != "unknown"]
    for day in sorted({e["day"] for e in known}):
        weights = np.array([e["weight"] for e in known if e["day"] == day])
        signs = np.array([{"me": 1.0, "them": -1.0, "both": 0.0}[e["actor"]] for e in known if e["day"] == day])
        kish = weights.sum() ** 2 / (weights**2).sum()
        effective = kish / (1 + max(kish - 1, 0) * rho) * (STRAIN if day in strained else 1.0)
        seen.append((day, float((weights * signs).sum() / weights.sum()), float(effective)))
    return seen


def posterior(seen, spans, began):
    """The mixture of normals of level and steps: [(weight, mean vector, covariance)]."""
    rows, effective = [], []
    for place, (first, last) in enumerate(spans):
        own = [one for one in seen if max(first, began) <= one[0] <= last]
        total = sum(n for _, _, n in own)
        effective.append(total)
        pilot = sum(n * y for _, y, n in own) / (total + 2.0)
        rows += [(day, y, (1 - pilot**2) / n, place) for day, y, n in own]
    days = np.array([row[0] for row in rows], float)
    y = np.array([row[1] for row in rows])
    noise = np.diag([row[2] for row in rows])
    design = np.array([[1.0, row[3] == 1, row[3] == 2] for row in rows], float).reshape(-1, 3)
    settings = [(CALM, 0.0, 1.0)] + [((1 - CALM) * a * b, sd, time) for sd, a in SDS for time, b in TIMES]
    parts = []
    for prior, sd, time in settings:
        ebb = sd**2 * np.exp(-np.abs(days[:, None] - days[None, :]) / time)
        covariance = noise + ebb + LEVEL_VARIANCE * design @ design.T
        across = LEVEL_VARIANCE * design.T
        solved = np.linalg.solve(covariance, np.column_stack([y, across.T])) if len(rows) else np.zeros((0, 4))
        mean = across @ solved[:, 0]
        spread = LEVEL_VARIANCE * np.eye(3) - across @ solved[:, 1:]
        fit = stats.multivariate_normal(np.zeros(len(rows)), covariance).logpdf(y) if len(rows) else 0.0
        parts.append((math.log(prior) + fit, mean, spread))
    top = max(log for log, _, _ in parts)
    weights = np.array([math.exp(log - top) for log, _, _ in parts])
    return list(zip(weights / weights.sum(), [p[1] for p in parts], [p[2] for p in parts])), effective


def quantile(parts, place, p):
    def below(x):
        return sum(w * stats.norm.cdf(x, m[place], math.sqrt(v[place, place])) for w, m, v in parts) - p

    return optimize.brentq(below, -4, 4, xtol=1e-13)


def dispersion(steps, counting):
    chi, freedom = 3.0, 3.0
    for days in counting:
        total = sum(day in days for day in steps)
        if total:
            blocks = [days[i : i + 7] for i in range(0, len(days), 7)]
            observed = np.array([sum(day in block for day in steps) for block in blocks], float)
            expected = np.array([total / len(days) * len(block) for block in blocks])
            chi += float(((observed - expected) ** 2 / expected).sum())
            freedom += len(blocks) - 1
    return max(chi / freedom, 1.0)


def silent_days(entries, case, before):
    """Days of silences that are too long to come by chance at the pace of the days before."""
    kept = {e["day"] for e in entries}
    pace = sum(day in kept for day in before) / len(before) if before else 0.0
    shortest = next((k for k in range(3, 10) if (1 - pace) ** k <= 0.05), 10)
    last, following = case["around"]
    following = case["as_of"] + 1 if following is None else following
    silent, run = set(), []
    # Day by day from the last entry before the window to the first after it; what is not known lies outside of every run.
    for day in range(min(kept, default=following) if last is None else last + 1, following + 1):
        if day in kept or day == following:
            silent |= set(run) if len(run) >= shortest else set()
            run = []
        else:
            run.append(day)
    return silent


def answer(case):
    """Lines of what has to come out for initiation, the third dimension."""
    exempt = {d for f, t, e in case["contexts"] if e == "exempt" for d in range(f, t + 1)}
    strained = {d for f, t, e in case["contexts"] if e == "widen" for d in range(f, t + 1)}
    spans = [(first, min(last, case["as_of"])) for first, last in case["spans"]]
    entries = [e for e in case["entries"] if e["day"] <= case["as_of"]]
    began = min((e["day"] for e in entries), default=math.inf) if case["around"][0] is None else -math.inf
    counting = [[d for d in range(first, last + 1) if d not in exempt and d >= began] for first, last in spans]
    silent = silent_days(entries, case, counting[0])
    asleep = [len(silent & set(days)) for days in counting]
    logged = [len({e["day"] for e in entries} & set(days)) for days in counting]
    side = case["side"]
    steps = [e["day"] for e in entries if e["dimension"] == 2 and e["actor"] == side and not (case["unprompted"] and e["prompted"] == "1")]
    phi = dispersion(steps, counting)
    counts = [sum(day in days for day in steps) for days in counting]
    lines = ["days " + " ".join(f"{len(days)} {n}" for days, n in zip(counting, asleep)), f"dispersion {phi:.12g}"]
    shapes = [n / phi + 0.5 for n in counts]
    known = [logged[i] > 0 and len(counting[i]) >= 7 for i in range(3)]
    for i, name in enumerate(["before", "during", "after"]):
        if known[i]:
            weeks = len(counting[i]) / 7
            low, high = (stats.gamma.ppf(p, shapes[i], scale=phi / weeks) for p in (0.05, 0.95))
            lines.append(f"rate {name} {counts[i] / weeks:.12g} {0.0 if counts[i] == 0 else low:.12g} {high:.12g}")
        if i and known[0] and known[i] and counts[0] + counts[i]:
            scale = len(counting[0]) / len(counting[i]) * shapes[i] / shapes[0]
            middle, low, high = (scale * stats.f.ppf(p, 2 * shapes[i], 2 * shapes[0]) for p in (0.5, 0.05, 0.95))
            lines.append(f"ratio {name} {middle:.12g} {low:.12g} {high:.12g}")
            awake = [len(days) - n for days, n in zip(counting, asleep)]
            if awake[0] >= 7:
                lines.append(f"at_least {name} {low * awake[0] / len(counting[0]):.12g}")
            if awake[i] >= 7:
                lines.append(f"at_most {name} {high * len(counting[i]) / awake[i]:.12g}")
    counted = [e for e in entries if e["day"] not in exempt]
    parts, effective = posterior(observations(counted, 2, strained, agreement(counted)), spans, began)
    lines.append("effective " + " ".join(f"{n:.12g}" for n in effective))
    for i, name in [(1, "during"), (2, "after")]:
        if effective[0] >= 3 and effective[i] >= 3:
            mean = sum(w * m[i] for w, m, _ in parts)
            lines.append(f"balance {name} {mean:.12g} {quantile(parts, i, 0.05):.12g} {quantile(parts, i, 0.95):.12g}")
    return lines


def draw(number):
    rng = random.Random(7_100 + number)
    start = 20_003
    before, length = rng.choice([28, 42, 56]), rng.choice([7, 14, 21, 28])
    spans = [(start, start + before - 1), (start + before, start + before + length - 1), (start + before + length, start + before + 2 * length - 1)]
    end = spans[2][1]
    contexts = []
    if number % 3 == 1:
        first = rng.randrange(start, end)
        contexts.append((first, min(first + rng.randrange(1, 9), end), rng.choice(["exempt", "widen"])))
    rates = [rng.choice([0.1, 0.3, 0.8]) * rng.choice([0.3, 1.0, 2.0]) for _ in range(3)]
    shares = [rng.random() for _ in range(3)]
    entries = []
    for place, (first, last) in enumerate(spans):
        for day in range(first, last + 1):
            busy = 3 if number % 4 == 2 and rng.random() < 0.2 else 1
            for _ in range(busy):
                if rng.random() < rates[place]:
                    actor = "me" if rng.random() < shares[place] else "them"
                    if rng.random() < 0.1:
                        actor = rng.choice(["both", "unknown"])
                    entries.append(dict(day=day, dimension=2, actor=actor, weight=rng.randint(1, 5), prompted=rng.choice("--01")))
            if rng.random() < 0.3:
                entries.append(dict(day=day, dimension=3, actor=rng.choice(["me", "them"]), weight=2, prompted="-"))
    as_of = end if number % 5 else spans[2][0] + length // 2
    # Of some, the log begins within the time before, or is put away before the end.
    if number % 4 == 1:
        entries = [e for e in entries if e["day"] >= start + before // 3]
    if number % 5 == 3:
        entries = [e for e in entries if e["day"] < spans[1][0] + length // 2 or e["day"] > spans[2][0] + 2]
    around = (None if number % 4 == 1 else start - rng.randint(1, 9), None if number % 3 else end + rng.randint(1, 6))
    return dict(around=around, spans=spans, as_of=as_of, contexts=contexts, entries=entries, side=rng.choice(["me", "them"]), unprompted=number % 2 == 0)


def main():
    print("# Made by script/comparison-check.d/reference.py; do not change by hand.")
    for number in range(40):
        case = draw(number)
        print(f"case {number} {case['side']} {int(case['unprompted'])} {case['as_of']}", *(day for span in case["spans"] for day in span))
        print("around", *("-" if day is None else day for day in case["around"]))
        for first, last, effect in case["contexts"]:
            print(f"context {first} {last} {effect}")
        for e in case["entries"]:
            print(f"entry {e['day']} {e['dimension']} {e['actor']} {e['weight']} {e['prompted']}")
        print(*answer(case), sep="\n")


if __name__ == "__main__":
    main()
