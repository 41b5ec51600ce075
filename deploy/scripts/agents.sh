#!/bin/sh
# Looks after the agents of runs in the folder $2: "$1" is "list", which names those that live, or "stop", which ends those
# of the run $3 or, with *, of all. Each takes its server with it. An agent has 20 s to end.

# Whether the process $1 is the agent that wrote the file $2, by its command line (agents.ts). Its number alone says
# nothing: an agent that was killed, or that went with the machine, leaves its file, and the number goes to others.
is_agent() {
  folder=${2%/*} name=${2##*/}
  case $(tr "\\0" " " 2> /dev/null < "/proc/$1/cmdline") in
    *"/agent.mjs serve --folder $folder --name ${name%.pid} "*) true ;;
    *) false ;;
  esac
}

list() {
  for file in "$1"/*/*.pid; do
    [ -f "$file" ] && is_agent "$(cat "$file")" "$file" && echo "== ${file#"$1"/}"
  done
}

stop() {
  # shellcheck disable=SC2231 # An asterisk stands for every run.
  for file in "$1"/$2/*.pid; do
    [ -f "$file" ] || continue
    pid=$(cat "$file")
    is_agent "$pid" "$file" && kill "$pid"
    seconds=0
    while is_agent "$pid" "$file"; do
      [ "$seconds" -lt 20 ] || { echo "process $pid does not end: run \"kill -9 $pid\" there" >&2; exit 1; }
      sleep 1
      seconds=$((seconds + 1))
    done
    rm -f "$file"
  done
}

case $1 in
  list) list "$2" ;;
  stop) stop "$2" "$3" ;;
esac
exit 0
