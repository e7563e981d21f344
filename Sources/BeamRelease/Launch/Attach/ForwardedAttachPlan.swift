/// The files with which any `erl` or `iex` of this machine joins a cluster whose nodes are reached through forwarders: ports of this
/// machine's loopback, one for each node. Data, made by pure code.
///
/// Where a node is found says a module in the place of EPMD's client (`-epmd_module`, `address_please/3`), which reads it from a file that
/// is written anew when nodes come and go. The module has to be loaded before distribution starts, so that is started once the VM has
/// booted, under a name that the first node gives it (`undefined@…`, OTP 23); it listens nowhere. The cookie is read from its file.
public struct ForwardedAttachPlan: Sendable {
    /// The arguments file, for `erl -args_file`.
    public let argumentsFile: String
    /// The arguments file for a program that starts distribution by itself.
    public let ownNameArgumentsFile: String
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
        let isIPv6 = Self.isIPv6(ports)
        self.directory = directory
        argumentsFile = AttachPlan.argumentsFile(in: directory)
        ownNameArgumentsFile = OwnNameAttach.argumentsFile(in: directory)
        cookieFile = "\(directory)/cookie"
        var files = [
            Self.map(ports),
            LaunchPlan.File(path: "cookie", contents: cookie, mode: 0o400),
            LaunchPlan.File(
                path: "\(Self.module).erl", contents: AttachText.client(module: Self.module, lookup: Self.lookup(directory)),
                mode: 0o600),
            LaunchPlan.File(path: "join.erl", contents: Self.join(app, directory, isIPv6), mode: 0o600),
            LaunchPlan.File(path: "vm.args", contents: Self.arguments(app, directory, isIPv6), mode: 0o600),
        ]
        files +=
            OwnNameAttach(
                app: app, directory: directory, arguments: Self.settings(isIPv6), lookup: Self.lookup(directory),
                nodes: Self.nodes("erl_epmd")
            ).files
        self.files = files
    }

    /// Makes the folder (0700) and writes the files; each is whole at any moment. Throws ``ReleaseError``.
    public func write() throws(ReleaseError) { try LaunchPlan.write(folders: [directory], files, in: directory) }

    /// Writes anew which nodes there are. Throws ``ReleaseError``.
    public func write(ports: [String: Int]) throws(ReleaseError) {
        try LaunchPlan.write(folders: [], [Self.map(ports)], in: directory)
    }

    private static let module = "beamctl_attach"
    private static let mapName = "nodes.eterm"

    /// How nodes are looked for: lines of an arguments file.
    private static func settings(_ isIPv6: Bool) -> [String] {
        ["## A node that does not answer holds nobody up for long.", "-kernel net_setuptime 5"]
            // A VM takes no name for a node's but what its own protocol could reach.
            + (isIPv6 ? ["-proto_dist inet6_tcp"] : [])
    }

    /// Whether nodes are named by IPv6 addresses.
    private static func isIPv6(_ ports: [String: Int]) -> Bool {
        ports.keys.contains { $0.drop { $0 != "@" }.contains(":") }
    }

    private static func map(_ ports: [String: Int]) -> LaunchPlan.File {
        let lines = ports.sorted { $0.key < $1.key }.map { "{\(AttachPlan.erlang($0.key)), \($0.value)}.\n" }
        return LaunchPlan.File(path: mapName, contents: lines.joined(), mode: 0o600)
    }

    private static func arguments(_ app: String, _ directory: String, _ isIPv6: Bool) -> String {
        """
        ## Written by beamctl: joins the cluster of \(app) as a hidden node, through forwarders of this machine.
        -hidden
        -start_epmd false
        -epmd_module \(module)
        -dist_listen false
        ## Else the VM would make a cookie of its own, and keep it in ~/.erlang.cookie.
        -setcookie \(VMArguments.decoy)
        \(settings(isIPv6).joined(separator: "\n"))
        -eval \(AttachPlan.word("file:eval(\(AttachPlan.erlang("\(directory)/join.erl")))."))

        """
    }

    /// Where nodes are found, as ``OwnNameAttach/lookup``.
    private static func lookup(_ directory: String) -> String {
        """
        address_please(Name, Host, Family) ->
            case lists:keyfind(Name ++ "@" ++ Host, 1, nodes_and_ports()) of
                {_, Port} -> {ok, loopback(Family), Port, 6};
                false -> {error, nxdomain}
            end.

        %% The forwarders are on 127.0.0.1, which IPv6 writes as ::ffff:127.0.0.1.
        loopback(inet6) -> {0, 0, 0, 0, 0, 16#ffff, 16#7f00, 1};
        loopback(_) -> {127, 0, 0, 1}.

        nodes_and_ports() ->
            case file:consult(\(AttachPlan.erlang("\(directory)/\(mapName)"))) of
                {ok, Nodes} -> Nodes;
                {error, _} -> []
            end.
        """
    }

    /// The nodes that have forwarders, as ``OwnNameAttach/nodes``.
    private static func nodes(_ module: String) -> String {
        """
        %% A node is only connected to when its host has an address, which is asked before its port is.
        Know = fun
            ([]) -> ok;
            (Names) ->
                inet_db:set_lookup([file | lists:delete(file, inet_db:res_option(lookup))]),
                inet_db:add_host({127, 0, 0, 1}, Names)
        end,
        Nodes = fun() ->
            Pairs = \(module):nodes_and_ports(),
            Know([H || {N, _} <- Pairs, [_, H] <- [string:split(N, "@")], element(1, inet:parse_address(H)) =:= error]),
            [list_to_atom(N) || {N, _} <- Pairs]
        end,
        """
    }

    private static func join(_ app: String, _ directory: String, _ isIPv6: Bool) -> String {
        """
        %% Written by beamctl: joins the cluster of \(app), and stays with it when its nodes change.
        Source = \(AttachPlan.erlang("\(directory)/\(module).erl")),
        {ok, \(module), Code} = compile:file(Source, [binary]),
        {module, _} = code:load_binary(\(module), Source, Code),
        {ok, Cookie} = file:read_file(\(AttachPlan.erlang("\(directory)/cookie"))),
        \(AttachText.say)
        \(AttachText.forget(AttachPlan.argumentsFile(in: directory)))
        case is_alive() of
            false -> {ok, _} = net_kernel:start(['undefined@\(isIPv6 ? "::1" : "127.0.0.1")', longnames]);
            true -> ok
        end,
        \(nodes(module))
        \(AttachText.joining(app, everySeconds: 2))
        """
    }
}
