#!/bin/sh
# Makes the release $2 from objects in the store $1, then makes it the current release; each step is atomic. stdin lists $3
# files, "hash mode path" per line. A file of a release is a hard link to its object, so it takes no space. In a release
# that exists, only files that are not their object are replaced: their object was truncated and shipped again. The two
# releases that were current before are kept, older ones are removed, and so are objects that no release uses.
umask 077
cd "$1" || exit 1
new=$(mktemp -d incoming.XXXXXXXXXX) || exit 1
trap 'rm -rf "$new"' EXIT
trap "exit 1" HUP INT TERM
folder=$new
[ -d "releases/$2" ] && folder="releases/$2"
while read -r hash mode path; do
  { mkdir -p "$folder/$(dirname "$path")" && chmod "$mode" "objects/$hash"; } || exit 1
  # shellcheck disable=SC3013 # dash, bash and busybox know -ef.
  [ "objects/$hash" -ef "$folder/$path" ] || ln -f "objects/$hash" "$folder/$path" || exit 1
done
# A lost connection ends the list early, which only the number of files shows.
[ "$(find "$folder" -type f | wc -l)" -eq "$3" ] || { echo "the list of files broke off" >&2; exit 1; }
[ -d "releases/$2" ] || mv -T "$new" "releases/$2" || exit 1
touch "releases/$2"
{ mkdir -p "$new" && ln -s "releases/$2" "$new/current" && mv -T "$new/current" current; } || exit 1
# Keeps the new release by its name, because after the clock was set back it may look like the oldest.
# shellcheck disable=SC2010 # The names are made by the suite, and only ls sorts by time.
ls -1t releases | grep -vxF "$2" | tail -n +3 | while read -r old; do rm -rf "releases/$old"; done
find objects -type f -links 1 -exec rm -f {} +
