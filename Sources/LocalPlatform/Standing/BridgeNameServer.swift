import Logging
import NIOConcurrencyHelpers

/// A second name server, on the machine's own address in the network of its containers: what listens on the loopback is not there for
/// them. Like the first it outlives the daemon.
public struct BridgeNameServer: Sendable {
    private let program: @Sendable (_ address: String) -> StandingProcessKeeper<NameServerLink>.Program
    private let log: Logger
    private let present = NIOLockedValueBox<Present?>(nil)
    private let arrivals = AsyncStream.makeStream(of: Present.self)
    private let newest = NIOLockedValueBox<FleetNews<[FleetService]>?>(nil)

    private struct Present: Sendable {
        let address: String
        let keeper: StandingProcessKeeper<NameServerLink>
    }

    /// Makes one; nothing is started yet. `program` is the path of `beamctl-dns`.
    init(home: Home, program: String, version: String, log: Logger) {
        self.log = log
        self.program = { address in
            .init(
                title: "name server for containers", path: program,
                arguments: [
                    "--directory", home.bridgeNameServer, "--listen", "\(address):\(NameServerKeeper.port)", "--version", version,
                ],
                socket: home.bridgeNameServerSocket, output: home.bridgeNameServer + "/log")
        }
    }

    /// Where it listens; nil while there is none.
    public var listening: String? {
        present.withLockedValue { $0 }.flatMap { $0.keeper.condition.isRunning ? "\($0.address):\(NameServerKeeper.port)" : nil }
    }

    /// Has it listen on an address from now on, and waits until it knows what there is to know. Throws ``LocalPlatformError``.
    func listen(on address: String) async throws {
        let (now, isNew) = present.withLockedValue { known -> (Present, Bool) in
            if let known, known.address == address { return (known, false) }
            let made = Present(address: address, keeper: StandingProcessKeeper(program(address), log: log))
            known = made
            return (made, true)
        }
        // Whatever keeps it from starting now, its heartbeat tries again.
        if isNew { arrivals.continuation.yield(now) }
        try await now.keeper.ensureRunning()
        if let news = newest.withLockedValue({ $0 }) { await now.keeper.tell(news) }
    }

    /// Tells it what changes, and starts it again when it is gone. Works until its task is cancelled.
    func run(_ news: AsyncStream<FleetNews<[FleetService]>>) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await one in news {
                    newest.withLockedValue { $0 = one }
                    await present.withLockedValue { $0 }?.keeper.tell(one)
                }
            }
            for await arrival in arrivals.stream {
                // The heartbeat alone: news come by the way above.
                group.addTask { try? await arrival.keeper.run(AsyncStream { $0.finish() }) }
            }
        }
    }

    /// Has it end, and waits until it has.
    func stop() async {
        let gone = present.withLockedValue { known -> Present? in
            defer { known = nil }
            return known
        }
        await gone?.keeper.stop()
    }
}
