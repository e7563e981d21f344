import Foundation
import Glibc
import TestSupport

/// The next element of a stream.
func next<Element: Sendable>(_ stream: some AsyncSequence<Element, Never> & Sendable, _ what: String) async throws -> Element? {
    try await within(what) {
        for await element in stream { return .some(element) }
        return nil
    }
}

/// Waits for a child's end; returns its exit code, or a signal's number made negative.
func exitCode(of child: pid_t) async throws -> Int32 {
    let (ends, end) = AsyncStream.makeStream(of: Int32.self)
    Thread {
        var status: Int32 = 0
        waitpid(child, &status, 0)
        end.yield(status & 0x7f == 0 ? status >> 8 : -(status & 0x7f))
        end.finish()
    }
    .start()
    let code = try await next(ends, "the end of process \(child)")
    return code ?? 0
}
