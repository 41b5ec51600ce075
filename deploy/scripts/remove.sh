#!/bin/sh
# Removes the folder $1, and the mark of sudo $2 when the note $3 in that folder says that it is of the suite's making.
if [ -e "$1/$3" ]; then rm -f "$2"; fi
rm -rf "$1"
