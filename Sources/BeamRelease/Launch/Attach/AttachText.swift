/// Erlang that the ways of attaching share.
enum AttachText {
    /// A module in the place of EPMD's client, as source: it finds the nodes that its lookup knows, and no other.
    static func client(module: String, lookup: String) -> String {
        """
        %% Written by beamctl: where nodes are found, in the place of EPMD's client.
        -module(\(module)).
        -compile(export_all).
        -compile(nowarn_export_all).

        start_link() -> ignore.
        names() -> {error, address}.
        names(_) -> {error, address}.
        register_node(_, _) -> {ok, 1}.
        register_node(_, _, _) -> {ok, 1}.
        listen_port_please(_, _) -> {ok, 0}.
        port_please(_, _) -> noport.
        port_please(_, _, _) -> noport.

        %% 6 is the version of the protocol (OTP 23).
        \(lookup)

        """
    }

    /// Erlang that binds `Say`, which tells the user something.
    static let say = #"Say = fun(Format, Words) -> io:format(standard_error, "beamctl: " ++ Format ++ "~n", Words) end,"#

    /// Erlang that takes an arguments file out of `ERL_AFLAGS`: VMs that this one starts are none of the cluster's.
    static func forget(_ argumentsFile: String) -> String {
        """
        case string:split(os:getenv("ERL_AFLAGS", ""), \(AttachPlan.erlang(AttachPlan.flags(argumentsFile)))) of
            [Before, After] -> os:putenv("ERL_AFLAGS", string:trim(Before ++ After));
            [_] -> ok
        end,
        """
    }

    /// Joins `Nodes`, with `Cookie`, and stays joined.
    static func joining(_ app: String, everySeconds seconds: Int) -> String {
        """
        %% A node whose name was given to it loses it with its last connection, and what was set for it with it.
        Join = fun() ->
            erlang:set_cookie(binary_to_atom(Cookie, latin1)),
            [net_kernel:connect_node(Node) || Node <- Nodes() -- [node() | nodes(connected)]]
        end,
        Stay = fun Stay() -> timer:sleep(\(seconds * 1000)), catch Join(), Stay() end,
        Join(),
        spawn(Stay),
        case nodes(connected) of
            [] -> Say("no node of \(app) answers: beamctl status \(app)", []);
            Joined -> Say("joined ~b nodes of \(app) as ~s", [length(Joined), node()])
        end.

        """
    }
}
