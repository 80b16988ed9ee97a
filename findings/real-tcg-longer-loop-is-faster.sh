#!/usr/bin/env bash
# QEMU 7.2 (TCG): a guest's loop of two instructions, dec ecx / jnz, is slower than the same loop with eight additions in it.
# Guess, written down before: emulated code costs by the instruction, so the loop of ten takes several times the loop of two (the cost
# model of this project prices emulated code so).
# Wrong: dec leaves the carry flag alone, so QEMU must keep the old one. In the short loop nothing before dec in the translated block has set
# the flags, and it computes the carry of an unknown operation by a call to a helper, every turn; after an addition in the same block it
# knows what the carry comes from and needs no call. sub ecx, 1 in the place of dec makes the short loop quick too.
# Seen with QEMU 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18+b3), nanoseconds of CPU time a turn: dec/jnz 3.18, eight additions, dec/jnz 2.03, sub/jnz 0.84 (-d op shows the call, cc_compute_c, for the dec).
# Fails if the short loop is no longer the slower one, or sub no longer helps.
set -euo pipefail
for tool in nasm qemu-system-x86_64; do
  command -v "$tool" >/dev/null || { apt-get update -qq; apt-get install -y -qq --no-install-recommends nasm qemu-system-x86 >/dev/null; break; }
done
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
turns=500000000
guest() { # $1: body, $2: the counting instruction; prints CPU time in ns a turn, the process's start taken off
  cat > g.asm <<A
bits 32
org 0x100000
header: dd 0x1BADB002, 0x10000, -(0x1BADB002 + 0x10000), header, header, 0, 0, start
start: cli
mov ecx, $3
again: $1
$2
jnz again
mov al, 0
out 0xf4, al
hlt
A
  nasm -f bin -o g.bin g.asm
  local TIMEFORMAT='%U'
  { time qemu-system-x86_64 -no-user-config -display none -machine pc -accel tcg -device isa-debug-exit,iobase=0xf4 -kernel g.bin </dev/null >/dev/null 2>&1 || true; } 2>&1
}
per() { # body, counting instruction
  local long short
  long=$(guest "$1" "$2" $turns); short=$(guest "$1" "$2" 1)
  awk -v l="$long" -v s="$short" -v n=$turns 'BEGIN {printf "%.2f", (l - s) * 1e9 / n}'
}
qemu-system-x86_64 --version | head -1
eight=$'add eax, 1\nadd ebx, 3\nadd edx, 5\nadd ebp, 7\nadd eax, 1\nadd ebx, 3\nadd edx, 5\nadd ebp, 7'
short=$(per "" "dec ecx"); long=$(per "$eight" "dec ecx"); sub=$(per "" "sub ecx, 1")
echo "dec/jnz: $short ns    eight additions, dec/jnz: $long ns    sub/jnz: $sub ns"
awk -v a="$short" -v b="$long" -v c="$sub" 'BEGIN {exit !(a > 1.2 * b && a > 1.2 * c)}' || { echo "changed"; exit 1; }
