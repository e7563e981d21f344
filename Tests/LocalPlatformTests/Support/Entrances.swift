import FleetModel
import HTTPEntrance
import Synchronization
import TestSupport

@testable import LocalPlatform

/// A machine without an entrance.
struct NoEntrance: FleetEntrance {
    var state: EntranceState { EntranceState(listening: [], problem: nil) }

    func url(host: String) -> String? { nil }

    func drain(_ replica: String, patience: Duration, routes: FleetNews<[Route]>) async {}
}

/// An entrance with requests that do not end before they are told to.
final class BusyEntrance: FleetEntrance {
    /// What it was asked to drain.
    struct Drain: Sendable {
        var replica: String
        var patience: Duration
        var routes: [Route]
    }

    private let drains = Mutex<[Drain]>([])
    private let (finished, finish) = AsyncStream<Void>.makeStream()

    var asked: [Drain] { drains.withLock { $0 } }

    var state: EntranceState { EntranceState(listening: ["127.0.0.1:8080"], problem: nil) }

    func url(host: String) -> String? { "http://\(host):8080" }

    func drain(_ replica: String, patience: Duration, routes: FleetNews<[Route]>) async {
        drains.withLock { $0.append(Drain(replica: replica, patience: patience, routes: routes.state)) }
        for await _ in finished { return }
    }

    /// Returns when it was asked to drain a replica.
    func untilAsked() async throws {
        try await TestSupport.within("a drain") {
            while self.asked.isEmpty { try await Task.sleep(for: .milliseconds(2)) }
        }
    }

    /// The requests to one replica end.
    func endRequests() { finish.yield() }
}
