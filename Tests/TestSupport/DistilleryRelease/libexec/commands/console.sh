# Boots the node with a shell.
configure
identify
run_hooks pre_start
erl "$REL_NAME" -mode embedded -config "$SYS_CONFIG_PATH" -args_file "$VMARGS_PATH" -- console "$@"
