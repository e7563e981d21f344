-module(hello_relx_tests).
-include_lib("eunit/include/eunit.hrl").

page_test_() ->
    {setup, fun start/0, fun(_) -> application:stop(hello_relx) end, [
        {"health is 200, another path 404, another method 405, nonsense 400", fun statuses/0},
        {"what was filled in is shown byte by byte, whatever type it has", fun settings/0},
        {"a setting of another type is an error", fun other_type/0}
    ]}.

%% As sys.config.src would be with these values; the port is any that is free.
start() ->
    Settings = [
        {port, 0},
        {greeting, <<"Grüße"/utf8>>},
        {motto, "Let it crash"},
        {mode, plain},
        {limits, [10, 20]},
        {url, <<"http://localhost:0/">>}
    ],
    application:load(hello_relx),
    [application:set_env(hello_relx, Name, Value) || {Name, Value} <- Settings],
    ok = application:start(hello_relx).

statuses() ->
    ?assertMatch(<<"HTTP/1.1 200 ", _/binary>>, get_page("/health")),
    ?assertMatch(<<"HTTP/1.1 404 ", _/binary>>, get_page("/nothing")),
    ?assertMatch(<<"HTTP/1.1 405 ", _/binary>>, request("POST / HTTP/1.1\r\nhost: test\r\n\r\n")),
    ?assertMatch(<<"HTTP/1.1 400 ", _/binary>>, request("nonsense\r\n\r\n")).

settings() ->
    Text = get_page("/config"),
    Lines = [
        ["greeting=", base64:encode(<<"Grüße"/utf8>>)],
        ["motto=", base64:encode("Let it crash")],
        ["mode=", base64:encode("plain")],
        ["limits=", base64:encode("10,20")]
    ],
    [?assertNotEqual(nomatch, string:find(Text, iolist_to_binary([Line, "\n"]))) || Line <- Lines].

other_type() ->
    {ok, Greeting} = application:get_env(hello_relx, greeting),
    application:set_env(hello_relx, greeting, "a list"),
    ?assertError(function_clause, hello_relx_settings:all()),
    application:set_env(hello_relx, greeting, Greeting).

get_page(Path) -> request(["GET ", Path, " HTTP/1.1\r\nhost: test\r\n\r\n"]).

request(Text) ->
    {ok, Socket} = gen_tcp:connect({127, 0, 0, 1}, hello_relx_server:port(), [binary, {active, false}]),
    ok = gen_tcp:send(Socket, Text),
    read(Socket, <<>>).

read(Socket, SoFar) ->
    case gen_tcp:recv(Socket, 0, 5000) of
        {ok, More} -> read(Socket, <<SoFar/binary, More/binary>>);
        {error, closed} -> SoFar
    end.
