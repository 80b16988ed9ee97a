#!/usr/bin/env bash
# Takes the README's pictures of the report anew, with chromium: docs/images/report-*.png.
# usage: bench/pictures.sh [REPORT], default one of all experiments made now.
set -euo pipefail
cd "$(dirname "$0")/.."
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || { echo "pictures: no chromium is installed" >&2; exit 2; }
report=${1:-}
if [ -z "$report" ]; then
  ./torosim run all --out target/report >target/report.log 2>&1 || { tail -n 20 target/report.log; exit 1; }
  report=target/report/report.html
fi
[ -f "$report" ] || { echo "pictures: no such report: $report" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

shot() { # NAME WIDTH HEIGHT PAGE [OPTION...]
  timeout 120 "$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars "--user-data-dir=$work/profile" "--window-size=$2,$3" \
    "--screenshot=$work/shot.png" "${@:5}" "file://$(realpath "$4")" >"$work/log" 2>&1 || { tail -n 5 "$work/log" >&2; exit 1; }
  [ -s "$work/shot.png" ] || { echo "pictures: no picture of $1" >&2; exit 1; }
  mv "$work/shot.png" "docs/images/report-$1.png"
}
part() { # SECTION: the report with this section alone
  sed "s|</head>|<style>main > :not(#$1), .back { display: none !important }</style></head>|" "$report" >"$work/$1.html"
  grep -q "main > :not(#$1)" "$work/$1.html" || { echo "pictures: the report has no </head>" >&2; exit 1; }
  echo "$work/$1.html"
}
# A phone's width is a frame's: a browser's window has a least one of 500 pixels.
printf '<!DOCTYPE html><body style="margin:0"><iframe style="border:0;width:390px;height:844px" src="file://%s"></iframe>' "$(realpath "$report")" >"$work/phone.html"

shot light 1240 900 "$report"
shot dark 1240 900 "$report" --blink-settings=preferredColorScheme=0
shot phone 390 844 "$work/phone.html"
shot sensitivity 1240 760 "$(part sensitivity)"
shot summary 1240 1480 "$(part summary)"
