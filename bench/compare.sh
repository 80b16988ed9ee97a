#!/usr/bin/env bash
# What the present tree costs beside another commit: CPU time of whole processes and their peak memory, as ratios.
#
# usage: bench/compare.sh BASELINE [-r PATTERN] [-n PAIRS] [-a PAIRS] [-o FILE] [-l]
#   BASELINE   a commit; it is built once, below target/compare
#   -r         only rows whose name matches this extended regular expression
#   -n, -a     pairs A B (default 7), and pairs A A before them (default as many)
#   -o         write the table (Markdown) there too
#   -l         list the rows
#
# Runs go in turn, A B A B ..., so that what the machine does besides meets both. The ratio is the median of B / A over the pairs. Before
# that A runs against itself: a ratio inside the spread of A / A is no gain and no loss. Needs git, a JDK (17 or later), Maven and bash;
# peak memory needs GNU time or a /proc.
set -euo pipefail
export LC_ALL=C

here=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
root=$(dirname "$here")
die() { echo "compare.sh: $*" >&2; exit 2; }

# name | bar | kind | arguments. Kinds: "whole" is a call; "slope" a call for which LOW and HIGH stand in place of @, divided by the
# requests answered between them; "inside" a row of bench/compare/Rows.java.
rows='
request, one client | 0.45 | slope 20000 120000 | guest ToroHelloWorldMicroservice --lines 0 -n @
request, eight clients | 0.4 | slope 20000 120000 | guest ToroHelloWorldMicroservice --lines 0 -c 8 -n @
request, ten thousand clients | - | slope 20000 60000 | guest ToroHelloWorldMicroservice --lines 0 -c 10000 -n @
request, TorowithFileSystem | 0.45 | slope 120 720 | guest TorowithFileSystem --lines 0 -n 1000000 --seconds @
idle pass, two polling threads, 0.5 s | 0.4 | inside | idle-pass
run cpu-usage | 1.0 | whole | run cpu-usage --out OUT
run all | 1.0 | whole | run all --out OUT
explorer, repaired kernel, all scenarios | 0.5 | inside | explorer 5000
one busy thread on 256 vCPUs, 0.3 s | 0.1 | inside | busy-256
256 vCPUs, one poller each, 50 ms | - | inside | pollers-256
one worker among 1024 suspended threads, 0.2 s | - | inside | suspended-1024
guest ToroHello | 0.6 | whole | guest ToroHello
--help | - | whole | --help
bytes allocated per request | - | inside | allocation
'

pattern=.
pairs=7
same=
output=
baseline=
list=false
while [ $# -gt 0 ]; do
  case $1 in
    -r | -n | -a | -o) [ $# -ge 2 ] || die "$1 needs a value" ;;
  esac
  case $1 in
    -r) pattern=$2; shift ;;
    -n) pairs=$2; shift ;;
    -a) same=$2; shift ;;
    -o) output=$2; shift ;;
    -l) list=true ;;
    -h | --help) sed -n '2,15s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
    -*) die "no such option: $1" ;;
    *) [ -z "$baseline" ] || die "one baseline, not two: $1"; baseline=$1 ;;
  esac
  shift
done
same=${same:-$pairs}
for number in "$pairs" "$same"; do
  case $number in '' | *[!0-9]* | 0*) die "pairs must be a whole number of at least 1, pairs=$number" ;; esac
done
matched=0 # grep's own status: 2 for what is no expression
printf '' | grep -E -e "$pattern" >/dev/null 2>&1 || matched=$?
[ "$matched" -le 1 ] || die "-r takes an extended regular expression, pattern=$pattern"
chosen=$(printf '%s' "$rows" | sed '/^$/d' | while IFS= read -r row; do
  ! printf '%s\n' "${row%% | *}" | grep -q -E -e "$pattern" || printf '%s\n' "$row"
done)
[ -n "$chosen" ] || die "no row matches $pattern (-l lists them)"
if $list; then
  printf '%s\n' "$chosen"
  exit 0
fi
[ -n "$baseline" ] || die "which baseline? a commit (see --help)"
if [ -n "$output" ]; then
  [ -e "$output" ] && there=true || there=false
  { : >>"$output"; } 2>/dev/null || die "the table cannot be written there, -o $output"
  $there || rm -f "$output" # until there is something to write
fi
commit=$(git -C "$root" rev-parse --verify --quiet "$baseline^{commit}") || die "no such commit: $baseline"

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
work=$root/target/compare
mkdir -p "$work"
# Each side runs with the options that its own ./torosim chooses, more by TOROSIM_JAVA_OPTS: the older one's inlining without an archive of
# classes, the present one's with it. What the script itself takes (some milliseconds of sh) is not in the figures.
options_of() { # a|b ARGUMENTS: sets options
  if [ "$1" = a ]; then
    local inlining
    inlining=$(git -C "$root" show "$commit:torosim" 2>/dev/null | sed -n 's/^ *inlining="\(-[^"]*\)".*/\1/p')
    read -r -a options <<<"-XX:+UseSerialGC $inlining ${TOROSIM_JAVA_OPTS:-}"
  else
    local words
    # shellcheck disable=SC2086 # words
    words=$(TOROSIM_UNDER=echo "$root/torosim" ${2:---version}) || die "./torosim failed"
    words=${words#* }
    read -r -a options <<<"${words%% -jar *}"
  fi
}

build() { # DIRECTORY JAR: builds the command line there
  (cd "$1" && mvn -q -DskipTests -Dspotless.check.skip=true -pl bench -am package) >"$work/build.log" 2>&1 ||
    { tail -n 20 "$work/build.log" >&2; die "the build of $1 failed"; }
  cp "$1/bench/target/torosim.jar" "$2"
}

a=$work/${commit:0:12}.jar
if [ ! -f "$a" ]; then
  echo "building ${commit:0:12}" >&2
  tree=$work/${commit:0:12}
  git -C "$root" worktree remove --force "$tree" 2>/dev/null || rm -rf "$tree"
  git -C "$root" worktree prune
  git -C "$root" worktree add --quiet --detach "$tree" "$commit"
  build "$tree" "$a"
  git -C "$root" worktree remove --force "$tree"
fi
echo "building the present tree" >&2
"$root/torosim" --version >/dev/null || die "the build of the present tree failed"
b=$root/bench/target/torosim.jar

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/a" "$scratch/b"
javac=${JAVA_HOME:+$JAVA_HOME/bin/}javac
inside() { # SIDE JAR: compiles the rows against a jar; a side whose interfaces differ has none
  "$javac" -cp "$2" -d "$scratch/$1" "$here/compare/Rows.java" >"$scratch/$1.log" 2>&1 ||
    echo "compare.sh: bench/compare/Rows.java does not compile against $2: $(grep -m 1 error "$scratch/$1.log")" >&2
}
inside a "$a"
inside b "$b"

gnu_time=
if /usr/bin/time -f %M -o "$scratch/rss" true 2>/dev/null; then gnu_time=yes; fi

# Runs a Java process; sets cpu (seconds, user and system) and rss (MiB, or - where nothing tells it).
measure() {
  local TIMEFORMAT='%3U %3S'
  rss=-
  if [ -n "$gnu_time" ]; then
    { time /usr/bin/time -q -f %M -o "$scratch/rss" "$java" "${options[@]}" "$@" >"$scratch/out" 2>"$scratch/err"; } 2>"$scratch/times" && status=0 || status=$?
    rss=$(awk '{ printf "%.0f", $1 / 1024 }' "$scratch/rss")
  else
    : >"$scratch/pid"
    { time bash -c 'echo $$ >"$0"; exec "$@"' "$scratch/pid" "$java" "${options[@]}" "$@" >"$scratch/out" 2>"$scratch/err"; } 2>"$scratch/times" &
    local shell=$! pid='' high
    while kill -0 "$shell" 2>/dev/null; do # the high-water mark only rises: the last look is near enough
      [ -n "$pid" ] || pid=$(cat "$scratch/pid")
      high=$(awk '/^VmHWM/ { printf "%.0f", $2 / 1024 }' "/proc/$pid/status" 2>/dev/null) || high=
      [ -z "$high" ] || rss=$high
      sleep 0.05
    done
    wait "$shell" && status=0 || status=$?
  fi
  cpu=$(awk '{ print $1 + $2 }' "$scratch/times")
  [ "$status" -le 1 ] || { failure="status $status: $(head -n 1 "$scratch/err" | cut -c 1-120)"; return 1; }
}

# One figure of one side: sets value, unit and rss; fails, with failure set, if there is none.
figure() { # a|b KIND ARGUMENTS
  local jar=$a kind=$2 call=$3 low high
  [ "$1" = a ] || jar=$b
  case $kind in
    whole)
      options_of "$1" "$call"
      # shellcheck disable=SC2086 # words
      measure -jar "$jar" ${call//OUT/$scratch/results} || return 1
      value=$cpu unit=s
      ;;
    slope*)
      read -r _ low high <<<"$kind"
      local first answered
      options_of "$1" "$call"
      # shellcheck disable=SC2086
      measure -jar "$jar" ${call//@/$low} || return 1
      first=$cpu answered=$(answers)
      # shellcheck disable=SC2086
      measure -jar "$jar" ${call//@/$high} || return 1
      value=$(awk -v a="$first" -v b="$cpu" -v m="$answered" -v n="$(answers)" 'BEGIN { if (n > m) printf "%.4f", (b - a) * 1e6 / (n - m) }')
      [ -n "$value" ] || { failure="no more requests answered than $answered"; return 1; }
      unit=us
      ;;
    inside)
      [ -f "$scratch/$1/Rows.class" ] || { failure="other interfaces"; return 1; }
      options_of "$1" "run all"
      # shellcheck disable=SC2086
      measure -cp "$jar:$scratch/$1" Rows $call && [ "$status" -eq 0 ] || { failure=${failure:-$(head -n 1 "$scratch/err" | cut -c 1-120)}; return 1; }
      read -r _ value unit <"$scratch/out"
      ;;
  esac
}
answers() { sed -n 's/.*begun, \([0-9]*\) answered.*/\1/p' "$scratch/out"; }

median() { sort -g | awk '{ v[NR] = $1 } END {
  if (NR) { m = (NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2); printf (m >= 1000 ? "%.0f" : "%.4g"), m } }'; }
range() { sort -g | awk 'NR == 1 { low = $1 } { high = $1 } END { if (NR) printf "%.2f to %.2f", low, high }'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.4f\n", (a > 0 ? b / a : 0) }'; }

# Fills the lists of a series of pairs: NAME.first, NAME.second and NAME.ratio, and the same of memory.
series() { # NAME FIRST SECOND PAIRS KIND ARGUMENTS
  local name=$scratch/$1 first second
  rm -f "$name".*
  for ((i = 0; i < $4; i++)); do
    figure "$2" "$5" "$6" || { failure="$2: $failure"; return 1; }
    first=$value
    echo "$value" >>"$name.first"
    [ "$rss" = - ] || echo "$rss" >>"$name.first.rss"
    figure "$3" "$5" "$6" || { failure="$3: $failure"; return 1; }
    second=$value
    echo "$value" >>"$name.second"
    [ "$rss" = - ] || echo "$rss" >>"$name.second.rss"
    ratio "$first" "$second" >>"$name.ratio"
  done
}
of() { [ -s "$scratch/$1" ] && median <"$scratch/$1" || echo -; }

say() { printf '%s\n' "$*"; [ -z "$output" ] || printf '%s\n' "$*" >>"$output"; }
[ -z "$output" ] || : >"$output"
present=$(git -C "$root" rev-parse --short=12 HEAD)$(git -C "$root" diff --quiet HEAD -- || echo ", changed")
cpu_name=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -n 1)
options_of a ''
a_options=("${options[@]}")
options_of b "run all"
say "A: ${commit:0:12}; B: $present. $(uname -sm), ${cpu_name:-unknown processor}, $(getconf _NPROCESSORS_ONLN 2>/dev/null || echo '?') processors; $("$java" -version 2>&1 | head -n 1); A: ${a_options[*]}; B: ${options[*]}; $pairs pairs, $same of A with itself."
say ""
say "| work | A | B | B / A | its range | A / A | bar | | memory A, B |"
say "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
while IFS='|' read -r row bar kind call; do
  row=${row% } bar=${bar# } bar=${bar% } kind=${kind# } kind=${kind% } call=${call# }
  failure=
  if ! series same a a "$same" "$kind" "$call" || ! series pair a b "$pairs" "$kind" "$call"; then
    say "| $row | | | | | | $bar | not measured: $failure | |"
    continue
  fi
  middle=$(of pair.ratio)
  spread=$(range <"$scratch/same.ratio")
  verdict=$(awk -v r="$middle" -v bar="$bar" -v spread="$spread" 'BEGIN {
    split(spread, s, " to ")
    said = r < s[1] ? "less" : r > s[2] ? "more" : "within the spread"
    if (bar != "-") said = said (r <= bar ? ", bar reached" : ", above the bar")
    print said }')
  say "| $row | $(of pair.first) $unit | $(of pair.second) $unit | **$(awk -v r="$middle" 'BEGIN { printf "%.2f", r }')** | $(range <"$scratch/pair.ratio") | $spread | $bar | $verdict | $(of pair.first.rss), $(of pair.second.rss) MiB |"
done <<<"$chosen"
