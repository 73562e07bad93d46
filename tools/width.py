#!/usr/bin/env python3
"""width: writes src/base/utf8_table.h from the Unicode data that Python carries.

    tools/width.py > src/base/utf8_table.h

Zero columns: combining marks, format characters, the vowels and finals of conjoining Hangul.
Two columns: East Asian Wide and Fullwidth (emoji with emoji presentation are among them), and
blocks that later versions of Unicode fill with such characters. Everything else takes one.
"""
import sys
import unicodedata

# Wide in Unicode 15 to 17, or reserved for emoji, whichever version Python has.
LATER_WIDE = [(0x2FFC, 0x2FFF), (0x31E4, 0x31E5), (0x31EF, 0x31EF), (0x1B132, 0x1B132),
              (0x1B155, 0x1B155), (0x1F6D8, 0x1F6D8), (0x1F6DC, 0x1F6DC), (0x1FA70, 0x1FAFF),
              (0x20000, 0x2FFFD), (0x30000, 0x3FFFD)]
LATER_ZERO = [(0x0ECE, 0x0ECE), (0x10EFD, 0x10EFF), (0x11241, 0x11241), (0x13439, 0x13455),
              (0x1E08F, 0x1E08F), (0x1E4EC, 0x1E4EF)]
# Format characters that are seen all the same: the soft hyphen, signs that enclose digits.
SEEN = {0x00AD, *range(0x0600, 0x0606), 0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2, 0x110BD, 0x110CD}
HANGUL_JOINED = [(0x1160, 0x11FF), (0xD7B0, 0xD7C6), (0xD7CB, 0xD7FB)]


def is_within(cp, ranges):
    return any(first <= cp <= last for first, last in ranges)


def is_zero(cp):
    if cp in SEEN:
        return False
    if unicodedata.category(chr(cp)) in ("Mn", "Me", "Cf", "Zl", "Zp"):
        return True
    return is_within(cp, HANGUL_JOINED) or is_within(cp, LATER_ZERO)


def is_wide(cp):
    if unicodedata.category(chr(cp)) == "Cn":  # not in this Unicode: its width is unknown
        return is_within(cp, LATER_WIDE)
    return unicodedata.east_asian_width(chr(cp)) in ("W", "F")


def is_only_wide(cp):
    return is_wide(cp) and not is_zero(cp)


def ranges_where(is_in):
    """[first, last] of each run of code points above ASCII for which is_in holds."""
    runs = []
    for cp in range(0xA0, 0x110000):
        if is_in(cp):
            if runs and runs[-1][1] == cp - 1:
                runs[-1][1] = cp
            else:
                runs.append([cp, cp])
    return runs


def lower_of(cp):
    lower = chr(cp).lower()
    return ord(lower[0]) if len(lower) == 1 or cp == 0x130 else cp


def case_rules():
    """[first, last, step, delta]: neighbours, or every second one, with the same distance."""
    rules = []
    for cp in [*range(0x80, 0x530), *range(0x1E00, 0x2000)]:
        delta = (0x3C3 if cp == 0x3C2 else lower_of(cp)) - cp
        if not delta:
            continue
        last = rules[-1] if rules else [0, 0, 0, 0]
        steps = (1, 2) if last[0] == last[1] else (last[2],)
        if last[3] == delta and cp - last[1] in steps:
            last[1:3] = [cp, cp - last[1]]
        else:
            rules.append([cp, cp, 1, delta])
    return rules


def print_table(declaration, rows, per_line):
    print(f"static const {declaration}[] = {{")
    for at in range(0, len(rows), per_line):
        print("\t" + " ".join("{ " + ", ".join(row) + " }," for row in rows[at:at + per_line]))
    print("};")


def hexes(runs):
    return [[f"0x{first:04X}", f"0x{last:04X}"] for first, last in runs]


def main():
    version = unicodedata.unidata_version
    print("/* utf8_table: columns and case of characters.\n *\n"
          f" * Unicode {version} and the wide blocks of later versions. Written by\n"
          " * tools/width.py; do not edit. */\n"
          "#pragma once\n#include <stdint.h>\n\n/* clang-format off */\n"
          "struct utf8_range {\n\tuint32_t first;\n\tuint32_t last;\n};\n")
    print_table("struct utf8_range utf8_zero", hexes(ranges_where(is_zero)), 4)
    print()
    print_table("struct utf8_range utf8_wide", hexes(ranges_where(is_only_wide)), 4)
    print("\n/* cp + delta is the small letter of every step-th cp in [first, last]. */\n"
          "struct utf8_case {\n\tuint32_t first;\n\tuint32_t last;\n"
          "\tuint32_t step;\n\tint32_t delta;\n};\n")
    print_table("struct utf8_case utf8_cases",
                [[f"0x{f:04X}", f"0x{l:04X}", str(s), str(d)] for f, l, s, d in case_rules()], 3)
    print("/* clang-format on */")


if __name__ == "__main__":
    sys.exit(main())
