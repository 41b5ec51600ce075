#!/bin/sh
# Reports the suite's files in the store $1, and whether a run has raised settings, whose state is in the folder $2.
cd "$1" 2> /dev/null || { echo "== Nothing of the suite is there."; exit 0; }
release=$(basename "$(readlink current || echo none)")
# shellcheck disable=SC2012 # Counts names that the suite made.
echo "== Release: $release, of $(ls releases 2> /dev/null | wc -l) kept."
echo "== On the disk: $(du -sk . | cut -f 1) KiB in $1."
for folder in spools/*; do
  ls "$folder"/*.jsonl > /dev/null 2>&1 || continue
  lines=$(cat "$folder"/*.jsonl | wc -l)
  echo "== Samples not fetched yet: run $(basename "$folder"), $lines lines."
done
[ -n "$(ls "$2" 2> /dev/null)" ] && echo "== Settings raised by a run: see $2."
exit 0
