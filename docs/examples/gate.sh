#!/bin/sh
# The gate of a release: judges an image against the policy beside this script's working folder, and keeps what others read.
#
#     gate.sh image.tar [baseline.json]
#
# The reports go to the folder $REPORTS (default: reports). The exit code is that of the gate.
set -eu
image=${1:?"usage: gate.sh image.tar [baseline.json]"}
reports=${REPORTS:-reports}
mkdir -p "$reports"
set -- "$image" ${2:+--baseline "$2"}
containerspec analyze "$@" --format text \
  --format "json=$reports/report.json" \
  --format "junit=$reports/junit.xml" \
  --format "markdown=$reports/comment.md"
