#!/bin/sh
# Makes a release of objects that are in the folder $1, under the name $2, and the current one, each in one step; $3 is how
# many files its stdin lists. A release that is there gets only what is not its object: another has taken the place of one
# cut off. Keeps two others, the last to be current, and no object that none of them has. A file of a release is a second
# name of its object, and takes no room.
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
# A connection that breaks off ends the list like any other end.
[ "$(find "$folder" -type f | wc -l)" -eq "$3" ] || { echo "the list of its files broke off" >&2; exit 1; }
[ -d "releases/$2" ] || mv -T "$new" "releases/$2" || exit 1
touch "releases/$2"
{ mkdir -p "$new" && ln -s "releases/$2" "$new/current" && mv -T "$new/current" current; } || exit 1
# Whatever the clock says: one that was set back makes the newest the oldest.
# shellcheck disable=SC2010 # The names are the suite's own, and only ls sorts by time.
ls -1t releases | grep -vxF "$2" | tail -n +3 | while read -r old; do rm -rf "releases/$old"; done
find objects -type f -links 1 -exec rm -f {} +
