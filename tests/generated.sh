#!/bin/bash
# generated.sh: what is generated and committed must be what would be generated now.
set -eu
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
make --no-print-directory docs DOCS="$made"
diff -r man "$made/man"
diff docs/hints.md "$made/docs/hints.md"
