import BeamRelease
import Foundation
import TestSupport
import Testing

@testable import ImageBuild

@Suite("The entrypoint of images")
struct EntrypointTests {
    /// A file of a release, and variables: what every trap of the three tools looks like, of the tests of the renderer.
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        var name: String
        /// `sys.config` or `vm.args`.
        var kind: String
        var text: String
        var variables: [String: String]

        var testDescription: String { name }

        static let all: [Case] = {
            let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Vectors/entrypoint.json")
            return (try? JSONDecoder().decode([Case].self, from: Data(contentsOf: file))) ?? []
        }()
    }

    /// What came of a case: the text, or where something is wrong.
    enum Outcome: Equatable {
        case rendered(String)
        case refused([String])
    }

    private let scratch: Scratch

    init() throws {
        scratch = try Scratch()
        try scratch.write("beamctl/entrypoint", Entrypoint.text, mode: 0o755)
        try scratch.write("beamctl/release", "name=shop\ntool=mix\nversion=0.1.0\n")
        try scratch.write("app/releases/start_erl.data", "13.1.5 0.1.0")
        try scratch.write("app/bin/shop", "#!/bin/sh\nexit 0\n", mode: 0o755)
    }

    /// What the renderer makes of it; nil where only a reader of Erlang's terms could tell that it is wrong.
    private func expected(_ one: Case) -> Outcome? {
        let renderer = ConfigRenderer(variables: one.variables.merging(own) { given, _ in given })
        do throws(RenderError) {
            let file = "releases/0.1.0/\(one.kind)"
            return .rendered(
                one.kind == "sys.config"
                    ? try renderer.systemConfig(one.text, file: file) : try renderer.vmArguments(one.text, file: file))
        } catch {
            let isOfTerms = error.problems.contains { problem in
                ["rendered, this is no", "a sys.config is one list", "no Erlang term", "is longer than"].contains {
                    problem.reason.contains($0)
                }
            }
            return isOfTerms ? nil : .refused(error.problems.map { "\($0.line):\($0.column) \($0.variable ?? "")" }.sorted())
        }
    }

    private var own: [String: String] { ["REPLACE_OS_VARS": "true"] }

    /// What the script makes of it, with this shell.
    private func actual(_ one: Case, shell: [String]) async throws -> Outcome {
        let run = "run-\(UInt64.random(in: 0...UInt64.max))"
        try scratch.write("app/releases/0.1.0/sys.config", one.kind == "sys.config" ? one.text : "[].\n")
        try scratch.write("app/releases/0.1.0/vm.args", one.kind == "vm.args" ? one.text : "")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = shell + [scratch.path + "/beamctl/entrypoint", "version"]
        process.environment = one.variables.merging(own) { given, _ in given }.merging([
            "PATH": "/usr/bin:/bin", "BEAMCTL_ROOT": scratch.path + "/app", "BEAMCTL_DIR": "\(scratch.path)/\(run)",
            "BEAMCTL_DISCOVERY": "none",
        ]) { given, _ in given }
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let told = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let places = told.matches(of: /releases\/0\.1\.0\/[a-z.]+:(\d+):(\d+): (?:([A-Za-z_][A-Za-z0-9_]*): )?/)
            return .refused(places.map { "\($0.1):\($0.2) \($0.3.map(String.init) ?? "")" }.sorted())
        }
        let text = try String(contentsOfFile: "\(scratch.path)/\(run)/config/\(one.kind)", encoding: .utf8)
        try FileManager.default.removeItem(atPath: "\(scratch.path)/\(run)")
        return .rendered(text)
    }

    @Test("it renders what the renderer renders, and refuses what that refuses, in every trap of its table")
    func table() async throws {
        try #require(Case.all.count > 300)
        var compared = 0
        for one in Case.all {
            guard let expected = expected(one) else { continue }
            let actual = try await actual(one, shell: ["sh"])
            compared += 1
            switch (expected, actual) {
            case (.rendered(let wanted), .rendered(let got)) where one.kind == "vm.args":
                // Before it stand defaults, and what makes a node of it follows.
                let own = got.firstRange(of: "## The release's own.\n").map { got[$0.upperBound...] } ?? ""
                #expect(own.hasPrefix(wanted.hasSuffix("\n") ? String(wanted.dropLast()) : wanted), "\(one.name): \(got)")
            default: #expect(actual == expected, "\(one.name)")
            }
        }
        #expect(compared > 250)
    }

    /// What a run of the script left behind.
    private struct Run {
        var status: Int32
        var output: String
        var errors: String
    }

    /// Runs the script with these variables; the release's own script prints its environment.
    private func run(_ words: [String], _ variables: [String: String], by shell: [String] = ["/bin/sh"]) throws -> Run {
        try scratch.write("app/bin/shop", "#!/bin/sh\nenv\n", mode: 0o755)
        try scratch.write("app/releases/0.1.0/vm.args", "+P 300000\n")
        let process = Process()
        process.executableURL = URL(filePath: shell[0])
        process.arguments = shell.dropFirst() + [scratch.path + "/beamctl/entrypoint"] + words
        process.environment = [
            "PATH": "/usr/bin:/bin", "BEAMCTL_ROOT": scratch.path + "/app", "BEAMCTL_DIR": scratch.path + "/node",
            "RELEASE_COOKIE": "crumbs",
        ].merging(variables) { _, given in given }
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let complained = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return Run(status: process.terminationStatus, output: said, errors: complained)
    }

    private func line(_ name: String, of run: Run) -> String? {
        run.output.split(separator: "\n").first { $0.hasPrefix("\(name)=") }.map { String($0.dropFirst(name.count + 1)) }
    }

    private var peers: String { "shop-peers.default.svc.cluster.local" }

    @Test(
        "a node is named by the address that a pod has, or by the name that a headless Service gives it",
        arguments: [
            (["POD_IP": "10.1.2.3", "RELEASE_NODE": "shop"], "shop@10.1.2.3", false),
            (["POD_IP": "10.1.2.3", "RELEASE_NODE": "market@10.1.2.3"], "market@10.1.2.3", false),
            (["POD_IP": "10.1.2.3,fd00::5"], "shop@10.1.2.3", false),
            (["POD_IP": "10.1.2.3,fd00::5", "BEAMCTL_IP_FAMILY": "ipv6"], "shop@fd00::5", true),
            (
                ["POD_IP": "10.1.2.3", "BEAMCTL_NODE_NAME": "hostname"], "shop@10-1-2-3.shop-peers.default.svc.cluster.local",
                false
            ),
            (
                ["POD_IP": "fd00::5", "BEAMCTL_NODE_NAME": "hostname"], "shop@fd00--5.shop-peers.default.svc.cluster.local", true
            ),
            (
                ["POD_IP": "10.1.2.3", "RELEASE_NODE": "shop@shop-0.shop-peers.default.svc.cluster.local"],
                "shop@shop-0.shop-peers.default.svc.cluster.local", false
            ),
        ] as [([String: String], String, Bool)])
    func nodeNames(variables: [String: String], node: String, isIPv6: Bool) throws {
        let run = try run(["start"], variables.merging(["BEAMCTL_PEERS": peers]) { given, _ in given })
        #expect(run.status == 0, "\(run.errors)")
        #expect(line("RELEASE_NODE", of: run) == node)
        let arguments = try String(contentsOfFile: scratch.path + "/node/config/vm.args", encoding: .utf8)
        #expect(arguments.contains("-proto_dist inet6_tcp") == isIPv6)
        #expect(arguments.contains("-erl_epmd_port 4370"))
    }

    @Test("an address of a family that a pod has none of is told, and so is a name of a node that is none")
    func noSuchAddress() throws {
        let none = try run(["start"], ["POD_IP": "10.1.2.3", "BEAMCTL_IP_FAMILY": "ipv6"])
        #expect(none.status == 78 && none.errors.contains("no IPv6 address is among 10.1.2.3"), "\(none.errors)")
        let wrong = try run(["start"], ["POD_IP": "10.1.2.3", "BEAMCTL_NODE_NAME": "pod"])
        #expect(wrong.status == 78 && wrong.errors.contains("may be ip or hostname"), "\(wrong.errors)")
        let probe = try run(["start"], ["BEAMCTL_PROBE_PORT": "x", "BEAMCTL_DISCOVERY": "none"])
        #expect(probe.status == 78 && probe.errors.contains("BEAMCTL_PROBE_PORT"), "\(probe.errors)")
    }

    @Test("temporary files and the crash dump lie where they are told to, apart from the node's own files")
    func temporaryFiles() throws {
        let apart = try run(["start"], ["BEAMCTL_TMP": scratch.path + "/apart/it"])
        #expect(apart.status == 0, "\(apart.errors)")
        for name in ["TMPDIR", "RELEASE_TMP"] { #expect(line(name, of: apart) == scratch.path + "/apart/it") }
        #expect(line("ERL_CRASH_DUMP", of: apart) == scratch.path + "/apart/it/erl_crash.dump")
        #expect(FileManager.default.fileExists(atPath: scratch.path + "/apart/it"))
        let standard = try run(["start"], ["BEAMCTL_DIR": scratch.path + "/other"])
        #expect(line("RELEASE_TMP", of: standard) == scratch.path + "/other/tmp")
        #expect(line("ERL_CRASH_DUMP", of: standard) == scratch.path + "/other/erl_crash.dump")
    }

    @Test(
        "the agent answers probes in every way of finding peers, and where nobody probes and nobody looks for peers there is none"
    )
    func probes() throws {
        for discovery in ["auto", "app", "none"] {
            for probes in [true, false] {
                var variables = ["BEAMCTL_DISCOVERY": discovery, "BEAMCTL_PEERS": peers]
                variables["BEAMCTL_PROBE_PORT"] = probes ? "4371" : nil
                let run = try run(["start"], variables)
                #expect(run.status == 0, "\(run.errors)")
                let arguments = try String(contentsOfFile: scratch.path + "/node/config/vm.args", encoding: .utf8)
                let isWanted = probes || discovery == "auto"
                #expect((line("BEAMCTL_PEER_AGENT", of: run) != nil) == isWanted, "\(discovery) \(probes)")
                #expect(arguments.contains("file:eval(Agent)") == isWanted)
                #expect(arguments.contains("-start_epmd false") == (discovery != "none"))
            }
        }
    }

    @Test("draining waits no longer than it is told, leaves a mark for the probes, and a node that starts takes it away")
    func draining() throws {
        #expect(try run(["drain", "0"], ["PORT": "1"]).status == 0, "no node has started yet")
        #expect(try run(["start"], [:]).status == 0)
        let drained = try run(["drain", "0"], ["PORT": "1"])
        #expect(drained.status == 0 && drained.output.isEmpty && drained.errors.isEmpty, "\(drained.errors)")
        #expect(FileManager.default.fileExists(atPath: scratch.path + "/node/draining"))
        #expect(try run(["start"], [:]).status == 0)
        #expect(!FileManager.default.fileExists(atPath: scratch.path + "/node/draining"))
        for words in [["drain"], ["drain", "long"]] { #expect(try run(words, [:]).status == 78) }
    }

    /// Runs it in a network of its own, where somebody asks a port a hundred times a second if ASKED says so, and tells how many seconds
    /// that took.
    private static let inOwnNetwork = """
        ip link set lo up
        if [ "$ASKED" = yes ]; then
            perl -MIO::Socket::INET -e '
                my $listener = IO::Socket::INET->new(Listen => 9, LocalAddr => "127.0.0.1:4000") or die;
                if (fork) { while (my $one = $listener->accept) { close $one } }
                close $listener;
                while (1) { close(IO::Socket::INET->new("127.0.0.1:4000") or exit); select undef, undef, undef, 0.01 }
            ' >/dev/null 2>&1 &
        fi
        began=$(date +%s)
        /bin/sh "$0" "$@"
        echo $(($(date +%s) - began))
        [ "$ASKED" = no ] || kill $!
        """

    private func seconds(ofDraining most: Int, asked: Bool) throws -> Int {
        let run = try run(
            ["drain", "\(most)"], ["PORT": "4000", "ASKED": asked ? "yes" : "no", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"],
            by: ["/usr/bin/unshare", "--net", "/bin/sh", "-ec", Self.inOwnNetwork])
        return try #require(Int(run.output.trimmingCharacters(in: .whitespacesAndNewlines)), "\(run)")
    }

    @Test(
        "as long as requests come, however short, a drain goes on to its bound; where none do it ends by itself",
        .enabled(if: getuid() == 0, "a network of its own is root's to make"))
    func drainsAsLongAsAsked() throws {
        #expect(try seconds(ofDraining: 8, asked: true) >= 8)
        #expect(try seconds(ofDraining: 600, asked: false) < 600)
    }
}
