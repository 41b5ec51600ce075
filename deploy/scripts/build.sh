#!/bin/sh
# Builds servers in a temporary folder below $1. $2 is the packed toolchain, $3 the Node program, $4 the build program in
# the toolchain; further arguments are for the build program. tar -m sets the age of each file to now, because
# scripts/missing.sh removes build folders that are older than an hour.
umask 077
folder=$(mktemp -d "$1/build.XXXXXXXXXX") || exit 1
trap 'rm -rf "$folder"' EXIT
trap "exit 1" HUP INT TERM
tar -C "$folder" -xmf "$2" || exit 1
node=$3
program=$4
shift 4
"$node" --disable-warning=ExperimentalWarning "$folder/$program" "$@"
