import Foundation
import NIOCore
import Synchronization

/// A loopback address and port that no other test has.
struct TestAddress: Sendable, CustomStringConvertible {
    var host: String
    var port: Int

    private static let count = Mutex(0)

    /// The next address of 127.91.0.0/16, in the part that the process number picks, with a port of 5300 to 5399.
    static func next() -> TestAddress {
        let number = count.withLock { count in
            count += 1
            return count
        }
        let part = Int(ProcessInfo.processInfo.processIdentifier) % 200 + 1
        return TestAddress(host: "127.91.\(part).\(number % 250 + 1)", port: 5_300 + number % 100)
    }

    func socketAddress() throws -> SocketAddress {
        try SocketAddress(ipAddress: host, port: port)
    }

    var description: String { "\(host):\(port)" }
}
