%% Everything that was filled in from outside, as bytes: so one can see whether it arrived as it was meant.
-module(hello_relx_settings).

-export([all/0, text/0]).

%% The settings by name. Fails when one has not the type that it has in sys.config.src.
-spec all() -> [{atom(), binary()}].
all() ->
    [
        {port, integer_to_binary(setting(port))},
        {greeting, binary(setting(greeting))},
        {motto, unicode:characters_to_binary(setting(motto))},
        {mode, atom_to_binary(setting(mode))},
        {limits, iolist_to_binary(lists:join(",", [integer_to_binary(Limit) || Limit <- setting(limits)]))},
        {url, binary(setting(url))},
        {logger_level, atom_to_binary(maps:get(level, logger:get_primary_config()))},
        {note, unicode:characters_to_binary(os:getenv("HELLO_NOTE", ""))},
        {max_processes, integer_to_binary(erlang:system_info(process_limit))}
    ].

%% One `name=value` a line, the values in base 64; then the node and its peers, in the same way.
-spec text() -> iodata().
text() ->
    Peers = lists:join(" ", [atom_to_binary(Node) || Node <- nodes()]),
    Facts = all() ++ [{node, atom_to_binary(node())}, {peers, iolist_to_binary(Peers)}],
    [[atom_to_binary(Name), "=", base64:encode(Value), "\n"] || {Name, Value} <- Facts].

setting(Name) ->
    {ok, Value} = application:get_env(hello_relx, Name),
    Value.

binary(Value) when is_binary(Value) -> Value.
