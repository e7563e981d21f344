// Made by scripts/embed-templates from templates/peer_agent.erl: change that file, then run the script.

extension PeerAgent {
    /// The agent, as text for `file:eval/1`.
    public static let text = ##"""
        %% The peer agent of beamctl: connects this node to every node that the headless service names.
        %%
        %% This is text for file:eval/1, not a module: a release carries no compiler, and in embedded mode it loads no
        %% code from outside. It is evaluated once the boot script has finished, starts one process (registered as
        %% beamctl_peer_agent) and returns. It only ever adds connections: a failed or an empty answer disconnects nobody.
        %%
        %% BEAMCTL_PEERS: the DNS name whose A and AAAA records are the addresses of all nodes, this one included. It is
        %% asked at the name servers of the inetrc. A node's name is our own base name at its address or, where we are named by a
        %% host name, at the name that the service gives the address: 127-88-0-11.<service>.
        %%
        %% It does nothing in `bin/app eval`, `rpc`, `remote` and the like, nor in a node without distribution.
        Booting = ["", "start", "start_iex", "daemon", "daemon_iex", "foreground", "console", "console_clean", "console_boot"],
        Service = os:getenv("BEAMCTL_PEERS", ""),
        IsWanted = lists:member(os:getenv("RELEASE_COMMAND", ""), Booting) andalso Service =/= "" andalso erlang:is_alive(),

        %% Milliseconds, but for the count: how long one question may take; the pause after the first round that left
        %% somebody missing, which grows by a tenth of the time since; the pause when nobody is missing, and the longest.
        AnswerTime = 1000,
        ShortPause = 50,
        LongPause = 5000,
        MostPeers = 1000,

        Now = fun() -> erlang:monotonic_time(millisecond) end,
        [Base, Host] = case string:split(atom_to_list(node()), "@") of [_, _] = Both -> Both; [Alone] -> [Alone, ""] end,
        Place = case inet:parse_address(Host) of
            {ok, _} -> fun inet:ntoa/1;
            {error, _} ->
                Dashed = fun($.) -> $-; ($:) -> $-; (Character) -> Character end,
                fun(Address) -> lists:map(Dashed, inet:ntoa(Address)) ++ "." ++ Service end
        end,

        Lookup = fun(Type) ->
            try inet_res:lookup(Service, in, Type, [], AnswerTime) catch _:_ -> [] end
        end,
        Named = fun() ->
            Addresses = lists:sublist(Lookup(a) ++ Lookup(aaaa), MostPeers),
            [list_to_atom(Base ++ "@" ++ Place(Address)) || Address <- Addresses]
        end,

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

        Loop = fun Loop(Since, Attempts) ->
            Missing = lists:usort(Named()) -- [node() | nodes(connected)],
            Tried = [Node || {_, Node} <- Attempts],
            Running = [Attempt(Node) || Node <- Missing -- Tried] ++ Attempts,
            Pause = case Missing of
                [] -> LongPause;
                _ -> min(LongPause, ShortPause + (Now() - Since) div 10)
            end,
            case Wait(Now() + Pause, Running) of
                {changed, Left} -> Loop(Now(), Left);
                {quiet, Left} -> Loop(Since, Left)
            end
        end,

        Start = fun() ->
            case catch register(beamctl_peer_agent, self()) of
                true ->
                    ok = net_kernel:monitor_nodes(true),
                    Loop(Now(), []);
                _ ->
                    there_already
            end
        end,

        case IsWanted of
            true -> spawn(Start);
            false -> inert
        end.

        """##
}
