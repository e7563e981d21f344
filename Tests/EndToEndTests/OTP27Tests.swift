import ErlangPeers
import FleetModel
import Foundation
import TestSupport
import Testing

@Suite("With OTP 27 and Elixir 1.18", .serialized)
struct OTP27Tests {
    /// All of it in one go, within the folder that has them; what each command prints goes into a file of its name.
    private static let script = #"""
        set -eu
        export PATH="$PWD/bin:$PATH" BEAMCTL_HOME="$PWD/state" HOME="$PWD" LANG=C.UTF-8 NO_COLOR=1
        mkdir -p out
        # step NAME COMMAND…
        step() {
          name=$1
          shift
          "$@" > "out/$name" 2> "out/$name.err" || { echo "$name: $* failed"; cat "out/$name" "out/$name.err"; exit 1; }
        }
        trap 'beamctl stop --all > /dev/null 2>&1' EXIT
        step first beamctl deploy ./hello --replicas 3
        step nodes beamctl nodes hello --json
        step config beamctl config ./hello --json
        step versions beamctl rpc hello 'IO.puts(System.otp_release() <> " " <> System.version())'
        printf '%s\n' 'defmodule Hello.Second do' '  def word, do: "changed"' 'end' > hello/lib/second.ex
        step second beamctl deploy ./hello --replicas 3
        step word beamctl rpc hello 'IO.puts(Hello.Second.word())'
        step third beamctl deploy ./phoenix_like
        step phoenix beamctl config phoenix-like --json
        step list beamctl list --json
        step destroy beamctl destroy hello --yes
        step left beamctl list --json
        step stop beamctl stop --all
        """#

    @Test("deploy, look, change the code, deploy again, deploy a Phoenix app, destroy, stop")
    func everything() async throws {
        try await OTP.otp27.require()
        let otp27 = try #require(OTP.script)
        try await Machine.run { machine in
            try await HelloProject.shell(
                """
                cd '\(machine.home)' && mkdir bin state && chmod 700 state
                for program in beamctl beamctl-daemon beamctl-dns beamctl-entrance beamctl-keeper; do
                  cp "\(Programs.folder)/$program" bin/
                done
                # All that they need but glibc, of which the other system has its own.
                for file in $(ldd bin/* | awk '$3 ~ /^\\// {print $3}' | sort -u); do
                  case ${file##*/} in
                  libc.so.* | libm.so.* | libdl.so.* | libpthread.so.* | librt.so.* | ld-linux*) ;;
                  *) cp -L "$file" bin/ ;;
                  esac
                done
                tar cf - -C '\(Programs.checkout)/samples' --exclude=_build hello phoenix_like | tar xf -
                """)
            let ran = try await Command(
                otp27.path, ["sh", "-c", Self.script], environment: machine.environment, directory: machine.home
            ).run(within: .seconds(200))
            try #require(ran.code == 0, "\(ran)")
            try check(machine.home + "/out/")
            #expect(machine.processNames().isEmpty)
        }
    }

    private func check(_ folder: String) throws {
        func text(_ name: String) throws -> String { try String(contentsOfFile: folder + name, encoding: .utf8) }
        func read<Value: Decodable>(_: Value.Type, _ name: String) throws -> Value {
            try JSONDecoder().decode(Value.self, from: Data(contentsOf: URL(fileURLWithPath: folder + name)))
        }
        #expect(try text("first.err").contains("(mix, OTP 27, Elixir 1.18."))
        #expect(try text("first.err").contains("3/3 nodes meshed"))
        #expect(try text("first").contains("hello is up: http://"))
        let nodes = try read(NodesReport.self, "nodes")
        #expect(nodes.mesh.full && nodes.nodes.count == 3)
        #expect(nodes.nodes.allSatisfy { $0.state == .ready && $0.otp == "27" && $0.peers?.count == 2 })
        let config = try read(ConfigReport.self, "config")
        #expect(config.boots == true)
        #expect(config["GREETING"]?.reads.first?.file == "runtime.exs")
        #expect(config["GREETING"]?.reads.first?.line == 4)
        #expect(try text("versions").hasPrefix("27 1.18."))
        #expect(try text("second").contains("revision 2"))
        #expect(try text("second.err").contains("3/3 nodes meshed"))
        #expect(try text("word").hasPrefix("changed\n"))
        #expect(try text("third.err").contains("2/2 nodes meshed"))
        #expect(try read(ConfigReport.self, "phoenix")["DATABASE_URL"]?.state == "given")
        #expect(try read([AppStatus].self, "list").map(\.deployment.key.app) == ["hello", "phoenix-like"])
        #expect(try read([AppStatus].self, "left").map(\.deployment.key.app) == ["phoenix-like"])
    }
}
