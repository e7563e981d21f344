# Boots the node with another boot file, and a shell.
configure
identify
run_hooks pre_start
boot=$1
shift
exec "$BINDIR/erlexec" -boot "$boot" -boot_var RELEASE_LIB "$REL_LIB_DIR" -boot_var SYSTEM_LIB_DIR "$REL_LIB_DIR" \
  -mode embedded -config "$SYS_CONFIG_PATH" -args_file "$VMARGS_PATH" -- console_boot "$@"
