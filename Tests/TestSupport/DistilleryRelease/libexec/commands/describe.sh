# What this release is, and which files hold.
locate_config
echo "$REL_NAME $REL_VSN, ERTS $ERTS_VSN"
echo "vm.args: $VMARGS_PATH"
echo "sys.config: $SYS_CONFIG_PATH"
