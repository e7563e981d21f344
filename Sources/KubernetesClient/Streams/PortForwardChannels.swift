import FoundationEssentials

/// The messages of a port-forward over a WebSocket (v4.channel.k8s.io) with one port, as a value: channel 0 is its data, channel 1 its
/// errors, and the first two bytes of each are the port's number, little endian.
struct PortForwardChannels {
    enum Event: Equatable {
        case data([UInt8])
        case error(String)
    }

    struct Violation: Error, Equatable {
        var reason: String
    }

    static let subprotocol = "v4.channel.k8s.io"
    private let port: Int
    private var heads: [[UInt8]] = [[], []]

    init(port: Int) {
        self.port = port
    }

    /// Takes a message. Throws ``Violation``.
    mutating func receive(_ message: some Collection<UInt8>) throws(Violation) -> Event? {
        guard let channel = message.first.map(Int.init) else { return nil }
        guard channel < 2 else { throw Violation(reason: "a message on channel \(channel), which nobody opened") }
        var rest = message.dropFirst()
        while heads[channel].count < 2, let byte = rest.popFirst() {
            heads[channel].append(byte)
            if heads[channel].count == 2 {
                let named = Int(heads[channel][0]) | Int(heads[channel][1]) << 8
                guard named == port else { throw Violation(reason: "port \(named) in the place of \(port)") }
            }
        }
        guard !rest.isEmpty else { return nil }
        return channel == 0 ? .data(Array(rest)) : .error(text(Array(rest)))
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes.prefix(2_000), as: UTF8.self) }
}
