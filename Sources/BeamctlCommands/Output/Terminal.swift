import CLinux
import Glibc

/// Where a command's words go: data to standard output, everything else to standard error; colour only where a person looks.
struct Terminal: Sendable {
    /// Whether standard error is a terminal: progress may be drawn over.
    let isLive: Bool
    /// Whether standard output is a terminal.
    let isOutputLive: Bool
    private let hasColour: Bool

    init(noColour: Bool) {
        isLive = isatty(2) == 1
        isOutputLive = isatty(1) == 1
        hasColour = !noColour && isatty(1) == 1 && isatty(2) == 1
    }

    /// The width of the terminal; 0 when there is none.
    var columns: Int { Int(beamctl_terminal_columns(1)) }

    /// Data, with a line end.
    func print(_ text: String) {
        Self.write(text + "\n", to: 1)
    }

    /// Everything else, with a line end.
    func say(_ text: String) {
        Self.write(text + "\n", to: 2)
    }

    /// Everything else, as it is.
    func sayRaw(_ text: String) {
        Self.write(text, to: 2)
    }

    /// A styled text, where there is colour.
    func styled(_ text: String, _ style: Style) -> String {
        hasColour ? "\u{1b}[\(style.rawValue)m\(text)\u{1b}[0m" : text
    }

    enum Style: String {
        case good = "32"
        case bad = "31"
        case careful = "33"
        case faint = "2"
        case strong = "1"
    }

    /// Data that nobody takes is no success: without a reader the command ends as any other does (SIGPIPE), else it says why.
    private static func cannotWrite(to descriptor: Int32) {
        guard descriptor == 1 else { return }
        if errno == EPIPE { exit(128 + SIGPIPE) }
        write("error: standard output: \(String(cString: strerror(errno)))\n", to: 2)
        exit(CommandFailure.Exit.failed)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress?.advanced(by: written), $0.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return cannotWrite(to: descriptor) }
            written += count
        }
    }
}
