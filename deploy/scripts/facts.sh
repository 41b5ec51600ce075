#!/bin/sh
# Prints the properties of a machine that must be known before anything is deployed there, one per line:
# "pi-websocket-bench: name value". The beginning keeps each apart from a greeting of the login. "unknown" means that a
# property cannot be found out.
#
# Uses only POSIX sh and programs that every Linux has (busybox too). It has no single quote, because single quotes
# enclose it on the command line for the user's login shell.
export LC_ALL=C
fact() { printf "pi-websocket-bench: %s %s\n" "$1" "$2"; }
answers() {
  if "$@" < /dev/null > /dev/null 2>&1; then echo yes; else echo no; fi
}
fact kernel "$(uname -s)"
fact machine "$(uname -m)"
fact userBits "$(getconf LONG_BIT 2> /dev/null || echo unknown)"
fact userId "$(id -u)"
fact user "$(id -un 2> /dev/null || echo unknown)"
fact home "$HOME"
fact cLibrary "$(getconf GNU_LIBC_VERSION 2> /dev/null || echo none)"
atomic=unknown
for folder in /lib/x86_64-linux-gnu /lib/aarch64-linux-gnu /usr/lib/x86_64-linux-gnu /usr/lib/aarch64-linux-gnu /usr/lib64; do
  [ -e "$folder/libatomic.so.1" ] && atomic=yes
done
for program in ldconfig /sbin/ldconfig /usr/sbin/ldconfig; do
  libraries=$("$program" -p 2> /dev/null) || continue
  case $libraries in
    *"libatomic.so.1 (libc6,x86-64"* | *"libatomic.so.1 (libc6,AArch64"*) atomic=yes ;;
    *) atomic=no ;;
  esac
  break
done
fact libatomic "$atomic"
free=$(df -Pk "$HOME" 2> /dev/null | sed -n "2s/.* \([0-9][0-9]*\)  *[0-9][0-9]*% .*/\1/p")
[ -n "$free" ] || free=unknown
fact freeKibibytes "$free"
# shellcheck disable=SC2329 # "answers" calls it.
systemd() { [ -d /run/systemd/system ] && command -v systemctl && command -v systemd-run; }
fact systemd "$(answers systemd)"
admin_flag="$HOME/.sudo_as_admin_successful"
marked=$(answers [ -e "$admin_flag" ])
fact marked "$marked"
fact sudo "$(answers sudo -n true)"
# The question must leave no trace: sudo makes this file at the first sudo of a user.
[ "$marked" = yes ] || rm -f "$admin_flag"
fact controllers "$(cat /sys/fs/cgroup/cgroup.controllers 2> /dev/null)"
# shellcheck disable=SC2329
aes() { grep -E "^(flags|Features)" /proc/cpuinfo | grep -w aes; }
fact aes "$(answers aes)"
fact clockSeconds "$(date +%s.%N)"
echo "pi-websocket-bench: that is all"
# The connection stays open until the other end closes it.
cat > /dev/null
