import Dispatch
import Glibc

/// Reads what a person or another program gives. No call waits for ever that an interrupt cannot end: a read does not notice that its task
/// is cancelled.
enum WaitingForInput {
    /// Runs a body that reads; an interrupt, or being asked to end, ends this process at once.
    ///
    /// - Parameter terminal: How the terminal is to be left then.
    static func read<Value>(leaving terminal: termios? = nil, _ body: () throws -> Value) rethrows -> Value {
        let sources = [SIGINT, SIGTERM].map { number in
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if var terminal { tcsetattr(0, TCSAFLUSH, &terminal) }
                let words = Array("\nerror: interrupted\n".utf8)
                _ = write(2, words, words.count)
                // Not exit(3): that waits for whoever reads.
                _exit(CommandFailure.Exit.interrupted)
            }
            source.resume()
            return source
        }
        defer { sources.forEach { $0.cancel() } }
        return try body()
    }
}
