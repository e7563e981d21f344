/// The files with which any `erl` or `iex` of this machine joins a cluster whose nodes are reached through forwarders: ports of this
/// machine's loopback, one for each node. Data, made by pure code.
///
/// Where a node is found says a module in the place of EPMD's client (`-epmd_module`, `address_please/3`), which reads it from a file that
/// is written anew when nodes come and go. The module has to be loaded before distribution starts, so that is started once the VM has
/// booted, under a name that the first node gives it (`undefined@…`, OTP 23); it listens nowhere. The cookie is read from its file.
public struct ForwardedAttachPlan: Sendable {
    /// The arguments file, for `erl -args_file`.
    public let argumentsFile: String
    /// The file that holds the cookie.
    public let cookieFile: String
    /// The folder that they go to; its parent must be there.
    public let directory: String
    /// What is written.
    public let files: [LaunchPlan.File]

    /// - Parameters:
    ///   - app: The app's name, for people.
    ///   - directory: The folder that the files go to, absolute.
    ///   - cookie: The cluster's cookie.
    ///   - ports: The forwarder of each node, by the node's name.
    public init(app: String, directory: String, cookie: String, ports: [String: Int]) {
        self.directory = directory
        argumentsFile = "\(directory)/vm.args"
        cookieFile = "\(directory)/cookie"
        files = [
            Self.map(ports),
            LaunchPlan.File(path: "cookie", contents: cookie, mode: 0o400),
            LaunchPlan.File(path: "\(Self.module).erl", contents: Self.client(directory), mode: 0o600),
            LaunchPlan.File(path: "join.erl", contents: Self.join(app, directory), mode: 0o600),
            LaunchPlan.File(path: "vm.args", contents: Self.arguments(app, directory), mode: 0o600),
        ]
    }

    /// Makes the folder (0700) and writes the files; each is whole at any moment. Throws ``ReleaseError``.
    public func write() throws(ReleaseError) { try LaunchPlan.write(folders: [directory], files, in: directory) }

    /// Writes anew which nodes there are. Throws ``ReleaseError``.
    public func write(ports: [String: Int]) throws(ReleaseError) {
        try LaunchPlan.write(folders: [], [Self.map(ports)], in: directory)
    }

    private static let module = "beamctl_attach"
    private static let mapName = "nodes.eterm"

    private static func map(_ ports: [String: Int]) -> LaunchPlan.File {
        let lines = ports.sorted { $0.key < $1.key }.map { "{\(AttachPlan.erlang($0.key)), \($0.value)}.\n" }
        return LaunchPlan.File(path: mapName, contents: lines.joined(), mode: 0o600)
    }

    private static func arguments(_ app: String, _ directory: String) -> String {
        """
        ## Written by beamctl: joins the cluster of \(app) as a hidden node, through forwarders of this machine.
        -hidden
        -start_epmd false
        -epmd_module \(module)
        -dist_listen false
        ## Else the VM would make a cookie of its own, and keep it in ~/.erlang.cookie.
        -setcookie \(VMArguments.decoy)
        ## A node that does not answer holds nobody up for long.
        -kernel net_setuptime 5
        -eval \(AttachPlan.word("file:eval(\(AttachPlan.erlang("\(directory)/join.erl")))."))

        """
    }

    private static func client(_ directory: String) -> String {
        """
        %% Written by beamctl: where nodes are found, in the place of EPMD's client.
        -module(\(module)).
        -export([start_link/0, names/1, register_node/2, register_node/3, listen_port_please/2, port_please/2, port_please/3]).
        -export([address_please/3, nodes_and_ports/0]).

        start_link() -> ignore.
        names(_) -> {error, address}.
        register_node(_, _) -> {ok, 1}.
        register_node(_, _, _) -> {ok, 1}.
        listen_port_please(_, _) -> {ok, 0}.
        port_please(_, _) -> noport.
        port_please(_, _, _) -> noport.

        %% 6 is the version of the protocol (OTP 23).
        address_please(Name, Host, _) ->
            case lists:keyfind(Name ++ "@" ++ Host, 1, nodes_and_ports()) of
                {_, Port} -> {ok, {127, 0, 0, 1}, Port, 6};
                false -> {error, nxdomain}
            end.

        nodes_and_ports() ->
            case file:consult(\(AttachPlan.erlang("\(directory)/\(mapName)"))) of
                {ok, Nodes} -> Nodes;
                {error, _} -> []
            end.

        """
    }

    private static func join(_ app: String, _ directory: String) -> String {
        """
        %% Written by beamctl: joins the cluster of \(app), and stays with it when its nodes change.
        Source = \(AttachPlan.erlang("\(directory)/\(module).erl")),
        {ok, \(module), Code} = compile:file(Source, [binary]),
        {module, _} = code:load_binary(\(module), Source, Code),
        {ok, Cookie} = file:read_file(\(AttachPlan.erlang("\(directory)/cookie"))),
        Say = fun(Format, Words) -> io:format(standard_error, "beamctl: " ++ Format ++ "~n", Words) end,
        case is_alive() of
            false -> {ok, _} = net_kernel:start(['undefined@127.0.0.1', longnames]);
            true -> ok
        end,
        %% A node is only connected to when its host has an address, which is asked before its port is.
        Hosts = fun(Nodes) -> [H || {N, _} <- Nodes, [_, H] <- [string:split(N, "@")], element(1, inet:parse_address(H)) =:= error] end,
        Know = fun
            ([]) -> ok;
            (Names) ->
                inet_db:set_lookup([file | lists:delete(file, inet_db:res_option(lookup))]),
                inet_db:add_host({127, 0, 0, 1}, Names)
        end,
        %% A node whose name was given to it loses it with its last connection, and what was set for it with it.
        Join = fun() ->
            erlang:set_cookie(binary_to_atom(Cookie, latin1)),
            Nodes = \(module):nodes_and_ports(),
            Know(Hosts(Nodes)),
            [net_kernel:connect_node(Node) || {N, _} <- Nodes, Node <- [list_to_atom(N)] -- [node() | nodes(connected)]]
        end,
        Stay = fun Stay() -> timer:sleep(2000), catch Join(), Stay() end,
        Join(),
        spawn(Stay),
        case nodes(connected) of
            [] -> Say("no node of \(app) answers: beamctl status \(app)", []);
            Joined -> Say("joined ~b nodes of \(app) as ~s", [length(Joined), node()])
        end.

        """
    }
}
