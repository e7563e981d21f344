/// The files with which any `erl` or `iex` of this machine joins a cluster as a hidden node: data, made by pure code.
///
/// The node's name is given by the first node that it reaches (`undefined@…`, OTP 23), so any number of them can join; it listens
/// nowhere. The cookie is read from its file once the VM has booted, for an argument would show it to every user of the machine.
public struct AttachPlan: Sendable {
    /// What is joined, and from where.
    public struct Request: Hashable, Sendable {
        /// The app's name, for people.
        public var app: String
        /// The folder that the files go to, absolute.
        public var directory: String
        /// The cluster's cookie.
        public var cookie: String
        /// The first part of every node's name.
        public var base: String
        /// The DNS name that lists all nodes.
        public var peers: String
        /// Whether nodes are named by host names rather than by addresses.
        public var hasHostNames: Bool
        /// The server that knows the nodes.
        public var nameServer: LaunchRequest.NameServer
        /// The port on which every node listens for the others.
        public var distributionPort: Int

        /// Makes one.
        public init(
            app: String, directory: String, cookie: String, base: String, peers: String, hasHostNames: Bool,
            nameServer: LaunchRequest.NameServer, distributionPort: Int
        ) {
            self.app = app
            self.directory = directory
            self.cookie = cookie
            self.base = base
            self.peers = peers
            self.hasHostNames = hasHostNames
            self.nameServer = nameServer
            self.distributionPort = distributionPort
        }
    }

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

    /// The plan of a request.
    public init(_ request: Request) {
        directory = request.directory
        argumentsFile = Self.argumentsFile(in: directory)
        ownNameArgumentsFile = OwnNameAttach.argumentsFile(in: directory)
        cookieFile = "\(directory)/cookie"
        var files = [
            LaunchPlan.File(path: "vm.args", contents: Self.arguments(request), mode: 0o600),
            LaunchPlan.File(path: "cookie", contents: request.cookie, mode: 0o400),
            LaunchPlan.File(path: "inetrc", contents: LaunchPlan.inetrc(request.nameServer, searchDomains: []), mode: 0o600),
            LaunchPlan.File(path: "join.erl", contents: Self.join(request, cookieFile: cookieFile), mode: 0o600),
        ]
        files +=
            OwnNameAttach(
                app: request.app, directory: directory, arguments: Self.settings(request), lookup: Self.lookup(request),
                nodes: Self.nodes(request)
            ).files
        self.files = files
    }

    /// Makes the folder (0700) and writes the files; each is whole at any moment. Throws ``ReleaseError``.
    public func write() throws(ReleaseError) {
        try LaunchPlan.write(folders: [directory], files, in: directory)
    }

    private static func arguments(_ request: Request) -> String {
        """
        ## Written by beamctl: joins the cluster of \(request.app) as a hidden node.
        -hidden
        -name undefined@\(request.nameServer.address)
        -start_epmd false
        -erl_epmd_port \(request.distributionPort)
        -dist_listen false
        \(settings(request).joined(separator: "\n"))
        -eval \(word("file:eval(\(erlang("\(request.directory)/join.erl")))."))

        """
    }

    /// How nodes are looked for: lines of an arguments file.
    private static func settings(_ request: Request) -> [String] {
        [
            "## A node that does not answer holds nobody up for long.", "-kernel net_setuptime 3",
            "-kernel inetrc \(word(erlang("\(request.directory)/inetrc")))",
        ]
    }

    /// The nodes that the name server lists, as ``OwnNameAttach/nodes``.
    private static func nodes(_ request: Request) -> String {
        let host =
            request.hasHostNames
            ? #"lists:map(fun($.) -> $-; (C) -> C end, inet:ntoa(Address)) ++ "." ++ Service"# : "inet:ntoa(Address)"
        return """
            Service = \(erlang(request.peers)),
            Nodes = fun() ->
                Addresses = try inet_res:lookup(Service, in, a, [], 1000) catch _:_ -> [] end,
                [list_to_atom(\(erlang(request.base + "@")) ++ \(host)) || Address <- Addresses]
            end,
            """
    }

    /// Where they are found, as ``OwnNameAttach/lookup``.
    private static func lookup(_ request: Request) -> String {
        """
        address_please(\(erlang(request.base)), Host, Family) ->
            case inet:getaddr(Host, Family) of
                {ok, Address} -> {ok, Address, \(request.distributionPort), 6};
                {error, _} = Error -> Error
            end;
        address_please(_, Host, Family) -> inet:getaddr(Host, Family).
        """
    }

    private static func join(_ request: Request, cookieFile: String) -> String {
        """
        %% Written by beamctl: joins the cluster of \(request.app), and stays with it when its nodes change.
        {ok, Cookie} = file:read_file(\(erlang(cookieFile))),
        \(AttachText.say)
        \(AttachText.forget(argumentsFile(in: request.directory)))
        \(nodes(request))
        \(AttachText.joining(request.app, everySeconds: 5))
        """
    }

    /// The path of the arguments file.
    static func argumentsFile(in directory: String) -> String { "\(directory)/vm.args" }

    /// What gives a VM an arguments file: for `erl`, or in `ERL_AFLAGS`.
    public static func flags(_ argumentsFile: String) -> String { "-args_file " + word(argumentsFile) }

    /// A text as an Erlang string.
    static func erlang(_ text: String) -> String {
        var bytes = [UInt8(ascii: "\"")]
        for scalar in text.unicodeScalars { ErlangText.appendEscaped(scalar.value, close: UInt8(ascii: "\""), to: &bytes) }
        return String(decoding: bytes + [UInt8(ascii: "\"")], as: UTF8.self)
    }

    /// A text as one word of an arguments file, or of a variable such as `ERL_AFLAGS`.
    public static func word(_ text: String) -> String {
        var bytes: [UInt8] = []
        ArgumentText.appendWord(Array(text.utf8), isWhole: true, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
