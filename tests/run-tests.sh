#!/usr/bin/env bash
# Runs the tests of a build folder (all, or the suites named) and counts test cases. Tests that need a display bring their own.
#   tests/run-tests.sh BUILD [SUITE...]
set -uo pipefail
build=$1
shift
suites=()
for s in "$@"; do suites+=(--suite "$s"); done
meson test -C "$build" --print-errorlogs "${suites[@]}"
status=$?
log=$build/meson-logs/testlog.txt
passed=$(grep -cE '^ok [0-9]' "$log")
failed=$(grep -cE '^not ok [0-9]' "$log")
# A program that crashed or timed out says nothing of the cases it did not reach: that is a failure of its own.
[ $status -ne 0 ] && [ "$failed" -eq 0 ] && failed=1
echo "$passed passed, $failed failed"
[ $status -eq 0 ] && [ "$failed" -eq 0 ]
