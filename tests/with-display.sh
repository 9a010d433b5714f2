#!/bin/sh
# Runs a test on a display without a screen, with a session bus and folders of its own. Where a display is given in
# CHUNKWISE_TEST_DISPLAY, that one is used, so that one can watch.
set -e
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export HOME="$folder" XDG_CONFIG_HOME="$folder/config" XDG_DATA_HOME="$folder/data" XDG_CACHE_HOME="$folder/cache"
export XDG_RUNTIME_DIR="$folder/run"
mkdir -p -m 700 "$XDG_RUNTIME_DIR"
if [ -n "$CHUNKWISE_TEST_DISPLAY" ]; then
  DISPLAY=$CHUNKWISE_TEST_DISPLAY dbus-run-session -- "$@"
else
  xvfb-run -a -s '-screen 0 1280x800x24 -noreset' dbus-run-session -- "$@"
fi
