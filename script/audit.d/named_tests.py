"""Looks whether every test that docs/threat-model.md names is there: a control without its test is a claim.

In the document a test is a function's name in backticks, after its file's, in the same row of a table.
"""

import re
import sys
from pathlib import Path

DOCUMENT = Path("docs/threat-model.md")


def named():
    for row in DOCUMENT.read_text().splitlines():
        file = None
        for word in re.findall(r"`([^`]+)`", row) if row.startswith("|") else []:
            if word.endswith(".rs"):
                file = Path(word)
            elif file and re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+){2,}", word):
                yield file, word


def is_there(file, test):
    return file.is_file() and re.search(rf"#\[[a-z:_]*test\]\s+(async )?fn {test}\(", file.read_text())


def main():
    tests = list(named())
    missing = [f"{file}: {test}" for file, test in tests if not is_there(file, test)]
    if missing or not tests:
        sys.exit(f"{DOCUMENT} names tests that are not there:\n" + "\n".join(missing or ["none are named at all"]))
    print(f"{len(tests)} tests")


main()
