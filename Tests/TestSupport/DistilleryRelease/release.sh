#!/bin/sh
# The script of one version: sets the scene, then runs a command.
set -e

command=${1:-help}
[ $# -eq 0 ] || shift

. "$RELEASE_ROOT_DIR/releases/$REL_VSN/libexec/env.sh"
. "$RELEASE_ROOT_DIR/releases/$REL_VSN/libexec/config.sh"
. "$RELEASE_ROOT_DIR/releases/$REL_VSN/libexec/node.sh"

if [ -f "$REL_DIR/libexec/commands/$command.sh" ]; then
  . "$REL_DIR/libexec/commands/$command.sh"
elif [ -f "$REL_DIR/commands/$command.sh" ]; then
  locate_config
  . "$REL_DIR/commands/$command.sh"
else
  echo "usage: $REL_NAME <command>" >&2
  echo "commands: foreground, start, console, console_boot, stop, ping, pid, rpc, describe" >&2
  exit 1
fi
