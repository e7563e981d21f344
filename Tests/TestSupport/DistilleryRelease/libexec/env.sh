# Where everything is, for the commands and for erlexec.
REL_DIR="$RELEASE_ROOT_DIR/releases/$REL_VSN"
REL_LIB_DIR="$RELEASE_ROOT_DIR/lib"
RELEASE_CONFIG_DIR="${RELEASE_CONFIG_DIR:-$RELEASE_ROOT_DIR}"
RELEASE_MUTABLE_DIR="${RELEASE_MUTABLE_DIR:-$RELEASE_ROOT_DIR/var}"
ERTS_DIR="$RELEASE_ROOT_DIR/erts-$ERTS_VSN"
ROOTDIR="$RELEASE_ROOT_DIR"
BINDIR="$ERTS_DIR/bin"
EMU=beam
PROGNAME=erl
export REL_DIR REL_LIB_DIR RELEASE_CONFIG_DIR RELEASE_MUTABLE_DIR ERTS_DIR ROOTDIR BINDIR EMU PROGNAME

# erl BOOT ARGUMENT…: replaces this shell by a VM; what a boot script of mix or of relx calls its folder is this one.
erl() {
  boot=$1
  shift
  exec "$BINDIR/erlexec" -boot "$REL_DIR/$boot" -boot_var RELEASE_LIB "$REL_LIB_DIR" \
    -boot_var SYSTEM_LIB_DIR "$REL_LIB_DIR" "$@"
}

# run_hooks NAME: everything in hooks/NAME.d, in order.
run_hooks() {
  for hook in "$REL_DIR/hooks/$1.d"/*.sh; do
    if [ -f "$hook" ]; then . "$hook"; fi
  done
}
