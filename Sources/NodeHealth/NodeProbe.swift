public import ErlangDistribution
internal import ExternalTermFormat
public import FleetModel
internal import Synchronization

/// Asks one BEAM how it is, over a connection that stays open.
///
/// Each report is one round trip: all calls are sent in one piece. The probe remembers the schedulers' counters between
/// reports, since their utilisation is a difference.
public final class NodeProbe: Sendable {
    /// The connection that is asked. The probe does not close it.
    public let connection: NodeConnection
    private let earlier = Mutex<SchedulerTimes?>(nil)

    /// Makes a probe for the node at the other end of `connection`.
    public init(_ connection: NodeConnection) {
        self.connection = connection
    }

    /// Asks for everything.
    ///
    /// The first report has no scheduler utilisation: it only starts the VM's counting. Later ones have it for the time since
    /// the report before.
    ///
    /// - Parameter timeout: for all of it.
    /// - Throws: ``HealthError``. A report is whole or it is none.
    public func report(timeout: Duration = .seconds(2)) async throws(HealthError) -> NodeReport {
        let answers = try await ask(timeout: timeout)
        var report = try answers.report()
        let now = try answers.schedulerTimes()
        report.schedulerUtilization = earlier.withLock { earlier in
            defer { earlier = now }
            return earlier.flatMap { now?.utilization(since: $0) }
        }
        return report
    }

    /// Asks, and has the VM count its schedulers' time if it did not when it was asked last. That comes first: `rex` takes its
    /// messages in order, so the counting has begun when the counters are read.
    private func ask(timeout: Duration) async throws(HealthError) -> Answers {
        let isCounting = earlier.withLock { $0 != nil }
        let preparation = isCounting ? [] : [Question.countSchedulerTimes]
        let results = await connection.calls(preparation + Question.allCases.map(\.call), timeout: timeout)
        var terms: [Term] = []
        for result in results.dropFirst(preparation.count) {
            do throws(CallError) {
                terms.append(try result.get())
            } catch {
                throw HealthError(error)
            }
        }
        return Answers(node: connection.peer.description, terms: terms)
    }
}

extension NodeProbe {
    /// Asks several nodes at the same time.
    ///
    /// - Parameter timeout: for each of them, and so for all.
    /// - Returns: what each said, or why it said nothing, in the order of `probes`.
    public static func reports(
        from probes: [NodeProbe], timeout: Duration = .seconds(2)
    ) async -> [Result<NodeReport, HealthError>] {
        await withTaskGroup(of: (Int, Result<NodeReport, HealthError>).self) { group in
            for (position, probe) in probes.enumerated() {
                group.addTask {
                    do throws(HealthError) {
                        return (position, .success(try await probe.report(timeout: timeout)))
                    } catch {
                        return (position, .failure(error))
                    }
                }
            }
            var results: [(Int, Result<NodeReport, HealthError>)] = []
            for await result in group { results.append(result) }
            return results.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }
}
