#!/usr/bin/env python3
"""record_demo.py SPEED DIR=NAME...: data/demo.json from what `xtui build --json -v` printed.

Reads the events on standard input, prints the document. Times are divided by SPEED; each DIR in a text
becomes NAME, so that no folder of the machine it was recorded on is in it."""
import json
import sys

KEEP = {
    "unit": ("crate", "state", "ms"),
    "progress": ("done", "total"),
    "log": ("stream", "text"),
    "diagnostic": ("level",),
    "artifact": ("path", "kind", "bytes"),
    "job_finished": ("status", "exit_code"),
}


def main():
    speed = float(sys.argv[1])
    folders = [pair.split("=") for pair in sys.argv[2:]]

    def neutral(value):
        if isinstance(value, str):
            for folder, name in folders:
                value = value.replace(folder, name)
        return value

    events = [json.loads(line) for line in sys.stdin]
    start = next(e for e in events if e["event"] == "run_started")
    played = []
    last = {}
    for e in sorted(events, key=lambda e: e["at"]):
        if e["event"] not in KEEP:
            continue
        out = {"event": e["event"], "at": round(e["at"] / speed), "job": e["job"]}
        for key in KEEP[e["event"]]:
            out[key] = neutral(e[key])
        if e["event"] == "unit" and e["ms"] is not None:
            out["ms"] = round(e["ms"] / speed)
        if e["event"] == "progress":
            count = (e["done"], e["total"])
            if last.get(e["job"]) == count:
                continue
            last[e["job"]] = count
        played.append(out)
    print("{\"schema\":1,\"speed\":%g,\"host\":\"x86_64-unknown-linux-gnu\",\"jobs\":" % speed, end="")
    print(json.dumps([{k: j[k] for k in ("target", "variant", "backend")} for j in start["jobs"]],
                     separators=(",", ":")), end=",\n\"events\":[\n")
    print(",\n".join(json.dumps(e, ensure_ascii=False, separators=(",", ":")) for e in played))
    print("]}")


main()
