import Foundation
import Glibc

/// What did not happen in time.
struct TimedOut: Error {
    var waitingFor: String
}

/// Reads lines from a descriptor, never longer than a deadline allows.
final class LineReader {
    private let descriptor: Int32
    private var rest: [UInt8] = []

    /// How long anything that is waited for may take.
    static let patience = Duration.seconds(30)

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// The next line without its end; nil when nobody will write any more.
    func next(within patience: Duration = LineReader.patience) throws -> String? {
        let deadline = ContinuousClock.now + patience
        while true {
            if let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                defer { rest.removeSubrange(...end) }
                return String(decoding: rest[..<end], as: UTF8.self)
            }
            guard try readMore(until: deadline) else { return nil }
        }
    }

    /// Everything until nobody will write any more.
    func all() throws -> String {
        let deadline = ContinuousClock.now + Self.patience
        while try readMore(until: deadline) {}
        return String(decoding: rest, as: UTF8.self)
    }

    private func readMore(until deadline: ContinuousClock.Instant) throws -> Bool {
        while true {
            var source = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let left = (deadline - .now).components
            let milliseconds = left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000
            guard milliseconds > 0 else { throw TimedOut(waitingFor: "a line, after \(String(decoding: rest, as: UTF8.self))") }
            guard poll(&source, 1, Int32(clamping: milliseconds)) > 0 else { continue }
            var buffer = [UInt8](repeating: 0, count: 64 << 10)
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0 && (errno == EAGAIN || errno == EINTR) { continue }
            guard count > 0 else { return false }
            rest += buffer[..<count]
            return true
        }
    }
}
