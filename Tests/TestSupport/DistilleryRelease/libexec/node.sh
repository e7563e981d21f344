# Who the node is, as vm.args says, and how to ask it something.

# Sets NAME_TYPE (-name or -sname), NAME and COOKIE.
identify() {
  NAME_TYPE=$(awk '$1 == "-name" || $1 == "-sname" { print $1; exit }' "$VMARGS_PATH")
  NAME=$(awk '$1 == "-name" || $1 == "-sname" { print $2; exit }' "$VMARGS_PATH")
  COOKIE=$(awk '$1 == "-setcookie" { print $2; exit }' "$VMARGS_PATH")
  if [ -z "$NAME" ]; then
    echo "$REL_NAME: vm.args needs a -name or a -sname" >&2
    exit 1
  fi
  if [ -z "$COOKIE" ] && [ -f "${HOME:-}/.erlang.cookie" ]; then
    COOKIE=$(cat "$HOME/.erlang.cookie")
  fi
  if [ -z "$COOKIE" ]; then
    echo "$REL_NAME: vm.args needs a -setcookie, or there must be a ~/.erlang.cookie" >&2
    exit 1
  fi
  export NAME_TYPE NAME COOKIE
}

# ask EXPRESSION: evaluates it in the node and prints what it comes to.
ask() {
  locate_config
  identify
  case "$NAME" in
    *@*) host="@${NAME#*@}" ;;
    *) host="" ;;
  esac
  ASKED=$1
  export ASKED
  erl start_clean -noshell -hidden -dist_listen false "$NAME_TYPE" "ask-$$$host" -setcookie "$COOKIE" -eval '
    [Name | _] = string:split(os:getenv("NAME"), "@"),
    [_, Host] = string:split(atom_to_list(node()), "@"),
    Node = list_to_atom(Name ++ "@" ++ Host),
    {ok, Tokens, _} = erl_scan:string(os:getenv("ASKED") ++ "."),
    {ok, Expressions} = erl_parse:parse_exprs(Tokens),
    case net_kernel:connect_node(Node) of
      true ->
        try erpc:call(Node, erl_eval, exprs, [Expressions, []]) of
          {value, Value, _} -> io:format("~tp~n", [Value]), halt()
        catch
          _:Why -> io:format(standard_error, "~tp~n", [Why]), halt(1)
        end;
      _ ->
        io:format(standard_error, "~s does not answer~n", [Node]), halt(1)
    end.'
}
