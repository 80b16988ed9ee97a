#!/usr/bin/env bash
# mtools 4.0.32: a long file name with a character beyond U+FFFF, here the Gothic letter U+10330, on a FAT16 image.
# Guess, written down before: the entry's name is UTF-16, so it holds the surrogate pair D800 DF30, two of its thirteen units.
# Wrong: it holds one unit, the code point cut to 16 bits: U+0330, a combining tilde below. mtype does not find the file by the name under which mcopy
# made it, and does by the cut one.
# Seen with mtools 4.0.32 (Debian 1:4.0.33-1+really4.0.32-1): units 0061 0330 0062 in the directory entry; found by the cut name only.
# Fails if the pair is there, or the file is found.
set -euo pipefail
for tool in mformat mcopy; do command -v "$tool" >/dev/null || { apt-get update -qq; apt-get install -y -qq --no-install-recommends mtools >/dev/null; break; }; done
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
export LC_ALL=C.UTF-8
mtools --version | head -1
truncate -s 16M d.img && mformat -i d.img ::
printf hello > plain
name=$(printf 'a\xf0\x90\x8c\xb0b.txt')
mcopy -i d.img plain "::$name"
units() { LC_ALL=C grep -obUaP 'a\x00' d.img | head -1 | cut -d: -f1; }
at=$(units)
got=$(od -An -tx2 -N 8 -j "$at" --endian=little d.img | tr -s ' ')
echo "units of the name:$got"
found() { mtype -i d.img "::$1" >/dev/null 2>&1 && echo yes || echo no; }
by=$(found "$name"); cut=$(found "$(printf 'a\xcc\xb0b.txt')")
echo "found by its name: $by, by the cut one: $cut"
[ "$got $by $cut" = " 0061 0330 0062 002e no yes" ] || { echo "changed"; exit 1; }
