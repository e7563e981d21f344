import ArgumentParser
import FleetModel
import Foundation
import HeadlessDNS
import KubernetesPlatform
import LocalPlatform
import NIOCore
import NIOPosix

/// `beamctl dns serve --kubernetes`.
struct DNSCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dns", abstract: "Serve the names of a cluster's Services.", subcommands: [Serve.self, DNSImageCommand.self])

    /// `dns serve`: a name server over what an API server says.
    struct Serve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "serve",
            abstract: "Answer for a cluster's Services and EndpointSlices, as they are this moment.",
            discussion: """
                It watches the API server, and serves the last that it heard while that is silent. Everything outside of the cluster's
                domain is asked of the name servers of /etc/resolv.conf.
                """)

        @Flag(help: "The names of a Kubernetes cluster.") var kubernetes = false
        @Option(help: "The context of the kubeconfig; in a pod it is the pod's own service account.") var context: String?
        @Option(help: ArgumentHelp("Where it listens, over UDP and TCP.", valueName: "address:port")) var listen: [String] = []
        @Option(help: "The cluster's domain.") var domain = "cluster.local"
        @Option(
            help: ArgumentHelp(
                "How long it still answers once it is told to end: until those who ask have heard of it.", valueName: "seconds"))
        var linger = 0

        func validate() throws {
            if !kubernetes {
                throw ValidationError("dns serve takes --kubernetes: the names of a machine are served by its daemon")
            }
            if listen.isEmpty { throw ValidationError("--listen ADDRESS:PORT says where it is asked") }
            if !(0...300).contains(linger) { throw ValidationError("--linger takes 0 to 300 seconds") }
        }

        func run() async throws {
            let places = try listen.map(Self.place)
            let surroundings = Surroundings.current()
            let terminal = Terminal(noColour: surroundings.noColour)
            let helper = ClusterHelper(
                program: MachineSettings.program, environment: surroundings.environment, directory: surroundings.directory)
            let cluster = try ClusterPlatform(context: context, helper: helper)
            do {
                try await serve(cluster, places, terminal)
                await cluster.shutdown()
            } catch {
                await cluster.shutdown()
                throw error
            }
        }

        /// Nothing is answered before there is something to say: an empty answer would part every cluster.
        private func serve(_ cluster: ClusterPlatform, _ places: [SocketAddress], _ terminal: Terminal) async throws {
            let (zones, teller) = AsyncStream<Zone>.makeStream(bufferingPolicy: .bufferingNewest(1))
            let naming = ClusterNaming(cluster, origin: domain)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await naming.run { event in
                        switch event {
                        case .zone(let zone): teller.yield(zone)
                        case .silent(let reason): terminal.say("\(reason); the last that it said holds, and it is asked again")
                        case .heard: terminal.say("the API server is heard again")
                        }
                    }
                }
                group.addTask {
                    var server: DNSServer?
                    for await zone in zones {
                        do {
                            if let server {
                                try server.serve(zone)
                            } else {
                                server = try await DNSServer.start(
                                    zone, listen: places, upstreams: .resolvConf(path: "/etc/resolv.conf"),
                                    on: MultiThreadedEventLoopGroup.singleton)
                                terminal.say("serving \(domain) of \(cluster.place) at \(listen.joined(separator: ", "))")
                            }
                        } catch let error as ZoneError {
                            terminal.say("a zone is not served: \(error)")
                        }
                    }
                    await server?.stop()
                }
                defer { group.cancelAll() }
                do {
                    try await group.next()
                } catch {
                    guard Task.isCancelled else { throw error }
                }
                await lingering()
            }
        }

        /// The server answers meanwhile: what it is told of is over, and the last that it was told holds.
        private func lingering() async {
            guard linger > 0, Task.isCancelled else { return }
            let time = Duration.seconds(linger)
            await Task.detached { try? await Task.sleep(for: time) }.value
        }

        private static func place(_ text: String) throws -> SocketAddress {
            guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
                (1...65_535).contains(port),
                let address = try? SocketAddress(
                    ipAddress: String(text[..<colon]).trimmingCharacters(in: ["[", "]"]), port: port)
            else {
                throw CommandFailure(
                    "invalid_request", "--listen '\(text)' is not like 10.0.0.1:53", exitCode: CommandFailure.Exit.usage)
            }
            return address
        }
    }
}
