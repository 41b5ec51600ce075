#!/bin/sh
# Locks the machine for the run $2 with the file $1, while stdin brings at least a byte every $3 seconds. It releases the
# lock itself when the connection, or the process at the other end, is gone. A lock that the same run took earlier is left
# over from a lost connection, and is replaced.
umask 077
lock=$1
holds() { tr "\\0" " " 2> /dev/null < "/proc/$1/cmdline" | grep -qF " sh $lock "; }
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
