import Dispatch
import Glibc

/// The signals that end the process, as events, for as long as this value lives.
package struct Signals {
    /// Ticks on SIGTERM and SIGINT.
    package let terminations: AsyncStream<Int32>
    private let sources: [any DispatchSourceSignal]

    /// Listens. SIGHUP and SIGPIPE are ignored: the process outlives its terminal and its readers.
    package init() {
        for number in [SIGHUP, SIGPIPE, SIGTERM, SIGINT] { signal(number, SIG_IGN) }
        let (stream, continuation) = AsyncStream<Int32>.makeStream()
        sources = [SIGTERM, SIGINT].map { number in
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield(number) }
            source.activate()
            return source
        }
        terminations = stream
    }
}
