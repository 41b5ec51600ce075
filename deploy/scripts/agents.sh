#!/bin/sh
# Lists or stops the agents of runs, whose files are in the folder $2. "$1" is "list", or "stop" for the agents of the run
# $3 (* for all runs). Each agent ends its server too, and has 20 s to end.

# Is true when the process $1 is the agent that wrote the file $2, by its command line (agents.ts). The process id is not
# enough, because the file of a killed agent, or of one from before a restart, may hold the id of another process.
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
