#!/usr/bin/env escript
%% convert.escript FROM NAME RELEASES: writes RELEASES/RELEASES and, in the version's folder, sys.config and vm.args as
%% Distillery has them, from a release's version folder.

main([From, Name, Releases]) ->
    {ok, [{release, {Name, Version}, {erts, Erts}, Apps}]} = file:consult(filename:join(From, Name ++ ".rel")),
    To = filename:join(Releases, Version),
    Listed = [{App, AppVersion, lists:concat(["./lib/", App, "-", AppVersion])} || {App, AppVersion} <- names(Apps)],
    write(filename:join(Releases, "RELEASES"), [[{release, Name, Version, Erts, Listed, permanent}]]),
    write_text(filename:join(To, "sys.config"), plain(system_config(From))),
    write_text(filename:join(To, "vm.args"), [plain(arguments(From)), "\n-name ${NODE_NAME}\n-setcookie ${NODE_COOKIE}\n"]).

names(Apps) -> [{element(1, App), element(2, App)} || App <- Apps].

%% relx: the source as it stands. mix writes a text in binaries as numbers, Distillery as text.
system_config(From) ->
    case file:read_file(filename:join(From, "sys.config.src")) of
        {ok, Source} ->
            Source;
        {error, enoent} ->
            {ok, [Config]} = file:consult(filename:join(From, "sys.config")),
            %% A line as long as it takes: a placeholder must not be broken in two.
            unicode:characters_to_binary(io_lib:format("%% coding: utf-8~n~100000tp.~n", [Config]))
    end.

%% Without the name and the cookie, which mix does not allow there and relx has there.
arguments(From) ->
    {ok, Text} =
        case file:read_file(filename:join(From, "vm.args.src")) of
            {error, enoent} -> file:read_file(filename:join(From, "vm.args"));
            Source -> Source
        end,
    re:replace(Text, "^-(name|sname|setcookie)\\b.*\\n", "", [multiline, global, {return, binary}]).

%% Distillery knows no defaults.
plain(Text) ->
    re:replace(Text, "\\$\\{([A-Za-z_][A-Za-z0-9_]*):-[^}]*\\}", "${\\1}", [global, {return, binary}]).

write(Path, Terms) -> write_text(Path, [io_lib:format("%% coding: utf-8~n", []) | [io_lib:format("~tp.~n", [Term]) || Term <- Terms]]).

write_text(Path, Text) -> ok = file:write_file(Path, Text).
