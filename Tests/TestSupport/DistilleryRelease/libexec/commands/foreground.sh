# Boots the node in the place of this shell.
configure
identify
run_hooks pre_start
erl "$REL_NAME" -noshell -noinput +Bd -mode embedded -config "$SYS_CONFIG_PATH" -args_file "$VMARGS_PATH" -- foreground "$@"
