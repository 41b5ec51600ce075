#!/bin/sh
# Says what of the suite is in the folder $1, and whether a run has raised settings: it keeps them in the folder $2.
cd "$1" 2> /dev/null || { echo "== Nothing of the suite is there."; exit 0; }
release=$(basename "$(readlink current || echo none)")
# shellcheck disable=SC2012 # Counts names of the suite's own.
echo "== Release: $release, of $(ls releases 2> /dev/null | wc -l) kept."
echo "== On the disk: $(du -sk . | cut -f 1) KiB in $1."
for folder in spools/*; do
  ls "$folder"/*.jsonl > /dev/null 2>&1 || continue
  lines=$(cat "$folder"/*.jsonl | wc -l)
  echo "== Samples that nobody has fetched: run $(basename "$folder"), $lines lines."
done
[ -n "$(ls "$2" 2> /dev/null)" ] && echo "== Settings raised by a run: see $2."
exit 0
