#!/bin/sh
# Builds servers in a folder of its own in $1, which goes with it, and is as old as the build: not as the files that were
# packed. $2 is the packed toolchain, $3 the Node, $4 the program in the toolchain; what follows is for the program.
umask 077
folder=$(mktemp -d "$1/build.XXXXXXXXXX") || exit 1
trap 'rm -rf "$folder"' EXIT
trap "exit 1" HUP INT TERM
tar -C "$folder" -xmf "$2" || exit 1
node=$3
program=$4
shift 4
"$node" --disable-warning=ExperimentalWarning "$folder/$program" "$@"
