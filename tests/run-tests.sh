#!/usr/bin/env bash
# Runs the tests of a build folder (all, or the suites named) under a virtual display and counts test cases.
#   tests/run-tests.sh BUILD [SUITE...]
set -uo pipefail
build=$1
shift
suites=()
for s in "$@"; do suites+=(--suite "$s"); done
export GSK_RENDERER=cairo GTK_A11Y=test GSETTINGS_BACKEND=memory GIO_USE_VFS=local NO_AT_BRIDGE=1
runner=(meson test -C "$build" --print-errorlogs "${suites[@]}")
if command -v xvfb-run >/dev/null && command -v dbus-run-session >/dev/null; then
  runner=(dbus-run-session -- xvfb-run -a -s "-screen 0 1280x800x24 -noreset" "${runner[@]}")
fi
"${runner[@]}"
status=$?
log=$build/meson-logs/testlog.txt
passed=$(grep -cE '^ok [0-9]' "$log")
failed=$(grep -cE '^not ok [0-9]' "$log")
# A program that crashed or timed out says nothing of the cases it did not reach: that is a failure of its own.
[ $status -ne 0 ] && [ "$failed" -eq 0 ] && failed=1
echo "$passed passed, $failed failed"
[ $status -eq 0 ] && [ "$failed" -eq 0 ]
