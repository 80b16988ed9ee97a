#!/usr/bin/env bash
# How the cost of a run grows with vCPUs, threads, clients and simulated time: CPU time of the simulation's thread and events, as Markdown.
#
# usage: bench/growth.sh [CHART.svg]   needs a JDK (17 or later), Maven and bash
set -euo pipefail
here=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
root=$(dirname "$here")
"$root/torosim" --version >/dev/null
jar=$root/bench/target/torosim.jar
classes=$(mktemp -d)
trap 'rm -rf "$classes"' EXIT
"${JAVA_HOME:+$JAVA_HOME/bin/}javac" -cp "$jar" -d "$classes" "$here/compare/Growth.java"
"${JAVA_HOME:+$JAVA_HOME/bin/}java" -XX:+UseSerialGC -cp "$jar:$classes" Growth "$@"
