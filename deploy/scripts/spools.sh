#!/bin/sh
# Prints the spool of each agent in the folder $1 of a run, below a line with the agent's name.
cd "$1" 2> /dev/null || exit 0
for file in *.jsonl; do
  [ -f "$file" ] && echo "== ${file%.jsonl}" && cat "$file" && echo
done
exit 0
