"""Holds two documents to the code: every test that docs/threat-model.md names is there, because a control without its test is a
claim; and every table of the database is in the data map of docs/privacy.md.

A test is named by its function, in backticks, after its file in the same row of a table. A table of the database stands in backticks
in the first column.
"""

import re
import sys
from pathlib import Path

MODEL, MAP, SCHEMA = Path("docs/threat-model.md"), Path("docs/privacy.md"), Path("src/db/schema.rs")


def rows(document):
    return (line for line in document.read_text().splitlines() if line.startswith("|"))


def named():
    for row in rows(MODEL):
        file = None
        for word in re.findall(r"`([^`]+)`", row):
            if word.endswith(".rs"):
                file = Path(word)
            elif file and re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+){2,}", word):
                yield file, word


def is_there(file, test):
    return file.is_file() and re.search(rf"#\[[a-z:_]*test\]\s+(async )?fn {test}\(", file.read_text())


def main():
    tests = list(named())
    tables = re.findall(r"table! \{\s+(\w+) \(", SCHEMA.read_text())
    mapped = {word for row in rows(MAP) for word in re.findall(r"`([^`]+)`", row.split("|")[1])}
    wrong = [f"{MODEL} names a test that is not there: {file}: {test}" for file, test in tests if not is_there(file, test)]
    wrong += [f"{MAP} does not map the table {table}" for table in tables if table not in mapped]
    if wrong or not tests or not tables:
        sys.exit("\n".join(wrong or ["nothing was found to hold the documents to"]))
    print(f"{len(tests)} tests, {len(tables)} tables")


main()
