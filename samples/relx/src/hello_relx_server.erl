%% The smallest HTTP/1.1 server that will do: one request a connection, every connection in a process of its own.
-module(hello_relx_server).
-behaviour(gen_server).

-export([start_link/1, port/0, init/1, handle_call/3, handle_cast/2]).

-define(RECEIVE_TIMEOUT, 5000).
-define(LONGEST_LINE, 8192).
-define(MOST_HEADERS, 100).
-define(ACCEPTORS, 4).

start_link(Port) -> gen_server:start_link({local, ?MODULE}, ?MODULE, Port, []).

%% The port that it listens on.
port() -> gen_server:call(?MODULE, port).

init(Wanted) ->
    Options = [
        binary,
        {packet, http_bin},
        {packet_size, ?LONGEST_LINE},
        {active, false},
        {reuseaddr, true},
        {backlog, 1024},
        {ip, {0, 0, 0, 0}}
    ],
    case gen_tcp:listen(Wanted, Options) of
        {ok, Listener} ->
            [spawn_link(fun() -> accept(Listener) end) || _ <- lists:seq(1, ?ACCEPTORS)],
            {ok, Port} = inet:port(Listener),
            {ok, #{listener => Listener, port => Port}};
        {error, Reason} ->
            {stop, {listen, Wanted, Reason}}
    end.

handle_call(port, _From, State = #{port := Port}) -> {reply, Port, State}.

handle_cast(_Other, State) -> {noreply, State}.

accept(Listener) ->
    case gen_tcp:accept(Listener) of
        {ok, Socket} -> hand_over(Socket);
        {error, Reason} when Reason =:= emfile; Reason =:= enfile; Reason =:= econnaborted -> timer:sleep(10);
        {error, Reason} -> exit(Reason)
    end,
    accept(Listener).

%% A connection that fails takes nobody with it, so it is not linked.
hand_over(Socket) ->
    Connection = spawn(fun() ->
        receive
            yours -> serve(Socket)
        after ?RECEIVE_TIMEOUT -> ok
        end
    end),
    case gen_tcp:controlling_process(Socket, Connection) of
        ok -> Connection ! yours;
        {error, _} -> gen_tcp:close(Socket)
    end.

serve(Socket) ->
    case read(Socket, none, ?MOST_HEADERS) of
        {ok, Path} -> gen_tcp:send(Socket, encode(get_page(Path)));
        {error, Status} -> gen_tcp:send(Socket, encode({Status, [Status, "\n"]}));
        gone -> ok
    end,
    gen_tcp:close(Socket).

read(_Socket, _Path, 0) ->
    {error, "431 Request Header Fields Too Large"};
read(Socket, Path, Left) ->
    case gen_tcp:recv(Socket, 0, ?RECEIVE_TIMEOUT) of
        {ok, {http_request, 'GET', {abs_path, Target}, _Version}} -> read(Socket, Target, Left - 1);
        {ok, {http_request, _Other, _Target, _Version}} -> {error, "405 Method Not Allowed"};
        {ok, {http_header, _, _, _, _}} -> read(Socket, Path, Left - 1);
        {ok, http_eoh} -> {ok, Path};
        {ok, {http_error, _Line}} -> {error, "400 Bad Request"};
        {error, _ClosedOrLate} -> gone
    end.

get_page(<<"/">>) ->
    {ok, Greeting} = application:get_env(hello_relx, greeting),
    {"200 OK", [Greeting, "\n"]};
get_page(<<"/health">>) ->
    {"200 OK", "ok\n"};
get_page(<<"/config">>) ->
    {"200 OK", hello_relx_settings:text()};
get_page(_Path) ->
    {"404 Not Found", "no such page\n"}.

encode({Status, Body}) ->
    [
        ["HTTP/1.1 ", Status, "\r\ncontent-type: text/plain; charset=utf-8\r\n"],
        ["content-length: ", integer_to_list(iolist_size(Body)), "\r\n"],
        "cache-control: no-store\r\nconnection: close\r\n\r\n",
        Body
    ].
