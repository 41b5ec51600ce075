#!/bin/sh
# Names the files in which runs say what they have raised (bench/tune/state.ts): their names begin with $1.
ls -d "$1".* 2> /dev/null
exit 0
