#!/bin/sh
# Prints what agents have kept in the folder $1, each file below its name.
cd "$1" 2> /dev/null || exit 0
for file in *.jsonl; do
  [ -f "$file" ] && echo "== ${file%.jsonl}" && cat "$file" && echo
done
exit 0
