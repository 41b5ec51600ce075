#!/bin/sh
# Says which of the objects named on its stdin are not in the folder $1. One of another size was cut off when power went.
# What a deploy or a build left that was ended by force goes after an hour: until then it may be at work.
umask 077
mkdir -p "$1/objects" "$1/releases" "$1/spools" || exit 1
find "$1" -maxdepth 1 \( -name "incoming.*" -o -name "build.*" \) -mmin +60 -exec rm -rf {} + || exit 1
while read -r hash bytes; do
  file="$1/objects/$hash"
  { [ -f "$file" ] && [ "$(wc -c < "$file")" -eq "$bytes" ]; } || echo "$hash"
done
