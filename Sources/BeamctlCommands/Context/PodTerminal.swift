import Dispatch
import FleetModel
import Foundation
import Glibc
import KubernetesClient
import KubernetesPlatform

/// Joins this process's terminal, or its input and output, with a program that runs in a pod.
struct PodTerminal {
    /// Whether the program gets a terminal, which is ours then: every key goes to it.
    let hasTerminal: Bool

    /// Returns the program's exit code.
    func run(_ words: [String], in place: PodPlace, on cluster: ClusterPlatform) async throws -> Int32 {
        let before = hasTerminal ? RawTerminal() : nil
        defer { before?.restore() }
        return try await cluster.exec(words, in: place, hasTerminal: hasTerminal) { [hasTerminal] session in
            try await withThrowingTaskGroup(of: Int32?.self) { group in
                group.addTask {
                    for await bytes in Self.input() { try await session.write(bytes) }
                    try? await session.endInput()
                    return nil
                }
                if hasTerminal {
                    group.addTask {
                        let (sizes, source) = Self.sizes()
                        defer { source.cancel() }
                        for await (columns, rows) in sizes { try await session.resize(columns: columns, rows: rows) }
                        return nil
                    }
                }
                group.addTask {
                    for try await event in session.events {
                        switch event {
                        case .output(let bytes): Self.write(bytes, to: 1)
                        case .errors(let bytes): Self.write(bytes, to: 2)
                        case .exited(let code): return Int32(truncatingIfNeeded: code)
                        }
                    }
                    return 1
                }
                defer { group.cancelAll() }
                while let code = try await group.next() { if let code { return code } }
                return 1
            }
        }
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// What is typed or piped. In a thread of its own: nothing ends a read but its input.
    private static func input() -> AsyncStream<[UInt8]> {
        AsyncStream { continuation in
            Thread.detachNewThread {
                var piece = [UInt8](repeating: 0, count: 1 << 14)
                while true {
                    let count = read(0, &piece, piece.count)
                    if count < 0, errno == EINTR { continue }
                    guard count > 0 else { break }
                    continuation.yield(Array(piece[..<count]))
                }
                continuation.finish()
            }
        }
    }

    /// How large the terminal is, now and after each change.
    private static func sizes() -> (AsyncStream<(Int, Int)>, any DispatchSourceSignal) {
        let (sizes, continuation) = AsyncStream<(Int, Int)>.makeStream()
        let tell: @Sendable () -> Void = {
            var size = winsize()
            guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return }
            continuation.yield((Int(size.ws_col), Int(size.ws_row)))
        }
        tell()
        signal(SIGWINCH, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGWINCH, queue: .global())
        source.setEventHandler(handler: tell)
        source.resume()
        return (sizes, source)
    }
}

/// A terminal whose keys are handed on as they are, for as long as a program elsewhere reads them.
private struct RawTerminal {
    private var before = termios()

    init?() {
        guard tcgetattr(0, &before) == 0 else { return nil }
        var raw = before
        cfmakeraw(&raw)
        tcsetattr(0, TCSANOW, &raw)
    }

    func restore() {
        var before = before
        tcsetattr(0, TCSANOW, &before)
    }
}
