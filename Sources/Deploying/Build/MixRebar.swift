import Foundation

/// Where Mix finds rebar3, which it needs for dependencies that are Erlang projects.
///
/// Mix looks for a copy that `mix local.rebar` has put below its home, not on the PATH, and asks whether to download one where there
/// is none: a build that nobody sits at fails then, although Debian's package is installed.
enum MixRebar {
    /// The environment, with `MIX_REBAR3` set to the rebar3 of the PATH where Mix would find none.
    static func completed(_ environment: [String: String]) -> [String: String] {
        guard environment["MIX_REBAR3"] == nil, !hasOwn(home(environment)), let path = ProgramPath.find("rebar3", in: environment)
        else {
            return environment
        }
        return environment.merging(["MIX_REBAR3": path]) { $1 }
    }

    /// `MIX_HOME`, else a folder of the data home, else `~/.mix` (`Mix.Utils.mix_home/0`).
    private static func home(_ environment: [String: String]) -> String {
        if let home = environment["MIX_HOME"] { return home }
        let user = environment["HOME"] ?? NSHomeDirectory()
        guard environment["MIX_XDG"].map({ ["1", "true"].contains($0) }) ?? false else { return user + "/.mix" }
        return (environment["XDG_DATA_HOME"] ?? user + "/.local/share") + "/mix"
    }

    /// Whether `mix local.rebar` was run, for whichever version of Elixir.
    private static func hasOwn(_ home: String) -> Bool {
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: home + "/elixir")) ?? []
        return ([home] + versions.map { "\(home)/elixir/\($0)" }).contains {
            FileManager.default.isExecutableFile(atPath: $0 + "/rebar3")
        }
    }
}
