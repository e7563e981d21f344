internal import NIOCore

/// The open TCP connections of one event loop, so that there are never more than a set number.
///
/// When one too many comes, the one that has asked nothing for longest goes: whoever hoards connections loses them first,
/// and a new client always gets in (RFC 7766, section 6.2.2).
final class ConnectionTable {
    private var connections: [ObjectIdentifier: (channel: any Channel, turn: UInt64)] = [:]
    private var turn: UInt64 = 0
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    func add(_ channel: any Channel) {
        if connections.count >= limit, let oldest = connections.min(by: { $0.value.turn < $1.value.turn }) {
            connections[oldest.key] = nil
            oldest.value.channel.close(promise: nil)
        }
        turn += 1
        connections[ObjectIdentifier(channel)] = (channel, turn)
    }

    /// Marks a connection as the one that asked last.
    func touch(_ channel: any Channel) {
        turn += 1
        connections[ObjectIdentifier(channel)]?.turn = turn
    }

    func remove(_ channel: any Channel) {
        connections[ObjectIdentifier(channel)] = nil
    }
}
