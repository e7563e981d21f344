// Made by scripts/embed-templates from templates/peer_agent.erl: change that file, then run the script.

extension PeerAgent {
    /// The agent, as text for `file:eval/1`.
    public static let text = ##"""
        %% The peer agent of beamctl: connects this node to every node that the headless service names, and answers probes.
        %%
        %% This is text for file:eval/1, not a module: a release carries no compiler, and in embedded mode it loads no
        %% code from outside. It is evaluated once the boot script has finished, starts one process (registered as
        %% beamctl_peer_agent) and returns. It only ever adds connections: a failed or an empty answer disconnects nobody.
        %%
        %% BEAMCTL_PEERS: the DNS name whose A and AAAA records are the addresses of all nodes, this one included. It is
        %% asked at the name servers of the inetrc. A node's name is our own base name at its address or, where we are named by a
        %% host name, at one of those that the service gives (the targets of its SRV records for the port dist), or at what the
        %% address would be named there: 127-88-0-11.<service>. BEAMCTL_DISCOVERY: unless it is auto, which it is when unset, the
        %% app itself connects its nodes, or nobody.
        %%
        %% BEAMCTL_PROBE_PORT: where GET /startupz, /readyz and /livez are answered, with 200 or 503, by HTTP/1.0 (the process
        %% beamctl_probes). Started: the boot has finished, and so has the start of the application BEAMCTL_APPLICATION, if it is
        %% given. Ready: started, not told to end ($BEAMCTL_DIR/draining is there), and GET BEAMCTL_HEALTH_PATH on PORT answers 200
        %% to 399, asked as a request to BEAMCTL_HEALTH_HOST that came over HTTPS. Live: the VM gets round to answering.
        %%
        %% It does nothing in `bin/app eval`, `rpc`, `remote` and the like, and connects nothing in a node without distribution.
        Booting = ["", "start", "start_iex", "daemon", "daemon_iex", "foreground", "console", "console_clean", "console_boot"],
        Service = os:getenv("BEAMCTL_PEERS", ""),
        IsBoot = lists:member(os:getenv("RELEASE_COMMAND", ""), Booting),
        IsWanted = IsBoot andalso Service =/= "" andalso erlang:is_alive() andalso
            os:getenv("BEAMCTL_DISCOVERY", "auto") =:= "auto",

        %% Milliseconds, but for the count: how long one question may take; the pause after the first round that left
        %% somebody missing, which grows by a tenth of the time since; the pause when nobody is missing, and the longest.
        AnswerTime = 1000,
        ShortPause = 50,
        LongPause = 5000,
        MostPeers = 1000,

        Now = fun() -> erlang:monotonic_time(millisecond) end,
        [Base, Host] = case string:split(atom_to_list(node()), "@") of [_, _] = Both -> Both; [Alone] -> [Alone, ""] end,
        Dashed = fun($.) -> $-; ($:) -> $-; (Character) -> Character end,

        Lookup = fun(Name, Type) ->
            try inet_res:lookup(Name, in, Type, [], AnswerTime) catch _:_ -> [] end
        end,
        Addresses = fun() -> [inet:ntoa(Address) || Address <- Lookup(Service, a) ++ Lookup(Service, aaaa)] end,
        Places = case inet:parse_address(Host) of
            {ok, _} ->
                Addresses;
            {error, _} ->
                fun() ->
                    case [Target || {_, _, _, Target} <- Lookup("_dist._tcp." ++ Service, srv)] of
                        [] -> [lists:map(Dashed, Address) ++ "." ++ Service || Address <- Addresses()];
                        Targets -> Targets
                    end
                end
        end,
        Named = fun() -> [list_to_atom(Base ++ "@" ++ Place) || Place <- lists:sublist(Places(), MostPeers)] end,

        %% Attempts are made all at once, so that one that hangs holds up no other; each ends within net_setuptime.
        Attempt = fun(Node) ->
            {_, Reference} = spawn_monitor(fun() -> catch net_kernel:connect_node(Node) end),
            {Reference, Node}
        end,

        %% Waits until the moment, or until a node goes; keeps the list of attempts that are under way. A node that comes
        %% changes nothing: it looks for us itself.
        Wait = fun Wait(Until, Attempts) ->
            receive
                {nodedown, _} -> {changed, Attempts};
                {'DOWN', Reference, process, _, _} -> Wait(Until, lists:keydelete(Reference, 1, Attempts));
                _ -> Wait(Until, Attempts)
            after max(0, Until - Now()) -> {quiet, Attempts}
            end
        end,

        %% This node has an address there itself, so none at all means that nobody can be found. Told once, and not when the first was found:
        %% a node that is to end may lose its own.
        Silence = 5000,
        Search = fun
            (found, _) -> found;
            (told, _) -> told;
            (_, [_ | _]) -> found;
            ({since, Moment}, []) ->
                case Now() - Moment > Silence of
                    false -> {since, Moment};
                    true ->
                        Reason = case inet_res:resolve(Service, in, a, [], AnswerTime) of
                            {ok, _} -> "it has no address";
                            {error, {Why, _}} -> io_lib:format("~p", [Why]);
                            {error, Why} -> io_lib:format("~p", [Why])
                        end,
                        logger:warning("beamctl: this node finds no other, for nobody tells the addresses of ~ts: ~ts", [Service, Reason]),
                        told
                end
        end,

        Loop = fun Loop(Since, Attempts, Searching) ->
            Found = lists:usort(Named()),
            Searched = Search(Searching, Found),
            Missing = Found -- [node() | nodes(connected)],
            Tried = [Node || {_, Node} <- Attempts],
            Running = [Attempt(Node) || Node <- Missing -- Tried] ++ Attempts,
            Pause = case Missing of
                [] -> LongPause;
                _ -> min(LongPause, ShortPause + (Now() - Since) div 10)
            end,
            case Wait(Now() + Pause, Running) of
                {changed, Left} -> Loop(Now(), Left, Searched);
                {quiet, Left} -> Loop(Since, Left, Searched)
            end
        end,

        Start = fun() ->
            case catch register(beamctl_peer_agent, self()) of
                true ->
                    ok = net_kernel:monitor_nodes(true),
                    Loop(Now(), [], {since, Now()});
                _ ->
                    there_already
            end
        end,

        %% The probes. Milliseconds, but for the counts: how long a client may take to ask, and the app to answer; how many clients
        %% are heard at once, and how many bytes a question may have; the pause before what has failed is tried again.
        QuestionTime = 2000,
        HealthTime = 2000,
        Listeners = 4,
        MostBytes = 4096,
        ProbePause = 1000,

        ProbePort = case string:to_integer(os:getenv("BEAMCTL_PROBE_PORT", "")) of
            {Number, []} when is_integer(Number), Number > 0, Number < 65536 -> Number;
            _ -> none
        end,
        Application = os:getenv("BEAMCTL_APPLICATION", ""),
        Marker = filename:join(os:getenv("BEAMCTL_DIR", "/tmp/beamctl"), "draining"),
        HealthPath = os:getenv("BEAMCTL_HEALTH_PATH", ""),
        HealthHost = os:getenv("BEAMCTL_HEALTH_HOST", "localhost"),
        %% Where others reach the app: one that listens on the loopback alone is not ready for them.
        {Family, HealthAddress} = case inet:parse_address(hd(string:split(os:getenv("POD_IP", "127.0.0.1"), ","))) of
            {ok, Six} when tuple_size(Six) =:= 8 -> {[inet6], Six};
            {ok, Four} -> {[inet], Four};
            {error, _} -> {[inet], {127, 0, 0, 1}}
        end,

        Left = fun(Until) -> max(0, Until - Now()) end,

        IsStarted = fun() ->
            case init:get_status() of
                {started, _} when Application =:= "" -> true;
                {started, _} ->
                    lists:any(fun({Name, _, _}) -> atom_to_list(Name) =:= Application end, application:which_applications(QuestionTime));
                _ -> false
            end
        end,

        %% An app that sends to HTTPS what came over HTTPS does not believe who says so, and nobody would get a page of it.
        IsAway = fun(Status, Location) ->
            Status >= 300 andalso string:prefix(Location, ["https://", HealthHost]) =/= nomatch
        end,
        Location = fun Location(Socket, Until, Fields) ->
            case gen_tcp:recv(Socket, 0, Left(Until)) of
                {ok, {http_header, _, 'Location', _, Value}} -> Value;
                {ok, {http_header, _, _, _, _}} when Fields > 0 -> Location(Socket, Until, Fields - 1);
                _ -> <<>>
            end
        end,
        Answer = fun(Socket, Until) ->
            ok = gen_tcp:send(Socket, [
                "GET ", HealthPath, " HTTP/1.1\r\nHost: ", HealthHost, "\r\nX-Forwarded-Proto: https\r\n",
                "User-Agent: beamctl health check\r\nConnection: close\r\n\r\n"
            ]),
            case gen_tcp:recv(Socket, 0, Left(Until)) of
                {ok, {http_response, _, Status, _}} when Status >= 200, Status < 400 ->
                    case IsAway(Status, Location(Socket, Until, 100)) of
                        false -> ok;
                        true -> "the app sends to HTTPS what came over HTTPS (Phoenix: force_ssl: [rewrite_on: [:x_forwarded_proto]])"
                    end;
                {ok, {http_response, _, Status, _}} -> io_lib:format("GET ~ts answers ~p", [HealthPath, Status]);
                {ok, _} -> io_lib:format("GET ~ts: no HTTP answer", [HealthPath]);
                {error, Reason} -> io_lib:format("GET ~ts: ~p", [HealthPath, Reason])
            end
        end,
        Health = fun() ->
            Until = Now() + HealthTime,
            Options = Family ++ [binary, {active, false}, {packet, http_bin}, {packet_size, 16384}],
            case gen_tcp:connect(HealthAddress, list_to_integer(os:getenv("PORT", "0")), Options, HealthTime) of
                {ok, Socket} -> try Answer(Socket, Until) after gen_tcp:close(Socket) end;
                {error, Reason} -> io_lib:format("nothing listens on PORT, where others reach it: ~p", [Reason])
            end
        end,

        %% ok, or why not.
        Judge = fun
            (<<"/livez">>) -> ok;
            (<<"/startupz">>) ->
                case IsStarted() of true -> ok; false -> "not started" end;
            (<<"/readyz">>) ->
                case IsStarted() of
                    false -> "not started";
                    true ->
                        case file:read_file_info(Marker, [raw]) of
                            {ok, _} -> "draining";
                            {error, _} when HealthPath =:= "" -> ok;
                            {error, _} -> Health()
                        end
                end;
            (_) -> unknown
        end,
        Reply = fun(Status, Words) ->
            Text = unicode:characters_to_binary([Words, "\n"]),
            [
                "HTTP/1.0 ", Status, "\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: ",
                integer_to_list(byte_size(Text)), "\r\n\r\n", Text
            ]
        end,
        Respond = fun(Question) ->
            case binary:split(Question, [<<" ">>, <<"\r\n">>], [global]) of
                [<<"GET">>, Target | _] ->
                    Path = hd(binary:split(Target, <<"?">>)),
                    case try Judge(Path) catch _:_ -> "no answer within the node" end of
                        ok -> Reply("200 OK", "ok");
                        unknown -> Reply("404 Not Found", "there are /startupz, /readyz and /livez");
                        Words -> Reply("503 Service Unavailable", Words)
                    end;
                _ -> Reply("400 Bad Request", "GET alone is answered")
            end
        end,

        %% The whole head of a question, so that closing does not take the answer back.
        Question = fun Question(Socket, Head, Until) ->
            case binary:match(Head, <<"\r\n\r\n">>) of
                nomatch when byte_size(Head) < MostBytes ->
                    case gen_tcp:recv(Socket, 0, Left(Until)) of
                        {ok, More} -> Question(Socket, <<Head/binary, More/binary>>, Until);
                        {error, _} -> none
                    end;
                nomatch -> none;
                _ -> Head
            end
        end,
        Accept = fun Accept(Listener) ->
            case gen_tcp:accept(Listener) of
                {ok, Socket} ->
                    case Question(Socket, <<>>, Now() + QuestionTime) of
                        none -> ok;
                        Head -> gen_tcp:send(Socket, Respond(Head))
                    end,
                    gen_tcp:close(Socket),
                    Accept(Listener);
                {error, closed} -> closed;
                {error, _} ->
                    %% as when there are no more files to open
                    receive after 100 -> Accept(Listener) end
            end
        end,

        %% On every address, of both families where the machine has both.
        Listen = fun() ->
            Options = [binary, {active, false}, {reuseaddr, true}, {backlog, 16}, {buffer, MostBytes}, {send_timeout, QuestionTime}],
            case gen_tcp:listen(ProbePort, [inet6, {ipv6_v6only, false} | Options]) of
                {ok, Listener} -> {ok, Listener};
                {error, eaddrinuse} -> {error, eaddrinuse};
                {error, _} -> gen_tcp:listen(ProbePort, [inet | Options])
            end
        end,
        Watch = fun Watch(Listener) ->
            receive
                {'DOWN', _, process, _, _} ->
                    receive after 100 -> spawn_monitor(fun() -> Accept(Listener) end) end,
                    Watch(Listener);
                _ -> Watch(Listener)
            end
        end,
        Serve = fun Serve(WasTold) ->
            case Listen() of
                {ok, Listener} ->
                    [spawn_monitor(fun() -> Accept(Listener) end) || _ <- lists:seq(1, Listeners)],
                    Watch(Listener);
                {error, Reason} ->
                    WasTold orelse logger:warning("beamctl: probes cannot be answered on port ~p: ~p", [ProbePort, Reason]),
                    receive after ProbePause -> Serve(true) end
            end
        end,
        StartProbes = fun() ->
            case catch register(beamctl_probes, self()) of
                true -> Serve(false);
                _ -> there_already
            end
        end,

        case IsBoot andalso ProbePort =/= none of
            true -> spawn(StartProbes);
            false -> inert
        end,
        case IsWanted of
            true -> spawn(Start);
            false -> inert
        end.

        """##
}
