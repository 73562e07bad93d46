#!/usr/bin/env python3
"""layers.py: the layering of the house, checked by includes and symbols. The rules stand here alone.

Prints a line per breach and ends with 1 when there is one."""
import pathlib
import re
import sys

# A folder may include from itself and from folders of a lower floor.
FLOOR = {
    "base": 0, "text": 1, "io": 2, "host": 3, "rust": 4, "ready": 5, "artifact": 6, "hint": 7,
    "plan": 8, "build": 8, "export": 9, "cli": 10, "ui": 10,
}
# Where cli meets ui.
MEETING = {"src/cli/main.c"}
# A library's header, and the only files that may include it.
LIBRARY = {
    r"(n?curses\w*|term)\.h": {"ui/term.c", "ui/term_keys.c", "ui/term_paint.c"},
    r"uv\.h": {"src/io/"},
    r"curl/.*": {"src/io/fetch.c"},
    r"archive(_entry)?\.h": {"src/io/unpack.c", "src/artifact/package.c"},
    r"openssl/.*": {"src/io/digest.c"},
    r"sqlite3\.h": {"src/build/history.c"},
    r"(cjson/)?cJSON\.h": {"src/text/json.c"},
    r"pcre2\.h": {"src/hint/match.c", "src/build/logsearch.c"},
}
# A symbol, and the only files that may use it.
SYMBOL = {
    r"(newterm|doupdate|endwin|initscr)\s*\(": {"ui/term.c", "ui/term_paint.c"},
    r"(fork|vfork|execvpe?|posix_spawnp?)\s*\(": {"src/io/", "shim/"},
    r"(strcpy|strcat|sprintf|gets|system|popen)\s*\(": set(),
}


def allowed(path, places):
    return any(path == place or (place.endswith("/") and path.startswith(place)) for place in places)


def room(path):
    parts = pathlib.PurePath(path).parts
    return parts[1] if parts[0] == "src" else parts[0]


def breaches(path):
    here = room(path)
    for number, line in enumerate(pathlib.Path(path).read_text().splitlines(), 1):
        code = re.sub(r'"(\\.|[^"\\])*"|//.*|^\s*\*.*|/\*.*?\*/', '""', line)
        include = re.match(r'\s*#\s*include\s*[<"]([^>"]+)[>"]', line)
        if include:
            name = include[1]
            for pattern, places in LIBRARY.items():
                if re.fullmatch(pattern, name) and not allowed(path, places):
                    yield number, f"only {', '.join(sorted(places))} may include <{name}>"
            there = name.split("/")[0]
            if here == "shim":
                if there in FLOOR and name != "build/shimwire.h":
                    yield number, f"the shim uses libc only, not {name}"
            elif there in FLOOR and there != here and path not in MEETING:
                if FLOOR[there] >= FLOOR[here]:
                    yield number, f"{here}/ may not use {there}/ ({name})"
            continue
        for pattern, places in SYMBOL.items():
            found = re.search(r"(?<![\w.>])" + pattern, code)
            if found and not allowed(path, places):
                yield number, f"{found[0].rstrip('( ')} belongs to {', '.join(sorted(places)) or 'nobody'}"


status = 0
for folder in ("src", "ui", "shim"):
    for file in sorted(pathlib.Path(folder).rglob("*.[ch]")):
        for number, why in breaches(str(file)):
            print(f"{file}:{number}: {why}")
            status = 1
sys.exit(status)
