#!/bin/sh
# Holds the file $1 for the run $2 while its stdin gets at least a byte every $3 seconds. Without a connection, or without
# the process at the other end, it lets go by itself. An earlier claim of the same run is what a lost connection has left.
umask 077
claim=$1
holds() { tr "\\0" " " 2> /dev/null < "/proc/$1/cmdline" | grep -qF " sh $claim "; }
mkdir -p "$(dirname "$1")" || exit 1
if read -r pid run 2> /dev/null < "$1" && holds "$pid"; then
  [ "$run" = "$2" ] || { echo "pi-websocket-bench: held by $run"; exit 0; }
  kill "$pid"
fi
echo "$$ $2" > "$1" || exit 1
echo "pi-websocket-bench: claimed"
while [ -n "$(timeout "$3" head -c 1)" ]; do :; done
read -r pid run < "$1" && [ "$pid" = "$$" ] && rm -f "$1"
exit 0
