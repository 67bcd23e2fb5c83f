"""The table of agreement: for each planted secret its mechanism, and what ships where."""

import re

LEAST_SECRETS = 60
LEAST_BUNDLERS = 4
LEAST_MECHANISMS = 12
LEAST_FAR = 10
FAR = 5

HEAD = "| secret | mechanism | hops | development | production | mpcheck |"
ROW = re.compile(r"^\| `(?P<name>[a-z0-9-]+)` \| (?P<how>.*?) \| (?P<hops>\d+) \| (?P<a>\w+) \| (?P<b>\w+) \| (?P<c>\w+) \|$")
WORDS = {True: "ships", False: "no"}


def read(path):
    """The rows of the table by the name of the secret: mechanism, hops, and the three columns."""
    rows = {}
    for line in path.read_text().splitlines():
        if match := ROW.match(line):
            columns = tuple(match[column] == "ships" for column in "abc")
            rows[match["name"]] = (match["how"], int(match["hops"]), columns)
    return rows


def compare(rows, measured, whole, table_counts):
    """What is wrong: disagreements of mpcheck with the bundlers, of both with the table, and a table that shows too little."""
    wrong = []
    for name, (development, production, mpcheck) in sorted(measured.items()):
        if mpcheck != (development or production):
            wrong.append(f"{name}: {WORDS[development]} in development, {WORDS[production]} in production, "
                         f"and by mpcheck's verdict {WORDS[mpcheck]}")
        if name not in rows:
            wrong.append(f"{name}: is planted and not in the table")
        elif table_counts and rows[name][2] != (development, production, mpcheck):
            was = ", ".join(WORDS[column] for column in rows[name][2])
            now = ", ".join(WORDS[column] for column in (development, production, mpcheck))
            wrong.append(f"{name}: the table says {was}, and now it is {now}")
    if not whole:
        return wrong
    wrong.extend(f"{name}: stands in the table and is not planted" for name in sorted(rows.keys() - measured.keys()))
    ships = {name for name, (development, production, _) in measured.items() if development or production}
    expected = {name for name, (_, _, columns) in rows.items() if columns[0] or columns[1]}
    if table_counts and len(ships) < len(expected):
        wrong.append(f"{len(ships)} secrets were found in the bundles, and the table says {len(expected)}")
    mechanisms = {}
    for name, (how, hops, _) in rows.items():
        if name in measured:
            sides = mechanisms.setdefault((name.split("-")[0], how), {True: 0, False: 0})
            sides[name in ships] = max(sides[name in ships], hops + 1)
    both = [sides for sides in mechanisms.values() if sides[True] and sides[False]]
    far = [sides for sides in both if min(sides.values()) > FAR]
    for least, count, what in (
        (LEAST_SECRETS, len(measured), "planted secrets"),
        (LEAST_BUNDLERS, len({name.split("-")[0] for name in measured}), "bundlers"),
        (LEAST_MECHANISMS, len(both), "mechanisms that ship once and once do not"),
        (LEAST_FAR, len(far), f"mechanisms over {FAR} hops both times"),
    ):
        if count < least:
            wrong.append(f"only {count} {what}; {least} are wanted")
    if not 0.35 <= len(ships) / max(1, len(measured)) <= 0.65:
        wrong.append(f"{len(ships)} of {len(measured)} secrets ship; about half were wanted")
    return wrong


def write(path, rows, measured):
    """Writes the three columns of the rows that were measured."""
    lines = []
    for line in path.read_text().splitlines():
        match = ROW.match(line)
        if match and match["name"] in measured:
            columns = " | ".join(WORDS[column] for column in measured[match["name"]])
            line = f"| `{match['name']}` | {match['how']} | {match['hops']} | {columns} |"
        lines.append(line)
    path.write_text("\n".join(lines) + "\n")
