#!/bin/sh
# Prints which of the objects on stdin, "hash bytes" per line, the store $1 lacks. An object of another size was truncated
# by a power failure, and counts as missing. Also removes temporary folders of killed deploys and builds, which are those
# older than an hour: a younger folder may be in use.
umask 077
mkdir -p "$1/objects" "$1/releases" "$1/spools" || exit 1
find "$1" -maxdepth 1 \( -name "incoming.*" -o -name "build.*" \) -mmin +60 -exec rm -rf {} + || exit 1
while read -r hash bytes; do
  file="$1/objects/$hash"
  { [ -f "$file" ] && [ "$(wc -c < "$file")" -eq "$bytes" ]; } || echo "$hash"
done
