"""Figures as ratios beside a peer: collecting, printing, writing."""

import json
import statistics


class Row:
    """One line of the table: a subject, what it stands beside, and the ratio to reach.

    `ratios` has one figure a round. With `at_most` the figure shall stay below the goal, else above it.
    """

    def __init__(self, name, beside, goal, ratios, at_most=False, **details):
        self.name, self.beside, self.goal, self.at_most = name, beside, goal, at_most
        self.ratios, self.details = list(ratios), details

    def median(self):
        return statistics.median(self.ratios)

    def reached(self):
        return self.median() <= self.goal if self.at_most else self.median() >= self.goal

    def as_json(self):
        return {
            "name": self.name,
            "beside": self.beside,
            "goal": self.goal,
            "at_most": self.at_most,
            "reached": self.reached(),
            "min": min(self.ratios),
            "median": self.median(),
            "max": max(self.ratios),
            "rounds": len(self.ratios),
            **self.details,
        }


def number(value):
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def write(rows, path):
    """The table on standard output, everything as JSON in `path`."""
    print(f"\n{'what':46} {'beside':34} {'min':>8} {'median':>8} {'max':>8}  {'goal':>9}")
    for row in rows:
        goal = ("<= " if row.at_most else ">= ") + number(row.goal)
        figures = " ".join(f"{number(value):>8}" for value in (min(row.ratios), row.median(), max(row.ratios)))
        print(f"{row.name:46} {row.beside:34} {figures}  {goal:>9}  {'' if row.reached() else 'SHORT'}")
        if row.details:
            print("  " + ", ".join(f"{name} {number(value)}" for name, value in row.details.items()))
    path.write_text(json.dumps([row.as_json() for row in rows], indent=1) + "\n")
    print(f"\nwritten to {path}")
