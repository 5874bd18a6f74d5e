#!/usr/bin/env python3
"""How often refrain takes the right melody: melody_rules.py REFRAIN FOLDER TRUTH.tsv [LEAST]

TRUTH has a line for each file: its name in FOLDER, the row of the melody (from 1, as refrain tracks counts them; several that are
right with commas between them), and a kind. Prints the share by kind, and the files where another row was taken. With LEAST, a list
like lyrics=0.95,plain=0.8, it fails where a kind falls below."""
import json
import subprocess
import sys


def melody_row(refrain, path):
    run = subprocess.run([refrain, "tracks", path, "--json"], capture_output=True, text=True, check=False)
    rows = json.loads(run.stdout) if run.returncode == 0 else []
    return next((row["track"] for row in rows if row["melody"]), None)


def main(arguments):
    if len(arguments) not in (3, 4):
        print(__doc__, file=sys.stderr)
        return 2
    refrain, folder, truth = arguments[:3]
    least = dict(pair.split("=") for pair in arguments[3].split(",")) if len(arguments) == 4 else {}
    right, total = {}, {}
    with open(truth, encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("#") or not line.strip():
                continue
            name, rows, kind = line.rstrip("\n").split("\t")[:3]
            row = melody_row(refrain, "%s/%s" % (folder, name))
            total[kind] = total.get(kind, 0) + 1
            right[kind] = right.get(kind, 0) + (str(row) in rows.split(","))
            if str(row) not in rows.split(","):
                print("%s (%s): took row %s, not %s" % (name, kind, row, rows))
    failed = 0
    for kind in sorted(total):
        share = right[kind] / total[kind]
        print("%-8s %4d of %4d  %.3f" % (kind, right[kind], total[kind], share))
        failed += share < float(least.get(kind, 0))
    print("%d passed, %d failed" % (len(total) - failed, failed))
    return failed > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
