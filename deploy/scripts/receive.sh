#!/bin/sh
# Takes objects for the folder $1 as a tar on its stdin. Each becomes one only when it is what its name says, and on the disk.
umask 077
new=$(mktemp -d "$1/incoming.XXXXXXXXXX") || exit 1
trap 'rm -rf "$new"' EXIT
trap "exit 1" HUP INT TERM
tar -C "$new" --no-same-permissions -xmof - || exit 1
for file in "$new"/*; do
  [ -f "$file" ] || { echo "nothing arrived" >&2; exit 1; }
  hash=$(sha256sum < "$file" | cut -d " " -f 1)
  [ "$hash" = "${file##*/}" ] || { echo "${file##*/} arrived damaged" >&2; exit 1; }
done
sync
mv -- "$new"/* "$1/objects/"
