/// What a program is given that starts distribution by itself, under a name of its own, as Livebook does: where a cluster's nodes are, and
/// nothing else. Such programs refuse a VM that has a name already, or another module in the place of EPMD's client than their own; theirs
/// asks the real one, `erl_epmd`, so that is what is replaced, before they start.
///
/// Once distribution is up, each of the nodes gets the cluster's cookie, for itself alone, and is connected to as a hidden node would.
struct OwnNameAttach {
    /// The app's name, for people.
    let app: String
    /// The folder that the files go to, absolute.
    let directory: String
    /// Further lines of the arguments file.
    let arguments: [String]
    /// Where nodes are: Erlang, the clauses of `address_please/3` and what they call.
    let lookup: String
    /// The nodes there are: Erlang, expressions that bind `Nodes`, a function of no arguments.
    let nodes: String

    /// The arguments file, for `erl -args_file`.
    static func argumentsFile(in directory: String) -> String { "\(directory)/own-name.args" }

    /// What is written.
    var files: [LaunchPlan.File] {
        [
            LaunchPlan.File(path: "own-name.args", contents: argumentsText, mode: 0o600),
            LaunchPlan.File(path: "erl_epmd.erl", contents: AttachText.client(module: "erl_epmd", lookup: lookup), mode: 0o600),
            LaunchPlan.File(path: "own-name.erl", contents: join, mode: 0o600),
        ]
    }

    private var argumentsText: String {
        """
        ## Written by beamctl: shows a program that starts distribution by itself where the nodes of \(app) are.
        -hidden
        -start_epmd false
        \(arguments.joined(separator: "\n"))
        -eval \(AttachPlan.word("file:eval(\(AttachPlan.erlang("\(directory)/own-name.erl")))."))

        """
    }

    private var join: String {
        """
        %% Written by beamctl: shows a program that starts distribution by itself where the nodes of \(app) are.
        Source = \(AttachPlan.erlang("\(directory)/erl_epmd.erl")),
        CookieFile = \(AttachPlan.erlang("\(directory)/cookie")),
        {ok, Cookie} = file:read_file(CookieFile),
        \(AttachText.say)
        \(AttachText.forget(Self.argumentsFile(in: directory)))
        \(nodes)
        Join = fun() ->
            Missing = [Node || Node <- Nodes(), not lists:member(Node, [node() | nodes(connected)])],
            [begin erlang:set_cookie(Node, binary_to_atom(Cookie, latin1)), net_kernel:connect_node(Node) end || Node <- Missing]
        end,
        Stay = fun Stay() -> timer:sleep(2000), catch Join(), Stay() end,
        Wait = fun Wait() ->
            case is_alive() of
                false -> timer:sleep(50), Wait();
                true ->
                    Join(),
                    case [Node || Node <- Nodes(), lists:member(Node, nodes(connected))] of
                        [] -> Say("no node of \(app) answers: beamctl status \(app)", []);
                        Joined ->
                            Say("~s has joined ~s; their cookie, where it is asked for: ~ts",
                                [node(), lists:join(" ", [atom_to_list(Node) || Node <- lists:sort(Joined)]), CookieFile])
                    end,
                    Stay()
            end
        end,
        case is_alive() of
            %% A VM that such a program has started for itself, with a name given to it: none of ours.
            true -> ok;
            false ->
                {ok, erl_epmd, Code} = compile:file(Source, [binary]),
                code:unstick_mod(erl_epmd),
                code:purge(erl_epmd),
                {module, erl_epmd} = code:load_binary(erl_epmd, Source, Code),
                spawn(Wait)
        end.

        """
    }
}
