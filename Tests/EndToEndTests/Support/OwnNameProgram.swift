import Foundation
import TestSupport
import Testing

/// A program that starts distribution as Livebook does: by itself, under a name and a cookie of its own, with a module in the place of EPMD's
/// client that asks the real one, and will have no other.
struct OwnNameProgram {
    /// What runs it. It prints its name, its cookie, whether it can connect anew to each of so many nodes of the cluster, and their answers.
    let command: [String]

    /// Compiles it in a folder.
    init(in folder: String, nodes count: Int, environment: [String: String]) async throws {
        let module = """
            -module(book_epmd).
            -export([start_link/0, names/1, register_node/2, register_node/3, listen_port_please/2, port_please/2, port_please/3]).
            -export([address_please/3]).
            start_link() -> erl_epmd:start_link().
            names(Host) -> erl_epmd:names(Host).
            register_node(Name, Port) -> register_node(Name, Port, inet).
            register_node(Name, Port, Family) ->
                case erl_epmd:register_node(Name, Port, Family) of
                    {ok, Creation} -> {ok, Creation};
                    _ -> {ok, -1}
                end.
            listen_port_please(Name, Host) -> erl_epmd:listen_port_please(Name, Host).
            port_please(Name, Host) -> port_please(Name, Host, infinity).
            port_please(Name, Host, Timeout) -> erl_epmd:port_please(Name, Host, Timeout).
            address_please(Name, Host, Family) -> erl_epmd:address_please(Name, Host, Family).

            """
        try module.write(toFile: "\(folder)/book_epmd.erl", atomically: true, encoding: .utf8)
        let compiled = try await Command(
            "/usr/bin/env", ["erlc", "-o", folder, "\(folder)/book_epmd.erl"], environment: environment
        ).run(
            within: .seconds(60))
        try #require(compiled.code == 0, "\(compiled)")
        let expression = """
            book_epmd = net_kernel:epmd_module(),
            {ok, _} = net_kernel:start(['book@127.0.0.1', longnames]),
            erlang:set_cookie(own),
            Wait = fun Wait(0) -> ok; Wait(N) -> length(nodes(hidden)) >= \(count) orelse (timer:sleep(100) =:= ok andalso Wait(N - 1)) end,
            Wait(200),
            Nodes = lists:sort(nodes(hidden)),
            [erlang:disconnect_node(Node) || Node <- Nodes],
            Again = [net_kernel:hidden_connect_node(Node) || Node <- Nodes],
            Answers = [rpc:call(Node, erlang, node, []) || Node <- Nodes],
            io:format("~s ~s ~p ~p~n", [node(), erlang:get_cookie(), Again, Answers =:= Nodes]),
            halt().
            """
        command = ["erl", "-noshell", "-pa", folder, "-epmd_module", "book_epmd", "-eval", expression]
    }

    /// What it prints when all is well.
    static func success(nodes count: Int) -> String {
        "book@127.0.0.1 own [\(Array(repeating: "true", count: count).joined(separator: ","))] true\n"
    }
}
