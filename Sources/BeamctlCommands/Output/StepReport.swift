import FleetModel
import Synchronization

/// The steps of a long command: each a line with a tick and how long it took; on a terminal the present one is drawn as it goes.
final class StepReport: Sendable {
    private struct Present {
        var started: ContinuousClock.Instant
        var drawn = ""
    }

    private let terminal: Terminal
    private let begun = ContinuousClock.now
    private let present: Mutex<Present>

    init(_ terminal: Terminal) {
        self.terminal = terminal
        present = Mutex(Present(started: begun))
    }

    /// What the present step is doing.
    func progress(_ name: String, _ text: String) {
        guard terminal.isLive else { return }
        let line = "  … \(Self.padded(name, 10))\(text)"
        present.withLock { present in
            guard line != present.drawn else { return }
            present.drawn = line
            terminal.sayRaw("\r\u{1b}[K" + line)
        }
    }

    /// The present step is done; the next begins.
    func done(_ name: String, _ text: String) {
        present.withLock { present in
            erase(&present)
            let now = ContinuousClock.now
            let took = Quantity.seconds(now - present.started)
            terminal.say("  \(terminal.styled("✓", .good)) \(Self.padded(name, 10))\(Self.padded(text, 44)) \(took)")
            present.started = now
        }
    }

    /// The present step failed.
    func failed(_ name: String, _ text: String) {
        present.withLock { present in
            erase(&present)
            terminal.say("  \(terminal.styled("✗", .bad)) \(Self.padded(name, 10))\(text)")
        }
    }

    /// Something to know, beside the steps.
    func note(_ text: String) {
        present.withLock { present in
            erase(&present)
            terminal.say("  \(text)")
        }
    }

    /// How long all of it took.
    var total: Duration { ContinuousClock.now - begun }

    private func erase(_ present: inout Present) {
        guard !present.drawn.isEmpty else { return }
        terminal.sayRaw("\r\u{1b}[K")
        present.drawn = ""
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
