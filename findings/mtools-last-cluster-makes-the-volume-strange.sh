#!/usr/bin/env bash
# mtools 4.0.32: a FAT16 volume of 16 MiB that is made, filled and changed by mtools alone: copy x, a and b, where b leaves one cluster free, delete a, copy c of two
# clusters, which gets the cluster of a and the volume's last one.
# Guess, written down before (for a file whose chain runs over clusters 2, 4 and the last one): mtools reads it, as cluster N + 1 is an ordinary one of N.
# Wrong. The copy of c succeeds, and from then on every command of mtools refuses the volume: "Cluster # at 3 too big(0x7ee2)", "Probably non MS-DOS disk". The
# link of cluster 3 to the last cluster, number 7ee2h of 32,481 numbered from 2, is taken for one too many; fsck.fat finds no fault. Any link to the last cluster from
# clusters 3 to 4095 does it, FAT12 too, but not that from the cluster just before: a file written in one piece to the end is read.
# Seen with mtools 4.0.32 (Debian 1:4.0.33-1+really4.0.32-1), dosfstools 4.2: fsck.fat status 0, 3 files, 32481/32481 clusters; mdir status 1.
# Fails if mdir reads the volume, or fsck.fat finds fault with it.
set -euo pipefail
for tool in mformat mcopy fsck.fat; do
  command -v "$tool" >/dev/null || { apt-get update -qq; apt-get install -y -qq --no-install-recommends mtools dosfstools >/dev/null; break; }
done
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
mtools --version | head -n 1
truncate -s 16M d.img && mformat -c 1 -i d.img ::
file() { head -c "$2" /dev/zero | tr '\0' "$1" > "$1"; mcopy -i d.img "$1" ::; }
free=$(mdir -i d.img :: | awk '/bytes free/ { gsub(/[^0-9]/, ""); print }')
file x 512; file a 512; file b $((free - 3 * 512))
mdel -i d.img ::a
file c 1024
echo "copied all, now:"
check=0; checked=$(fsck.fat -n d.img | tail -n 1) || check=$?
status=0; said=$(mdir -i d.img :: 2>&1) || status=$?
echo "fsck.fat status $check, $checked; mdir status $status: $(echo "$said" | head -n 2 | tr '\n' ';')"
[ "$check/$checked/$status/$(echo "$said" | head -n 1)" = "0/d.img: 3 files, 32481/32481 clusters/1/Cluster # at 3 too big(0x7ee2)" ] || { echo "changed"; exit 1; }
