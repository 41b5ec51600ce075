#!/bin/sh
# Stores the objects in the tar file on stdin in the store $1. An object is stored only when its content has the hash that is
# its name, and after it is written to the disk.
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
