#!/usr/bin/env bash
# mtools 4.0.32: a directory tree with a directory "con" and a file "aux.h" copied to a FAT16 image by mcopy -s, from a script (no terminal to ask).
# Guess, written down before: FAT knows no reserved names, MS-DOS did, so both arrive as they are.
# Wrong. "con" and everything below it is left out: exit status 1 and not one word on standard output or error, while all else is copied. It is
# asked what to do with a name that is taken, and nobody answers; with -D a it arrives as "con-1". "aux.h" arrives with the long name aux.h behind the short name
# AUX~1.H. So it is with CON, AUX, PRN, NUL, COM1 and LPT4; COM5, LPT5 and CLOCK$ arrive as they are.
# Seen with mtools 4.0.32 (Debian 1:4.0.33-1+really4.0.32-1): status 1, said nothing; there: aux.h b; short name AUX~1.
# Fails if "con" is there or something is said.
set -euo pipefail
for tool in mformat mcopy; do command -v "$tool" >/dev/null || { apt-get update -qq; apt-get install -y -qq --no-install-recommends mtools >/dev/null; break; }; done
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
mtools --version | head -n 1
truncate -s 16M d.img && mformat -i d.img ::
mkdir -p tree/con; echo a > tree/con/a; echo b > tree/b; echo c > tree/aux.h
status=0; said=$(mcopy -s -i d.img tree ::tree </dev/null 2>&1) || status=$?
there=$(mdir -/ -b -i d.img ::tree | sed 's#.*/##' | sort | tr '\n' ' ')
short=$(mdir -i d.img ::tree | awk '/aux.h/ { print $1 }')
echo "status $status, said \"$said\"; there: $there; short name of aux.h: $short"
[ "$status/$said/$there/$short" = "1//aux.h b /AUX~1" ] || { echo "changed"; exit 1; }
