# Which sys.config and vm.args hold, and what is filled in.

# source_of GIVEN FILE: the path that was given, else the file beside the release, else the release's own.
source_of() {
  if [ -n "$1" ]; then
    echo "$1"
  elif [ -f "$RELEASE_CONFIG_DIR/$2" ]; then
    echo "$RELEASE_CONFIG_DIR/$2"
  else
    echo "$REL_DIR/$2"
  fi
}

# fill_in SOURCE FILE: the copy that is used, with its variables.
fill_in() {
  if [ -n "${REPLACE_OS_VARS:-}" ]; then
    awk -f "$REL_DIR/libexec/replace.awk" "$1" > "$RELEASE_MUTABLE_DIR/$2"
  else
    cp -f "$1" "$RELEASE_MUTABLE_DIR/$2"
  fi
}

# Before a boot: makes the files.
configure() {
  run_hooks pre_configure
  arguments=$(source_of "${VMARGS_PATH:-}" vm.args)
  config=$(source_of "${SYS_CONFIG_PATH:-}" sys.config)
  for file in "$arguments" "$config"; do
    if [ ! -f "$file" ]; then
      echo "$REL_NAME: there is no $file" >&2
      exit 1
    fi
  done
  if [ -n "${RELEASE_READ_ONLY:-}" ]; then
    VMARGS_PATH=$arguments
    SYS_CONFIG_PATH=$config
    export VMARGS_PATH SYS_CONFIG_PATH
    return
  fi
  mkdir -p "$RELEASE_MUTABLE_DIR"
  fill_in "$arguments" vm.args
  fill_in "$config" sys.config
  VMARGS_PATH="$RELEASE_MUTABLE_DIR/vm.args"
  SYS_CONFIG_PATH="$RELEASE_MUTABLE_DIR/sys.config"
  export VMARGS_PATH SYS_CONFIG_PATH
  provide
}

# Beside a node that runs: the files that its boot has made.
locate_config() {
  if [ -z "${RELEASE_READ_ONLY:-}" ] && [ -f "$RELEASE_MUTABLE_DIR/vm.args" ]; then
    VMARGS_PATH="$RELEASE_MUTABLE_DIR/vm.args"
    SYS_CONFIG_PATH="$RELEASE_MUTABLE_DIR/sys.config"
  else
    VMARGS_PATH=$(source_of "${VMARGS_PATH:-}" vm.args)
    SYS_CONFIG_PATH=$(source_of "${SYS_CONFIG_PATH:-}" sys.config)
  fi
  export VMARGS_PATH SYS_CONFIG_PATH
}

# In the place of configuration providers: a VM that reads sys.config and writes it anew.
provide() (
  erl start_clean -noshell -eval '
    Path = os:getenv("SYS_CONFIG_PATH"),
    Stop = fun(Why) -> io:format(standard_error, "~ts: ~ts~n", [Path, Why]), halt(1) end,
    case file:consult(Path) of
      {ok, [Config]} when is_list(Config) ->
        ok = file:write_file(Path, unicode:characters_to_binary(io_lib:format("%% coding: utf-8~n~tp.~n", [Config]))),
        halt();
      {ok, _} -> Stop("is not one list");
      {error, Why} -> Stop(file:format_error(Why))
    end.'
)
