#!/bin/sh
# Hands over to the script of the version that start_erl.data names.
set -e

script=$(readlink -f "$0")
RELEASE_ROOT_DIR=${RELEASE_ROOT_DIR:-${script%/bin/*}}
REL_NAME=${REL_NAME:-@name@}
read -r ERTS_VSN current < "$RELEASE_ROOT_DIR/releases/start_erl.data"
REL_VSN=${REL_VSN:-$current}
export RELEASE_ROOT_DIR REL_NAME REL_VSN ERTS_VSN
exec "$RELEASE_ROOT_DIR/releases/$REL_VSN/$REL_NAME.sh" "$@"
