#!/bin/sh
# Removes the store $1, and sudo's admin flag file $2 if the note $3 in the store says that the suite's use of sudo made it.
if [ -e "$1/$3" ]; then rm -f "$2"; fi
rm -rf "$1"
