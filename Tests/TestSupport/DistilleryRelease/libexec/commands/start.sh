# Boots the node in the background; what it writes goes to var/log.
mkdir -p "$RELEASE_MUTABLE_DIR/log" "$RELEASE_MUTABLE_DIR/erl_pipes"
exec "$BINDIR/run_erl" -daemon "$RELEASE_MUTABLE_DIR/erl_pipes/" "$RELEASE_MUTABLE_DIR/log" \
  "exec '$RELEASE_ROOT_DIR/bin/$REL_NAME' foreground"
